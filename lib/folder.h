/* folder.h - the folders in /run and /var/log that sshwhy makes itself. */

#ifndef LIB_FOLDER_H
#define LIB_FOLDER_H

#include "sshwhy/err.h"

#include <sys/types.h>

/* What a folder has to be, and what a new one becomes. */
struct folder {
	uid_t owner;	   /* whom it must belong to */
	mode_t mode;	   /* of a new one */
	const char *group; /* of a new one, if /etc/group has it; or NULL */
};

/*
 * Open the folder that the file at path lies in. When missing it is made, but
 * not its parents. Nothing is allocated and nobody but /etc/group is asked.
 *
 * out_fd    a close-on-exec descriptor, closed by the caller
 * out_name  the last component, inside path
 *
 * Returns SW_OK, SW_E_IO (errno set), SW_E_UNSAFE (not a folder, not owner's,
 * or writable by group or others) or SW_E_RANGE (path is too long, or has no
 * folder). On failure the outputs keep their old values.
 */
SW_MUST_CHECK
enum sw_err folder_open(const char *path, const struct folder *want,
			int *out_fd, const char **out_name);

#endif
