#include "sshwhy/watch.h"

#include "sshwhy/wrapper_owner.h"

#include <string.h>

/* What stands around the rules of two tools that write whole blocks. */
#define SSHGUARD_MARK "###sshguard###"
#define BLOCKHOSTS_MARK "#---- BlockHosts Additions"

/* How libwrap begins and ends the complaint about a table. */
#define CANNOT_OPEN "cannot open "
#define ACLEXEC_RETURNED "aclexec returned "

/* Cut where it does not fit. */
static void copy_text(char *dst, size_t size, const char *src)
{
	if (memccpy(dst, src, '\0', size) == NULL)
		dst[size - 1] = '\0';
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* The length of line without its newline. */
static size_t bare_length(const char *line)
{
	size_t len = strlen(line);

	return len > 0 && line[len - 1] == '\n' ? len - 1 : len;
}

static bool is_mark(const char *line, const char *mark)
{
	size_t len = strlen(mark);

	return bare_length(line) == len && memcmp(line, mark, len) == 0;
}

void sw_watch_begin(struct sw_watch *watch)
{
	memset(watch, 0, offsetof(struct sw_watch, lines));
	watch->lines[0][0] = '\0';
	watch->lines[1][0] = '\0';
	watch->lookup = (struct sw_lookup){0};
}

static void enter_table(struct sw_watch *watch, enum sw_table table,
			const char *source)
{
	watch->table = table;
	watch->deny_reached |= table == SW_TABLE_DENY;
	watch->aclexec = false;
	watch->sshguard = 0;
	watch->blockhosts = 0;
	watch->first_line = 0;
	watch->line = 0;
	watch->lines[watch->current][0] = '\0';
	copy_text(watch->source, sizeof(watch->source), source);
}

void sw_watch_read(struct sw_watch *watch, enum sw_table table,
		   const char *source, const char *text, unsigned int before,
		   unsigned int after)
{
	char *line;

	if (table != watch->table)
		enter_table(watch, table, source);
	watch->reads++;
	watch->line_valid = text != NULL;
	if (text == NULL)
		return;

	watch->current ^= 1;
	line = watch->lines[watch->current];
	copy_text(line, SW_WATCH_LINE_MAX, text);
	watch->first_line = before + 1;
	/* A line is counted at its newline, so one without is one short. */
	watch->line = after > before ? after : before + 1;
	if (line[0] != '#')
		return;
	watch->sshguard += is_mark(line, SSHGUARD_MARK);
	watch->blockhosts += is_mark(line, BLOCKHOSTS_MARK);
}

void sw_watch_options(struct sw_watch *watch, bool entered)
{
	watch->in_options = entered;
}

void sw_watch_complaint(struct sw_watch *watch, bool jump, const char *words)
{
	watch->jumped |= jump;
	if (starts_with(words, ACLEXEC_RETURNED))
		watch->aclexec |= strcmp(words, ACLEXEC_RETURNED "0") != 0;
	copy_text(watch->words, sizeof(watch->words), words);
}

void sw_watch_lookup(struct sw_watch *watch, uint32_t milliseconds)
{
	uint32_t room = UINT32_MAX - watch->lookup.milliseconds;

	watch->lookup.done = 1;
	watch->lookup.milliseconds += milliseconds < room ? milliseconds : room;
}

static bool is_unterminated(const struct sw_watch *watch)
{
	const char *line = watch->lines[watch->current];

	return line[bare_length(line)] != '\n';
}

static void name_last_line(const struct sw_watch *watch, struct sw_rule *rule)
{
	const char *line = watch->lines[watch->current];
	size_t len = bare_length(line);

	copy_text(rule->source, sizeof(rule->source), watch->source);
	rule->first_line = watch->first_line;
	rule->line = watch->line;
	if (len >= sizeof(rule->text))
		len = sizeof(rule->text) - 1;
	memcpy(rule->text, line, len);
	rule->text[len] = '\0';
}

/* With no line to quote, libwrap's complaint stands in for the text. */
static void name_closed_table(const struct sw_watch *watch,
			      struct sw_rule *rule)
{
	const char *path = watch->words + strlen(CANNOT_OPEN);
	const char *end = strstr(path, ": ");
	size_t len = end == NULL ? 0 : (size_t)(end - path);

	copy_text(rule->text, sizeof(rule->text), watch->words);
	if (len >= sizeof(rule->source))
		len = 0;
	memcpy(rule->source, path, len);
	rule->source[len] = '\0';
}

static void deny(struct sw_verdict *out, enum sw_cause cause)
{
	out->outcome = SW_DENY;
	out->cause = cause;
}

/* The cause that the last line gives; SW_CAUSE_NONE: it did not deny. */
static enum sw_cause cause_of_line(const struct sw_watch *watch)
{
	if (watch->reads == 0)
		return SW_CAUSE_NONE;
	if (watch->jumped)
		return SW_CAUSE_WRAPPER_BROKEN_RULE;
	if (watch->in_options)
		return SW_CAUSE_WRAPPER_OPTION_DENY;
	if (!watch->line_valid || watch->table != SW_TABLE_DENY)
		return SW_CAUSE_NONE;
	return is_unterminated(watch) ? SW_CAUSE_WRAPPER_BROKEN_RULE
				      : SW_CAUSE_WRAPPER_DENY;
}

static void name_denying(const struct sw_watch *watch, struct sw_verdict *out)
{
	enum sw_cause cause = cause_of_line(watch);

	if (cause != SW_CAUSE_NONE) {
		deny(out, cause);
		name_last_line(watch, &out->rule);
	} else if (!watch->deny_reached &&
		   starts_with(watch->words, CANNOT_OPEN)) {
		deny(out, SW_CAUSE_WRAPPER_BROKEN_RULE);
		name_closed_table(watch, &out->rule);
	}
}

/* A rule of hosts.deny that let the client in had an aclexec say no. */
static bool last_line_grants(const struct sw_watch *watch)
{
	if (watch->in_options)
		return true;
	if (!watch->line_valid || is_unterminated(watch))
		return false;
	return watch->table == SW_TABLE_DENY || !watch->aclexec;
}

static void name_granting(const struct sw_watch *watch, struct sw_verdict *out)
{
	if (watch->reads == 0)
		return;
	out->outcome = SW_NOMATCH;
	if (!last_line_grants(watch))
		return;
	out->outcome = SW_ALLOW;
	name_last_line(watch, &out->rule);
}

void sw_watch_verdict(const struct sw_watch *watch, bool granted,
		      struct sw_verdict *out)
{
	*out = (struct sw_verdict){.outcome = SW_UNKNOWN};
	out->lookup = watch->lookup;
	if (granted)
		name_granting(watch, out);
	else
		name_denying(watch, out);
}

void sw_watch_leaving(const struct sw_watch *watch, enum sw_cause cause,
		      struct sw_verdict *out)
{
	*out = (struct sw_verdict){0};
	deny(out, cause);
	out->lookup = watch->lookup;
	name_last_line(watch, &out->rule);
}

const char *sw_watch_owner(const struct sw_watch *watch)
{
	const struct sw_wrapper_marks marks = {
		.previous = watch->lines[watch->current ^ 1],
		.text = watch->lines[watch->current],
		.in_allow_file = watch->table == SW_TABLE_ALLOW,
		.sshguard = watch->sshguard,
		.blockhosts = watch->blockhosts,
	};

	return sw_wrapper_owner(&marks);
}
