#include "record_samples.h"

#include "sshwhy/text.h"

static void assert_message(const struct sw_record *record, const char *wanted)
{
	char buf[SW_RECORD_AUDIT_MAX];

	assert_int_equal(sw_record_to_audit(record, buf, sizeof(buf)), SW_OK);
	assert_string_equal(buf, wanted);
}

static void a_rejection_names_cause_rule_and_ends(void **state SW_UNUSED)
{
	struct sw_record record;

	sample_record(&record);
	assert_message(
		&record,
		"op=ssh-reject reason=wrapper.deny rule=/etc/hosts.deny:4 "
		"cmd=737368643A203230332E302E3131332E302F3235352E3235352E323535"
		"2E30 owner=denyhosts via=hook evidence=recorded seqno=4711 "
		"count=1 spid=4123 rport=51234 laddr=192.0.2.1 lport=22 "
		"acct=\"(unknown)\"");
}

static void what_is_not_known_is_left_out(void **state SW_UNUSED)
{
	struct sw_record record = {
		.cause = SW_CAUSE_LIMIT_MAX_STARTUPS,
		.evidence = SW_EVIDENCE_INFERRED,
		.via = SW_VIA_LOG,
		.count = 1,
	};

	assert_message(&record, "op=ssh-reject reason=limit.max-startups "
				"via=log evidence=inferred seqno=0 count=1 "
				"acct=\"(unknown)\"");
}

static void every_field_has_its_place(void **state SW_UNUSED)
{
	struct sw_record record;

	sample_record(&record);
	record.evidence = SW_EVIDENCE_SIMULATED;
	record.via = SW_VIA_PAM;
	record.count = 14;
	record.rule.first_line = 2;
	record.lookup = (struct sw_lookup){1, 0};
	record.first = record.time - 60000;
	record.last = record.time - 229;
	record.until = record.time + 90000;
	(void)sw_text_copy(record.rule.text, SW_TEXT_MAX, "sshd:ALL");
	(void)sw_text_copy(record.root, SW_ROOT_MAX, "7 of 10 slots");
	(void)sw_text_copy(record.boot, SW_BOOT_MAX,
			   "0c1f6e4e-4f1c-4d7a-9d57-0a4d1b1f5c11");
	(void)sw_text_copy(record.conn.user, SW_USER_MAX, "alice");
	assert_message(
		&record,
		"op=ssh-reject reason=wrapper.deny rule=/etc/hosts.deny:4 "
		"cmd=\"sshd:ALL\" owner=denyhosts via=pam evidence=simulated "
		"seqno=4711 count=14 first_line=2 lookup=0 "
		"first=1795332963.230 last=1795333023.001 until=1795333113.230 "
		"root=7%20of%2010%20slots "
		"boot=0c1f6e4e-4f1c-4d7a-9d57-0a4d1b1f5c11 spid=4123 "
		"rport=51234 laddr=192.0.2.1 lport=22 acct=\"alice\"");
}

static void a_ban_has_the_fields_of_audisp_ids(void **state SW_UNUSED)
{
	struct sw_record record = {
		.event = SW_EVENT_BAN,
		.cause = SW_CAUSE_BAN_LIST,
		.time = 1000000,
		.first = 1000000,
		.last = 1000000,
		.until = 1000000 + 600001,
		.count = 1,
		.seqno = 5,
	};

	set_end(&record.conn.client, "203.0.113.5", 0);
	assert_message(&record, "op=ssh-ban reason=ban.list via=hook "
				"evidence=recorded seqno=5 count=1 "
				"daddr=203.0.113.5 time_out=11 until=1600.001 "
				"acct=\"(unknown)\"");
	record.until = 0;
	assert_message(&record, "op=ssh-ban reason=ban.list via=hook "
				"evidence=recorded seqno=5 count=1 "
				"daddr=203.0.113.5 acct=\"(unknown)\"");
	record.event = SW_EVENT_UNBAN;
	assert_message(&record, "op=ssh-unban reason=ban.list via=hook "
				"evidence=recorded seqno=5 count=1 "
				"daddr=203.0.113.5 acct=\"(unknown)\"");
}

static void a_suppressed_record_counts_by_cause(void **state SW_UNUSED)
{
	struct sw_record record = {
		.event = SW_EVENT_SUPPRESSED,
		.time = 9000,
		.first = 1000,
		.last = 8999,
		.count = 30,
		.seqno = 6,
	};

	record.by_cause[SW_CAUSE_WRAPPER_DENY] = 10;
	record.by_cause[SW_CAUSE_LIMIT_RATE] = 20;
	assert_message(&record,
		       "op=ssh-suppressed via=hook evidence=recorded seqno=6 "
		       "count=30 first=1.000 last=8.999 "
		       "by_cause=wrapper.deny:10+limit.rate:20 "
		       "acct=\"(unknown)\"");
}

static const struct {
	const char *source;
	unsigned int line;
	const char *rule;
} rules[] = {
	{"/etc/hosts.deny", 4, " rule=/etc/hosts.deny:4 "},
	{"sshd:default", 0, " rule=sshd:default "},
	{"nft:inet/filter/input", 17, " rule=nft:inet/filter/input:17 "},
	{"/a:5", 0, " rule=/a%3A5 "},
	{"/a:5", 7, " rule=/a:5:7 "},
	{"/a:5:6", 0, " rule=/a:5%3A6 "},
	{"/a:", 0, " rule=/a: "},
	{":5", 0, " rule=%3A5 "},
	{"5", 0, " rule=5 "},
	{"/a b=c", 1, " rule=/a%20b%3Dc:1 "},
};

