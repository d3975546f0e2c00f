#include "sw_test.h"

#include "sshwhy/watch.h"

#include <stdio.h>
#include <string.h>

#define ALLOW "/etc/hosts.allow"
#define DENY "/etc/hosts.deny"
#define EVENTS_MAX 8

/* What libwrap calls, in its order. */
enum call { END = 0, LINE_ALLOW, LINE_DENY, ENTER, LEAVE, WARN, JUMP };

struct event {
	enum call call;
	const char *text; /* of a line, NULL: end of file; of a complaint */
	unsigned int before;
	unsigned int after;
};

struct expected {
	enum sw_outcome outcome;
	enum sw_cause cause;
	const char *source;
	unsigned int first_line;
	unsigned int line;
	const char *text;
};

static const struct {
	const char *title;
	struct event events[EVENTS_MAX];
	bool granted;
	struct expected expected;
} rows[] = {
	{"a rule of hosts.deny",
	 {{LINE_ALLOW, NULL, 0, 0},
	  {LINE_DENY, "# first\n", 0, 1},
	  {LINE_DENY, "sshd: 192.0.2.1\n", 1, 2}},
	 false,
	 {SW_DENY, SW_CAUSE_WRAPPER_DENY, DENY, 2, 2, "sshd: 192.0.2.1"}},
	{"a continued rule of hosts.deny",
	 {{LINE_DENY, "sshd: 192.0.2.1 192.0.2.2\n", 3, 6}},
	 false,
	 {SW_DENY, SW_CAUSE_WRAPPER_DENY, DENY, 4, 6,
	  "sshd: 192.0.2.1 192.0.2.2"}},
	{"a rule of hosts.deny whose options returned",
	 {{LINE_DENY, "ALL: ALL: severity info\n", 0, 1},
	  {ENTER, NULL, 0, 0},
	  {LEAVE, NULL, 0, 0}},
	 false,
	 {SW_DENY, SW_CAUSE_WRAPPER_DENY, DENY, 1, 1,
	  "ALL: ALL: severity info"}},
	{"a rule of hosts.deny behind an aclexec that failed in hosts.allow",
	 {{LINE_ALLOW, "sshd: ALL: aclexec /bin/false\n", 0, 1},
	  {ENTER, NULL, 0, 0},
	  {WARN, "aclexec returned 1", 0, 0},
	  {LEAVE, NULL, 0, 0},
	  {LINE_DENY, "ALL: ALL\n", 0, 1}},
	 false,
	 {SW_DENY, SW_CAUSE_WRAPPER_DENY, DENY, 1, 1, "ALL: ALL"}},
	{"the option deny in hosts.allow",
	 {{LINE_ALLOW, "sshd: ALL: deny\n", 4, 5}, {ENTER, NULL, 0, 0}},
	 false,
	 {SW_DENY, SW_CAUSE_WRAPPER_OPTION_DENY, ALLOW, 5, 5,
	  "sshd: ALL: deny"}},
	{"the option deny in hosts.deny",
	 {{LINE_ALLOW, NULL, 0, 0},
	  {LINE_DENY, "sshd: ALL: deny\n", 0, 1},
	  {ENTER, NULL, 0, 0}},
	 false,
	 {SW_DENY, SW_CAUSE_WRAPPER_OPTION_DENY, DENY, 1, 1,
	  "sshd: ALL: deny"}},
	{"an option error in hosts.allow",
	 {{LINE_ALLOW, "sshd: ALL: nonsense\n", 0, 1},
	  {ENTER, NULL, 0, 0},
	  {JUMP, "bad option name: \"nonsense\"", 0, 0}},
	 false,
	 {SW_DENY, SW_CAUSE_WRAPPER_BROKEN_RULE, ALLOW, 1, 1,
	  "sshd: ALL: nonsense"}},
	{"an option error in hosts.deny",
	 {{LINE_DENY, "sshd: ALL: severity x.y\n", 6, 7},
	  {ENTER, NULL, 0, 0},
	  {JUMP, "bad syslog facility", 0, 0}},
	 false,
	 {SW_DENY, SW_CAUSE_WRAPPER_BROKEN_RULE, DENY, 7, 7,
	  "sshd: ALL: severity x.y"}},
	{"an unterminated last line of hosts.deny",
	 {{LINE_DENY, "# one\n", 0, 1},
	  {LINE_DENY, "sshd: 192.0.2.1", 1, 1},
	  {WARN, "missing newline or line too long", 0, 0}},
	 false,
	 {SW_DENY, SW_CAUSE_WRAPPER_BROKEN_RULE, DENY, 2, 2,
	  "sshd: 192.0.2.1"}},
	{"a backslash and a newline as the end of hosts.deny",
	 {{LINE_DENY, "sshd: 192.0.2.1 ", 0, 1}},
	 false,
	 {SW_DENY, SW_CAUSE_WRAPPER_BROKEN_RULE, DENY, 1, 1,
	  "sshd: 192.0.2.1 "}},
	{"a hosts.deny that cannot be opened",
	 {{LINE_ALLOW, NULL, 0, 0},
	  {WARN, "cannot open " DENY ": Permission denied", 0, 0}},
	 false,
	 {SW_DENY, SW_CAUSE_WRAPPER_BROKEN_RULE, DENY, 0, 0,
	  "cannot open " DENY ": Permission denied"}},
	{"a hosts.deny that cannot be opened, and no hosts.allow",
	 {{WARN, "cannot open " DENY ": Permission denied", 0, 0}},
	 false,
	 {SW_DENY, SW_CAUSE_WRAPPER_BROKEN_RULE, DENY, 0, 0,
	  "cannot open " DENY ": Permission denied"}},
	{"a hosts.deny that cannot be opened behind a failed aclexec",
	 {{LINE_ALLOW, "sshd: ALL: aclexec /bin/false\n", 0, 1},
	  {ENTER, NULL, 0, 0},
	  {LEAVE, NULL, 0, 0},
	  {WARN, "cannot open " DENY ": Permission denied", 0, 0}},
	 false,
	 {SW_DENY, SW_CAUSE_WRAPPER_BROKEN_RULE, DENY, 0, 0,
	  "cannot open " DENY ": Permission denied"}},
	{"a rule of hosts.deny when hosts.allow cannot be opened",
	 {{WARN, "cannot open " ALLOW ": Permission denied", 0, 0},
	  {LINE_DENY, "ALL: ALL\n", 0, 1}},
	 false,
	 {SW_DENY, SW_CAUSE_WRAPPER_DENY, DENY, 1, 1, "ALL: ALL"}},
	{"a denial without any line, though hosts.deny was read",
	 {{WARN, "cannot open " ALLOW ": Permission denied", 0, 0},
	  {LINE_DENY, NULL, 0, 0}},
	 false,
	 {SW_UNKNOWN, SW_CAUSE_NONE, "", 0, 0, ""}},
	{"a denial by a libwrap whose xgets() is not ours",
	 {{END, NULL, 0, 0}},
	 false,
	 {SW_UNKNOWN, SW_CAUSE_NONE, "", 0, 0, ""}},
	{"an option error of a libwrap whose xgets() is not ours",
	 {{ENTER, NULL, 0, 0}, {JUMP, "bad option name", 0, 0}},
	 false,
	 {SW_UNKNOWN, SW_CAUSE_NONE, "", 0, 0, ""}},
	{"a grant by a libwrap whose xgets() is not ours",
	 {{END, NULL, 0, 0}},
	 true,
	 {SW_UNKNOWN, SW_CAUSE_NONE, "", 0, 0, ""}},
	{"a rule of hosts.allow",
	 {{LINE_ALLOW, "sshd: 192.0.2.1\n", 0, 1}},
	 true,
	 {SW_ALLOW, SW_CAUSE_NONE, ALLOW, 1, 1, "sshd: 192.0.2.1"}},
	{"the option allow in hosts.deny",
	 {{LINE_ALLOW, NULL, 0, 0},
	  {LINE_DENY, "sshd: ALL: allow\n", 8, 9},
	  {ENTER, NULL, 0, 0}},
	 true,
	 {SW_ALLOW, SW_CAUSE_NONE, DENY, 9, 9, "sshd: ALL: allow"}},
	{"tables without a match",
	 {{LINE_ALLOW, "sshd: 192.0.2.1\n", 0, 1},
	  {LINE_ALLOW, NULL, 1, 1},
	  {LINE_DENY, "sshd: 192.0.2.1\n", 0, 1},
	  {LINE_DENY, NULL, 1, 1}},
	 true,
	 {SW_NOMATCH, SW_CAUSE_NONE, "", 0, 0, ""}},
	{"an unterminated hosts.allow and no hosts.deny",
	 {{LINE_ALLOW, "sshd: 192.0.2.1", 0, 0}},
	 true,
	 {SW_NOMATCH, SW_CAUSE_NONE, "", 0, 0, ""}},
	{"an aclexec that failed in hosts.deny",
	 {{LINE_DENY, "sshd: ALL: aclexec /bin/false\n", 0, 1},
	  {ENTER, NULL, 0, 0},
	  {LEAVE, NULL, 0, 0}},
	 true,
	 {SW_ALLOW, SW_CAUSE_NONE, DENY, 1, 1,
	  "sshd: ALL: aclexec /bin/false"}},
	{"an aclexec that is known to have failed in hosts.allow",
	 {{LINE_ALLOW, "sshd: ALL: aclexec /bin/false\n", 0, 1},
	  {ENTER, NULL, 0, 0},
	  {WARN, "aclexec returned 256", 0, 0},
	  {LEAVE, NULL, 0, 0}},
	 true,
	 {SW_NOMATCH, SW_CAUSE_NONE, "", 0, 0, ""}},
	{"an aclexec that said yes in hosts.allow",
	 {{LINE_ALLOW, "sshd: ALL: aclexec /bin/true\n", 0, 1},
	  {ENTER, NULL, 0, 0},
	  {WARN, "aclexec returned 0", 0, 0},
	  {LEAVE, NULL, 0, 0}},
	 true,
	 {SW_ALLOW, SW_CAUSE_NONE, ALLOW, 1, 1,
	  "sshd: ALL: aclexec /bin/true"}},
};

