/* follow.h - records as they are written. */

#ifndef SSHWHY_FOLLOW_H
#define SSHWHY_FOLLOW_H

#include "reader.h"

#include "sshwhy/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What is known of the end of a log. Starts as SW_FOLLOW_FILE_INIT. */
struct sw_follow_file {
	const char *path;
	int fd;
	ino_t inode;
	char *rest; /* of a line that is not whole yet */
	size_t rest_len;
};

#define SW_FOLLOW_FILE_INIT                                                    \
	{                                                                      \
		.fd = -1                                                       \
	}

/*
 * Start behind what the file holds now. One that does not exist yet is read
 * from its beginning once it does.
 *
 * Returns SW_OK or SW_E_IO (errno set; it may not be read).
 */
SW_MUST_CHECK
enum sw_err sw_follow_file_begin(const char *path, struct sw_follow_file *out);

/*
 * Hand on what has been written since. A file that was rotated is read to its
 * end, then the new one from its beginning; so is one that was cut.
 *
 * Returns SW_OK, SW_E_IO (errno set), SW_E_NOMEM, or what the reader's take
 * returned.
 */
SW_MUST_CHECK
enum sw_err sw_follow_file_more(struct sw_follow_file *file,
				const struct sw_log_reader *reader);

void sw_follow_file_end(struct sw_follow_file *file);

/*
 * Join the kernel's multicast group for audit records. The descriptor does not
 * block; the caller closes it.
 *
 * Returns SW_OK or SW_E_IO (errno set; EPERM without CAP_AUDIT_READ).
 */
SW_MUST_CHECK
enum sw_err sw_follow_audit_begin(int *out_fd);

/*
 * Hand on the records that wait there. The kernel drops some when nobody reads
 * for long; *out_lost then becomes true.
 *
 * Returns SW_OK, SW_E_IO (errno set), or what the reader's take returned.
 */
SW_MUST_CHECK
enum sw_err sw_follow_audit_more(int fd, const struct sw_log_reader *reader,
				 bool *out_lost);

#endif