static void a_rule_is_read_in_one_way_only(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(rules); i++) {
		char buf[SW_RECORD_AUDIT_MAX];
		struct sw_record record;

		sample_record(&record);
		(void)sw_text_copy(record.rule.source, SW_SOURCE_MAX,
				   rules[i].source);
		record.rule.line = rules[i].line;
		assert_int_equal(sw_record_to_audit(&record, buf, sizeof(buf)),
				 SW_OK);
		if (strstr(buf, rules[i].rule) == NULL)
			fail_msg("row %zu: got %s", i, buf);
	}
}

static const char *const hostile[] = {
	"evil res=success", "xuid=0",		"bob\" res=success acct=\"",
	"\nop=ssh-unban",   "\x1dUID=\"evil\"", "a,b' hostname=evil,",
	"\xff\xfe",	    "41424344",
};

static void no_value_can_add_a_field(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(hostile); i++) {
		char buf[SW_RECORD_AUDIT_MAX];
		struct sw_record record;
		const char *bare;

		sample_record(&record);
		(void)sw_text_copy(record.rule.source, SW_SOURCE_MAX,
				   hostile[i]);
		(void)sw_text_copy(record.rule.text, SW_TEXT_MAX, hostile[i]);
		(void)sw_text_copy(record.rule.owner, SW_OWNER_MAX, hostile[i]);
		(void)sw_text_copy(record.root, SW_ROOT_MAX, hostile[i]);
		(void)sw_text_copy(record.boot, SW_BOOT_MAX, hostile[i]);
		(void)sw_text_copy(record.conn.user, SW_USER_MAX, hostile[i]);
		assert_int_equal(sw_record_to_audit(&record, buf, sizeof(buf)),
				 SW_OK);
		for (const char *c = buf; *c != '\0'; c++) {
			if (*c <= 0x1f || *c > 0x7e || *c == ',' || *c == '\'')
				fail_msg("row %zu: got %s", i, buf);
		}
		bare = strstr(buf, " cmd=41424344");
		assert_null(bare);
		assert_null(strstr(buf, "uid="));
		assert_null(strstr(buf, "res="));
		assert_null(strstr(buf, "hostname="));
		assert_ptr_equal(strstr(buf, "acct="), strrchr(buf, ' ') + 1);
	}
}

static size_t field_length(const char *message, const char *name)
{
	const char *start = strstr(message, name);

	return start == NULL ? 0 : strcspn(start + 1, " ") + 1;
}

static void the_largest_record_keeps_what_identifies_it(void **state SW_UNUSED)
{
	char buf[SW_RECORD_AUDIT_MAX];
	struct sw_record record;

	largest_record(&record);
	assert_int_equal(sw_record_to_audit(&record, buf, sizeof(buf)), SW_OK);
	assert_int_equal(field_length(buf, " cmd="), 0);
	assert_int_equal(field_length(buf, " root="), 0);
	assert_int_equal(field_length(buf, " by_cause="), 0);
	assert_int_equal(field_length(buf, " owner="), 0);
	assert_in_range(field_length(buf, " rule="), 300, 1000);
	assert_non_null(strstr(buf, ":4294967295 "));
	assert_non_null(strstr(buf, " seqno=18446744073709551615 "));
	assert_int_equal(field_length(buf, " boot="), 6 + 3 * 36);
	assert_int_equal(field_length(buf, " acct="), 6 + 2 * 64);
}

static void the_text_of_the_rule_gives_way_first(void **state SW_UNUSED)
{
	char buf[SW_RECORD_AUDIT_MAX];
	struct sw_record record;

	sample_record(&record);
	fill_hostile(record.rule.text, SW_TEXT_MAX);
	assert_int_equal(sw_record_to_audit(&record, buf, sizeof(buf)), SW_OK);
	assert_int_equal(field_length(buf, " cmd="), 5 + 2 * 200);
	fill_hostile(record.root, SW_ROOT_MAX);
	assert_int_equal(sw_record_to_audit(&record, buf, sizeof(buf)), SW_OK);
	assert_in_range(field_length(buf, " cmd="), 100, 2 * 200);
	assert_int_equal(field_length(buf, " root="), 6 + 3 * 160);
	/* One more byte of the text would not have fitted. */
	assert_in_range(strlen(buf), SW_RECORD_AUDIT_MAX - 2,
			SW_RECORD_AUDIT_MAX - 1);
}

static void a_small_buffer_is_refused_and_emptied(void **state SW_UNUSED)
{
	char buf[SW_RECORD_AUDIT_MAX] = "old";
	struct sw_record record;

	sample_record(&record);
	assert_int_equal(sw_record_to_audit(&record, buf, sizeof(buf) - 1),
			 SW_E_RANGE);
	assert_string_equal(buf, "");
	buf[0] = 'x';
	assert_int_equal(sw_record_to_audit(&record, buf, 0), SW_E_RANGE);
	assert_int_equal(buf[0], 'x');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rejection_names_cause_rule_and_ends),
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(every_field_has_its_place),
		cmocka_unit_test(a_ban_has_the_fields_of_audisp_ids),
		cmocka_unit_test(a_suppressed_record_counts_by_cause),
		cmocka_unit_test(a_rule_is_read_in_one_way_only),
		cmocka_unit_test(no_value_can_add_a_field),
		cmocka_unit_test(the_largest_record_keeps_what_identifies_it),
		cmocka_unit_test(the_text_of_the_rule_gives_way_first),
		cmocka_unit_test(a_small_buffer_is_refused_and_emptied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
