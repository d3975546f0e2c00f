/* tail.h - the lines of a log file that others write and rotate. */

#ifndef RECORDER_TAIL_H
#define RECORDER_TAIL_H

#include "sshwhy/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define SW_TAIL_LINE_MAX 8192 /* bytes; longer lines are left out */

struct sw_tail {
	const char *path; /* the caller's, as long as the tail lives */
	int fd;		  /* -1: there is no file yet */
	dev_t device;
	ino_t inode;
	off_t offset; /* of what comes next */
	size_t held;  /* bytes of a line whose end is not written yet */
	bool skip;    /* of a line that is too long */
	char buf[SW_TAIL_LINE_MAX];
};

/* Receives a line without its newline. */
typedef void (*sw_tail_fn)(void *context, const char *line, size_t len);

/*
 * Begin at the end of the file; where there is none yet, at the beginning of
 * the one that comes. A last line without its newline is not read, nor its
 * rest.
 *
 * Returns SW_OK, SW_E_IO (errno set) or SW_E_UNSAFE (no regular file). On
 * failure the tail can be used: it waits for another file.
 */
SW_MUST_CHECK
enum sw_err sw_tail_open(const char *path, struct sw_tail *out);

/*
 * Read what was written meanwhile. A file that was made shorter is read from
 * its beginning. Another file under the path is turned to when something stands
 * in it, after the rest of the old one: until then its writer may not know.
 *
 * True when there is more to be read at once.
 */
bool sw_tail_read(struct sw_tail *tail, sw_tail_fn line, void *context);

void sw_tail_close(struct sw_tail *tail);

#endif
