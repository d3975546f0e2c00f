/* whole.h - a file that is read as a whole. */

#ifndef ASK_WHOLE_H
#define ASK_WHOLE_H

#include "sshwhy/err.h"

#include <stddef.h>

/*
 * Read a regular file, without waiting for a FIFO or a terminal.
 *
 * max       the largest acceptable size, in bytes
 * out_text  on success: NUL-terminated, freed by the caller with free()
 * out_len   on success: its length without the NUL
 *
 * Returns SW_OK, SW_E_IO (errno set), SW_E_RANGE (larger, or no regular file)
 * or SW_E_NOMEM. On failure the outputs keep their old values.
 */
SW_MUST_CHECK
enum sw_err sw_ask_whole(const char *path, size_t max, char **out_text,
			 size_t *out_len);

#endif
