#include "sshwhy/sshd_dump.h"

#include "sshwhy/num.h"
#include "sshwhy/text.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

#define MAIN_AGAIN "reprocess config"
#define PASS "parse_server_config_depth: config "
#define SETTING " setting "

/* A piece of the dump; not terminated. */
struct piece {
	const char *text;
	size_t len;
};

static struct piece next_line(const char **at, const char *end)
{
	const char *newline = memchr(*at, '\n', (size_t)(end - *at));
	struct piece line = {*at, 0};

	line.len = (size_t)((newline != NULL ? newline : end) - *at);
	*at = newline != NULL ? newline + 1 : end;
	if (line.len > 0 && line.text[line.len - 1] == '\r')
		line.len--;
	return line;
}

static bool starts_with(const struct piece *piece, const char *words)
{
	size_t len = strlen(words);

	return piece->len >= len && memcmp(piece->text, words, len) == 0;
}

static void drop(struct piece *piece, size_t len)
{
	piece->text += len;
	piece->len -= len;
}

/* Newer versions put the name of the program before the level. */
static bool skip_level(struct piece *line, const char *level)
{
	const char *found = memmem(line->text, line->len, level, strlen(level));

	if (found == NULL)
		return false;
	drop(line, (size_t)(found - line->text) + strlen(level));
	return true;
}

/* "FILE:LINE setting KEYWORD VALUE", FILE possibly with blanks in it. */
static bool split_setting(struct piece line, struct piece *file,
			  uint64_t *number, struct piece *keyword,
			  struct piece *value)
{
	const char *words =
		memmem(line.text, line.len, SETTING, strlen(SETTING));
	const char *colon, *blank;

	if (words == NULL)
		return false;
	colon = memrchr(line.text, ':', (size_t)(words - line.text));
	if (colon == NULL ||
	    sw_num_parse_n(colon + 1, (size_t)(words - colon - 1), INT_MAX,
			   number) != SW_OK)
		return false;
	*file = (struct piece){line.text, (size_t)(colon - line.text)};
	drop(&line, (size_t)(words - line.text) + strlen(SETTING));
	blank = memchr(line.text, ' ', line.len);
	*keyword = line;
	*value = (struct piece){line.text + line.len, 0};
	if (blank != NULL) {
		keyword->len = (size_t)(blank - line.text);
		drop(&line, keyword->len + 1);
		*value = line;
	}
	return true;
}

static void copy(char *dst, size_t size, struct piece src)
{
	size_t len = src.len < size ? src.len : size - 1;

	memcpy(dst, src.text, len);
	dst[len] = '\0';
}

static void take(struct sw_sshd_setting *setting, struct piece file,
		 const char *main, uint64_t number, struct piece value)
{
	struct sw_sshd_line *line;

	if (setting->count == SW_SSHD_LINES_MAX) {
		setting->cut = true;
		return;
	}
	line = &setting->lines[setting->count++];
	if (file.len == strlen(MAIN_AGAIN) && starts_with(&file, MAIN_AGAIN))
		file = (struct piece){main, strlen(main)};
	copy(line->source, sizeof(line->source), file);
	line->line = (unsigned int)number;
	copy(line->value, sizeof(line->value), value);
}

static bool is_keyword(const struct piece *piece, const char *keyword)
{
	return piece->len == strlen(keyword) &&
	       strncasecmp(piece->text, keyword, piece->len) == 0;
}

enum sw_err sw_sshd_dump_find(const char *dump, size_t len, const char *main,
			      const char *keyword, bool is_list,
			      struct sw_sshd_setting *out)
{
	/* Large, and the asker answers one question at a time. */
	static struct sw_sshd_setting found;
	const char *at = dump, *end = dump + len;
	bool any_pass = false, in_match = false;

	memset(&found, 0, sizeof(found));
	while (at < end) {
		struct piece line = next_line(&at, end), pass = line;
		struct piece file, word, value;
		uint64_t number;

		if (skip_level(&pass, "debug2: ") && starts_with(&pass, PASS)) {
			any_pass = true;
			drop(&pass, strlen(PASS));
			if (starts_with(&pass, MAIN_AGAIN " len "))
				in_match = true;
			continue;
		}
		if (!any_pass || !skip_level(&line, "debug3: ") ||
		    !split_setting(line, &file, &number, &word, &value) ||
		    !is_keyword(&word, keyword))
			continue;
		if (in_match && !found.matched) {
			memset(&found, 0, sizeof(found));
			found.matched = true;
		}
		if (is_list || found.count == 0)
			take(&found, file, main, number, value);
	}
	if (!any_pass)
		return SW_E_SYNTAX;
	*out = found;
	return SW_OK;
}
