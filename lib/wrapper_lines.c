#include "sshwhy/wrapper_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Never waits for a FIFO's writer, as libwrap does for ever. */
enum sw_err sw_lines_open(struct sw_lines *lines, const char *path)
{
	lines->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	lines->at = 0;
	lines->len = 0;
	lines->ended = false;
	lines->newlines = 0;
	return lines->fd < 0 ? SW_E_IO : SW_OK;
}

void sw_lines_close(struct sw_lines *lines)
{
	(void)close(lines->fd);
}

/* What cannot be read is empty: that is how libwrap sees a directory. */
static bool refill(struct sw_lines *lines)
{
	ssize_t got;

	if (lines->ended)
		return false;
	do {
		got = read(lines->fd, lines->chunk, sizeof(lines->chunk));
	} while (got < 0 && errno == EINTR);
	lines->ended = got <= 0;
	lines->at = 0;
	lines->len = got > 0 ? (size_t)got : 0;
	return !lines->ended;
}

/*
 * What fgets() brings: up to and with a newline, at most room - 1 bytes. False
 * at the end. libwrap measures it with strlen(), so a NUL byte hides the rest.
 */
static bool get_piece(struct sw_lines *lines, char *to, size_t room,
		      size_t *out_len)
{
	const char *newline = NULL;
	size_t len = 0;

	while (newline == NULL && len < room - 1) {
		size_t wanted = room - 1 - len;
		const char *from;

		if (lines->at == lines->len && !refill(lines))
			break;
		from = lines->chunk + lines->at;
		if (wanted > lines->len - lines->at)
			wanted = lines->len - lines->at;
		newline = memchr(from, '\n', wanted);
		if (newline != NULL)
			wanted = (size_t)(newline - from) + 1;
		memcpy(to + len, from, wanted);
		lines->at += wanted;
		len += wanted;
	}
	to[len] = '\0';
	*out_len = strlen(to);
	return len > 0;
}

/*
 * Read a logical line into buf, as xgets() joins and counts it. A last line
 * without newline, and the first 2,047 bytes of a longer one, come as they are.
 */
bool sw_lines_next(struct sw_lines *lines)
{
	size_t len = 0;
	size_t got;

	lines->first_line = lines->newlines + 1;
	while (len < SW_LINE_MAX - 1) {
		char *to = lines->buf + len;

		if (!get_piece(lines, to, SW_LINE_MAX - len, &got))
			break;
		len += got;
		if (got == 0 || to[got - 1] != '\n')
			continue;
		lines->newlines++;
		if (got == 1 || to[got - 2] != '\\')
			break;
		len -= 2;
	}
	lines->buf[len] = '\0';
	lines->buf_len = len;
	return len > 0;
}
