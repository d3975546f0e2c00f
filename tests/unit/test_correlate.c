#include "sw_test.h"

#include "recorder/correlate.h"

#include <stdio.h>
#include <string.h>

#define LISTENER 100
#define SESSION 4123
#define NOW INT64_C(1795332751230)
#define EMITTED_MAX 16

static struct {
	struct sw_record record;
	bool counted;
	pid_t listener;
} emitted[EMITTED_MAX];
static size_t count;

static void emit(void *context SW_UNUSED, const struct sw_record *record,
		 bool counted, pid_t listener, int64_t loaded SW_UNUSED)
{
	assert_true(count < EMITTED_MAX);
	emitted[count].record = *record;
	emitted[count].counted = counted;
	emitted[count++].listener = listener;
}

static int start(void **state)
{
	count = 0;
	*state = sw_correlator_new(emit, NULL);
	return *state == NULL ? -1 : 0;
}

static int stop(void **state)
{
	sw_correlator_free(*state);
	return 0;
}

static void log_from(struct sw_correlator *c, enum sw_tap tap, pid_t pid,
		     const char *text)
{
	const struct sw_line line = {.tap = tap,
				     .origin = SW_LOG_SSHD,
				     .pid = pid,
				     .time = NOW,
				     .text = text,
				     .len = strlen(text)};

	sw_correlate_line(c, &line);
}

static struct sw_fact fact_of(enum sw_fact_kind kind, pid_t pid)
{
	struct sw_fact fact;

	sw_fact_init(&fact, kind, NOW, pid);
	assert_int_equal(sw_addr_parse("203.0.113.5", &fact.client.addr),
			 SW_OK);
	fact.client.port = 51234;
	fact.flags = SW_FACT_COUNTED;
	return fact;
}

static void hook_log(struct sw_correlator *c, pid_t pid, const char *text)
{
	struct sw_fact fact = fact_of(SW_FACT_LOG, pid);

	sw_fact_set_text(&fact, text);
	sw_correlate_fact(c, &fact);
}

/* What a listener logs before and with a drop, and what it was. */
static const struct {
	const char *lines[3];
	enum sw_cause cause;
} drops[] = {
	{{"drop connection #10 from [203.0.113.5]:51234 on [192.0.2.1]:22 "
	  "past MaxStartups"},
	 SW_CAUSE_LIMIT_MAX_STARTUPS},
	{{"debug1: sshd.c:should_drop_connection():853 (pid=100): p 50, r 21",
	  "sshd.c:drop_connection():887 (pid=100): drop connection #12 from "
	  "[203.0.113.5]:51234 on [192.0.2.1]:22 past MaxStartups"},
	 SW_CAUSE_LIMIT_MAX_STARTUPS_RANDOM},
	{{"debug1: sshd.c:should_drop_connection():853 (pid=100): p 50, r 77",
	  "sshd.c:drop_connection():887 (pid=100): drop connection #12 from "
	  "[203.0.113.5]:51234 on [192.0.2.1]:22 past MaxStartups"},
	 SW_CAUSE_LIMIT_MAX_STARTUPS},
	{{"srclimit_check_allow: new unauthenticated connection from "
	  "203.0.113.5/32, at 3 of 3",
	  "drop connection #3 from [203.0.113.5]:51234 on [192.0.2.1]:22 past "
	  "MaxStartups"},
	 SW_CAUSE_LIMIT_PER_SOURCE},
	{{"drop connection #0 from [203.0.113.5]:51234 on [192.0.2.1]:22 "
	  "penalty: failed authentication"},
	 SW_CAUSE_BAN_PENALTY},
};

static void drops_are_told_apart_by_what_was_said_before(void **state)
{
	for (size_t i = 0; i < SW_ROWS(drops); i++) {
		count = 0;
		for (size_t l = 0; l < 3 && drops[i].lines[l] != NULL; l++)
			log_from(*state, SW_TAP_JOURNAL, LISTENER,
				 drops[i].lines[l]);
		if (count != 1 || emitted[0].record.cause != drops[i].cause)
			fail_msg("row %zu: %zu records, %s", i, count,
				 sw_cause_code(emitted[0].record.cause));
		assert_int_equal(emitted[0].record.conn.client.port, 51234);
		assert_int_equal(emitted[0].listener, LISTENER);
	}
}

