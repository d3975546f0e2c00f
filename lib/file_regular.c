/* Outside sshd only: stdio allocates. */

#include "sshwhy/file.h"

#include "sshwhy/auto.h"

#include <fcntl.h>
#include <sys/stat.h>

FILE *sw_file_open_regular(const char *path)
{
	sw_autofd int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	FILE *file;

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return NULL;
	file = fdopen(fd, "r");
	if (file != NULL)
		(void)sw_take_fd(&fd);
	return file;
}