static struct sw_watch watch;

static void play(const struct event *event)
{
	bool in_deny = event->call == LINE_DENY;

	switch (event->call) {
	case LINE_ALLOW:
	case LINE_DENY:
		sw_watch_read(&watch, in_deny ? SW_TABLE_DENY : SW_TABLE_ALLOW,
			      in_deny ? DENY : ALLOW, event->text,
			      event->before, event->after);
		break;
	case ENTER:
	case LEAVE:
		sw_watch_options(&watch, event->call == ENTER);
		break;
	case WARN:
	case JUMP:
		sw_watch_complaint(&watch, event->call == JUMP, event->text);
		break;
	case END:
	default:
		break;
	}
}

static void compare(const char *title, const struct sw_verdict *got,
		    const struct expected *want)
{
	if (got->outcome != want->outcome || got->cause != want->cause ||
	    strcmp(got->rule.source, want->source) != 0 ||
	    got->rule.first_line != want->first_line ||
	    got->rule.line != want->line ||
	    strcmp(got->rule.text, want->text) != 0)
		fail_msg("%s: outcome %d %s, %s:%u-%u \"%s\"", title,
			 (int)got->outcome, sw_cause_code(got->cause),
			 got->rule.source, got->rule.first_line, got->rule.line,
			 got->rule.text);
}

