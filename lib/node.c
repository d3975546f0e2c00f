#include "sshwhy/node.h"

#include "sshwhy/auto.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

char *sw_node_name(char *buf)
{
	int saved = errno;

	if (gethostname(buf, SW_NODE_MAX) != 0)
		buf[0] = '\0';
	/* A name that was cut need not be terminated. */
	buf[SW_NODE_MAX - 1] = '\0';
	errno = saved;
	return buf;
}

char *sw_node_boot(char *buf)
{
	int saved = errno;
	sw_autofd int fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t got = fd >= 0 ? read(fd, buf, SW_BOOT_MAX - 1) : 0;

	buf[got == SW_BOOT_MAX - 1 ? got : 0] = '\0';
	errno = saved;
	return buf;
}
