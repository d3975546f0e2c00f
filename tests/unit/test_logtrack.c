#include "sw_test.h"

#include "sshwhy/logtrack.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 6
#define LARGE 4096

/* Lines as "SECONDS PID MESSAGE", and the results as
 * "SECONDS CAUSE CLIENT[,PORT] USER RULE xCOUNT;". */
static const struct {
	const char *why;
	const char *lines[STEPS];
	const char *want;
} logs[] = {
	{"a companion is no second rejection",
	 {"1 41 error: maximum authentication attempts exceeded for bob from "
	  "203.0.113.5 port 5 ssh2 [preauth]",
	  "1 41 Disconnecting authenticating user bob 203.0.113.5 port 5: Too "
	  "many authentication failures [preauth]"},
	 "1 config.max-auth-tries 203.0.113.5,5 bob;"},
	{"a companion alone is the rejection",
	 {"1 41 Failed password for root from 203.0.113.5 port 5 ssh2",
	  "2 41 Disconnecting: Too many authentication failures for root"},
	 "2 config.max-auth-tries 203.0.113.5,5 root;"},
	{"the client may come later",
	 {"1 41 Bad packet length 1349676916. [preauth]",
	  "1 42 Connection closed by 203.0.113.9 port 9",
	  "1 41 ssh_dispatch_run_fatal: Connection from 203.0.113.5 port 5: "
	  "message authentication code incorrect [preauth]",
	  "1 41 Connection closed by 203.0.113.5 port 5"},
	 "1 protocol.corrupt 203.0.113.5,5 ;"},
	{"the client may have come before",
	 {"1 41 Connection from 203.0.113.5 port 5 on 192.0.2.1 port 22",
	  "2 41 fatal: Access denied for user bob by PAM account "
	  "configuration [preauth]"},
	 "2 account.pam 203.0.113.5,5 bob;"},
	{"no client is waited for longer than a login may take",
	 {"1 41 Bad packet length 1.",
	  "132 42 User bob from 203.0.113.9 not allowed because listed in "
	  "DenyUsers"},
	 "1 protocol.corrupt - ;132 config.deny-user 203.0.113.9 bob;"},
	{"what waits is let out at the end",
	 {"1 41 Bad packet length 1."},
	 "1 protocol.corrupt - ;"},
	{"the port may come later",
	 {"1 41 User bob from 203.0.113.5 not allowed because listed in "
	  "DenyUsers",
	  "1 42 User eve from 203.0.113.5 not allowed because listed in "
	  "DenyUsers",
	  "9 42 Failed password for invalid user eve from 203.0.113.5 port 6 "
	  "ssh2",
	  "9 41 Connection closed by invalid user bob 203.0.113.5 port 5 "
	  "[preauth]"},
	 "1 config.deny-user 203.0.113.5,5 bob;"
	 "1 config.deny-user 203.0.113.5,6 eve;"},
	{"the user may come later",
	 {"1 41 Authentication refused: bad ownership or modes for file /k",
	  "1 41 Failed publickey for bob from 203.0.113.5 port 5 ssh2"},
	 "1 key.file 203.0.113.5,5 bob /k:0;"},
	{"several rejections wait with their process",
	 {"1 41 Authentication refused: bad ownership or modes for file /k",
	  "2 41 Disconnecting: Too many authentication failures [preauth]",
	  "2 41 PAM 2 more authentication failures; logname= uid=0 euid=0 "
	  "tty=ssh ruser= rhost=203.0.113.5  user=bob"},
	 "1 key.file 203.0.113.5 bob /k:0;"
	 "2 config.max-auth-tries 203.0.113.5 bob;"},
	{"behind its last words a pid is another process",
	 {"1 41 Connection closed by 203.0.113.5 port 5 [preauth]",
	  "9 41 Bad packet length 1.",
	  "9 41 Connection closed by 203.0.113.9 port 9 [preauth]"},
	 "9 protocol.corrupt 203.0.113.9,9 ;"},
	{"what waits is not given to the next process",
	 {"1 41 Disconnecting: Too many authentication failures for root",
	  "9 41 Failed password for bob from 203.0.113.9 port 9 ssh2"},
	 "1 config.max-auth-tries - root;"},
	{"results keep the order of the log",
	 {"1 41 Disconnecting: Too many authentication failures for root",
	  "2 9 drop connection #10 from [203.0.113.7]:5 on [192.0.2.1]:22 past "
	  "MaxStartups",
	  "2 41 Connection closed by 203.0.113.5 [preauth]"},
	 "1 config.max-auth-tries 203.0.113.5 root;"
	 "2 limit.max-startups 203.0.113.7,5 ;"},
	{"a name that is none is no user",
	 {"1 41 Failed keyboard-interactive for <invalid username> from "
	  "203.0.113.5 port 5 ssh2",
	  "2 41 Disconnecting: Too many authentication failures for eve"},
	 "2 config.max-auth-tries 203.0.113.5,5 eve;"},
	{"a listener runs out of processes each time anew",
	 {"1 9 error: fork: Resource temporarily unavailable",
	  "1 9 error: fork: Resource temporarily unavailable"},
	 "1 server.resources - ;1 server.resources - ;"},
	{"a banner is refused once",
	 {"1 41 error: kex_exchange_identification: client sent invalid "
	  "protocol identifier \"x\"",
	  "1 41 banner exchange: Connection from 203.0.113.5 port 5: invalid "
	  "format"},
	 "1 protocol.banner 203.0.113.5,5 ;"},
	{"ROOT LOGIN REFUSED is written twice",
	 {"1 41 ROOT LOGIN REFUSED FROM 203.0.113.5 port 5",
	  "1 41 ROOT LOGIN REFUSED FROM 203.0.113.5 port 5 [preauth]"},
	 "1 config.root-login 203.0.113.5,5 ;"},
	{"another connection is another rejection",
	 {"1 41 ROOT LOGIN REFUSED FROM 203.0.113.5 port 5",
	  "2 41 ROOT LOGIN REFUSED FROM 203.0.113.5 port 6"},
	 "1 config.root-login 203.0.113.5,5 ;"
	 "2 config.root-login 203.0.113.5,6 ;"},
	{"a pid is used again some day",
	 {"1 41 ROOT LOGIN REFUSED FROM 203.0.113.5",
	  "700 41 ROOT LOGIN REFUSED FROM 203.0.113.5"},
	 "1 config.root-login 203.0.113.5 ;"
	 "700 config.root-login 203.0.113.5 ;"},
	{"a module names what sshd then tells",
	 {"1 41 pam_access(sshd:account): access denied for user `bob' from "
	  "`203.0.113.5'",
	  "1 41 fatal: Access denied for user bob by PAM account "
	  "configuration [preauth]"},
	 "1 account.pam 203.0.113.5 bob;"},
	{"two keys are two rules",
	 {"1 41 /k:1: Authentication tried for bob with correct key but not "
	  "from a permitted host (host=a, ip=203.0.113.5, required=b).",
	  "1 41 error: Refused by key options",
	  "1 41 /k:2: Authentication tried for bob with correct key but not "
	  "from a permitted host (host=a, ip=203.0.113.5, required=b)."},
	 "1 key.restricted 203.0.113.5 bob /k:1;"
	 "1 key.restricted 203.0.113.5 bob /k:2;"},
	{"libwrap's complaint and refusal are one",
	 {"1 41 error: /etc/hosts.deny, line 4: bad option name: \"x\"",
	  "1 41 refused connect from 203.0.113.5 (203.0.113.5)"},
	 "1 wrapper.broken-rule 203.0.113.5  /etc/hosts.deny:4;"},
	{"a warning explains the refusal behind it",
	 {"1 41 warning: /etc/hosts.deny, line 3: missing newline or line too "
	  "long",
	  "1 41 refused connect from 203.0.113.5 (203.0.113.5)"},
	 "1 wrapper.broken-rule 203.0.113.5  /etc/hosts.deny:3;"},
	{"a warning alone refuses nobody",
	 {"1 41 warning: /etc/hosts.deny, line 3: missing newline or line too "
	  "long",
	  "1 41 Connection from 203.0.113.5 port 5 on 192.0.2.1 port 22"},
	 ""},
	{"libwrap may name the rule",
	 {"1 41 matched:  /etc/hosts.deny line 7",
	  "1 41 refused connect from 203.0.113.5 (203.0.113.5)"},
	 "1 wrapper.deny 203.0.113.5  /etc/hosts.deny:7;"},
	{"a listener drops one after the other",
	 {"1 9 drop connection #10 from [203.0.113.5]:5 on [192.0.2.1]:22 past "
	  "MaxStartups",
	  "1 9 drop connection #10 from [203.0.113.5]:6 on [192.0.2.1]:22 past "
	  "MaxStartups"},
	 "1 limit.max-startups 203.0.113.5,5 ;"
	 "1 limit.max-startups 203.0.113.5,6 ;"},
	{"what the listener thought tells its drops apart",
	 {"1 9 debug1: should_drop_connection: p 50, r 60",
	  "1 9 debug3: srclimit_check_allow: new unauthenticated connection "
	  "from 203.0.113.5/32, at 3 of 3",
	  "1 9 drop connection #4 from [203.0.113.5]:5 on [192.0.2.1]:22 past "
	  "MaxStartups",
	  "1 9 debug1: should_drop_connection: p 50, r 21",
	  "1 9 drop connection #5 from [203.0.113.5]:6 on [192.0.2.1]:22 past "
	  "MaxStartups",
	  "1 9 drop connection #9 from [203.0.113.5]:7 on [192.0.2.1]:22 past "
	  "MaxStartups"},
	 "1 limit.per-source 203.0.113.5,5 ;"
	 "1 limit.max-startups-random 203.0.113.5,6 ;"
	 "1 limit.max-startups 203.0.113.5,7 ;"},
	{"a process that another one names is that process",
	 {"1 41 error: mm_reap: preauth child terminated by signal 31",
	  "1 9 Session process 41 unpriv child crash for connection from "
	  "203.0.113.5 to 192.0.2.1"},
	 "1 server.crash 203.0.113.5 ;"},
	{"sessions are refused one by one",
	 {"1 41 Accepted password for bob from 203.0.113.5 port 5 ssh2",
	  "2 41 error: no more sessions",
	  "2 41 message repeated 2 times: [ error: no more sessions]"},
	 "2 limit.sessions 203.0.113.5,5 bob;"
	 "2 limit.sessions 203.0.113.5,5 bob x2;"},
	{"without a pid each line stands alone",
	 {"1 0 Bad packet length 1.",
	  "1 0 Connection closed by 203.0.113.5 port 5"},
	 "1 protocol.corrupt - ;"},
};

