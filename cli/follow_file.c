#include "follow.h"

#include "sshwhy/auto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define CHUNK (64 * 1024) /* bytes */

static enum sw_err open_it(struct sw_follow_file *file)
{
	struct stat st;

	file->fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (file->fd < 0)
		return errno == ENOENT ? SW_OK : SW_E_IO;
	if (fstat(file->fd, &st) != 0)
		return SW_E_IO;
	file->inode = st.st_ino;
	return SW_OK;
}

static void close_it(struct sw_follow_file *file)
{
	if (file->fd >= 0)
		(void)close(file->fd);
	file->fd = -1;
	file->rest_len = 0;
}

enum sw_err sw_follow_file_begin(const char *path, struct sw_follow_file *out)
{
	struct sw_follow_file file = SW_FOLLOW_FILE_INIT;

	file.path = path;
	if (open_it(&file) != SW_OK)
		return SW_E_IO;
	if (file.fd >= 0 && lseek(file.fd, 0, SEEK_END) < 0) {
		sw_follow_file_end(&file);
		return SW_E_IO;
	}
	*out = file;
	return SW_OK;
}

/* Whole lines are handed on, the beginning of another is kept. */
static enum sw_err hand_on(struct sw_follow_file *file, size_t len,
			   const struct sw_log_reader *reader)
{
	const char *last = memrchr(file->rest, '\n', len);
	size_t whole;
	enum sw_err err;

	file->rest_len = len;
	if (last == NULL) {
		/* Nobody's record is that long. */
		if (len > SW_LOG_LINE_MAX)
			file->rest_len = 0;
		return SW_OK;
	}
	whole = (size_t)(last + 1 - file->rest);
	err = sw_log_scan_buffer(file->rest, whole, reader);
	file->rest_len = len - whole;
	memmove(file->rest, file->rest + whole, file->rest_len);
	return err;
}

static enum sw_err read_to_the_end(struct sw_follow_file *file,
				   const struct sw_log_reader *reader)
{
	enum sw_err err = SW_OK;

	if (file->rest == NULL)
		file->rest = malloc(SW_LOG_LINE_MAX + CHUNK);
	if (file->rest == NULL)
		return SW_E_NOMEM;
	while (err == SW_OK) {
		ssize_t got =
			read(file->fd, file->rest + file->rest_len, CHUNK);

		if (got < 0 && errno != EINTR)
			return SW_E_IO;
		if (got == 0)
			break;
		if (got > 0)
			err = hand_on(file, file->rest_len + (size_t)got,
				      reader);
	}
	return err;
}

/* True when the path now is another file than the one that is open. */
static bool is_rotated(const struct sw_follow_file *file)
{
	struct stat st;

	return stat(file->path, &st) == 0 && st.st_ino != file->inode;
}

static void start_over_when_cut(struct sw_follow_file *file)
{
	struct stat st;

	if (fstat(file->fd, &st) != 0 ||
	    st.st_size >= lseek(file->fd, 0, SEEK_CUR))
		return;
	file->rest_len = 0;
	(void)lseek(file->fd, 0, SEEK_SET);
}

enum sw_err sw_follow_file_more(struct sw_follow_file *file,
				const struct sw_log_reader *reader)
{
	enum sw_err err = SW_OK;
	bool rotated;

	if (file->fd < 0)
		err = open_it(file);
	if (err != SW_OK || file->fd < 0)
		return err;
	start_over_when_cut(file);
	/* Asked before the last look, so that nothing is written behind it. */
	rotated = is_rotated(file);
	err = read_to_the_end(file, reader);
	if (err == SW_OK && rotated) {
		close_it(file);
		err = open_it(file);
		if (err == SW_OK && file->fd >= 0)
			err = read_to_the_end(file, reader);
	}
	return err;
}

void sw_follow_file_end(struct sw_follow_file *file)
{
	close_it(file);
	free(file->rest);
	file->rest = NULL;
}