static void each_outcome_of_libwrap_is_named(void **state SW_UNUSED)
{
	struct sw_verdict verdict;

	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		sw_watch_begin(&watch);
		for (size_t j = 0; j < EVENTS_MAX; j++)
			play(&rows[i].events[j]);
		memset(&verdict, 0xa5, sizeof(verdict));
		sw_watch_verdict(&watch, rows[i].granted, &verdict);
		compare(rows[i].title, &verdict, &rows[i].expected);
	}
}

static void leaving_libwrap_names_the_line_that_did_it(void **state SW_UNUSED)
{
	static const enum sw_cause causes[] = {SW_CAUSE_WRAPPER_TWIST,
					       SW_CAUSE_WRAPPER_BROKEN_RULE};
	struct sw_verdict verdict;

	for (size_t i = 0; i < SW_ROWS(causes); i++) {
		struct expected want = {SW_DENY, causes[i],
					DENY,	 2,
					2,	 "ALL: ALL: twist echo no"};

		sw_watch_begin(&watch);
		sw_watch_read(&watch, SW_TABLE_DENY, DENY,
			      "ALL: ALL: twist echo no\n", 1, 2);
		sw_watch_options(&watch, true);
		sw_watch_leaving(&watch, causes[i], &verdict);
		compare("leaving", &verdict, &want);
	}
}

static void a_line_longer_than_a_record_is_cut(void **state SW_UNUSED)
{
	static char line[SW_WATCH_LINE_MAX];
	struct sw_verdict verdict;

	memset(line, 'x', sizeof(line) - 1);
	sw_watch_begin(&watch);
	sw_watch_read(&watch, SW_TABLE_DENY, DENY, line, 0, 0);
	sw_watch_verdict(&watch, false, &verdict);
	assert_int_equal(verdict.cause, SW_CAUSE_WRAPPER_BROKEN_RULE);
	assert_int_equal(strlen(verdict.rule.text), SW_TEXT_MAX - 1);
	assert_string_equal(watch.lines[watch.current], line);
}

