#include "tail.h"

#include "sshwhy/auto.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define READS_AT_ONCE 64

/* The file under the path from its beginning on. */
static enum sw_err open_file(struct sw_tail *tail, off_t *out_size)
{
	sw_autofd int fd =
		open(tail->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return SW_E_IO;
	if (!S_ISREG(st.st_mode))
		return SW_E_UNSAFE;
	sw_tail_close(tail);
	tail->fd = sw_take_fd(&fd);
	tail->device = st.st_dev;
	tail->inode = st.st_ino;
	tail->offset = 0;
	tail->held = 0;
	tail->skip = false;
	*out_size = st.st_size;
	return SW_OK;
}

static bool ends_torn(const struct sw_tail *tail)
{
	char last = '\n';

	return tail->offset > 0 &&
	       pread(tail->fd, &last, 1, tail->offset - 1) == 1 && last != '\n';
}

enum sw_err sw_tail_open(const char *path, struct sw_tail *out)
{
	off_t size = 0;
	enum sw_err err;

	*out = (struct sw_tail){.path = path, .fd = -1};
	err = open_file(out, &size);
	if (err != SW_OK)
		return err;
	out->offset = size;
	out->skip = ends_torn(out);
	return SW_OK;
}

/* Hand out the whole lines of the buffer and keep the rest. */
static void give_lines(struct sw_tail *tail, sw_tail_fn line, void *context)
{
	char *at = tail->buf;
	char *end = tail->buf + tail->held;
	char *newline;

	while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		if (!tail->skip)
			line(context, at, (size_t)(newline - at));
		tail->skip = false;
		at = newline + 1;
	}
	tail->held = (size_t)(end - at);
	memmove(tail->buf, at, tail->held);
	if (tail->held == sizeof(tail->buf)) {
		tail->skip = true;
		tail->held = 0;
	}
}

/* True when the end of the file was not reached. */
static bool read_file(struct sw_tail *tail, sw_tail_fn line, void *context)
{
	for (int i = 0; i < READS_AT_ONCE; i++) {
		ssize_t len =
			pread(tail->fd, tail->buf + tail->held,
			      sizeof(tail->buf) - tail->held, tail->offset);

		if (len <= 0)
			return false;
		tail->offset += len;
		tail->held += (size_t)len;
		give_lines(tail, line, context);
	}
	return true;
}

static void notice_shorter(struct sw_tail *tail)
{
	struct stat st;

	if (fstat(tail->fd, &st) != 0 || st.st_size >= tail->offset)
		return;
	tail->offset = 0;
	tail->held = 0;
	tail->skip = false;
}

static bool is_another(const struct sw_tail *tail)
{
	struct stat st;

	if (stat(tail->path, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	return tail->fd < 0 || (st.st_size > 0 && (st.st_dev != tail->device ||
						   st.st_ino != tail->inode));
}

bool sw_tail_read(struct sw_tail *tail, sw_tail_fn line, void *context)
{
	bool another = is_another(tail);
	off_t size = 0;

	if (tail->fd >= 0) {
		notice_shorter(tail);
		if (read_file(tail, line, context))
			return true;
	}
	if (!another || open_file(tail, &size) != SW_OK)
		return false;
	return read_file(tail, line, context);
}

void sw_tail_close(struct sw_tail *tail)
{
	if (tail->fd >= 0)
		(void)close(tail->fd);
	tail->fd = -1;
}