static void note(void *context, const struct sw_logtrack_line *line)
{
	struct sw_text *text = context;
	const struct sw_endpoint *client = &line->line.conn.client;
	char addr[SW_ADDR_TEXT_MAX];

	sw_text_add(text, "%d %s %s", (int)(line->time / 1000),
		    sw_cause_code(line->line.cause),
		    client->addr.family == SW_FAMILY_NONE
			    ? "-"
			    : sw_addr_format(&client->addr, addr));
	if (client->port != 0)
		sw_text_add(text, ",%u", client->port);
	sw_text_add(text, " %s", line->line.conn.user);
	if (line->line.rule.source[0] != '\0')
		sw_text_add(text, " %s:%u", line->line.rule.source,
			    line->line.rule.line);
	if (line->line.count != 1)
		sw_text_add(text, " x%u", (unsigned int)line->line.count);
	sw_text_add(text, ";");
}

static void feed(struct sw_logtrack *track, const char *text, const char *node)
{
	struct sw_logtrack_line line = {.time = 0};
	char *rest = NULL;

	line.time = (int64_t)strtoul(text, &rest, 10) * 1000;
	line.pid = (pid_t)strtoul(rest, &rest, 10);
	rest++;
	(void)sw_text_copy(line.node, sizeof(line.node), node);
	if (sw_logline_classify(SW_LOG_SSHD, rest, strlen(rest), &line.line) !=
	    SW_LOG_OTHER)
		sw_logtrack_feed(track, &line);
}

