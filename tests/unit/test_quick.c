#include "sw_test.h"

#include "cli/reader.h"
#include "cli/reader_quick.h"
#include "record_samples.h"

#include <stdio.h>
#include <string.h>

static void lookup_record(struct sw_record *record)
{
	sample_record(record);
	record->lookup = (struct sw_lookup){1, 1234};
	record->until = record->time + 60000;
	(void)strcpy(record->node, "web1");
	(void)strcpy(record->boot, "6d1f5cbe-5a5c-4b51-9f0c-0e3b6f6a2f11");
	(void)strcpy(record->conn.user, "alice");
	(void)strcpy(record->root, "7 of 10 slots held by wrapper.deny x:4");
	(void)strcpy(record->audit, "1795332060.200:402");
}

/* The time alone is known. */
static void empty_record(struct sw_record *record)
{
	memset(record, 0, sizeof(*record));
	record->time = 1;
	record->count = 1;
}

static void (*const samples[])(struct sw_record *) = {
	sample_record, lookup_record, empty_record};

static void write_json(const struct sw_record *record, char *line)
{
	assert_int_equal(sw_record_to_json(record, line, SW_RECORD_JSON_MAX),
			 SW_OK);
}

static void what_we_write_is_read_the_quick_way(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(samples); i++) {
		char line[SW_RECORD_JSON_MAX], again[SW_RECORD_JSON_MAX];
		struct sw_record record, out;

		samples[i](&record);
		write_json(&record, line);
		assert_true(sw_record_quick(line, strlen(line), &out));
		write_json(&out, again);
		assert_string_equal(line, again);
		assert_true(sw_record_quick(line, strlen(line) - 1, &out));
		assert_false(sw_record_quick(line, strlen(line) - 2, &out));
	}
}

static void what_is_seldom_is_left_to_the_other_way(void **state SW_UNUSED)
{
	static const char *const texts[] = {"\"", "\\", "\n", "\x7f",
					    "\xc3\xa4"};
	char line[SW_RECORD_JSON_MAX];
	struct sw_record record, out;

	for (size_t i = 0; i < SW_ROWS(texts); i++) {
		sample_record(&record);
		(void)strcpy(record.rule.text, texts[i]);
		write_json(&record, line);
		assert_false(sw_record_quick(line, strlen(line), &out));
	}
	sample_record(&record);
	record.by_cause[SW_CAUSE_WRAPPER_DENY] = 1;
	write_json(&record, line);
	assert_false(sw_record_quick(line, strlen(line), &out));
}

/* Whatever the quick way takes, the other one takes for the same. */
static void compare(const char *line, size_t len)
{
	char quick[SW_RECORD_JSON_MAX], any[SW_RECORD_JSON_MAX];
	char reason[SW_LOG_REASON_MAX];
	struct sw_record record;

	if (!sw_record_quick(line, len, &record))
		return;
	write_json(&record, quick);
	if (sw_record_from_any_json(line, len, &record, reason) != SW_OK)
		fail_msg("%s: %.*s", reason, (int)len, line);
	write_json(&record, any);
	assert_string_equal(quick, any);
}

static void both_ways_say_the_same_of_a_changed_line(void **state SW_UNUSED)
{
	static const char bytes[] = "\"\\,:{}[]0189-.ez \x01\x7f\xc3";
	char line[SW_RECORD_JSON_MAX], changed[SW_RECORD_JSON_MAX];
	struct sw_record record;

	for (size_t i = 0; i < SW_ROWS(samples); i++) {
		samples[i](&record);
		write_json(&record, line);
		for (size_t at = 0; at < strlen(line); at++) {
			for (const char *c = bytes; *c != '\0'; c++) {
				(void)strcpy(changed, line);
				changed[at] = *c;
				compare(changed, strlen(changed));
			}
			/* One byte less, and one twice. */
			(void)strcpy(changed, line);
			(void)strcpy(changed + at, line + at + 1);
			compare(changed, strlen(changed));
			(void)strcpy(changed + at, line + at);
			(void)strcpy(changed + at + 1, line + at);
			compare(changed, strlen(changed));
			compare(line, at);
		}
	}
}

static const struct {
	const char *was;
	const char *is;
	bool quick;
} changes[] = {
	{"\"count\":1,", "\"count\":1,", true},
	{"\"count\":1,", "\"count\":0,", false},
	{"\"count\":1,", "\"count\":999999999999999999,", true},
	{"\"count\":1,", "\"count\":1000000000000000000,", false},
	{"\"count\":1,", "\"count\":01,", false},
	{"\"count\":1,", "\"count\":\"1\",", false},
	{"\"count\":1,", "\"count\":null,", true},
	{"\"port\":22}", "\"port\":65536}", false},
	{"\"pid\":4123", "\"pid\":2147483648", false},
	{"\"rejection\"", "null", false},
	{"\"rejection\"", "\"nothing\"", false},
	{"\"wrapper.deny\"", "\"wrapper.new\"", false},
	{"\"203.0.113.5\"", "\"::ffff:203.0.113.5\"", true},
	{"\"203.0.113.5\"", "\"name\"", false},
	{"\"203.0.113.5\"", "203", false},
	{"\"count\":1,", "\"count\":1,\"count\":1,", false},
	{"\"count\":1,", "\"more\":1,\"count\":1,", false},
	{"}\n", "} ", false},
	{"}\n", "}}\n", false},
};

static void a_changed_value_is_judged_by_both(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(changes); i++) {
		char line[SW_RECORD_JSON_MAX], changed[SW_RECORD_JSON_MAX];
		struct sw_record record;
		char *at;

		sample_record(&record);
		write_json(&record, line);
		at = strstr(line, changes[i].was);
		assert_non_null(at);
		(void)snprintf(changed, sizeof(changed), "%.*s%s%s",
			       (int)(at - line), line, changes[i].is,
			       at + strlen(changes[i].was));
		if (sw_record_quick(changed, strlen(changed), &record) !=
		    changes[i].quick)
			fail_msg("%s", changes[i].is);
		compare(changed, strlen(changed));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_we_write_is_read_the_quick_way),
		cmocka_unit_test(what_is_seldom_is_left_to_the_other_way),
		cmocka_unit_test(both_ways_say_the_same_of_a_changed_line),
		cmocka_unit_test(a_changed_value_is_judged_by_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
