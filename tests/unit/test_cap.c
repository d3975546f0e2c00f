#include "sw_test.h"

#include "recorder/cap.h"

#include <string.h>

#define NOW UINT64_C(5000000)

static struct sw_record of_cause(enum sw_cause cause, uint64_t count,
				 int64_t time)
{
	struct sw_record record = {0};

	record.cause = cause;
	record.count = count;
	record.first = time;
	record.last = time;
	return record;
}

/* How many of n records at now are let through. */
static int let_through(struct sw_cap *cap, int n, uint64_t now)
{
	struct sw_record record = of_cause(SW_CAUSE_WRAPPER_DENY, 1, 1);
	int through = 0;

	for (int i = 0; i < n; i++)
		through += sw_cap_take(cap, &record, now) ? 1 : 0;
	return through;
}

static void a_second_lets_its_number_through(void **state SW_UNUSED)
{
	struct sw_cap cap;

	sw_cap_init(&cap, 20, 2000, NOW);
	assert_int_equal(let_through(&cap, 100, NOW), 20);
	assert_int_equal(let_through(&cap, 100, NOW), 0);
	assert_int_equal(let_through(&cap, 100, NOW + 500), 10);
	assert_int_equal(let_through(&cap, 100, NOW + 10000), 20);
}

static void an_hour_lets_its_number_through(void **state SW_UNUSED)
{
	struct sw_cap cap;
	int through = 0;

	sw_cap_init(&cap, 20, 2000, NOW);
	for (uint64_t second = 0; second < 200; second++)
		through += let_through(&cap, 50, NOW + second * 1000);
	/* 2,000 at once, and what an hour's rate refills in 200 seconds */
	assert_in_range(through, 2000, 2000 + 2000 * 200 / 3600 + 1);
}

static void zero_is_no_limit(void **state SW_UNUSED)
{
	struct sw_cap cap;

	sw_cap_init(&cap, 0, 0, NOW);
	assert_int_equal(let_through(&cap, 5000, NOW), 5000);
}

static void
a_clock_that_stands_still_or_leaps_does_no_harm(void **state SW_UNUSED)
{
	struct sw_cap cap;

	sw_cap_init(&cap, 20, 2000, NOW);
	assert_int_equal(let_through(&cap, 100, NOW), 20);
	assert_int_equal(let_through(&cap, 100, NOW - 10), 0);
	assert_int_equal(let_through(&cap, 100, UINT64_MAX), 20);
}

static void what_is_suppressed_is_reported_once_by_cause(void **state SW_UNUSED)
{
	struct sw_record record, report;
	struct sw_cap cap;

	sw_cap_init(&cap, 1, 0, NOW);
	assert_false(sw_cap_report(&cap, 9, &report));
	record = of_cause(SW_CAUSE_WRAPPER_DENY, 1, 10);
	assert_true(sw_cap_take(&cap, &record, NOW));
	record = of_cause(SW_CAUSE_WRAPPER_DENY, 3, 20);
	assert_false(sw_cap_take(&cap, &record, NOW));
	record = of_cause(SW_CAUSE_LIMIT_MAX_STARTUPS, 4, 30);
	assert_false(sw_cap_take(&cap, &record, NOW));
	assert_true(sw_cap_report(&cap, 99, &report));
	assert_int_equal(report.event, SW_EVENT_SUPPRESSED);
	assert_int_equal(report.count, 7);
	assert_int_equal(report.by_cause[SW_CAUSE_WRAPPER_DENY], 3);
	assert_int_equal(report.by_cause[SW_CAUSE_LIMIT_MAX_STARTUPS], 4);
	assert_int_equal(report.first, 20);
	assert_int_equal(report.last, 30);
	assert_int_equal(report.time, 99);
	assert_false(sw_cap_report(&cap, 100, &report));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_second_lets_its_number_through),
		cmocka_unit_test(an_hour_lets_its_number_through),
		cmocka_unit_test(zero_is_no_limit),
		cmocka_unit_test(
			a_clock_that_stands_still_or_leaps_does_no_harm),
		cmocka_unit_test(what_is_suppressed_is_reported_once_by_cause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
