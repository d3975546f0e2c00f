#include "sw_test.h"

#include "cli/when.h"

#include <stdlib.h>
#include <time.h>

#define UNTOUCHED INT64_C(-77)
/* 2026-11-22T07:37:03.500Z */
#define NOW INT64_C(1795333023500)
#define HOUR INT64_C(3600000)
#define DAY (24 * HOUR)

/* An hour east of UTC, two in summer; written out, so that no file is read. */
static int live_in_berlin(void **state SW_UNUSED)
{
	(void)setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	return 0;
}

static const struct {
	const char *text;
	enum sw_err err;
	int64_t ms;
} cases[] = {
	{"2026-11-22T07:37:03.500Z", SW_OK, NOW},
	{"2026-11-22T07:37:03.5Z", SW_OK, NOW},
	{"2026-11-22T07:37:03.5009Z", SW_OK, NOW},
	{"2026-11-22T08:37:03.500+01:00", SW_OK, NOW},
	{"2026-11-22T08:37:03.500+0100", SW_OK, NOW},
	{"2026-11-22T08:37:03.500+01", SW_OK, NOW},
	{"2026-11-22T02:07:03.500-05:30", SW_OK, NOW},
	{"2026-11-22T08:37:03.500", SW_OK, NOW},
	{"2026-11-22 08:37:03.500", SW_OK, NOW},
	{"2026-11-22t08:37:03,500", SW_OK, NOW},
	{"2026-11-22T08:37:03", SW_OK, NOW - 500},
	{"2026-11-22T08:37", SW_OK, NOW - 3500},
	{"2026-11-22T07:37z", SW_OK, NOW - 3500},
	{"2026-11-22", SW_OK, NOW - 500 - 3 * 1000 - 37 * 60000 - 8 * HOUR},
	{"today", SW_OK, NOW - 500 - 3 * 1000 - 37 * 60000 - 8 * HOUR},
	{"2026-07-01T09:00", SW_OK, INT64_C(1782889200000)},
	{"1970-01-01T00:00Z", SW_OK, 0},
	{"2024-02-29T00:00Z", SW_OK, INT64_C(1709164800000)},
	{"-90s", SW_OK, NOW - 90000},
	{"-30m", SW_OK, NOW - HOUR / 2},
	{"-2h", SW_OK, NOW - 2 * HOUR},
	{"-7d", SW_OK, NOW - 7 * DAY},
	{"-366d", SW_E_RANGE, UNTOUCHED},
	{"-", SW_E_SYNTAX, UNTOUCHED},
	{"-2 h", SW_E_SYNTAX, UNTOUCHED},
	{"2h", SW_E_SYNTAX, UNTOUCHED},
	{"", SW_E_SYNTAX, UNTOUCHED},
	{"Today", SW_E_SYNTAX, UNTOUCHED},
	{"yesterday", SW_E_SYNTAX, UNTOUCHED},
	{"2025-02-29", SW_E_RANGE, UNTOUCHED},
	{"2026-04-31", SW_E_RANGE, UNTOUCHED},
	{"2026-13-01", SW_E_RANGE, UNTOUCHED},
	{"2026-00-01", SW_E_RANGE, UNTOUCHED},
	{"2026-01-00", SW_E_RANGE, UNTOUCHED},
	{"1969-12-31", SW_E_RANGE, UNTOUCHED},
	{"2026-11-22T24:00", SW_E_RANGE, UNTOUCHED},
	{"2026-11-22T23:60", SW_E_RANGE, UNTOUCHED},
	{"2026-11-22T23:00+15:00", SW_E_RANGE, UNTOUCHED},
	{"2026-11-22T", SW_E_SYNTAX, UNTOUCHED},
	{"2026-11-22T7:37", SW_E_SYNTAX, UNTOUCHED},
	{"2026-11-22T07", SW_E_SYNTAX, UNTOUCHED},
	{"2026-11-22T07:37:03.Z", SW_E_SYNTAX, UNTOUCHED},
	{"2026-11-22T07:37:03Zx", SW_E_SYNTAX, UNTOUCHED},
	{"2026-11-22T07:37:03+1", SW_E_SYNTAX, UNTOUCHED},
	{"2026-11-22T07:37:03+01:", SW_E_SYNTAX, UNTOUCHED},
	{"2026-11-22Z", SW_E_SYNTAX, UNTOUCHED},
	{"2026-11", SW_E_SYNTAX, UNTOUCHED},
	{"20261122", SW_E_SYNTAX, UNTOUCHED},
	{"+026-11-22", SW_E_SYNTAX, UNTOUCHED},
};

static void
every_form_is_read_and_others_leave_the_output(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(cases); i++) {
		int64_t ms = UNTOUCHED;
		enum sw_err err = sw_when_parse(cases[i].text, NOW, &ms);

		if (err != cases[i].err || ms != cases[i].ms)
			fail_msg("\"%s\": got %s, %lld", cases[i].text,
				 sw_strerror(err), (long long)ms);
	}
}

static void local_time_is_written_with_its_offset(void **state SW_UNUSED)
{
	char buf[SW_WHEN_TEXT_MAX];

	assert_string_equal(sw_when_format(NOW, buf),
			    "2026-11-22T08:37:03+01:00");
	assert_string_equal(sw_when_format(INT64_C(1782889200000), buf),
			    "2026-07-01T09:00:00+02:00");
}

static void what_is_written_is_read_as_the_same_second(void **state SW_UNUSED)
{
	char buf[SW_WHEN_TEXT_MAX];
	int64_t ms = UNTOUCHED;

	assert_int_equal(sw_when_parse(sw_when_format(NOW, buf), 0, &ms),
			 SW_OK);
	assert_int_equal(ms, NOW - 500);
}

static void the_day_is_left_out_only_when_it_is_today(void **state SW_UNUSED)
{
	char buf[SW_WHEN_TEXT_MAX];

	assert_string_equal(sw_when_format_near(NOW, NOW + HOUR, buf),
			    "08:37:03");
	assert_string_equal(sw_when_format_near(NOW, NOW + DAY, buf),
			    "2026-11-22 08:37:03");
	/* The same day of another year. */
	assert_string_equal(sw_when_format_near(NOW, NOW + 365 * DAY, buf),
			    "2026-11-22 08:37:03");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_form_is_read_and_others_leave_the_output),
		cmocka_unit_test(local_time_is_written_with_its_offset),
		cmocka_unit_test(what_is_written_is_read_as_the_same_second),
		cmocka_unit_test(the_day_is_left_out_only_when_it_is_today),
	};

	return cmocka_run_group_tests(tests, live_in_berlin, NULL);
}
