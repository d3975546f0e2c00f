/* auto.h - values that are released when their scope ends. */

#ifndef SSHWHY_AUTO_H
#define SSHWHY_AUTO_H

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Both keep errno, so that a failure can be returned after the release. */
#define sw_autofd __attribute__((cleanup(sw_autofd_release)))
#define sw_autofree __attribute__((cleanup(sw_autofree_release)))

static inline void sw_autofd_release(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		(void)close(*fd);
	errno = saved;
}

static inline void sw_autofree_release(void *pointer_to_pointer)
{
	int saved = errno;

	free(*(void **)pointer_to_pointer);
	errno = saved;
}

/* Hands a sw_autofd value on: the variable holds nothing afterwards. */
static inline int sw_take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

/* The same for a sw_autofree pointer. */
#define sw_take(pointer)                                                       \
	(__extension__({                                                       \
		__typeof__(*(pointer)) sw_taken_ = *(pointer);                 \
		*(pointer) = NULL;                                             \
		sw_taken_;                                                     \
	}))

#endif
