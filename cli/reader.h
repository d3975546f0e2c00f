/* reader.h - the logs that hold records: audit trail and JSON files. */

#ifndef SSHWHY_READER_H
#define SSHWHY_READER_H

#include "records.h"

#include "sshwhy/addr.h"
#include "sshwhy/err.h"
#include "sshwhy/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_LOG_LINE_MAX 65536	/* bytes; longer lines are nobody's records */
#define SW_LOG_REASON_MAX 160	/* bytes, with the NUL */
#define SW_LOG_PATH_MAX 4096	/* bytes, with the NUL */
#define SW_LOG_ROTATED_MAX 1000 /* auditd keeps at most 999 */

/* An open file. */
struct sw_log {
	char path[SW_LOG_PATH_MAX];
	int fd;
};

/* A log and its rotated files, oldest first. sw_logs_close() releases it. */
struct sw_logs {
	struct sw_log *rows;
	size_t count;
};

#define SW_LOGS_INIT                                                           \
	{                                                                      \
		NULL, 0                                                        \
	}

/*
 * Open base and base.1, base.2, ... before any of them is read, so that a
 * rotation meanwhile costs nothing.
 *
 * Returns SW_OK, SW_E_IO (errno set; ENOENT when there is no base) or
 * SW_E_NOMEM. On failure *out is SW_LOGS_INIT.
 */
SW_MUST_CHECK
enum sw_err sw_logs_open(const char *base, struct sw_logs *out);

void sw_logs_close(struct sw_logs *logs);

/*
 * Find out where auditd writes, from its configuration at path: log_file, or
 * its default where the file says nothing, is missing or cannot be read (group
 * adm may read the log but not the configuration). out holds SW_LOG_PATH_MAX
 * bytes.
 */
void sw_audit_log_path(const char *path, char *out);

/* Whoever scans a log is told about each record and each damaged line. */
struct sw_log_reader {
	void *context;
	/* SW_OK, or what ends the scan. */
	enum sw_err (*take)(void *context, const struct sw_record *record,
			    bool from_audit);
	void (*complain)(void *context, uint64_t line, const char *reason);
	/* Told now and then how much has been read; NULL: nobody asks. */
	void (*progress)(void *context, uint64_t bytes);
	/* Told the client that a line names before the line is parsed; false
	 * passes it over, damaged or not. NULL: all lines are parsed. */
	bool (*wants)(void *context, const struct sw_addr *client);
};

/*
 * Read fd to its end. A line that starts with "{" is JSON, one with one of our
 * messages is an audit record, every other line is somebody else's.
 *
 * Returns SW_OK, SW_E_IO (errno set), SW_E_NOMEM, or what take returned.
 */
SW_MUST_CHECK
enum sw_err sw_log_scan(int fd, const struct sw_log_reader *reader);

/*
 * The same for what is in memory: len bytes, whose last one is a newline unless
 * it is the last line of all.
 */
SW_MUST_CHECK
enum sw_err sw_log_scan_buffer(const char *buf, size_t len,
			       const struct sw_log_reader *reader);

/*
 * Read one line of JSON as sw_record_to_json() writes it, with or without its
 * newline. A missing key is as good as null, an unknown one is passed over.
 *
 * out_reason  set when SW_E_SYNTAX is returned; SW_LOG_REASON_MAX bytes
 *
 * Returns SW_OK, SW_E_SYNTAX or SW_E_NOMEM. On failure *out keeps its old
 * value.
 */
SW_MUST_CHECK
enum sw_err sw_record_from_json(const char *line, size_t len,
				struct sw_record *out, char *out_reason);

/* The same for any JSON, without a quicker way for what is exactly as we write
 * it. */
SW_MUST_CHECK
enum sw_err sw_record_from_any_json(const char *line, size_t len,
				    struct sw_record *out, char *out_reason);

#endif
