/* mapped.h - a file of fixed size in /run that processes share. */

#ifndef LIB_MAPPED_H
#define LIB_MAPPED_H

#include "sshwhy/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct mapped {
	uid_t owner; /* whom the file and its folder must belong to */
	size_t size; /* bytes */
	bool make;   /* it (0600) and its folder (0755) when missing, and map it
			for writing too; else for reading only */
	void *head;  /* its first bytes are read into this; or NULL */
	size_t head_size;
};

/*
 * Map the file at path, shared. All of it has its
 * blocks before it is mapped: a hole would be SIGBUS in sshd once the file
 * system is full. A shorter file was left by somebody who died while making it,
 * and is extended by zeroes.
 *
 * Returns SW_OK, SW_E_IO (errno set), SW_E_UNSAFE (not owner's regular file, or
 * writable by others; the same for the folder) or SW_E_SYNTAX (a larger file;
 * any other size when it is not to be made). On failure *out keeps its old
 * value.
 */
SW_MUST_CHECK
enum sw_err mapped_open(const char *path, const struct mapped *want,
			void **out);

#endif
