#include "folder.h"

#include "sshwhy/auto.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#define GROUP_FILE "/etc/group"
#define GROUP_FILE_MAX 16384 /* bytes of it that are looked at */

#define NO_GROUP ((gid_t)-1)

/* The number in "NAME:password:NUMBER:members", which starts at line. */
static gid_t number_of(const char *line)
{
	const char *digit = strchr(line, ':');
	gid_t number = 0;

	digit = digit != NULL ? strchr(digit + 1, ':') : NULL;
	if (digit == NULL || digit[1] < '0' || digit[1] > '9')
		return NO_GROUP;
	for (digit++; *digit >= '0' && *digit <= '9'; digit++) {
		if (number > (INT_MAX - 9) / 10)
			return NO_GROUP;
		number = number * 10 + (gid_t)(*digit - '0');
	}
	return *digit == ':' ? number : NO_GROUP;
}

/*
 * getgrnam() allocates and may ask a directory service over the network. The
 * groups of the system stand at the top of the file on every distribution.
 */
static gid_t group_named(const char *name)
{
	sw_autofd int fd = open(GROUP_FILE, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char text[GROUP_FILE_MAX];
	size_t len = strlen(name);
	ssize_t got;

	if (fd < 0)
		return NO_GROUP;
	got = read(fd, text, sizeof(text) - 1);
	text[got > 0 ? got : 0] = '\0';
	for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, len) == 0 && line[len] == ':')
			return number_of(line);
	}
	return NO_GROUP;
}

/* The umask of the caller is not ours to change; so the mode is set after. */
static enum sw_err make(const char *path, const struct folder *want)
{
	sw_autofd int fd = -1;
	gid_t group;

	if (mkdir(path, want->mode & 0700) != 0)
		return errno == EEXIST ? SW_OK : SW_E_IO;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return SW_E_IO;
	group = want->group != NULL ? group_named(want->group) : NO_GROUP;
	/* Only root may give it away; others keep it to their own group. */
	if (group != NO_GROUP)
		(void)!fchown(fd, (uid_t)-1, group);
	return fchmod(fd, want->mode) == 0 ? SW_OK : SW_E_IO;
}

static enum sw_err open_or_make(const char *path, const struct folder *want,
				int *out_fd)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(path, flags);

	if (fd < 0 && errno == ENOENT) {
		if (make(path, want) != SW_OK)
			return SW_E_IO;
		fd = open(path, flags);
	}
	if (fd < 0)
		return errno == ELOOP || errno == ENOTDIR ? SW_E_UNSAFE
							  : SW_E_IO;
	*out_fd = fd;
	return SW_OK;
}

static bool is_ours(const struct stat *st, uid_t owner)
{
	return st->st_uid == owner && (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

enum sw_err folder_open(const char *path, const struct folder *want,
			int *out_fd, const char **out_name)
{
	const char *slash = strrchr(path, '/');
	sw_autofd int fd = -1;
	char folder[PATH_MAX];
	enum sw_err err;
	struct stat st;

	if (slash == NULL || slash == path ||
	    (size_t)(slash - path) >= sizeof(folder))
		return SW_E_RANGE;
	memcpy(folder, path, (size_t)(slash - path));
	folder[slash - path] = '\0';
	err = open_or_make(folder, want, &fd);
	if (err != SW_OK)
		return err;
	if (fstat(fd, &st) != 0)
		return SW_E_IO;
	if (!is_ours(&st, want->owner))
		return SW_E_UNSAFE;
	*out_fd = sw_take_fd(&fd);
	*out_name = slash + 1;
	return SW_OK;
}
