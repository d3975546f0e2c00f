#include "enable_lines.h"

#include "enable_names.h"

#include <stdlib.h>
#include <string.h>

/* One line in a text, its newline included. */
struct line {
	const char *at;
	size_t len;
};

static bool next_line(const struct sw_content *file, struct line *line)
{
	const char *newline;
	const char *end;
	const char *at;

	if (file->bytes == NULL)
		return false;
	end = file->bytes + file->len;
	at = line->at == NULL ? file->bytes : line->at + line->len;
	if (at >= end)
		return false;
	newline = memchr(at, '\n', (size_t)(end - at));
	line->at = at;
	line->len = (size_t)((newline == NULL ? end : newline + 1) - at);
	return true;
}

static struct line trimmed(struct line line)
{
	while (line.len > 0 && strchr(" \t\r\n", line.at[line.len - 1]) != NULL)
		line.len--;
	while (line.len > 0 && strchr(" \t", line.at[0]) != NULL) {
		line.at++;
		line.len--;
	}
	return line;
}

static bool counts(struct line line)
{
	line = trimmed(line);
	return line.len > 0 && line.at[0] != '#';
}

static bool begins(struct line line, const char *word)
{
	size_t len = strlen(word);

	line = trimmed(line);
	return line.len >= len && memcmp(line.at, word, len) == 0;
}

static bool holds(struct line line, const char *word)
{
	return memmem(line.at, line.len, word, strlen(word)) != NULL;
}

static bool is_pam(struct line line)
{
	return counts(line) && holds(line, SW_NAME_PAM);
}

static bool is_pam_comment(struct line line)
{
	return begins(line, SW_MARK_PAM);
}

static bool is_account(struct line line)
{
	return begins(line, SW_NAME_ACCOUNT ":");
}

/* "firewall = yes", but neither "firewall-rate = 9" nor "firewall = no". */
static bool is_config(struct line line)
{
	static const char key[] = "firewall";

	line = trimmed(line);
	if (!begins(line, key) || line.len < 3 ||
	    memcmp(line.at + line.len - 3, "yes", 3) != 0)
		return false;
	line.at += sizeof(key) - 1;
	line.len -= sizeof(key) - 1;
	return begins(line, "=");
}

static bool is_config_comment(struct line line)
{
	return begins(line, SW_MARK_CONFIG);
}

static bool is_config_default(struct line line)
{
	return begins(line, "#firewall = ");
}

static bool is_none(struct line line)
{
	(void)line;
	return false;
}

typedef bool (*is_line_fn)(struct line line);

static const struct {
	is_line_fn ours;
	is_line_fn comment; /* above ours */
	is_line_fn before;  /* ours belong in front of the first such line */
	is_line_fn behind;  /* or behind it */
} rules[SW_LINES_COUNT_] = {
	[SW_LINES_PAM] = {is_pam, is_pam_comment, counts, is_none},
	[SW_LINES_ACCOUNT] = {is_account, is_none, is_none, is_none},
	[SW_LINES_CONFIG] = {is_config, is_config_comment, is_none,
			     is_config_default},
};

bool sw_lines_have(enum sw_lines_of of, const struct sw_content *file)
{
	struct line line = {NULL, 0};

	while (next_line(file, &line)) {
		if (rules[of].ours(line))
			return true;
	}
	return false;
}

/* Where ours belong, as an offset; at the end where nothing says so. */
static size_t place_in(enum sw_lines_of of, const struct sw_content *file)
{
	struct line line = {NULL, 0};

	while (next_line(file, &line)) {
		if (rules[of].before(line))
			return (size_t)(line.at - file->bytes);
		if (rules[of].behind(line))
			return (size_t)(line.at - file->bytes) + line.len;
	}
	return file->len;
}

enum sw_err sw_lines_put(enum sw_lines_of of, const struct sw_content *file,
			 const char *lines, struct sw_content *out)
{
	const char *old = file->bytes == NULL ? "" : file->bytes;
	size_t place = place_in(of, file);
	/* A last line without its newline is somebody's rule, too. */
	bool is_open = place > 0 && old[place - 1] != '\n';
	size_t len = strlen(lines);
	char *bytes = malloc(file->len + len + 2);
	char *at = bytes;

	if (bytes == NULL)
		return SW_E_NOMEM;
	at = mempcpy(at, old, place);
	if (is_open)
		*at++ = '\n';
	at = mempcpy(at, lines, len);
	at = mempcpy(at, old + place, file->len - place);
	*at = '\0';
	*out = *file;
	out->kind = SW_CONTENT_FILE;
	out->bytes = bytes;
	out->len = (size_t)(at - bytes);
	return SW_OK;
}

enum sw_err sw_lines_take(enum sw_lines_of of, const struct sw_content *file,
			  struct sw_content *out)
{
	struct line line = {NULL, 0};
	char *bytes = malloc(file->len + 1);
	char *at = bytes;

	if (bytes == NULL)
		return SW_E_NOMEM;
	while (next_line(file, &line)) {
		if (!rules[of].ours(line) && !rules[of].comment(line))
			at = mempcpy(at, line.at, line.len);
	}
	*at = '\0';
	*out = *file;
	out->bytes = bytes;
	out->len = (size_t)(at - bytes);
	return SW_OK;
}

static bool is_in(const struct sw_content *wrote, struct line wanted)
{
	struct line line = {NULL, 0};

	wanted = trimmed(wanted);
	while (next_line(wrote, &line)) {
		struct line words = trimmed(line);

		if (words.len == wanted.len &&
		    memcmp(words.at, wanted.at, words.len) == 0)
			return true;
	}
	return false;
}

enum sw_err sw_lines_take_all(const struct sw_content *file,
			      const struct sw_content *wrote,
			      struct sw_content *out)
{
	struct line line = {NULL, 0};
	char *bytes = malloc(file->len + 1);
	char *at = bytes;
	bool theirs = false;

	if (bytes == NULL)
		return SW_E_NOMEM;
	while (next_line(file, &line)) {
		bool is_header = begins(line, "[");

		if (!is_header && is_in(wrote, line))
			continue;
		at = mempcpy(at, line.at, line.len);
		theirs = theirs || (!is_header && trimmed(line).len > 0);
	}
	*at = '\0';
	*out = *file;
	out->bytes = bytes;
	out->len = (size_t)(at - bytes);
	if (!theirs)
		sw_content_free(out);
	return SW_OK;
}
