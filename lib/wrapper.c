#include "sshwhy/wrapper.h"

#include "sshwhy/text.h"
#include "sshwhy/wrapper_parts.h"

#include <errno.h>
#include <string.h>

/* A rule of a table, taken apart. */
struct rule {
	struct sw_word daemons;
	struct sw_word clients;
	struct sw_word options;
	bool has_options;
};

enum step { GO_ON, LEAVE_TABLE, DECIDED };

/* A table that is being read. */
struct reading {
	struct sw_match match;
	struct sw_wrapper_result *out;
	const char *path;
	bool is_allow;
	bool aclexec_failed; /* libwrap never forgets it */
};

static void name_rule(const struct reading *reading, struct sw_lines *lines,
		      struct sw_rule *rule)
{
	size_t len = lines->buf_len;
	unsigned int line = lines->newlines;

	if (len > 0 && lines->buf[len - 1] == '\n')
		len--;
	sw_word_copy((struct sw_word){lines->buf, len}, rule->text,
		     sizeof(rule->text));
	(void)sw_text_copy(rule->source, sizeof(rule->source), reading->path);
	rule->first_line = lines->first_line;
	/* A line is counted at its newline, so one without is one short. */
	rule->line = line > lines->first_line ? line : lines->first_line;
}

static enum step deny(struct reading *reading, struct sw_lines *lines,
		      enum sw_cause cause)
{
	struct sw_verdict *verdict = &reading->out->verdict;

	verdict->outcome = SW_DENY;
	verdict->cause = cause;
	reading->out->in_allow_file = reading->is_allow;
	name_rule(reading, lines, &verdict->rule);
	return DECIDED;
}

static enum step allow(struct reading *reading, struct sw_lines *lines)
{
	reading->out->verdict.outcome = SW_ALLOW;
	reading->out->in_allow_file = reading->is_allow;
	name_rule(reading, lines, &reading->out->verdict.rule);
	return DECIDED;
}

static void show_found(struct reading *reading)
{
	const struct sw_found *found = &reading->match.found;
	struct sw_wrapper_result *out = reading->out;

	sw_word_copy(found->token, out->token, sizeof(out->token));
	if (found->list[0] != '\0')
		memcpy(out->token, found->token_text, sizeof(out->token));
	sw_word_copy(found->except, out->except, sizeof(out->except));
	memcpy(out->list, found->list, sizeof(out->list));
	out->list_line = found->list_line;
}

static bool is_empty(struct sw_word line)
{
	struct sw_word word;

	return line.start[0] == '#' || !sw_word_next(&line, SW_BLANK, &word);
}

static bool take_apart(struct sw_word line, struct rule *out)
{
	if (!sw_word_split(line, ':', &out->daemons, &out->clients))
		return false;
	out->has_options =
		sw_word_split(out->clients, ':', &out->clients, &out->options);
	return true;
}

static enum step apply_natural(struct reading *reading, struct sw_lines *lines)
{
	if (reading->is_allow)
		return allow(reading, lines);
	return deny(reading, lines, SW_CAUSE_WRAPPER_DENY);
}

/* The rest of a table is not read once an aclexec has said no. */
static enum step apply_command(struct reading *reading, struct sw_lines *lines)
{
	const struct sw_wrapper_options *options = &reading->out->options;

	reading->out->unsure |= options->aclexec_unknown;
	if (options->aclexec)
		reading->aclexec_failed = options->aclexec_failed;
	if (!reading->aclexec_failed)
		return apply_natural(reading, lines);
	reading->out->left_allow |= reading->is_allow;
	return reading->is_allow ? LEAVE_TABLE : allow(reading, lines);
}

