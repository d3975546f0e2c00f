/* lines.h - the lines of a file, as a stream. */

#ifndef SSHWHY_LINES_H
#define SSHWHY_LINES_H

#include "sshwhy/err.h"

#include <stdbool.h>
#include <stddef.h>

#define SW_LINE_MAX 65536 /* bytes; longer lines are passed over */

/* len bytes without the newline, of any content; false ends the reading. */
typedef bool (*sw_line_fn)(void *context, const char *line, size_t len);

/*
 * Read fd to its end. The last line counts without a newline too.
 *
 * Returns SW_OK or SW_E_IO (errno set).
 */
SW_MUST_CHECK
enum sw_err sw_lines_read(int fd, sw_line_fn take, void *context);

#endif
