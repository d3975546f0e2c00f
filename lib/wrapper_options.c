#include "sshwhy/wrapper_parts.h"

#include <string.h>

#define BLANKS " \t\r\n"

/* What libwrap demands of an option, before it looks at the value. */
#define NEEDS_VALUE 1U
#define TAKES_VALUE 2U
#define MUST_BE_LAST 4U

struct judge {
	const struct sw_wrapper_query *query;
	struct sw_wrapper_options *out;
};

/* False when the value is an error; then the rule denies. */
typedef bool (*judge_value_fn)(const struct judge *judge, struct sw_word value);

static bool is_one_of(struct sw_word word, const char *const *names)
{
	for (; *names != NULL; names++) {
		if (sw_word_is(word, *names))
			return true;
	}
	return false;
}

static bool is_missing(const struct judge *judge,
		       enum sw_wrapper_question question, struct sw_word word)
{
	return sw_wrapper_ask(judge->query, question, word, NULL) ==
	       SW_ANSWER_NO;
}

static bool judge_any(const struct judge *judge SW_UNUSED,
		      struct sw_word value SW_UNUSED)
{
	return true;
}

static bool judge_group(const struct judge *judge, struct sw_word value)
{
	return !is_missing(judge, SW_ASK_GROUP, value);
}

static bool judge_user(const struct judge *judge, struct sw_word value)
{
	struct sw_word group;

	if (sw_word_split(value, '.', &value, &group) &&
	    is_missing(judge, SW_ASK_GROUP, group))
		return false;
	return !is_missing(judge, SW_ASK_USER, value);
}

static bool judge_umask(const struct judge *judge SW_UNUSED,
			struct sw_word value)
{
	uint32_t mask;

	return sw_number_unsigned(value, 8, &mask) && mask <= 0777;
}

static bool judge_linger(const struct judge *judge SW_UNUSED,
			 struct sw_word value)
{
	int32_t seconds;

	return sw_number_signed(value, &seconds) && seconds >= 0;
}

static bool judge_rfc931(const struct judge *judge SW_UNUSED,
			 struct sw_word value)
{
	int32_t seconds;

	return value.len == 0 ||
	       (sw_number_signed(value, &seconds) && seconds > 0);
}

static bool judge_nice(const struct judge *judge SW_UNUSED,
		       struct sw_word value)
{
	int32_t steps;

	return value.len == 0 || sw_number_signed(value, &steps);
}

static bool judge_severity(const struct judge *judge SW_UNUSED,
			   struct sw_word value)
{
	static const char *const facilities[] = {
		"kern",	  "user",   "mail",   "daemon", "auth",	  "lpr",
		"news",	  "uucp",   "cron",   "local0", "local1", "local2",
		"local3", "local4", "local5", "local6", "local7", NULL};
	static const char *const levels[] = {"emerg", "alert",	 "crit",
					     "err",   "warning", "notice",
					     "info",  "debug",	 NULL};
	struct sw_word facility;

	if (sw_word_split(value, '.', &facility, &value) &&
	    !is_one_of(facility, facilities))
		return false;
	return is_one_of(value, levels);
}

/* What percent_x() knows; it puts something for each of them. */
static bool is_expanded(char c)
{
	return c != '\0' && strchr("%AHNRacdhnprsu", c) != NULL;
}

static void note_names(const struct judge *judge, struct sw_word value)
{
	for (size_t i = 0; i + 1 < value.len; i++) {
		if (value.start[i] != '%')
			continue;
		i++;
		judge->out->names_client |= value.start[i] == 'n';
	}
}

static bool judge_command(const struct judge *judge, struct sw_word value)
{
	note_names(judge, value);
	return true;
}

static bool judge_aclexec(const struct judge *judge, struct sw_word value)
{
	enum sw_wrapper_answer answer =
		sw_wrapper_ask(judge->query, SW_ASK_COMMAND, value, NULL);

	note_names(judge, value);
	judge->out->aclexec = true;
	judge->out->aclexec_failed = answer == SW_ANSWER_NO;
	judge->out->aclexec_unknown |= answer == SW_ANSWER_UNKNOWN;
	return true;
}

/* setenv() refuses an empty name and one with '='. Before it is asked, an
 * unknown %x has vanished from the value. */
static bool judge_setenv(const struct judge *judge, struct sw_word value)
{
	size_t len = 0;

	note_names(judge, value);
	for (size_t i = 0; i < value.len; i++) {
		char c = value.start[i];

		if (c == '%' && i + 1 < value.len) {
			i++;
			len += is_expanded(value.start[i]);
		} else if (len > 0 && strchr(BLANKS, c) != NULL) {
			break;
		} else if (c == '=') {
			return false;
		} else if (len > 0 || !sw_word_is_blank(c)) {
			len++;
		}
	}
	return len > 0;
}

