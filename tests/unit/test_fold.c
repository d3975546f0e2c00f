#include "sw_test.h"

#include "recorder/fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WINDOW 60000
#define NOW UINT64_C(1000000)
#define UNTOUCHED 77

static struct sw_fold opened(void)
{
	char name[] = "fold-XXXXXX";
	struct sw_fold fold = SW_FOLD_INIT;
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(sw_fold_map_fd(fd, &fold), SW_OK);
	return fold;
}

static struct sw_record rejection(const char *client, const char *source,
				  unsigned int line, int64_t time)
{
	struct sw_verdict verdict = {.outcome = SW_DENY,
				     .cause = SW_CAUSE_WRAPPER_DENY};
	struct sw_conn conn = {0};
	struct sw_record record;

	assert_int_equal(sw_addr_parse(client, &conn.client.addr), SW_OK);
	(void)snprintf(verdict.rule.source, sizeof(verdict.rule.source), "%s",
		       source);
	verdict.rule.line = line;
	sw_record_init(&record, &conn, &verdict, SW_VIA_HOOK, time);
	return record;
}

/* As a recorder whose sinks write what they are given. */
static bool add(struct sw_fold *fold, const struct sw_record *record,
		uint64_t now)
{
	int32_t slot;

	if (!sw_fold_add(fold, record, WINDOW, now, &slot))
		return false;
	sw_fold_written(fold, slot);
	return true;
}

static void
the_first_is_written_and_the_rest_are_counted(void **state SW_UNUSED)
{
	struct sw_fold fold = opened();
	struct sw_record record, out;
	int32_t slot;

	record = rejection("203.0.113.5", "/etc/hosts.deny", 4, 1);
	assert_true(add(&fold, &record, NOW));
	for (int64_t i = 2; i <= 8; i++) {
		record = rejection("203.0.113.5", "/etc/hosts.deny", 4, i);
		record.conn.client.port = (uint16_t)(1000 + i);
		assert_false(add(&fold, &record, NOW + 1));
	}
	assert_int_equal(sw_fold_next_due(&fold), NOW + WINDOW);
	assert_false(
		sw_fold_take_due(&fold, NOW + WINDOW - 1, false, &out, &slot));
	assert_true(sw_fold_take_due(&fold, NOW + WINDOW, false, &out, &slot));
	assert_int_equal(out.count, 7);
	assert_int_equal(out.first, 2);
	assert_int_equal(out.last, 8);
	assert_int_equal(out.conn.client.port, 1002);
	assert_false(sw_fold_take_due(&fold, NOW + WINDOW, false, &out, &slot));
	assert_int_equal(sw_fold_next_due(&fold), UINT64_MAX);
	sw_fold_close(&fold);
}

static void only_equal_ones_are_folded(void **state SW_UNUSED)
{
	static const struct {
		const char *client, *source;
		unsigned int line;
		bool written;
	} rows[] = {
		{"203.0.113.5", "/etc/hosts.deny", 4, true},
		{"203.0.113.5", "/etc/hosts.deny", 4, false},
		{"203.0.113.6", "/etc/hosts.deny", 4, true},
		{"203.0.113.5", "/etc/hosts.deny", 5, true},
		{"203.0.113.5", "/etc/hosts.allow", 4, true},
		{"2001:db8::1", "/etc/hosts.deny", 4, true},
		{"2001:db8::ffff:1:2:3", "/etc/hosts.deny", 4, false},
		{"2001:db8:0:1::1", "/etc/hosts.deny", 4, true},
	};
	struct sw_fold fold = opened();

	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		struct sw_record record = rejection(
			rows[i].client, rows[i].source, rows[i].line, 1);

		if (add(&fold, &record, NOW) != rows[i].written)
			fail_msg("row %zu: %s %s:%u", i, rows[i].client,
				 rows[i].source, rows[i].line);
	}
	sw_fold_close(&fold);
}

static void without_a_window_each_is_written(void **state SW_UNUSED)
{
	int32_t slot = 0;
	struct sw_fold fold = opened();
	struct sw_record record =
		rejection("203.0.113.5", "/etc/hosts.deny", 4, 1);

	assert_true(sw_fold_add(&fold, &record, 0, NOW, &slot));
	assert_true(sw_fold_add(&fold, &record, 0, NOW, &slot));
	sw_fold_close(&fold);
}

/* However many sources there are: what is not written is counted. */
static void a_full_table_loses_nothing(void **state SW_UNUSED)
{
	struct sw_fold fold = opened();
	uint64_t sum = 0, all = 3 * SW_FOLD_SLOTS;
	struct sw_record out;
	int32_t slot;

	for (uint64_t i = 0; i < 2 * all; i++) {
		struct sw_record record =
			rejection("203.0.113.5", "/etc/hosts.deny", 0, 1);

		record.rule.line = (unsigned int)(i % all);
		sum += add(&fold, &record, NOW) ? 1 : 0;
	}
	assert_true(sum > all);
	while (sw_fold_take_due(&fold, NOW, true, &out, &slot))
		sum += out.count;
	assert_int_equal(sum, 2 * all);
	sw_fold_close(&fold);
}

static void the_counts_survive_their_process(void **state SW_UNUSED)
{
	struct sw_fold fold = opened(), next;
	struct sw_record record =
		rejection("203.0.113.5", "/etc/hosts.deny", 4, 1);
	struct sw_record out;
	int32_t slot;
	int fd = dup(fold.fd);

	assert_true(add(&fold, &record, NOW));
	assert_false(add(&fold, &record, NOW));
	sw_fold_close(&fold);
	assert_int_equal(sw_fold_map_fd(fd, &next), SW_OK);
	assert_true(sw_fold_take_due(&next, NOW + WINDOW, false, &out, &slot));
	assert_int_equal(out.count, 1);
	sw_fold_close(&next);
}