static void marks_are_counted_in_the_table_they_stand_in(void **state SW_UNUSED)
{
	static const char guard[] = "###sshguard###\n";
	static const char hosts[] = "#---- BlockHosts Additions\n";

	sw_watch_begin(&watch);
	sw_watch_read(&watch, SW_TABLE_ALLOW, ALLOW, guard, 0, 1);
	sw_watch_read(&watch, SW_TABLE_ALLOW, ALLOW, hosts, 1, 2);
	sw_watch_read(&watch, SW_TABLE_ALLOW, ALLOW, guard, 2, 3);
	sw_watch_read(&watch, SW_TABLE_ALLOW, ALLOW, "# ###sshguard###\n", 3,
		      4);
	sw_watch_read(&watch, SW_TABLE_ALLOW, ALLOW, NULL, 4, 4);
	assert_int_equal(watch.sshguard, 2);
	assert_int_equal(watch.blockhosts, 1);

	sw_watch_read(&watch, SW_TABLE_DENY, DENY, "ALL: ALL\n", 0, 1);
	assert_int_equal(watch.sshguard, 0);
	assert_int_equal(watch.blockhosts, 0);
}

static void the_line_above_is_kept_within_one_table(void **state SW_UNUSED)
{
	sw_watch_begin(&watch);
	sw_watch_read(&watch, SW_TABLE_ALLOW, ALLOW, "# a\n", 0, 1);
	sw_watch_read(&watch, SW_TABLE_DENY, DENY, "# b\n", 0, 1);
	assert_string_equal(watch.lines[watch.current ^ 1], "");
	sw_watch_read(&watch, SW_TABLE_DENY, DENY, "ALL: ALL\n", 1, 2);
	assert_string_equal(watch.lines[watch.current ^ 1], "# b\n");
}

static void lookups_add_up_and_saturate(void **state SW_UNUSED)
{
	struct sw_verdict verdict;

	sw_watch_begin(&watch);
	sw_watch_verdict(&watch, true, &verdict);
	assert_int_equal(verdict.lookup.done, 0);

	sw_watch_lookup(&watch, 0);
	sw_watch_lookup(&watch, 10000);
	sw_watch_verdict(&watch, true, &verdict);
	assert_int_equal(verdict.lookup.done, 1);
	assert_int_equal(verdict.lookup.milliseconds, 10000);

	sw_watch_lookup(&watch, UINT32_MAX);
	sw_watch_leaving(&watch, SW_CAUSE_WRAPPER_TWIST, &verdict);
	assert_int_equal(verdict.lookup.milliseconds, UINT32_MAX);
}

static void beginning_again_forgets_the_last_decision(void **state SW_UNUSED)
{
	struct sw_verdict verdict;

	sw_watch_begin(&watch);
	sw_watch_read(&watch, SW_TABLE_DENY, DENY, "ALL: ALL: x\n", 0, 1);
	sw_watch_options(&watch, true);
	sw_watch_complaint(&watch, true, "bad option name: \"x\"");
	sw_watch_lookup(&watch, 1);

	sw_watch_begin(&watch);
	sw_watch_verdict(&watch, false, &verdict);
	assert_int_equal(verdict.outcome, SW_UNKNOWN);
	assert_int_equal(verdict.lookup.done, 0);
	assert_string_equal(watch.words, "");
	assert_string_equal(watch.lines[watch.current], "");
}

static void
the_last_line_is_somebodys_by_the_marks_around_it(void **state SW_UNUSED)
{
	sw_watch_begin(&watch);
	sw_watch_read(&watch, SW_TABLE_DENY, DENY,
		      "# DenyHosts: Sun Nov 22 08:02:29 2026 | sshd: "
		      "192.0.2.1\n",
		      0, 1);
	sw_watch_read(&watch, SW_TABLE_DENY, DENY, "sshd: 192.0.2.1\n", 1, 2);
	assert_string_equal(sw_watch_owner(&watch), "denyhosts");
	sw_watch_read(&watch, SW_TABLE_DENY, DENY, "sshd: 192.0.2.2\n", 2, 3);
	assert_string_equal(sw_watch_owner(&watch), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_outcome_of_libwrap_is_named),
		cmocka_unit_test(leaving_libwrap_names_the_line_that_did_it),
		cmocka_unit_test(a_line_longer_than_a_record_is_cut),
		cmocka_unit_test(marks_are_counted_in_the_table_they_stand_in),
		cmocka_unit_test(the_line_above_is_kept_within_one_table),
		cmocka_unit_test(lookups_add_up_and_saturate),
		cmocka_unit_test(beginning_again_forgets_the_last_decision),
		cmocka_unit_test(
			the_last_line_is_somebodys_by_the_marks_around_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