static void what_was_said_of_one_drop_is_not_used_for_the_next(void **state)
{
	log_from(*state, SW_TAP_JOURNAL, LISTENER,
		 "new unauthenticated connection from 203.0.113.5/32, at 3 of "
		 "3");
	for (int i = 0; i < 2; i++)
		log_from(*state, SW_TAP_JOURNAL, LISTENER,
			 "drop connection #10 from [203.0.113.5]:51234 on "
			 "[192.0.2.1]:22 past MaxStartups");
	assert_int_equal(count, 2);
	assert_int_equal(emitted[0].record.cause, SW_CAUSE_LIMIT_PER_SOURCE);
	assert_int_equal(emitted[1].record.cause, SW_CAUSE_LIMIT_MAX_STARTUPS);
}

static void drops_without_lines_are_taken_from_the_summary(void **state)
{
	log_from(*state, SW_TAP_JOURNAL, LISTENER,
		 "drop connection #10 from [203.0.113.5]:51234 on "
		 "[192.0.2.1]:22 past MaxStartups");
	log_from(*state, SW_TAP_JOURNAL, LISTENER,
		 "exited MaxStartups throttling after 00:00:12, 23 connections "
		 "dropped");
	assert_int_equal(count, 2);
	assert_int_equal(emitted[1].record.count, 22);
	assert_int_equal(emitted[1].record.conn.client.addr.family,
			 SW_FAMILY_NONE);
}

static void libwraps_own_line_is_no_second_record(void **state)
{
	struct sw_fact fact = fact_of(SW_FACT_WRAPPER, SESSION);

	fact.cause = SW_CAUSE_WRAPPER_BROKEN_RULE;
	strcpy(fact.rule.source, "/etc/hosts.deny");
	fact.rule.line = 7;
	sw_correlate_fact(*state, &fact);
	hook_log(*state, SESSION,
		 "refused connect from 203.0.113.5 (203.0.113.5)");
	sw_correlate_end(*state, SESSION, NOW);
	assert_int_equal(count, 1);
	assert_int_equal(emitted[0].record.rule.line, 7);
	assert_true(emitted[0].counted);
	assert_int_equal(sw_correlate_repeats(*state), 1);
}

static void pam_is_recorded_once_with_its_code(void **state)
{
	struct sw_fact fact = fact_of(SW_FACT_PAM, SESSION);

	fact.code = 6;
	strcpy(fact.user, "alice");
	sw_fact_set_text(&fact, "Permission denied");
	sw_correlate_fact(*state, &fact);
	hook_log(*state, SESSION,
		 "fatal: Access denied for user alice by PAM account "
		 "configuration [preauth]");
	sw_correlate_end(*state, SESSION, NOW);
	assert_int_equal(count, 1);
	assert_int_equal(emitted[0].record.cause, SW_CAUSE_ACCOUNT_PAM);
	assert_string_equal(emitted[0].record.root,
			    "PAM code 6 Permission denied");
	assert_string_equal(emitted[0].record.conn.user, "alice");
	assert_int_equal(emitted[0].record.conn.client.port, 51234);
}

static void our_own_pam_module_is_not_recorded_as_pam(void **state)
{
	struct sw_fact fact = fact_of(SW_FACT_WRAPPER, SESSION);

	fact.cause = SW_CAUSE_BAN_LIST;
	fact.via = SW_VIA_PAM;
	fact.until = NOW + 60000;
	sw_correlate_fact(*state, &fact);
	fact = fact_of(SW_FACT_PAM, SESSION);
	fact.code = 6;
	sw_correlate_fact(*state, &fact);
	sw_correlate_end(*state, SESSION, NOW);
	assert_int_equal(count, 1);
	assert_int_equal(emitted[0].record.cause, SW_CAUSE_BAN_LIST);
	assert_int_equal(emitted[0].record.until, NOW + 60000);
	assert_int_equal(sw_correlate_repeats(*state), 1);
}

static void what_was_only_observed_hides_no_denial_of_pam(void **state)
{
	struct sw_fact fact = fact_of(SW_FACT_WRAPPER, SESSION);

	fact.cause = SW_CAUSE_WRAPPER_DENY;
	fact.via = SW_VIA_PAM;
	fact.flags |= SW_FACT_SIMULATED;
	sw_correlate_fact(*state, &fact);
	fact = fact_of(SW_FACT_PAM, SESSION);
	sw_correlate_fact(*state, &fact);
	sw_correlate_end(*state, SESSION, NOW);
	assert_int_equal(count, 2);
	assert_int_equal(emitted[0].record.evidence, SW_EVIDENCE_SIMULATED);
	assert_int_equal(emitted[1].record.cause, SW_CAUSE_ACCOUNT_PAM);
}

