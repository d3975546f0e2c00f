#include "record_samples.h"

#include "sshwhy/text.h"

#include <jansson.h>

static void a_rejection_is_one_line_with_every_key(void **state SW_UNUSED)
{
	char buf[SW_RECORD_JSON_MAX];
	struct sw_record record;

	sample_record(&record);
	(void)sw_text_copy(record.node, SW_NODE_MAX, "web1");
	(void)sw_text_copy(record.audit, SW_AUDIT_MAX, "1795333023.230:411");
	assert_int_equal(sw_record_to_json(&record, buf, sizeof(buf)), SW_OK);
	assert_string_equal(
		buf,
		"{\"event\":\"rejection\",\"time\":\"2026-11-22T07:37:03.230Z\""
		",\"first\":\"2026-11-22T07:37:03.230Z\""
		",\"last\":\"2026-11-22T07:37:03.230Z\",\"count\":1"
		",\"node\":\"web1\",\"boot\":null,\"seqno\":4711"
		",\"cause\":\"wrapper.deny\",\"stage\":\"wrapper\""
		",\"evidence\":\"recorded\",\"via\":\"hook\""
		",\"client\":{\"addr\":\"203.0.113.5\",\"port\":51234}"
		",\"server\":{\"addr\":\"192.0.2.1\",\"port\":22}"
		",\"user\":null,\"pid\":4123"
		",\"rule\":{\"source\":\"/etc/hosts.deny\",\"first_line\":4"
		",\"line\":4,\"text\":\"sshd: 203.0.113.0/255.255.255.0\""
		",\"owner\":\"denyhosts\"}"
		",\"until\":null,\"root\":null,\"by_cause\":null"
		",\"audit\":\"1795333023.230:411\",\"lookup\":null}\n");
}

static void what_is_not_known_is_null(void **state SW_UNUSED)
{
	char buf[SW_RECORD_JSON_MAX];
	struct sw_record record = {.event = SW_EVENT_SUPPRESSED, .count = 3};

	record.by_cause[SW_CAUSE_WRAPPER_DENY] = 1;
	record.by_cause[SW_CAUSE_LIMIT_RATE] = 2;
	record.lookup.done = 1;
	assert_int_equal(sw_record_to_json(&record, buf, sizeof(buf)), SW_OK);
	assert_string_equal(
		buf,
		"{\"event\":\"suppressed\",\"time\":null,\"first\":null"
		",\"last\":null,\"count\":3,\"node\":null,\"boot\":null"
		",\"seqno\":null,\"cause\":null,\"stage\":null"
		",\"evidence\":\"recorded\",\"via\":\"hook\""
		",\"client\":{\"addr\":null,\"port\":null}"
		",\"server\":{\"addr\":null,\"port\":null}"
		",\"user\":null,\"pid\":null"
		",\"rule\":{\"source\":null,\"first_line\":null,\"line\":null"
		",\"text\":null,\"owner\":null},\"until\":null,\"root\":null"
		",\"by_cause\":{\"wrapper.deny\":1,\"limit.rate\":2}"
		",\"audit\":null,\"lookup\":{\"ms\":0}}\n");
}

static const char *text_of(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void hostile_texts_stay_inside_their_strings(void **state SW_UNUSED)
{
	static const char evil[] = "a\",\"count\":9,\"\n\\\x1d\x7f";
	char buf[SW_RECORD_JSON_MAX];
	struct sw_record record;
	json_t *root;
	json_t *rule;

	sample_record(&record);
	(void)sw_text_copy(record.rule.source, SW_SOURCE_MAX, evil);
	(void)sw_text_copy(record.rule.text, SW_TEXT_MAX, evil);
	(void)sw_text_copy(record.rule.owner, SW_OWNER_MAX, "\xff{");
	(void)sw_text_copy(record.conn.user, SW_USER_MAX, evil);
	assert_int_equal(sw_record_to_json(&record, buf, sizeof(buf)), SW_OK);
	root = json_loads(buf, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	rule = json_object_get(root, "rule");
	assert_string_equal(text_of(rule, "source"), evil);
	assert_string_equal(text_of(rule, "text"), evil);
	assert_string_equal(text_of(rule, "owner"), "\xef\xbf\xbd{");
	assert_string_equal(text_of(root, "user"), evil);
	assert_int_equal(json_integer_value(json_object_get(root, "count")), 1);
	json_decref(root);
}

static void the_largest_record_fits(void **state SW_UNUSED)
{
	char buf[SW_RECORD_JSON_MAX];
	struct sw_record record;
	json_error_t error;
	json_t *root;

	largest_record(&record);
	assert_int_equal(sw_record_to_json(&record, buf, sizeof(buf)), SW_OK);
	/* jansson's integers end at INT64_MAX. */
	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++)
		record.by_cause[i] = INT64_MAX;
	record.seqno = INT64_MAX;
	record.count = INT64_MAX;
	assert_int_equal(sw_record_to_json(&record, buf, sizeof(buf)), SW_OK);
	root = json_loads(buf, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		fail_msg("%s", error.text);
	json_decref(root);
}

static void a_small_buffer_is_refused_and_emptied(void **state SW_UNUSED)
{
	char buf[SW_RECORD_JSON_MAX] = "old";
	struct sw_record record;
	size_t needed;

	sample_record(&record);
	assert_int_equal(sw_record_to_json(&record, buf, sizeof(buf)), SW_OK);
	needed = strlen(buf) + 1;
	assert_int_equal(sw_record_to_json(&record, buf, needed), SW_OK);
	for (size_t size = 1; size < needed; size++) {
		assert_int_equal(sw_record_to_json(&record, buf, size),
				 SW_E_RANGE);
		assert_string_equal(buf, "");
	}
	buf[0] = 'x';
	assert_int_equal(sw_record_to_json(&record, buf, 0), SW_E_RANGE);
	assert_int_equal(buf[0], 'x');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rejection_is_one_line_with_every_key),
		cmocka_unit_test(what_is_not_known_is_null),
		cmocka_unit_test(hostile_texts_stay_inside_their_strings),
		cmocka_unit_test(the_largest_record_fits),
		cmocka_unit_test(a_small_buffer_is_refused_and_emptied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
