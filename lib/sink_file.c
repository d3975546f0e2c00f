#include "sshwhy/sink.h"

#include "folder.h"
#include "sshwhy/auto.h"
#include "sshwhy/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define READERS "adm" /* the group that may read what happened here */

#define LOCK_TRIES 50
#define LOCK_PAUSE 5000000 /* nanoseconds */

/* Group and mode do not depend on the umask of whoever calls. */
static enum sw_err make_file(int folder, const char *name, int *out_fd)
{
	sw_autofd int fd = -1;
	struct stat st;

	fd = openat(folder, name,
		    O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW |
			    O_CLOEXEC,
		    S_IRUSR | S_IWUSR);
	if (fd < 0 || fstat(folder, &st) != 0)
		return SW_E_IO;
	/* Only root may give it away; others keep it to their own group. */
	(void)!fchown(fd, (uid_t)-1, st.st_gid);
	if (fchmod(fd, S_IRUSR | S_IWUSR | S_IRGRP) != 0)
		return SW_E_IO;
	*out_fd = sw_take_fd(&fd);
	return SW_OK;
}

static enum sw_err open_or_make(int folder, const char *name, int *out_fd)
{
	const int flags = O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK |
			  O_NOCTTY | O_CLOEXEC;
	int fd = openat(folder, name, flags);

	if (fd < 0 && errno == ENOENT) {
		if (make_file(folder, name, out_fd) == SW_OK)
			return SW_OK;
		if (errno != EEXIST)
			return SW_E_IO;
		/* Somebody was faster. */
		fd = openat(folder, name, flags);
	}
	if (fd < 0)
		return errno == ELOOP || errno == EISDIR || errno == ENXIO
			       ? SW_E_UNSAFE
			       : SW_E_IO;
	*out_fd = fd;
	return SW_OK;
}

static enum sw_err open_ours(const char *path, int *out_fd)
{
	const struct folder want = {geteuid(), 0750, READERS};
	sw_autofd int folder = -1;
	sw_autofd int fd = -1;
	const char *name = NULL;
	struct stat st;
	enum sw_err err;

	err = folder_open(path, &want, &folder, &name);
	if (err != SW_OK)
		return err == SW_E_RANGE ? SW_E_UNSAFE : err;
	err = open_or_make(folder, name, &fd);
	if (err != SW_OK)
		return err;
	if (fstat(fd, &st) != 0)
		return SW_E_IO;
	/* More than one name: the bytes may be those of another file. */
	if (!S_ISREG(st.st_mode) || st.st_uid != want.owner ||
	    st.st_nlink > 1 || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return SW_E_UNSAFE;
	*out_fd = sw_take_fd(&fd);
	return SW_OK;
}

/*
 * Readers can lock the file as well, so it is not waited for long. Without the
 * lock lines still do not mix, as the kernel appends each write as a whole.
 */
static bool locked(int fd)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	const struct timespec pause = {0, LOCK_PAUSE};

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (fcntl(fd, F_OFD_SETLK, &whole) == 0)
			return true;
		if (errno != EAGAIN && errno != EACCES)
			return false;
		(void)nanosleep(&pause, NULL);
	}
	return false;
}

/*
 * A writer that was killed, or a machine that lost its power, may have left the
 * beginning of a line: it is cut off. Returns where the next line starts, or
 * -1.
 */
static off_t end_of_lines(int fd, off_t size)
{
	char tail[SW_RECORD_JSON_MAX];
	off_t start = size > SW_RECORD_JSON_MAX ? size - SW_RECORD_JSON_MAX : 0;
	ssize_t got = pread(fd, tail, sizeof(tail), start);
	const char *newline;
	off_t end;

	if (got < 0)
		return -1;
	if (got == 0 || tail[got - 1] == '\n')
		return size;
	newline = memrchr(tail, '\n', (size_t)got);
	/* So long a line is not one of ours, and is only ended. */
	if (newline == NULL && start > 0)
		return sw_file_write_all(fd, "\n", 1) == SW_OK ? size + 1 : -1;
	end = newline != NULL ? start + (newline - tail) + 1 : 0;
	return ftruncate(fd, end) == 0 ? end : -1;
}

static enum sw_err append(int fd, const char *line, size_t len,
			  uint32_t max_size)
{
	bool alone = locked(fd);
	struct stat st;
	off_t end;
	int saved;

	if (fstat(fd, &st) != 0)
		return SW_E_IO;
	end = alone ? end_of_lines(fd, st.st_size) : st.st_size;
	if (end < 0)
		return SW_E_IO;
	if ((uint64_t)end + len > max_size)
		return SW_E_RANGE;
	if (sw_file_write_all(fd, line, len) == SW_OK)
		return SW_OK;
	saved = errno;
	if (alone)
		(void)!ftruncate(fd, end);
	errno = saved;
	return SW_E_IO;
}

enum sw_err sw_sink_file(const char *path, uint32_t max_size,
			 const struct sw_record *record)
{
	char line[SW_RECORD_JSON_MAX];
	sw_autofd int fd = -1;
	enum sw_err err;

	err = sw_record_to_json(record, line, sizeof(line));
	if (err != SW_OK)
		return err;
	err = open_ours(path, &fd);
	if (err != SW_OK)
		return err;
	return append(fd, line, strlen(line), max_size);
}