static void a_companion_alone_is_the_rejection(void **state)
{
	static const char line[] =
		"Disconnecting authenticating user bob 203.0.113.5 port 51234: "
		"Too many authentication failures [preauth]";

	log_from(*state, SW_TAP_JOURNAL, SESSION, line);
	assert_int_equal(count, 0);
	sw_correlate_tick(*state, NOW + 5000);
	assert_int_equal(count, 1);
	log_from(*state, SW_TAP_JOURNAL, SESSION + 1,
		 "error: maximum authentication attempts exceeded for bob from "
		 "203.0.113.5 port 51234 ssh2 [preauth]");
	log_from(*state, SW_TAP_JOURNAL, SESSION + 1, line);
	sw_correlate_tick(*state, NOW + 5000);
	assert_int_equal(count, 2);
	assert_int_equal(emitted[1].record.cause,
			 SW_CAUSE_CONFIG_MAX_AUTH_TRIES);
}

static void the_listener_and_its_session_tell_the_grace_time_once(void **state)
{
	struct sw_fact fact = fact_of(SW_FACT_GRACE, SESSION);

	sw_correlate_fact(*state, &fact);
	sw_correlate_end(*state, SESSION, NOW);
	log_from(*state, SW_TAP_JOURNAL, LISTENER,
		 "Timeout before authentication for connection from "
		 "203.0.113.5 to 192.0.2.1, pid = 4123");
	assert_int_equal(count, 1);
	assert_int_equal(emitted[0].record.cause, SW_CAUSE_CONFIG_GRACE_TIME);
	assert_int_equal(emitted[0].record.evidence, SW_EVIDENCE_RECORDED);
}

static void other_taps_are_deaf_to_who_speaks_through_the_hook(void **state)
{
	static const char line[] =
		"User bob from 203.0.113.5 not allowed because listed in "
		"DenyUsers";

	hook_log(*state, SESSION, line);
	log_from(*state, SW_TAP_JOURNAL, SESSION, line);
	log_from(*state, SW_TAP_SYSLOG, SESSION, line);
	assert_int_equal(count, 1);
	assert_int_equal(emitted[0].record.via, SW_VIA_HOOK);
	assert_int_equal(emitted[0].record.conn.client.port, 51234);
}

static void a_syslog_file_is_only_inferred_from(void **state)
{
	log_from(*state, SW_TAP_SYSLOG, SESSION,
		 "User bob from 203.0.113.5 not allowed because listed in "
		 "DenyUsers");
	assert_int_equal(count, 1);
	assert_int_equal(emitted[0].record.evidence, SW_EVIDENCE_INFERRED);
	assert_int_equal(emitted[0].record.via, SW_VIA_LOG);
}

static void a_full_house_is_laid_to_the_refused_that_sleep_in_it(void **state)
{
	struct sw_fact fact = fact_of(SW_FACT_WRAPPER, SESSION);

	fact.cause = SW_CAUSE_WRAPPER_DENY;
	strcpy(fact.rule.source, "/etc/hosts.deny");
	fact.rule.line = 4;
	for (int i = 0; i < 7; i++) {
		fact.pid = SESSION + i;
		sw_correlate_fact(*state, &fact);
	}
	count = 0;
	log_from(*state, SW_TAP_JOURNAL, LISTENER,
		 "drop connection #10 from [198.51.100.1]:4 on [192.0.2.1]:22 "
		 "past MaxStartups");
	assert_int_equal(count, 1);
	assert_string_equal(
		emitted[0].record.root,
		"7 of 10 slots held by wrapper.deny /etc/hosts.deny:4");
}

static void a_penalty_names_the_offence_and_earlier_records(void **state)
{
	struct sw_record earlier = {.cause = SW_CAUSE_CONFIG_MAX_AUTH_TRIES,
				    .time = NOW,
				    .first = NOW,
				    .count = 1,
				    .seqno = 4711};

	assert_int_equal(
		sw_addr_parse("203.0.113.5", &earlier.conn.client.addr), SW_OK);
	sw_correlate_written(*state, &earlier);
	log_from(*state, SW_TAP_JOURNAL, LISTENER,
		 "srclimit_penalise: ipv4: new 203.0.113.5/32 active penalty "
		 "of 15.000 seconds for penalty: failed authentication");
	log_from(*state, SW_TAP_JOURNAL, LISTENER,
		 "drop connection #0 from [203.0.113.5]:51234 on "
		 "[192.0.2.1]:22 penalty: failed authentication");
	assert_int_equal(count, 1);
	assert_string_equal(
		emitted[0].record.root,
		"earned by: failed authentication, 1 times since 07:32:31Z; "
		"record 4711 config.max-auth-tries");
}

