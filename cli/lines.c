#include "lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* One reader at a time: a command reads one file after the other. */
static char buf[4 * SW_LINE_MAX];

struct reader {
	sw_line_fn take;
	void *context;
	size_t len;    /* bytes in buf */
	bool too_long; /* the rest of a line that did not fit is dropped */
};

/* Hand out the complete lines in buf and keep the rest. */
static bool take_lines(struct reader *reader)
{
	const char *at = buf;
	const char *end = buf + reader->len;
	const char *newline;

	while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		size_t len = (size_t)(newline - at);

		if (!reader->too_long && len <= SW_LINE_MAX &&
		    !reader->take(reader->context, at, len))
			return false;
		reader->too_long = false;
		at = newline + 1;
	}
	reader->len = (size_t)(end - at);
	memmove(buf, at, reader->len);
	if (reader->len > SW_LINE_MAX) {
		reader->too_long = true;
		reader->len = 0;
	}
	return true;
}

enum sw_err sw_lines_read(int fd, sw_line_fn take, void *context)
{
	struct reader reader = {.take = take, .context = context};

	for (;;) {
		ssize_t n =
			read(fd, buf + reader.len, sizeof(buf) - reader.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return SW_E_IO;
		if (n == 0)
			break;
		reader.len += (size_t)n;
		if (!take_lines(&reader))
			return SW_OK;
	}
	if (reader.len > 0 && !reader.too_long)
		(void)take(context, buf, reader.len);
	return SW_OK;
}
