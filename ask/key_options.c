#include "sshwhy/ask_key.h"

#include "sshwhy/auto.h"
#include "sshwhy/file.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define LINE_MAX_BYTES 8192
#define FILE_MAX_BYTES (4 * 1024 * 1024)

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool starts_key(const char *text, const char *end)
{
	static const char *const types[] = {"ssh-", "ecdsa-sha2-", "sk-ssh-",
					    "sk-ecdsa-sha2-"};

	for (size_t i = 0; i < ROWS(types); i++) {
		size_t len = strlen(types[i]);

		if ((size_t)(end - text) > len &&
		    memcmp(text, types[i], len) == 0)
			return true;
	}
	return false;
}

/* The end of an option: a comma or a blank outside of quotes. */
static const char *end_of_option(const char *text, const char *end)
{
	bool quoted = false;

	for (; text < end; text++) {
		if (quoted && *text == '\\' && text + 1 < end && text[1] == '"')
			text++;
		else if (*text == '"')
			quoted = !quoted;
		else if (!quoted && (*text == ',' || is_blank(*text)))
			break;
	}
	return text;
}

static bool restricts(const char *option, const char *end)
{
	static const char *const names[] = {
		"from=", "expiry-time=", "principals="};

	for (size_t i = 0; i < ROWS(names); i++) {
		size_t len = strlen(names[i]);

		if ((size_t)(end - option) > len &&
		    strncasecmp(option, names[i], len) == 0)
			return true;
	}
	return false;
}

enum sw_err sw_key_restrictions(const char *text, size_t len, char *out,
				size_t size)
{
	const char *at = text, *end = text + len;
	char buf[LINE_MAX_BYTES];
	struct sw_text found;

	sw_text_init(&found, buf, sizeof(buf));
	while (at < end && is_blank(*at))
		at++;
	while (at < end && !is_blank(*at)) {
		const char *stop = end_of_option(at, end);

		if (restricts(at, stop) &&
		    found.len + (size_t)(stop - at) + 2 < size) {
			sw_text_put(&found, found.len > 0 ? "," : "");
			sw_text_add_bytes(&found, at, (size_t)(stop - at));
		}
		at = stop < end && *stop == ',' ? stop + 1 : stop;
	}
	while (at < end && is_blank(*at))
		at++;
	if (found.len == 0 || !sw_text_ok(&found) || !starts_key(at, end))
		return SW_E_SYNTAX;
	(void)sw_text_copy(out, size, buf);
	return SW_OK;
}

/* Copy line number line of fd; *out_len is its length. */
static enum sw_err read_line(int fd, unsigned int line, char *out, size_t size,
			     size_t *out_len)
{
	unsigned int number = 1;
	size_t done = 0, len = 0;
	char bytes[4096];
	ssize_t got;

	while ((got = read(fd, bytes, sizeof(bytes))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return SW_E_IO;
		for (ssize_t i = 0; i < got && number <= line; i++) {
			if (bytes[i] == '\n') {
				number++;
				continue;
			}
			if (number < line)
				continue;
			if (len == size)
				return SW_E_RANGE;
			out[len++] = bytes[i];
		}
		done += (size_t)got;
		if (number > line)
			break;
		if (done > FILE_MAX_BYTES)
			return SW_E_RANGE;
	}
	*out_len = len;
	return SW_OK;
}

enum sw_err sw_ask_key(const char *path, unsigned int line, uid_t user,
		       char *out, size_t size)
{
	char text[LINE_MAX_BYTES];
	sw_autofd int fd = -1;
	struct stat st;
	size_t len = 0;
	enum sw_err err;

	err = sw_file_open_trusted(path, user, &fd, &st);
	if (err == SW_E_UNSAFE && user != 0)
		err = sw_file_open_trusted(path, 0, &fd, &st);
	if (err == SW_OK)
		err = read_line(fd, line, text, sizeof(text), &len);
	return err != SW_OK ? err : sw_key_restrictions(text, len, out, size);
}
