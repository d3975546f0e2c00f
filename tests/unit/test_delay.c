#include "sw_test.h"

#include "recorder/delay.h"

#include <stdio.h>
#include <string.h>

#define NOON INT64_C(1795348800000) /* milliseconds UTC */

/* What was delivered, as numbers. */
static struct {
	size_t count;
	int64_t times[2 * SW_DELAY_LINES];
	char text[2 * SW_DELAY_TEXT];
	size_t len;
	enum sw_tap tap;
	pid_t pid;
} got;

static void deliver(void *context, const struct sw_line *line)
{
	assert_ptr_equal(context, &got);
	got.times[got.count++] = line->time;
	memcpy(got.text, line->text, line->len);
	got.len = line->len;
	got.tap = line->tap;
	got.pid = line->pid;
}

static struct sw_delay *begin(void)
{
	struct sw_delay *delay = sw_delay_new(deliver, &got);

	memset(&got, 0, sizeof(got));
	assert_non_null(delay);
	return delay;
}

/* Lines are told apart by their time. */
static void add(struct sw_delay *delay, int64_t number, int64_t now)
{
	char text[] = "error: no more sessions";
	struct sw_line line = {
		.tap = SW_TAP_JOURNAL,
		.pid = 41,
		.time = number,
		.text = text,
		.len = strlen(text),
	};

	sw_delay_add(delay, &line, now);
	memset(text, 'x', sizeof(text));
}

static void a_line_waits_and_is_delivered_whole(void **state SW_UNUSED)
{
	struct sw_delay *delay = begin();

	add(delay, 7, NOON);
	sw_delay_tick(delay, NOON);
	sw_delay_tick(delay, NOON + SW_DELAY_MS - 1);
	assert_int_equal(got.count, 0);
	sw_delay_tick(delay, NOON + SW_DELAY_MS);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.times[0], 7);
	assert_int_equal(got.tap, SW_TAP_JOURNAL);
	assert_int_equal(got.pid, 41);
	assert_int_equal(got.len, strlen("error: no more sessions"));
	assert_memory_equal(got.text, "error: no more sessions", got.len);
	sw_delay_tick(delay, NOON + 2 * SW_DELAY_MS);
	assert_int_equal(got.count, 1);
	sw_delay_free(delay);
	assert_int_equal(got.count, 1);
}

static void lines_keep_the_order_in_which_they_came(void **state SW_UNUSED)
{
	struct sw_delay *delay = begin();

	add(delay, 3, NOON);
	add(delay, 1, NOON + 10);
	add(delay, 2, NOON + 300);
	sw_delay_tick(delay, NOON + SW_DELAY_MS + 10);
	assert_int_equal(got.count, 2);
	sw_delay_tick(delay, NOON + SW_DELAY_MS + 300);
	assert_int_equal(got.count, 3);
	assert_int_equal(got.times[0], 3);
	assert_int_equal(got.times[1], 1);
	assert_int_equal(got.times[2], 2);
	sw_delay_free(delay);
}

static void
a_flood_delivers_the_oldest_early_and_loses_none(void **state SW_UNUSED)
{
	struct sw_delay *delay = begin();
	int64_t all = SW_DELAY_LINES + 5;

	for (int64_t i = 0; i < all; i++)
		add(delay, i, NOON);
	assert_int_equal(got.count, 5);
	sw_delay_tick(delay, NOON + SW_DELAY_MS);
	assert_int_equal(got.count, all);
	for (int64_t i = 0; i < all; i++)
		assert_int_equal(got.times[i], i);
	sw_delay_free(delay);
}

static void a_clock_that_is_set_back_keeps_no_line(void **state SW_UNUSED)
{
	struct sw_delay *delay = begin();

	add(delay, 1, NOON);
	sw_delay_tick(delay, NOON - 3600000);
	assert_int_equal(got.count, 1);
	sw_delay_free(delay);
}

static void the_end_delivers_what_is_held(void **state SW_UNUSED)
{
	struct sw_delay *delay = begin();

	add(delay, 1, NOON);
	add(delay, 2, NOON);
	sw_delay_free(delay);
	assert_int_equal(got.count, 2);
	assert_int_equal(got.times[1], 2);
	sw_delay_free(NULL);
}

static void a_long_line_is_cut(void **state SW_UNUSED)
{
	static char text[SW_DELAY_TEXT + 1];
	struct sw_line line = {.text = text, .len = sizeof(text)};
	struct sw_delay *delay = begin();

	memset(text, 'a', sizeof(text));
	sw_delay_add(delay, &line, NOON);
	sw_delay_free(delay);
	assert_int_equal(got.len, SW_DELAY_TEXT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_waits_and_is_delivered_whole),
		cmocka_unit_test(lines_keep_the_order_in_which_they_came),
		cmocka_unit_test(
			a_flood_delivers_the_oldest_early_and_loses_none),
		cmocka_unit_test(a_clock_that_is_set_back_keeps_no_line),
		cmocka_unit_test(the_end_delivers_what_is_held),
		cmocka_unit_test(a_long_line_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
