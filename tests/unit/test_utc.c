#include "sw_test.h"

#include "sshwhy/utc.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#define UNTOUCHED 77

static const struct {
	int64_t ms;
	const char *text;
} times[] = {
	{0, "1970-01-01T00:00:00.000Z"},
	{INT64_C(951782400000), "2000-02-29T00:00:00.000Z"},
	{INT64_C(951868799999), "2000-02-29T23:59:59.999Z"},
	{INT64_C(1795333023230), "2026-11-22T07:37:03.230Z"},
	{INT64_C(1767225599999), "2025-12-31T23:59:59.999Z"},
	{INT64_C(4107542400000), "2100-03-01T00:00:00.000Z"},
	{SW_UTC_MAX, "9999-12-31T23:59:59.999Z"},
};

static void times_are_written_and_read_back(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(times); i++) {
		char buf[SW_UTC_TEXT_MAX];
		int64_t ms = UNTOUCHED;

		assert_string_equal(sw_utc_format(times[i].ms, buf),
				    times[i].text);
		assert_int_equal(sw_utc_parse(times[i].text, &ms), SW_OK);
		assert_int_equal(ms, times[i].ms);
	}
}

/* 400 years are one turn of the leap years. */
static void every_day_is_the_calendars(void **state SW_UNUSED)
{
	for (int64_t day = 0; day <= 400 * 366; day++) {
		char wanted[SW_UTC_TEXT_MAX];
		char buf[SW_UTC_TEXT_MAX];
		time_t seconds = (time_t)(day * 86400);
		int64_t ms = UNTOUCHED;
		struct tm tm;

		assert_non_null(gmtime_r(&seconds, &tm));
		assert_int_equal(strftime(wanted, sizeof(wanted),
					  "%Y-%m-%dT%H:%M:%S.000Z", &tm),
				 24);
		assert_string_equal(sw_utc_format(day * 86400000, buf), wanted);
		assert_int_equal(sw_utc_parse(buf, &ms), SW_OK);
		assert_int_equal(ms, day * 86400000);
	}
}

static void what_is_outside_the_calendar_is_not_written(void **state SW_UNUSED)
{
	static const int64_t outside[] = {-1, SW_UTC_MAX + 1, INT64_MIN,
					  INT64_MAX};

	for (size_t i = 0; i < SW_ROWS(outside); i++) {
		char buf[SW_UTC_TEXT_MAX] = "old";

		assert_string_equal(sw_utc_format(outside[i], buf), "");
	}
}

static const struct {
	const char *text;
	enum sw_err err;
} refused[] = {
	{"", SW_E_SYNTAX},
	{"2026-11-22", SW_E_SYNTAX},
	{"2026-11-22T07:37:03Z", SW_E_SYNTAX},
	{"2026-11-22T07:37:03.230", SW_E_SYNTAX},
	{"2026-11-22T07:37:03.230ZZ", SW_E_SYNTAX},
	{"2026-11-22 07:37:03.230Z", SW_E_SYNTAX},
	{"2026-11-22T07:37:03.23xZ", SW_E_SYNTAX},
	{"2026-11-22T07:37:03.+30Z", SW_E_SYNTAX},
	{"1969-12-31T23:59:59.999Z", SW_E_RANGE},
	{"2026-00-22T07:37:03.230Z", SW_E_RANGE},
	{"2026-13-22T07:37:03.230Z", SW_E_RANGE},
	{"2026-11-00T07:37:03.230Z", SW_E_RANGE},
	{"2026-11-31T07:37:03.230Z", SW_E_RANGE},
	{"2100-02-29T07:37:03.230Z", SW_E_RANGE},
	{"2026-11-22T24:37:03.230Z", SW_E_RANGE},
	{"2026-11-22T07:60:03.230Z", SW_E_RANGE},
	{"2026-11-22T07:37:60.230Z", SW_E_RANGE},
};

static void other_forms_are_refused(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(refused); i++) {
		int64_t ms = UNTOUCHED;
		enum sw_err err = sw_utc_parse(refused[i].text, &ms);

		if (err != refused[i].err || ms != UNTOUCHED)
			fail_msg("\"%s\": got %s, %" PRId64, refused[i].text,
				 sw_strerror(err), ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_written_and_read_back),
		cmocka_unit_test(every_day_is_the_calendars),
		cmocka_unit_test(what_is_outside_the_calendar_is_not_written),
		cmocka_unit_test(other_forms_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
