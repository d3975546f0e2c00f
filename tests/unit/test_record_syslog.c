#include "record_samples.h"

#include "sshwhy/text.h"

static void assert_line(const struct sw_record *record, const char *wanted)
{
	char buf[SW_RECORD_SYSLOG_MAX];

	assert_int_equal(sw_record_to_syslog(record, buf, sizeof(buf)), SW_OK);
	assert_string_equal(buf, wanted);
}

static void a_rejection_reads_like_a_sentence(void **state SW_UNUSED)
{
	struct sw_record record;

	sample_record(&record);
	assert_line(&record,
		    "rejected 203.0.113.5 port 51234 on 192.0.2.1 port 22: "
		    "wrapper.deny at /etc/hosts.deny:4 (recorded via hook, "
		    "sshd[4123], seqno 4711, count 1), owner denyhosts, rule "
		    "\"sshd: 203.0.113.0/255.255.255.0\"");
	record.evidence = SW_EVIDENCE_SIMULATED;
	record.rule = (struct sw_rule){.source = "sshd:default"};
	(void)sw_text_copy(record.root, SW_ROOT_MAX, "a\nb");
	(void)sw_text_copy(record.conn.user, SW_USER_MAX, "alice");
	assert_line(&record,
		    "would reject 203.0.113.5 port 51234 on 192.0.2.1 port 22: "
		    "wrapper.deny at sshd:default (simulated via hook, "
		    "sshd[4123], seqno 4711, count 1), user alice, because of "
		    "a\\x0ab");
}

static void other_events_have_their_verbs(void **state SW_UNUSED)
{
	struct sw_record record = {
		.event = SW_EVENT_BAN,
		.cause = SW_CAUSE_BAN_LIST,
		.until = INT64_C(1795333023230),
		.count = 1,
		.seqno = 5,
	};

	set_end(&record.conn.client, "2001:db8::1", 0);
	assert_line(&record, "banned 2001:db8::1: ban.list until "
			     "2026-11-22T07:37:03.230Z (recorded via hook, "
			     "seqno 5, count 1)");
	record.event = SW_EVENT_UNBAN;
	record.until = 0;
	assert_line(&record, "unbanned 2001:db8::1: ban.list (recorded via "
			     "hook, seqno 5, count 1)");
	memset(&record.conn, 0, sizeof(record.conn));
	record.event = SW_EVENT_SUPPRESSED;
	record.cause = SW_CAUSE_NONE;
	record.count = 3;
	record.by_cause[SW_CAUSE_WRAPPER_DENY] = 1;
	record.by_cause[SW_CAUSE_LIMIT_RATE] = 2;
	assert_line(&record,
		    "not recorded one by one: several causes (recorded via "
		    "hook, seqno 5, count 3), wrapper.deny 1, limit.rate 2");
}

static void the_largest_record_leaves_out_texts_only(void **state SW_UNUSED)
{
	char buf[SW_RECORD_SYSLOG_MAX];
	struct sw_record record;

	largest_record(&record);
	assert_int_equal(sw_record_to_syslog(&record, buf, sizeof(buf)), SW_OK);
	assert_non_null(strstr(buf, "seqno 18446744073709551615"));
	assert_non_null(strstr(buf, "client.closed 18446744073709551615"));
	assert_null(strstr(buf, ", rule \""));
	for (const char *c = buf; *c != '\0'; c++)
		assert_in_range(*c, 0x20, 0x7e);
}

static void a_small_buffer_is_refused_and_emptied(void **state SW_UNUSED)
{
	char buf[SW_RECORD_SYSLOG_MAX] = "old";
	struct sw_record record;

	sample_record(&record);
	assert_int_equal(sw_record_to_syslog(&record, buf, sizeof(buf) - 1),
			 SW_E_RANGE);
	assert_string_equal(buf, "");
	buf[0] = 'x';
	assert_int_equal(sw_record_to_syslog(&record, buf, 0), SW_E_RANGE);
	assert_int_equal(buf[0], 'x');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rejection_reads_like_a_sentence),
		cmocka_unit_test(other_events_have_their_verbs),
		cmocka_unit_test(the_largest_record_leaves_out_texts_only),
		cmocka_unit_test(a_small_buffer_is_refused_and_emptied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
