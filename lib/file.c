#include "sshwhy/file.h"

#include "sshwhy/auto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

static enum sw_err check_trusted(const struct stat *st, uid_t owner)
{
	if (!S_ISREG(st->st_mode) || st->st_uid != owner ||
	    (st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return SW_E_UNSAFE;
	return SW_OK;
}

enum sw_err sw_file_open_trusted(const char *path, uid_t owner, int *out_fd,
				 struct stat *out_st)
{
	sw_autofd int fd = -1;
	struct stat st;
	enum sw_err err;

	fd = open(path,
		  O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
	/* ELOOP: a symbolic link; ENXIO: a socket or a device. */
	if (fd < 0 && (errno == ELOOP || errno == ENXIO))
		return SW_E_UNSAFE;
	if (fd < 0 || fstat(fd, &st) != 0)
		return SW_E_IO;
	err = check_trusted(&st, owner);
	if (err != SW_OK)
		return err;
	*out_fd = sw_take_fd(&fd);
	*out_st = st;
	return SW_OK;
}

enum sw_err sw_file_read_trusted(const char *path, uid_t owner, char *buf,
				 size_t size, size_t *out_len)
{
	sw_autofd int fd = -1;
	struct stat st;
	size_t len = 0;
	ssize_t got;
	enum sw_err err;

	err = sw_file_open_trusted(path, owner, &fd, &st);
	if (err != SW_OK)
		return err;
	do {
		got = read(fd, buf + len, size - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return SW_E_IO;
		len += (size_t)got;
		/* As many bytes as there were then are all of them. */
	} while (got != 0 && len < size && len != (size_t)st.st_size);
	if (len >= size)
		return SW_E_RANGE;
	buf[len] = '\0';
	*out_len = len;
	return SW_OK;
}

enum sw_err sw_file_write_all(int fd, const void *bytes, size_t len)
{
	const uint8_t *next = bytes;

	while (len > 0) {
		ssize_t put = write(fd, next, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return SW_E_IO;
		next += put;
		len -= (size_t)put;
	}
	return SW_OK;
}
