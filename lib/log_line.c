#include "sshwhy/logline.h"

#include "log_match.h"
#include "log_read.h"
#include "log_strip.h"

#include <string.h>

/* What a row says; beyond enum sw_log_kind, END is a context that comes last,
 * and FATAL depends on the level. */
enum row_kind {
	END = SW_LOG_OTHER,
	CONTEXT = SW_LOG_CONTEXT,
	FACT = SW_LOG_FACT,
	SUMMARY = SW_LOG_SUMMARY,
	COMPANION = SW_LOG_COMPANION,
	REJECTION = SW_LOG_REJECTION,
	FATAL
};

static const struct row {
	const char *pattern;
	enum row_kind kind;
	enum sw_cause cause;
} rows[] = {
#define MESSAGE(kind, cause, pattern) {pattern, kind, SW_CAUSE_##cause},
#include "log_messages.def"
#undef MESSAGE
};

static const struct row unit_rows[] = {
	{"%S Too many incoming connections (%n) from source %h, dropping "
	 "connection.",
	 REJECTION, SW_CAUSE_LIMIT_SOCKET_UNIT},
	{"%S Too many incoming connections (%n), dropping connection.",
	 REJECTION, SW_CAUSE_LIMIT_SOCKET_UNIT},
	{"%S Too many incoming connections (%n)", REJECTION,
	 SW_CAUSE_LIMIT_SOCKET_UNIT},
	{"%S Trigger limit hit, refusing further activation.", REJECTION,
	 SW_CAUSE_LIMIT_SOCKET_UNIT},
};

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* The first of the rows, sorted by it, whose pattern begins with c. */
static size_t first_row(char c)
{
	size_t low = 0;
	size_t high = ROWS(rows);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (rows[middle].pattern[0] < c)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct row *match_rows(const struct row *row,
				    const struct row *end, char c,
				    const struct sw_log_stripped *message,
				    struct sw_log_fields *fields)
{
	for (; row < end && row->pattern[0] == c; row++) {
		switch (sw_log_match(row->pattern, message->words, message->cut,
				     fields)) {
		case SW_LOG_YES:
			return row;
		case SW_LOG_UNCERTAIN:
			return NULL;
		case SW_LOG_NO:
			break;
		}
	}
	return NULL;
}

static bool is_of_address(char c)
{
	return c != '\0' && strchr("0123456789abcdef:", c) != NULL;
}

/* What a pattern begins with stands for a path or an address. */
static const struct row *find_row(enum sw_log_origin origin,
				  const struct sw_log_stripped *message,
				  struct sw_log_fields *fields)
{
	const struct row *row = NULL;
	char c = message->words.len > 0 ? message->words.at[0] : '\0';

	if (origin == SW_LOG_SYSTEMD)
		return match_rows(unit_rows, unit_rows + ROWS(unit_rows), '%',
				  message, fields);
	if (origin != SW_LOG_SSHD || c == '%')
		return NULL;
	if (c == '/' || is_of_address(c))
		row = match_rows(rows + first_row('%'), rows + ROWS(rows), '%',
				 message, fields);
	if (row != NULL || c == '/')
		return row;
	return match_rows(rows + first_row(c), rows + ROWS(rows), c, message,
			  fields);
}

/* Debug messages tell of things that did not end the connection, and the drops
 * that sshd itself has put there. */
static bool is_said_aside(const struct row *row, enum sw_log_level level)
{
	enum sw_stage stage = sw_cause_stage(row->cause);

	return level == SW_LOG_LEVEL_DEBUG && row->kind >= COMPANION &&
	       stage != SW_STAGE_STARTUPS && stage != SW_STAGE_PENALTY;
}

static enum sw_log_kind kind_of(const struct row *row, enum sw_log_level level)
{
	if (row->kind == END)
		return SW_LOG_CONTEXT;
	if (row->kind != FATAL)
		return (enum sw_log_kind)row->kind;
	return level == SW_LOG_LEVEL_FATAL ? SW_LOG_REJECTION : SW_LOG_FACT;
}

enum sw_log_kind sw_logline_classify(enum sw_log_origin origin,
				     const char *message, size_t len,
				     struct sw_logline *out)
{
	struct sw_log_stripped stripped =
		sw_log_strip((struct sw_log_span){message, len});
	struct sw_log_fields fields;
	const struct row *row = find_row(origin, &stripped, &fields);

	if (row == NULL || is_said_aside(row, stripped.level))
		return SW_LOG_OTHER;
	memset(out, 0, sizeof(*out));
	out->cause = row->cause;
	out->kind = kind_of(row, stripped.level);
	out->ends = row->kind == END || stripped.level == SW_LOG_LEVEL_FATAL ||
		    strncmp(row->pattern, "Disconn", 7) == 0;
	out->count = stripped.times;
	sw_log_read(&fields, out);
	if (row->kind == CONTEXT && row->cause != SW_CAUSE_NONE)
		memcpy(out->conn.user, "root", sizeof("root"));
	return out->kind;
}