static enum step apply_options(struct reading *reading, struct sw_lines *lines,
			       const struct rule *rule)
{
	struct sw_wrapper_options *options = &reading->out->options;

	sw_wrapper_options_judge(reading->match.query, rule->options.start,
				 options);
	reading->match.needs_name |= options->names_client;
	switch (options->option) {
	case SW_OPTION_ALLOW:
		return allow(reading, lines);
	case SW_OPTION_DENY:
		return deny(reading, lines, SW_CAUSE_WRAPPER_OPTION_DENY);
	case SW_OPTION_TWIST:
		return deny(reading, lines, SW_CAUSE_WRAPPER_TWIST);
	case SW_OPTION_ERROR:
		return deny(reading, lines, SW_CAUSE_WRAPPER_BROKEN_RULE);
	case SW_OPTION_NONE:
	case SW_OPTION_OTHER:
		break;
	}
	return apply_command(reading, lines);
}

static enum step read_rule(struct reading *reading, struct sw_lines *lines)
{
	struct sw_word line = {lines->buf, lines->buf_len};
	struct rule rule;
	bool matched;

	if (line.start[line.len - 1] != '\n') {
		if (!reading->is_allow)
			return deny(reading, lines,
				    SW_CAUSE_WRAPPER_BROKEN_RULE);
		reading->out->allow_cut = true;
		return LEAVE_TABLE;
	}
	if (is_empty(line))
		return GO_ON;
	if (!take_apart(line, &rule)) {
		reading->out->skipped = true;
		return GO_ON;
	}
	matched = sw_match_daemons(&reading->match, rule.daemons) &&
		  sw_match_clients(&reading->match, rule.clients);
	if (reading->match.died)
		return deny(reading, lines, SW_CAUSE_WRAPPER_BROKEN_RULE);
	if (!matched)
		return GO_ON;
	show_found(reading);
	return rule.has_options ? apply_options(reading, lines, &rule)
				: apply_natural(reading, lines);
}

/* A hosts.deny that cannot be opened refuses everybody. */
static enum step fail_to_open(struct reading *reading, int error)
{
	struct sw_rule *rule = &reading->out->verdict.rule;
	struct sw_text text;

	if (error == ENOENT)
		return LEAVE_TABLE;
	if (reading->is_allow) {
		reading->out->allow_closed = true;
		return LEAVE_TABLE;
	}
	reading->out->verdict.outcome = SW_DENY;
	reading->out->verdict.cause = SW_CAUSE_WRAPPER_BROKEN_RULE;
	(void)sw_text_copy(rule->source, sizeof(rule->source), reading->path);
	sw_text_init(&text, rule->text, sizeof(rule->text));
	sw_text_add(&text, "cannot open %s: %s", reading->path,
		    strerror(error));
	return DECIDED;
}

static enum step read_table(struct reading *reading)
{
	struct sw_lines lines;
	enum step step = GO_ON;

	if (sw_lines_open(&lines, reading->path) != SW_OK)
		return fail_to_open(reading, errno);
	while (step == GO_ON && sw_lines_next(&lines))
		step = read_rule(reading, &lines);
	sw_lines_close(&lines);
	return step;
}

/* What a rule that was left behind has written does not belong to the answer.
 */
static void forget_rule(struct sw_wrapper_result *out)
{
	out->options = (struct sw_wrapper_options){0};
	out->token[0] = '\0';
	out->except[0] = '\0';
	out->list[0] = '\0';
	out->list_line = 0;
}

void sw_wrapper_decide(const struct sw_wrapper_query *query,
		       struct sw_wrapper_result *out)
{
	struct reading reading = {.out = out, .is_allow = true};
	int saved = errno;

	memset(out, 0, sizeof(*out));
	sw_match_begin(&reading.match, query);
	reading.path = query->allow;
	if (read_table(&reading) != DECIDED) {
		forget_rule(out);
		reading.path = query->deny;
		reading.is_allow = false;
		(void)read_table(&reading);
	}
	out->needs_name = reading.match.needs_name;
	out->verdict.lookup.done = reading.match.resolved;
	errno = saved;
}

bool sw_wrapper_has_options(const struct sw_wrapper_result *result)
{
	return result->verdict.rule.first_line != 0 &&
	       (result->options.option != SW_OPTION_NONE || result->left_allow);
}
