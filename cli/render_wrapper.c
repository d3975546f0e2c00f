#include "render_wrapper.h"

#include "sshwhy/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SHOWN_MAX 1024 /* bytes, with the NUL; a byte may become four */

/* A text from a file or a command line, fit for a terminal. */
struct shown_text {
	char buf[SHOWN_MAX];
};

static const char *visible(const char *value, struct shown_text *out)
{
	struct sw_text text;

	sw_text_init(&text, out->buf, sizeof(out->buf));
	sw_text_add_visible(&text, value);
	return out->buf;
}

static void SW_PRINTF(2, 3) say(const char *label, const char *format, ...)
{
	va_list args;

	printf("  %-9s ", label);
	va_start(args, format);
	(void)vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static void print_lines(const struct sw_rule *rule)
{
	if (rule->first_line == 0)
		return;
	printf(":%u", rule->first_line);
	if (rule->line > rule->first_line)
		printf("-%u", rule->line);
}

static void print_verdict(const struct sw_wrapper_answer_shown *shown)
{
	const struct sw_verdict *verdict = &shown->answer->ours.verdict;
	bool denies = verdict->outcome == SW_DENY;
	struct shown_text buf;

	printf("%s  %s by ", visible(shown->client, &buf),
	       denies ? "REFUSED" : "let in");
	if (verdict->rule.source[0] == '\0') {
		puts("default: no rule of either file names it");
		return;
	}
	fputs(visible(verdict->rule.source, &buf), stdout);
	print_lines(&verdict->rule);
	printf("   \"%s\"\n", visible(verdict->rule.text, &buf));
}

static void print_token(const struct sw_wrapper_result *ours)
{
	struct shown_text token;
	struct shown_text other;

	if (ours->token[0] != '\0')
		say("matched", "%s", visible(ours->token, &token));
	if (ours->list[0] != '\0')
		say("found in", "%s:%u", visible(ours->list, &other),
		    ours->list_line);
	if (ours->except[0] != '\0')
		say("except", "%s: does not name it",
		    visible(ours->except, &other));
}

static const char *const effects[] = {
	[SW_OPTION_OTHER] = "left the verdict alone; none was executed",
	[SW_OPTION_ALLOW] = "lets the client in, in either file",
	[SW_OPTION_DENY] = "refuses the client, in either file",
	[SW_OPTION_TWIST] = "puts another command in sshd's place",
	[SW_OPTION_ERROR] = "is an error: libwrap refuses, in either file",
};

static void print_options(const struct sw_wrapper_result *ours)
{
	const struct sw_wrapper_options *options = &ours->options;
	struct shown_text word;

	if (ours->left_allow)
		say("aclexec", "a rule of hosts.allow matched, but its command"
			       " says no; the rest of that file is not read");
	if (options->option == SW_OPTION_NONE)
		return;
	say("option", "\"%s\" %s", visible(options->word, &word),
	    effects[options->option]);
	if (ours->verdict.outcome == SW_ALLOW && !ours->in_allow_file &&
	    options->option == SW_OPTION_OTHER)
		say("aclexec", "said no, so libwrap lets the client in");
}

static void print_doubts(const struct sw_wrapper_answer_shown *shown)
{
	const struct sw_wrapper_result *ours = &shown->answer->ours;
	const struct sw_wrapper_query *query = shown->query;

	if (ours->needs_name && query->name == NULL && query->resolve == NULL)
		say("name", "a rule on the way asks for a name, which counts as"
			    " unknown; see --name and --resolve");
	if (ours->unsure)
		say("aclexec", "its command is not executed here, and taken for"
			       " a success");
	if (ours->allow_cut)
		say("warning", "hosts.allow ends in a line without newline or"
			       " too long: libwrap stops reading there");
	if (ours->allow_closed)
		say("warning", "hosts.allow cannot be opened; libwrap goes on"
			       " without it");
	if (ours->skipped)
		say("warning", "lines without ':' were passed over");
	if (ours->verdict.cause == SW_CAUSE_WRAPPER_BROKEN_RULE &&
	    ours->options.option == SW_OPTION_NONE)
		say("broken", "a line without newline or too long, a table that"
			      " cannot be opened, or a list that libwrap"
			      " crashes on");
}

static void print_libwrap(const struct sw_wrapper_answer_shown *shown)
{
	const struct sw_ask_libwrap *libwrap = &shown->answer->libwrap;
	const struct sw_rule *rule = &libwrap->verdict.rule;
	bool denies = libwrap->verdict.outcome == SW_DENY;
	struct shown_text buf;

	if (!shown->libwrap_asked) {
		say("libwrap", "could not be asked");
		return;
	}
	if (libwrap->died_of != 0)
		say("libwrap", "dies of signal %d here, and sshd with it",
		    libwrap->died_of);
	if (shown->answer->agree) {
		say("libwrap", "agrees");
		return;
	}
	printf("  %-9s DISAGREES: %s by ", "libwrap",
	       denies ? "refused" : "let in");
	fputs(rule->source[0] == '\0' ? "default" : visible(rule->source, &buf),
	      stdout);
	print_lines(rule);
	putchar('\n');
}

void sw_render_wrapper_text(const struct sw_wrapper_answer_shown *shown)
{
	print_verdict(shown);
	print_token(&shown->answer->ours);
	print_options(&shown->answer->ours);
	print_doubts(shown);
	print_libwrap(shown);
}
