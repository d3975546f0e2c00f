#include "replace.h"

#include "sshwhy/auto.h"
#include "sshwhy/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

static enum sw_err write_new(const char *path, mode_t mode, const char *bytes,
			     size_t len)
{
	sw_autofd int fd = -1;

	/* Whoever made one of this name before us was killed, or is hostile. */
	if (unlink(path) != 0 && errno != ENOENT)
		return SW_E_IO;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  S_IRUSR | S_IWUSR);
	if (fd < 0 || sw_file_write_all(fd, bytes, len) != SW_OK ||
	    fchmod(fd, mode) != 0 || fsync(fd) != 0)
		return SW_E_IO;
	return SW_OK;
}

enum sw_err sw_replace_file(const char *path, mode_t mode, const char *bytes,
			    size_t len)
{
	char draft[PATH_MAX];
	int length = snprintf(draft, sizeof(draft), "%s.tmp", path);
	int saved;

	if (length < 0 || (size_t)length >= sizeof(draft))
		return SW_E_RANGE;
	if (write_new(draft, mode, bytes, len) == SW_OK &&
	    rename(draft, path) == 0)
		return SW_OK;
	saved = errno;
	(void)unlink(draft);
	errno = saved;
	return SW_E_IO;
}