static void lack_of_resources_is_recorded_each_time(void **state)
{
	for (int i = 0; i < 3; i++)
		log_from(*state, SW_TAP_JOURNAL, LISTENER,
			 "error: fork: Resource temporarily unavailable");
	assert_int_equal(count, 3);
}

/* What sshd leaves out of a message, or says at its place. */
static const struct {
	const char *line, *user, *root;
} completed[] = {
	{"ROOT LOGIN REFUSED FROM 203.0.113.5 port 51234", "root", ""},
	{"fatal: bad ownership or modes for chroot directory component "
	 "\"/srv/\"",
	 "", "/srv/"},
	{"fatal: chroot(\"/srv/x\"): Permission denied", "",
	 "/srv/x: Permission denied"},
	{"User bob not allowed because shell /bin/none does not exist", "bob",
	 "/bin/none"},
};

static void a_path_that_is_no_rule_is_told_in_words(void **state)
{
	for (size_t i = 0; i < SW_ROWS(completed); i++) {
		count = 0;
		hook_log(*state, SESSION + (pid_t)i, completed[i].line);
		assert_int_equal(count, 1);
		assert_string_equal(emitted[0].record.conn.user,
				    completed[i].user);
		assert_string_equal(emitted[0].record.root, completed[i].root);
		assert_string_equal(emitted[0].record.rule.source, "");
	}
}

static void of_several_listeners_the_port_names_one(void **state)
{
	static const uint16_t ports[] = {22, 2222};

	for (int i = 0; i < 2; i++) {
		struct sw_fact fact = fact_of(SW_FACT_PORT, LISTENER + i);

		fact.flags = SW_FACT_LISTENER;
		fact.server.port = ports[i];
		sw_correlate_fact(*state, &fact);
	}
	for (int i = 0; i < 3; i++) {
		struct sw_fact fact = fact_of(SW_FACT_GRACE, SESSION + i);

		fact.server.addr = fact.client.addr;
		fact.server.port = i < 2 ? ports[i] : 443;
		sw_correlate_fact(*state, &fact);
		assert_int_equal(emitted[i].listener, i < 2 ? LISTENER + i : 0);
	}
}

static void a_listener_names_a_session_that_has_told_its_ends(void **state)
{
	struct sw_fact fact = fact_of(SW_FACT_SESSION, SESSION);

	fact.flags = 0;
	sw_correlate_fact(*state, &fact);
	assert_int_equal(count, 0);
	fact = fact_of(SW_FACT_LOG, LISTENER);
	fact.flags |= SW_FACT_LISTENER;
	sw_fact_set_text(&fact,
			 "error: session process 4123 for connection from "
			 "203.0.113.5 to 192.0.2.1 killed by signal 6");
	sw_correlate_fact(*state, &fact);
	assert_int_equal(count, 1);
	assert_int_equal(emitted[0].record.conn.client.port, 51234);
	assert_int_equal(emitted[0].record.conn.pid, SESSION);
}

static void a_password_of_roots_is_a_suspicion_once(void **state)
{
	static const char *const lines[] = {
		"Failed password for root from 203.0.113.5 port 51234 ssh2",
		"Failed keyboard-interactive/pam for root from 203.0.113.5 "
		"port 51234 ssh2",
		"Failed password for root from 203.0.113.5 port 51234 ssh2",
		"Failed password for alice from 203.0.113.6 port 51234 ssh2",
		"Failed password for invalid user root from 203.0.113.7 port "
		"51234 ssh2",
		"Failed publickey for root from 203.0.113.8 port 51234 ssh2",
	};

	for (size_t i = 0; i < SW_ROWS(lines); i++)
		log_from(*state, SW_TAP_JOURNAL,
			 SESSION + (i < 3 ? 0 : (pid_t)i), lines[i]);
	assert_int_equal(count, 1);
	assert_false(emitted[0].counted);
	assert_int_equal(emitted[0].record.cause, SW_CAUSE_CONFIG_ROOT_LOGIN);
	assert_int_equal(emitted[0].record.evidence, SW_EVIDENCE_INFERRED);
	assert_int_equal(emitted[0].record.conn.client.port, 51234);
	assert_string_equal(emitted[0].record.conn.user, "root");
	assert_string_equal(emitted[0].record.root, SW_SUSPICION);
}