static void each_rejection_comes_out_once_and_complete(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(logs); i++) {
		char got[LARGE];
		struct sw_text text;
		struct sw_logtrack *track;

		sw_text_init(&text, got, sizeof(got));
		track = sw_logtrack_new(note, &text);
		assert_non_null(track);
		for (size_t n = 0; n < STEPS && logs[i].lines[n] != NULL; n++)
			feed(track, logs[i].lines[n], "web1");
		sw_logtrack_flush(track);
		sw_logtrack_free(track);
		if (strcmp(got, logs[i].want) != 0)
			fail_msg("%s: got \"%s\", not \"%s\"", logs[i].why, got,
				 logs[i].want);
	}
}

static void hosts_with_the_same_pid_are_kept_apart(void **state SW_UNUSED)
{
	char got[LARGE];
	struct sw_text text;
	struct sw_logtrack *track;

	sw_text_init(&text, got, sizeof(got));
	track = sw_logtrack_new(note, &text);
	assert_non_null(track);
	feed(track, "1 41 Bad packet length 1.", "web1");
	feed(track, "1 41 Connection closed by 203.0.113.5 port 5", "web2");
	sw_logtrack_flush(track);
	sw_logtrack_free(track);
	assert_string_equal(got, "1 protocol.corrupt - ;");
}

