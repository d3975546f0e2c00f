/* import.h - the rejections in the log of a system logger. */

#ifndef SSHWHY_IMPORT_H
#define SSHWHY_IMPORT_H

#include "sshwhy/err.h"
#include "sshwhy/logtrack.h"
#include "sshwhy/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A line that says something, before it is joined with others. */
struct sw_import_seen {
	const struct sw_logtrack_line *line;
	const char *message;
	size_t len;
	const char *text; /* the whole line */
	size_t text_len;
};

struct sw_import {
	int year;	  /* of the first line that has none; 0: find out */
	const char *node; /* instead of the host in each line; NULL: that one */
	int64_t now;	  /* milliseconds UTC */
	void (*take)(void *context, const struct sw_record *record);
	/* Both may be NULL: which lines are looked at (all), and what is
	 * told of each that says something. */
	bool (*wants)(void *context, const char *line, size_t len);
	void (*see)(void *context, const struct sw_import_seen *seen);
	int64_t *first; /* set to the time of the first line; NULL: not */
	void *context;
};

/*
 * Read a log and hand out one record for each rejection. All of them are
 * inferred: anyone can write to a system log.
 *
 * out_unlogged  drops that sshd only counts in summaries
 *
 * Returns SW_OK, SW_E_IO (errno set) or SW_E_NOMEM. On failure some records may
 * have been handed out, and *out_unlogged keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_import_read(int fd, const struct sw_import *import,
			   uint64_t *out_unlogged);

#endif
