/* One file of fail2ban's configuration, read as Python's configparser does. */

#include "fail2ban_conf.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define VALUE_MAX 16384 /* bytes, with the NUL */
#define NAME_MAX_ 128	/* bytes, with the NUL */

/* The value that is being read; further lines of it may come. */
struct pending {
	char section[NAME_MAX_];
	char key[NAME_MAX_]; /* "" none */
	size_t indent;
	char value[VALUE_MAX];
	size_t len;
};

static size_t indent_of(const char *line)
{
	return strspn(line, " \t\f\v");
}

static void strip_end(char *line)
{
	size_t len = strlen(line);

	while (len > 0 && isspace((unsigned char)line[len - 1]))
		line[--len] = '\0';
}

/* A ";" ends a line where nothing or a blank stands before it. */
static void strip_comment(char *line)
{
	const char *start = line + indent_of(line);

	if (*start == '#' || *start == ';') {
		line[0] = '\0';
		return;
	}
	for (char *at = line; (at = strchr(at, ';')) != NULL; at++) {
		if (at == line || isspace((unsigned char)at[-1])) {
			*at = '\0';
			break;
		}
	}
	strip_end(line);
}

static enum sw_err finish(struct sw_f2b_conf *conf, struct pending *pending)
{
	enum sw_err err;

	if (pending->key[0] == '\0')
		return SW_OK;
	if (sw_f2b_conf_raw(conf, pending->section, pending->key) != NULL)
		return SW_E_SYNTAX;
	strip_end(pending->value);
	err = sw_f2b_conf_set(conf, pending->section, pending->key,
			      pending->value);
	pending->key[0] = '\0';
	return err;
}

static bool add(struct pending *pending, const char *text)
{
	size_t len = strlen(text);

	if (len + 2 > sizeof(pending->value) - pending->len)
		return false;
	if (pending->len > 0)
		pending->value[pending->len++] = '\n';
	memcpy(pending->value + pending->len, text, len + 1);
	pending->len += len;
	return true;
}

static bool copy_name(char *out, const char *name, size_t len)
{
	if (len == 0 || len >= NAME_MAX_)
		return false;
	memcpy(out, name, len);
	out[len] = '\0';
	return true;
}

static bool begin_section(struct pending *pending, const char *line)
{
	const char *end = strchr(line, ']');

	return end != NULL &&
	       copy_name(pending->section, line + 1, (size_t)(end - line) - 1);
}

static bool begin_key(struct pending *pending, const char *line, size_t indent)
{
	size_t len = strcspn(line, "=:");
	const char *value = line + len + 1;

	if (line[len] == '\0' || pending->section[0] == '\0')
		return false;
	while (len > 0 && isspace((unsigned char)line[len - 1]))
		len--;
	if (!copy_name(pending->key, line, len))
		return false;
	for (char *at = pending->key; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	pending->indent = indent;
	pending->len = 0;
	pending->value[0] = '\0';
	return add(pending, value + indent_of(value));
}

static enum sw_err take_line(struct sw_f2b_conf *conf, struct pending *pending,
			     char *line)
{
	size_t indent = indent_of(line);
	enum sw_err err;

	strip_comment(line);
	if (line[indent_of(line)] == '\0')
		return SW_OK;
	line += indent;
	if (pending->key[0] != '\0' && indent > pending->indent)
		return add(pending, line) ? SW_OK : SW_E_SYNTAX;
	err = finish(conf, pending);
	if (err != SW_OK)
		return err;
	if (line[0] == '[')
		return begin_section(pending, line) ? SW_OK : SW_E_SYNTAX;
	return begin_key(pending, line, indent) ? SW_OK : SW_E_SYNTAX;
}

enum sw_err sw_f2b_conf_parse(struct sw_f2b_conf *conf, char *text)
{
	struct pending pending = {.len = 0};
	char *next;

	for (char *line = text; line != NULL; line = next) {
		enum sw_err err;

		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		err = take_line(conf, &pending, line);
		if (err != SW_OK)
			return err;
	}
	return finish(conf, &pending);
}