static void another_layout_is_refused(void **state SW_UNUSED)
{
	char name[] = "fold-XXXXXX";
	struct sw_fold fold;
	int fd = mkstemp(name);

	assert_int_equal(unlink(name), 0);
	assert_int_equal(write(fd, "rubbish", 7), 7);
	assert_int_equal(sw_fold_map_fd(fd, &fold), SW_E_SYNTAX);
	assert_null(fold.map);
	assert_int_equal(close(fd), 0);
	assert_int_equal(sw_fold_map_fd(fd, &fold), SW_E_IO);
}

static void a_table_that_is_not_open_folds_nothing(void **state SW_UNUSED)
{
	struct sw_fold fold = SW_FOLD_INIT;
	struct sw_record record =
		rejection("203.0.113.5", "/etc/hosts.deny", 4, 1);
	int32_t slot = UNTOUCHED;

	assert_true(add(&fold, &record, NOW));
	assert_true(add(&fold, &record, NOW));
	sw_fold_written(&fold, 0);
	sw_fold_postpone(&fold, 0, NOW);
	assert_false(sw_fold_take_due(&fold, NOW, true, &record, &slot));
	assert_int_equal(slot, UNTOUCHED);
	assert_int_equal(sw_fold_next_due(&fold), UINT64_MAX);
	sw_fold_close(&fold);
}

static struct sw_fold with_one_taken(int32_t *out_slot)
{
	struct sw_fold fold = opened();
	struct sw_record record =
		rejection("203.0.113.5", "/etc/hosts.deny", 4, 1);
	struct sw_record out;

	assert_true(add(&fold, &record, NOW));
	for (int i = 0; i < 3; i++)
		assert_false(add(&fold, &record, NOW));
	assert_true(
		sw_fold_take_due(&fold, NOW + WINDOW, false, &out, out_slot));
	assert_int_equal(out.count, 3);
	return fold;
}

static void what_is_being_written_is_not_counted_on(void **state SW_UNUSED)
{
	int32_t slot;
	struct sw_fold fold = with_one_taken(&slot);
	struct sw_record record =
		rejection("203.0.113.5", "/etc/hosts.deny", 4, 1);
	struct sw_record out;

	assert_true(add(&fold, &record, NOW));
	sw_fold_written(&fold, slot);
	assert_false(sw_fold_take_due(&fold, NOW, true, &out, &slot));
	sw_fold_close(&fold);
}

static void what_was_not_written_keeps_its_count(void **state SW_UNUSED)
{
	int32_t slot;
	struct sw_fold fold = with_one_taken(&slot);
	struct sw_record out;

	sw_fold_postpone(&fold, slot, NOW + WINDOW);
	assert_false(sw_fold_take_due(&fold, NOW, false, &out, &slot));
	assert_true(sw_fold_take_due(&fold, NOW + WINDOW, false, &out, &slot));
	assert_int_equal(out.count, 3);
	sw_fold_recover(&fold); /* its writer was killed */
	assert_true(sw_fold_take_due(&fold, NOW, false, &out, &slot));
	assert_int_equal(out.count, 3);
	sw_fold_close(&fold);
}

static void a_first_one_that_was_not_written_is_counted(void **state SW_UNUSED)
{
	struct sw_fold fold = opened();
	struct sw_record record =
		rejection("203.0.113.5", "/etc/hosts.deny", 4, 1);
	struct sw_record out;
	int32_t slot;

	assert_true(sw_fold_add(&fold, &record, WINDOW, NOW, &slot));
	record.first = record.last = 2;
	assert_false(add(&fold, &record, NOW));
	/* Its record is on the way: its place is not taken from under it. */
	assert_false(sw_fold_take_due(&fold, NOW, true, &out, &slot));
	sw_fold_recover(&fold);
	assert_true(sw_fold_take_due(&fold, NOW, true, &out, &slot));
	assert_int_equal(out.count, 2);
	sw_fold_close(&fold);
}

static void what_is_no_place_is_left_alone(void **state SW_UNUSED)
{
	static const int32_t nowhere[] = {-1, INT32_MIN, SW_FOLD_SLOTS,
					  INT32_MAX};
	struct sw_fold fold = opened();
	struct sw_record record =
		rejection("203.0.113.5", "/etc/hosts.deny", 4, 1);

	assert_true(add(&fold, &record, NOW));
	for (size_t i = 0; i < SW_ROWS(nowhere); i++) {
		sw_fold_written(&fold, nowhere[i]);
		sw_fold_postpone(&fold, nowhere[i], 0);
	}
	for (int32_t i = 0; i < SW_FOLD_SLOTS; i++)
		sw_fold_written(&fold, i); /* none is taken */
	assert_int_equal(sw_fold_next_due(&fold), NOW + WINDOW);
	sw_fold_close(&fold);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_is_written_and_the_rest_are_counted),
		cmocka_unit_test(only_equal_ones_are_folded),
		cmocka_unit_test(without_a_window_each_is_written),
		cmocka_unit_test(a_full_table_loses_nothing),
		cmocka_unit_test(the_counts_survive_their_process),
		cmocka_unit_test(another_layout_is_refused),
		cmocka_unit_test(a_table_that_is_not_open_folds_nothing),
		cmocka_unit_test(what_is_being_written_is_not_counted_on),
		cmocka_unit_test(what_was_not_written_keeps_its_count),
		cmocka_unit_test(a_first_one_that_was_not_written_is_counted),
		cmocka_unit_test(what_is_no_place_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
