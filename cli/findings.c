#include "findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DETAIL_MAX 512 /* bytes, with the NUL */

static const struct row {
	const char *code;
	const char *effect;
	const char *fix;
	enum sw_level level;
} rows[SW_CHECK_COUNT_] = {
#define CHECK(id, code, level, effect, fix)                                    \
	[SW_CHECK_##id] = {code, effect, fix, SW_LEVEL_##level},
#include "check.def"
#undef CHECK
};

static const char *const levels[SW_LEVEL_COUNT_] = {
	[SW_LEVEL_ERROR] = "error",
	[SW_LEVEL_WARNING] = "warning",
	[SW_LEVEL_NOTE] = "note",
	[SW_LEVEL_UNSEEN] = "unseen",
};

const char *sw_check_code(enum sw_check check)
{
	return rows[check].code;
}

enum sw_level sw_check_level(enum sw_check check)
{
	return rows[check].level;
}

const char *sw_check_effect(enum sw_check check)
{
	return rows[check].effect;
}

const char *sw_check_fix(enum sw_check check)
{
	return rows[check].fix;
}

bool sw_check_is_of(enum sw_check check, const char *layer)
{
	size_t len = strlen(layer);

	return strncmp(rows[check].code, layer, len) == 0 &&
	       rows[check].code[len] == '.';
}

const char *sw_level_name(enum sw_level level)
{
	return level < SW_LEVEL_COUNT_ ? levels[level] : "";
}

enum sw_level sw_level_named(const char *name)
{
	enum sw_level level = SW_LEVEL_ERROR;

	while (level < SW_LEVEL_COUNT_ && strcmp(levels[level], name) != 0)
		level++;
	return level;
}

static bool make_room(struct sw_findings *findings)
{
	size_t room = findings->room == 0 ? 64 : findings->room * 2;
	struct sw_finding *grown;

	if (findings->count < findings->room)
		return true;
	grown = reallocarray(findings->rows, room, sizeof(*grown));
	if (grown == NULL)
		return false;
	findings->rows = grown;
	findings->room = room;
	return true;
}

static char *copy_of(struct sw_findings *findings, const char *text)
{
	char *copy = text == NULL ? NULL : strdup(text);

	if (text != NULL && copy == NULL)
		findings->incomplete = true;
	return copy;
}

void sw_findings_add(struct sw_findings *findings, enum sw_check check,
		     const struct sw_place *place, const char *detail, ...)
{
	struct sw_finding *row;
	char words[DETAIL_MAX];
	char *file = copy_of(findings, place->file);
	va_list args;

	if (file == NULL || !make_room(findings)) {
		findings->incomplete = true;
		free(file);
		return;
	}
	if (detail != NULL) {
		va_start(args, detail);
		(void)vsnprintf(words, sizeof(words), detail, args);
		va_end(args);
	}
	row = &findings->rows[findings->count++];
	row->check = check;
	row->line = place->line;
	row->file = file;
	row->text = copy_of(findings, place->text);
	row->detail = copy_of(findings, detail == NULL ? NULL : words);
}

void sw_findings_release(struct sw_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->rows[i].file);
		free(findings->rows[i].text);
		free(findings->rows[i].detail);
	}
	free(findings->rows);
	*findings = (struct sw_findings){0};
}

enum sw_exit sw_findings_status(const struct sw_findings *findings,
				enum sw_level level)
{
	enum sw_exit status = SW_EXIT_ADMITTED;

	if (findings->incomplete)
		return SW_EXIT_IO;
	for (size_t i = 0; i < findings->count; i++) {
		enum sw_level own = rows[findings->rows[i].check].level;

		if (own <= SW_LEVEL_WARNING && own <= level)
			return SW_EXIT_REJECTED;
		if (own == SW_LEVEL_UNSEEN)
			status = SW_EXIT_UNKNOWN;
	}
	return status;
}