static const struct option {
	const char *name;
	unsigned int demands;
	judge_value_fn judge;
	enum sw_wrapper_option effect;
} table[] = {
	{"aclexec", NEEDS_VALUE, judge_aclexec, SW_OPTION_OTHER},
	{"allow", MUST_BE_LAST, judge_any, SW_OPTION_ALLOW},
	{"banners", NEEDS_VALUE, judge_any, SW_OPTION_OTHER},
	{"deny", MUST_BE_LAST, judge_any, SW_OPTION_DENY},
	{"group", NEEDS_VALUE, judge_group, SW_OPTION_OTHER},
	{"keepalive", 0, judge_any, SW_OPTION_OTHER},
	{"linger", NEEDS_VALUE, judge_linger, SW_OPTION_OTHER},
	{"nice", TAKES_VALUE, judge_nice, SW_OPTION_OTHER},
	{"rfc931", TAKES_VALUE, judge_rfc931, SW_OPTION_OTHER},
	{"setenv", NEEDS_VALUE, judge_setenv, SW_OPTION_OTHER},
	{"severity", NEEDS_VALUE, judge_severity, SW_OPTION_OTHER},
	{"spawn", NEEDS_VALUE, judge_command, SW_OPTION_OTHER},
	{"twist", NEEDS_VALUE | MUST_BE_LAST, judge_command, SW_OPTION_TWIST},
	{"umask", NEEDS_VALUE, judge_umask, SW_OPTION_OTHER},
	{"user", NEEDS_VALUE, judge_user, SW_OPTION_OTHER},
};

static const struct option *option_named(struct sw_word name)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (sw_word_is(name, table[i].name))
			return &table[i];
	}
	return NULL;
}

/*
 * Take a field up to the next ':' off *rest, unescaping "\:". A ':' as the very
 * last byte begins no further field.
 */
static bool next_field(struct sw_word *rest, struct sw_word *out)
{
	char *from = rest->start;
	char *end = rest->start + rest->len;
	char *to = from;

	if (rest->len == 0)
		return false;
	*out = (struct sw_word){from, 0};
	while (from < end && *from != ':') {
		if (*from == '\\' && from + 1 < end && from[1] == ':')
			from++;
		*to++ = *from++;
	}
	out->len = (size_t)(to - out->start);
	if (from < end)
		from++;
	*rest = (struct sw_word){from, (size_t)(end - from)};
	return true;
}

static struct sw_word skip_blanks(struct sw_word word)
{
	while (word.len > 0 && strchr(BLANKS, word.start[0]) != NULL) {
		word.start++;
		word.len--;
	}
	return word;
}

/* "name value", "name=value" and "name = value". */
static void split_option(struct sw_word field, struct sw_word *out_name,
			 struct sw_word *out_value)
{
	struct sw_word rest = field;

	while (rest.len > 0 && strchr("=" BLANKS, rest.start[0]) == NULL) {
		rest.start++;
		rest.len--;
	}
	*out_name = (struct sw_word){field.start, field.len - rest.len};
	rest = skip_blanks(rest);
	if (rest.len > 0 && rest.start[0] == '=')
		rest = skip_blanks(
			(struct sw_word){rest.start + 1, rest.len - 1});
	*out_value = rest;
}

static enum sw_wrapper_option judge_field(const struct judge *judge,
					  struct sw_word field, bool is_last)
{
	const struct option *option;
	struct sw_word value;
	struct sw_word name;

	split_option(field, &name, &value);
	option = option_named(name);
	if (option == NULL)
		return SW_OPTION_ERROR;
	if (value.len == 0 && (option->demands & NEEDS_VALUE) != 0)
		return SW_OPTION_ERROR;
	if (value.len != 0 &&
	    (option->demands & (NEEDS_VALUE | TAKES_VALUE)) == 0)
		return SW_OPTION_ERROR;
	if (!is_last && (option->demands & MUST_BE_LAST) != 0)
		return SW_OPTION_ERROR;
	if (!option->judge(judge, value))
		return SW_OPTION_ERROR;
	return option->effect;
}

void sw_wrapper_options_judge(const struct sw_wrapper_query *query,
			      const char *text, struct sw_wrapper_options *out)
{
	const struct judge judge = {query, out};
	char copy[SW_LINE_MAX];
	struct sw_word field;
	struct sw_word rest;

	*out = (struct sw_wrapper_options){.option = SW_OPTION_NONE};
	rest = (struct sw_word){copy, strnlen(text, sizeof(copy) - 1)};
	memcpy(copy, text, rest.len);
	while (next_field(&rest, &field)) {
		field = sw_word_trim(field);
		sw_word_copy(field, out->word, sizeof(out->word));
		out->option = judge_field(&judge, field, rest.len == 0);
		if (out->option != SW_OPTION_OTHER)
			return;
	}
}