#define CONFIG "/etc/ssh/sshd_config"
#define REFUSED CONFIG ": terminating, 2 bad configuration options"

static void a_refused_configuration_is_one_record_with_its_line(void **state)
{
	struct sw_fact fact = fact_of(SW_FACT_PORT, LISTENER);

	fact.flags = SW_FACT_LISTENER;
	sw_correlate_fact(*state, &fact);
	log_from(*state, SW_TAP_JOURNAL, LISTENER,
		 CONFIG " line 2: Deprecated option RSAAuthentication");
	log_from(*state, SW_TAP_JOURNAL, LISTENER,
		 CONFIG ": line 7: Bad configuration option: Nonsense");
	log_from(*state, SW_TAP_JOURNAL, LISTENER,
		 CONFIG " line 9: Unsupported option GSSAPIAuthentication");
	log_from(*state, SW_TAP_JOURNAL, LISTENER,
		 CONFIG ": line 12: Bad configuration option: Another");
	assert_int_equal(count, 0);
	log_from(*state, SW_TAP_JOURNAL, LISTENER, REFUSED);
	assert_int_equal(count, 1);
	assert_int_equal(emitted[0].record.cause, SW_CAUSE_SERVER_CONFIG);
	assert_int_equal(emitted[0].record.evidence, SW_EVIDENCE_RECORDED);
	assert_int_equal(emitted[0].record.conn.pid, LISTENER);
	assert_string_equal(emitted[0].record.rule.source, CONFIG);
	assert_int_equal(emitted[0].record.rule.line, 7);
	assert_string_equal(emitted[0].record.root,
			    "Bad configuration option: Nonsense");
}

static void another_ones_complaint_is_not_a_configurations(void **state)
{
	log_from(*state, SW_TAP_JOURNAL, LISTENER,
		 CONFIG ": line 7: Bad configuration option: Nonsense");
	log_from(*state, SW_TAP_JOURNAL, LISTENER + 1, REFUSED);
	assert_int_equal(count, 1);
	assert_string_equal(emitted[0].record.rule.source, CONFIG);
	assert_int_equal(emitted[0].record.rule.line, 0);
	assert_string_equal(emitted[0].record.root, "");
}

static void many_sessions_lose_no_pending_record(void **state)
{
	char line[128];

	for (int i = 0; i < 8; i++) {
		(void)snprintf(line, sizeof(line),
			       "Disconnecting authenticating user bob "
			       "203.0.113.%d port 1: Too many authentication "
			       "failures [preauth]",
			       i);
		log_from(*state, SW_TAP_JOURNAL, SESSION + i * SW_SESSIONS_MAX,
			 line);
	}
	for (int i = 8; i < 100; i++)
		log_from(*state, SW_TAP_JOURNAL, SESSION + i * SW_SESSIONS_MAX,
			 "Connection from 203.0.113.9 port 4");
	sw_correlate_tick(*state, NOW + 5000);
	assert_int_equal(count, 8);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(drops_are_told_apart_by_what_was_said_before),
		TEST(what_was_said_of_one_drop_is_not_used_for_the_next),
		TEST(drops_without_lines_are_taken_from_the_summary),
		TEST(libwraps_own_line_is_no_second_record),
		TEST(pam_is_recorded_once_with_its_code),
		TEST(our_own_pam_module_is_not_recorded_as_pam),
		TEST(what_was_only_observed_hides_no_denial_of_pam),
		TEST(a_companion_alone_is_the_rejection),
		TEST(the_listener_and_its_session_tell_the_grace_time_once),
		TEST(other_taps_are_deaf_to_who_speaks_through_the_hook),
		TEST(a_syslog_file_is_only_inferred_from),
		TEST(a_full_house_is_laid_to_the_refused_that_sleep_in_it),
		TEST(a_penalty_names_the_offence_and_earlier_records),
		TEST(lack_of_resources_is_recorded_each_time),
		TEST(a_path_that_is_no_rule_is_told_in_words),
		TEST(of_several_listeners_the_port_names_one),
		TEST(a_listener_names_a_session_that_has_told_its_ends),
		TEST(a_password_of_roots_is_a_suspicion_once),
		TEST(a_refused_configuration_is_one_record_with_its_line),
		TEST(another_ones_complaint_is_not_a_configurations),
		TEST(many_sessions_lose_no_pending_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
