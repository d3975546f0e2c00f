#include "record_samples.h"

#include <stdbool.h>

static void names_in_the_trail_are_fixed(void **state SW_UNUSED)
{
	assert_string_equal(sw_event_name(SW_EVENT_REJECTION), "rejection");
	assert_string_equal(sw_event_name(SW_EVENT_BAN), "ban");
	assert_string_equal(sw_event_name(SW_EVENT_UNBAN), "unban");
	assert_string_equal(sw_event_name(SW_EVENT_SUPPRESSED), "suppressed");
	assert_string_equal(sw_event_name(SW_EVENT_COUNT_), "");
	assert_string_equal(sw_record_op_name(SW_EVENT_REJECTION),
			    "ssh-reject");
	assert_string_equal(sw_record_op_name(SW_EVENT_BAN), "ssh-ban");
	assert_string_equal(sw_record_op_name(SW_EVENT_UNBAN), "ssh-unban");
	assert_string_equal(sw_record_op_name(SW_EVENT_SUPPRESSED),
			    "ssh-suppressed");
	assert_string_equal(sw_record_op_name(SW_EVENT_COUNT_), "");
	assert_string_equal(sw_evidence_name(SW_EVIDENCE_RECORDED), "recorded");
	assert_string_equal(sw_evidence_name(SW_EVIDENCE_INFERRED), "inferred");
	assert_string_equal(sw_evidence_name(SW_EVIDENCE_SIMULATED),
			    "simulated");
	assert_string_equal(sw_evidence_name(SW_EVIDENCE_COUNT_), "");
	assert_string_equal(sw_via_name(SW_VIA_HOOK), "hook");
	assert_string_equal(sw_via_name(SW_VIA_PAM), "pam");
	assert_string_equal(sw_via_name(SW_VIA_LOG), "log");
	assert_string_equal(sw_via_name(SW_VIA_TRACE), "trace");
	assert_string_equal(sw_via_name(SW_VIA_IMPORT), "import");
	assert_string_equal(sw_via_name(SW_VIA_CLI), "cli");
	assert_string_equal(sw_via_name(SW_VIA_COUNT_), "");
}

static void a_record_starts_as_one_rejection_just_seen(void **state SW_UNUSED)
{
	struct sw_record record;

	memset(&record, 0xff, sizeof(record));
	sample_record(&record);
	assert_int_equal(record.event, SW_EVENT_REJECTION);
	assert_int_equal(record.cause, SW_CAUSE_WRAPPER_DENY);
	assert_int_equal(record.evidence, SW_EVIDENCE_RECORDED);
	assert_int_equal(record.via, SW_VIA_HOOK);
	assert_int_equal(record.time, INT64_C(1795333023230));
	assert_int_equal(record.first, record.time);
	assert_int_equal(record.last, record.time);
	assert_int_equal(record.count, 1);
	assert_int_equal(record.conn.pid, 4123);
	assert_int_equal(record.conn.client.port, 51234);
	assert_string_equal(record.rule.source, "/etc/hosts.deny");
	assert_int_equal(record.rule.line, 4);
	assert_string_equal(record.rule.owner, "denyhosts");
	assert_int_equal(record.until, 0);
	assert_string_equal(record.node, "");
	assert_string_equal(record.boot, "");
	assert_string_equal(record.root, "");
	assert_string_equal(record.audit, "");
	for (size_t i = 0; i < SW_CAUSE_COUNT_; i++)
		assert_int_equal(record.by_cause[i], 0);
}

static const struct {
	enum sw_event event;
	enum sw_cause cause;
	enum sw_evidence evidence;
	int64_t until;
	int type;
	int result;
} kinds[] = {
	{SW_EVENT_REJECTION, SW_CAUSE_WRAPPER_DENY, SW_EVIDENCE_RECORDED, 0,
	 2104, 0},
	{SW_EVENT_REJECTION, SW_CAUSE_WRAPPER_DENY, SW_EVIDENCE_INFERRED, 0,
	 2104, 0},
	{SW_EVENT_REJECTION, SW_CAUSE_WRAPPER_DENY, SW_EVIDENCE_SIMULATED, 0,
	 2104, 1},
	{SW_EVENT_REJECTION, SW_CAUSE_BAN_PENALTY, SW_EVIDENCE_RECORDED, 9,
	 2104, 0},
	{SW_EVENT_REJECTION, SW_CAUSE_CLIENT_CLOSED, SW_EVIDENCE_RECORDED, 0, 0,
	 0},
	{SW_EVENT_BAN, SW_CAUSE_BAN_LIST, SW_EVIDENCE_RECORDED, 9, 2214, 1},
	{SW_EVENT_BAN, SW_CAUSE_BAN_LIST, SW_EVIDENCE_RECORDED, 0, 2213, 1},
	{SW_EVENT_UNBAN, SW_CAUSE_BAN_LIST, SW_EVIDENCE_RECORDED, 0, 2215, 1},
	{SW_EVENT_SUPPRESSED, SW_CAUSE_NONE, SW_EVIDENCE_RECORDED, 0, 2102, 0},
	{SW_EVENT_COUNT_, SW_CAUSE_NONE, SW_EVIDENCE_RECORDED, 0, 0, 0},
};

static void each_kind_of_record_has_its_audit_type(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(kinds); i++) {
		struct sw_record record;

		sample_record(&record);
		record.event = kinds[i].event;
		record.cause = kinds[i].cause;
		record.evidence = kinds[i].evidence;
		record.until = kinds[i].until;
		if (sw_record_audit_type(&record) != kinds[i].type ||
		    sw_record_audit_result(&record) != kinds[i].result)
			fail_msg("row %zu: got type %d, result %d", i,
				 sw_record_audit_type(&record),
				 sw_record_audit_result(&record));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_in_the_trail_are_fixed),
		cmocka_unit_test(a_record_starts_as_one_rejection_just_seen),
		cmocka_unit_test(each_kind_of_record_has_its_audit_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