static void count(void *context, const struct sw_logtrack_line *line SW_UNUSED)
{
	++*(size_t *)context;
}

static void no_rejection_is_lost_when_many_wait(void **state SW_UNUSED)
{
	size_t counted = 0;
	struct sw_logtrack *track = sw_logtrack_new(count, &counted);

	assert_non_null(track);
	for (unsigned int pid = 1; pid <= 20000; pid++) {
		char line[64];

		(void)snprintf(line, sizeof(line), "1 %u Bad packet length 1.",
			       pid);
		feed(track, line, pid % 3 == 0 ? "web1" : "web2");
		(void)snprintf(line, sizeof(line),
			       "1 %u Connection closed by 203.0.113.5 port %u",
			       pid, pid);
		feed(track, line, pid % 3 == 0 ? "web1" : "web2");
	}
	sw_logtrack_flush(track);
	assert_int_equal(counted, 20000);
	sw_logtrack_flush(track);
	assert_int_equal(counted, 20000);
	sw_logtrack_free(track);
}

static void summaries_are_added_up(void **state SW_UNUSED)
{
	size_t counted = 0;
	struct sw_logtrack *track = sw_logtrack_new(count, &counted);

	assert_non_null(track);
	feed(track,
	     "1 9 Maxstartups logging rate-limited: additional 38 connections "
	     "dropped",
	     "web1");
	feed(track,
	     "1 9 exited MaxStartups throttling after 00:00:05, 4 connections "
	     "dropped",
	     "web1");
	assert_int_equal(sw_logtrack_unlogged(track), 42);
	assert_int_equal(counted, 0);
	sw_logtrack_free(track);
	sw_logtrack_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rejection_comes_out_once_and_complete),
		cmocka_unit_test(hosts_with_the_same_pid_are_kept_apart),
		cmocka_unit_test(no_rejection_is_lost_when_many_wait),
		cmocka_unit_test(summaries_are_added_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
