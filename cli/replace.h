/* replace.h - a file that its readers see as it was, or as it is: never half.
 */

#ifndef SSHWHY_REPLACE_H
#define SSHWHY_REPLACE_H

#include "sshwhy/err.h"

#include <stddef.h>
#include <sys/types.h>

/*
 * Write len bytes to path, with this mode whatever the umask, by way of
 * "PATH.tmp". A symbolic link at either place is replaced, not followed.
 *
 * Returns SW_OK, SW_E_RANGE (path too long) or SW_E_IO (errno set). On failure
 * the file is what it was.
 */
SW_MUST_CHECK
enum sw_err sw_replace_file(const char *path, mode_t mode, const char *bytes,
			    size_t len);

#endif
