#include "mapped.h"

#include "folder.h"
#include "sshwhy/auto.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

static enum sw_err check_size(int fd, const struct stat *st,
			      const struct mapped *want)
{
	const off_t size = (off_t)want->size;

	if (st->st_size > size || (st->st_size < size && !want->make))
		return SW_E_SYNTAX;
	if (!want->make || (st->st_size == size && st->st_blocks >= size / 512))
		return SW_OK;
	/* What is there is kept. */
	return fallocate(fd, 0, 0, size) == 0 ? SW_OK : SW_E_IO;
}

static enum sw_err open_file(int folder, const char *name,
			     const struct mapped *want, int *out_fd)
{
	sw_autofd int fd = -1;
	enum sw_err err;
	struct stat st;

	fd = openat(folder, name,
		    (want->make ? O_RDWR | O_CREAT : O_RDONLY) | O_NOFOLLOW |
			    O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
		    S_IRUSR | S_IWUSR);
	if (fd < 0)
		return errno == ELOOP || errno == EISDIR ? SW_E_UNSAFE
							 : SW_E_IO;
	if (fstat(fd, &st) != 0)
		return SW_E_IO;
	if (!S_ISREG(st.st_mode) || st.st_uid != want->owner ||
	    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return SW_E_UNSAFE;
	err = check_size(fd, &st, want);
	if (err != SW_OK)
		return err;
	*out_fd = sw_take_fd(&fd);
	return SW_OK;
}

enum sw_err mapped_open(const char *path, const struct mapped *want, void **out)
{
	const struct folder folder_rule = {want->owner, 0755, NULL};
	sw_autofd int folder = -1;
	sw_autofd int fd = -1;
	const char *name = NULL;
	enum sw_err err;
	void *map;

	/* Looking for it makes no folder either. */
	if (!want->make && access(path, F_OK) != 0)
		return SW_E_IO;
	err = folder_open(path, &folder_rule, &folder, &name);
	if (err != SW_OK)
		return err == SW_E_RANGE ? SW_E_UNSAFE : err;
	err = open_file(folder, name, want, &fd);
	if (err != SW_OK)
		return err;
	if (want->head != NULL && pread(fd, want->head, want->head_size, 0) !=
					  (ssize_t)want->head_size)
		return SW_E_IO;
	map = mmap(NULL, want->size,
		   want->make ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED,
		   fd, 0);
	if (map == MAP_FAILED)
		return SW_E_IO;
	*out = map;
	return SW_OK;
}
