/* file.h - files that are only believed when nobody else can write them. */

#ifndef SSHWHY_FILE_H
#define SSHWHY_FILE_H

#include "sshwhy/err.h"

#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>

/*
 * Open path for reading when it is a regular file that belongs to owner and
 * that neither group nor others may write. A symbolic link as the last
 * component, a device or a FIFO is refused without blocking on it.
 *
 * owner   the uid that must own the file; 0 outside the tests
 * out_fd  on success: a close-on-exec descriptor, closed by the caller
 * out_st  on success: what fstat() said of it
 *
 * Returns SW_OK, SW_E_IO (errno set; ENOENT when there is no such file) or
 * SW_E_UNSAFE. On failure the outputs keep their old values.
 */
SW_MUST_CHECK
enum sw_err sw_file_open_trusted(const char *path, uid_t owner, int *out_fd,
				 struct stat *out_st);

/*
 * Read such a file as a whole into buf, without allocating.
 *
 * size     of buf in bytes; the text may have size-1 bytes
 * out_len  on success: the length of the text; buf[*out_len] is NUL
 *
 * Returns as sw_file_open_trusted(), or SW_E_RANGE when the file is larger.
 * On failure *out_len keeps its old value and buf holds rubbish.
 */
SW_MUST_CHECK
enum sw_err sw_file_read_trusted(const char *path, uid_t owner, char *buf,
				 size_t size, size_t *out_len);

/* Write all len bytes, going on after EINTR and short writes.
 * Returns SW_OK or SW_E_IO (errno set; some bytes may have been written). */
SW_MUST_CHECK
enum sw_err sw_file_write_all(int fd, const void *bytes, size_t len);

/*
 * Open a regular file for reading, whoever owns it; anything else that could
 * hold us, such as a FIFO, is not opened. The caller closes it. NULL: errno is
 * not told.
 */
FILE *sw_file_open_regular(const char *path);

#endif
