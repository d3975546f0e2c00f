#include "sw_test.h"

#include "sshwhy/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WRITERS 8
#define EACH 200

static char folder[] = "spill-XXXXXX";
static char path[64];

static int make_folder(void **state SW_UNUSED)
{
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/spill", folder);
	return 0;
}

static int remove_folder(void **state SW_UNUSED)
{
	(void)unlink(path);
	return rmdir(folder);
}

static int remove_file(void **state SW_UNUSED)
{
	(void)unlink(path);
	return 0;
}

static struct sw_fact numbered(int number)
{
	struct sw_fact fact;
	char text[16];

	sw_fact_init(&fact, SW_FACT_LOG, number, 1);
	(void)snprintf(text, sizeof(text), "%d", number);
	sw_fact_set_text(&fact, text);
	return fact;
}

static struct sw_spill opened(void)
{
	struct sw_spill spill = SW_SPILL_INIT;

	assert_int_equal(sw_spill_open(path, getuid(), true, &spill), SW_OK);
	return spill;
}

static void
facts_come_out_in_order_and_survive_a_reopening(void **state SW_UNUSED)
{
	struct sw_spill spill = opened();
	struct sw_fact fact;

	for (int i = 1; i <= 3; i++) {
		fact = numbered(i);
		assert_int_equal(sw_spill_push(&spill, &fact), SW_OK);
	}
	assert_int_equal(sw_spill_take(&spill, &fact), SW_SPILL_FACT);
	assert_string_equal(fact.text, "1");
	sw_spill_close(&spill);
	spill = opened();
	assert_int_equal(sw_spill_take(&spill, &fact), SW_SPILL_FACT);
	assert_string_equal(fact.text, "2");
	assert_int_equal(sw_spill_take(&spill, &fact), SW_SPILL_FACT);
	assert_int_equal(sw_spill_take(&spill, &fact), SW_SPILL_EMPTY);
	sw_spill_close(&spill);
}

static void a_full_ring_refuses_and_loses_nothing(void **state SW_UNUSED)
{
	struct sw_spill spill = opened();
	struct sw_fact fact;

	for (int i = 0; i < SW_SPILL_SLOTS; i++) {
		fact = numbered(i);
		assert_int_equal(sw_spill_push(&spill, &fact), SW_OK);
	}
	assert_int_equal(sw_spill_push(&spill, &fact), SW_E_RANGE);
	for (int i = 0; i < SW_SPILL_SLOTS; i++) {
		assert_int_equal(sw_spill_take(&spill, &fact), SW_SPILL_FACT);
		assert_int_equal(fact.time, i);
	}
	assert_int_equal(sw_spill_take(&spill, &fact), SW_SPILL_EMPTY);
	sw_spill_close(&spill);
}

static void a_ring_that_is_not_open_takes_nothing(void **state SW_UNUSED)
{
	struct sw_spill spill = SW_SPILL_INIT;
	struct sw_fact fact = numbered(1);

	assert_int_equal(sw_spill_push(&spill, &fact), SW_E_NOTSUP);
	assert_int_equal(sw_spill_take(&spill, &fact), SW_SPILL_EMPTY);
	sw_spill_skip(&spill);
	sw_spill_close(&spill);
}

static void a_missing_folder_is_an_io_error(void **state SW_UNUSED)
{
	struct sw_spill spill;

	assert_int_equal(
		sw_spill_open("no/such/folder", getuid(), true, &spill),
		SW_E_IO);
	assert_int_equal(spill.fd, -1);
	assert_null(spill.map);
}

static void only_a_creator_makes_the_ring(void **state SW_UNUSED)
{
	struct sw_spill spill;

	assert_int_equal(sw_spill_open(path, getuid(), false, &spill), SW_E_IO);
	assert_int_equal(errno, ENOENT);
	spill = opened();
	sw_spill_close(&spill);
	assert_int_equal(sw_spill_open(path, getuid(), false, &spill), SW_OK);
	sw_spill_close(&spill);
}

static void a_file_that_others_may_write_is_unsafe(void **state SW_UNUSED)
{
	struct sw_spill spill = opened();

	sw_spill_close(&spill);
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(sw_spill_open(path, getuid(), true, &spill),
			 SW_E_UNSAFE);
	assert_int_equal(spill.fd, -1);
}

static void another_layout_is_refused(void **state SW_UNUSED)
{
	struct sw_spill spill;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "rubbish", 7), 7);
	assert_int_equal(close(fd), 0);
	assert_int_equal(sw_spill_open(path, getuid(), true, &spill),
			 SW_E_SYNTAX);
	assert_int_equal(spill.fd, -1);
}

static void another_magic_is_refused(void **state SW_UNUSED)
{
	struct sw_spill spill = opened();
	int fd = open(path, O_WRONLY);

	sw_spill_close(&spill);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "rubbish!", 8), 8);
	assert_int_equal(close(fd), 0);
	assert_int_equal(sw_spill_open(path, getuid(), true, &spill),
			 SW_E_SYNTAX);
}

static void push_many(int first)
{
	struct sw_spill spill = SW_SPILL_INIT;
	struct sw_fact fact;

	if (sw_spill_open(path, getuid(), true, &spill) != SW_OK)
		_exit(1);
	for (int i = 0; i < EACH; i++) {
		fact = numbered(first + i);
		if (sw_spill_push(&spill, &fact) != SW_OK)
			_exit(2);
	}
	_exit(0);
}

static void many_writers_lose_nothing_and_tear_nothing(void **state SW_UNUSED)
{
	struct sw_spill spill = opened();
	bool seen[WRITERS * EACH] = {false};
	struct sw_fact fact;
	int got = 0, status;

	for (int i = 0; i < WRITERS; i++) {
		if (fork() == 0)
			push_many(i * EACH);
	}
	while (got < WRITERS * EACH) {
		enum sw_spill_got what = sw_spill_take(&spill, &fact);

		assert_int_not_equal(what, SW_SPILL_RUBBISH);
		if (what != SW_SPILL_FACT)
			continue;
		assert_int_equal(atoi(fact.text), fact.time);
		assert_false(seen[fact.time]);
		seen[fact.time] = true;
		got++;
	}
	for (int i = 0; i < WRITERS; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	sw_spill_close(&spill);
}

static void a_writer_that_died_costs_only_its_place(void **state SW_UNUSED)
{
	struct sw_spill spill = opened();
	struct sw_fact fact = numbered(1);
	uint64_t head;
	int fd = open(path, O_RDWR);

	/* What a writer leaves that is killed right behind its first step. */
	assert_int_equal(pread(fd, &head, sizeof(head), 8), sizeof(head));
	head++;
	assert_int_equal(pwrite(fd, &head, sizeof(head), 8), sizeof(head));
	assert_int_equal(close(fd), 0);
	assert_int_equal(sw_spill_push(&spill, &fact), SW_OK);
	assert_int_equal(sw_spill_take(&spill, &fact), SW_SPILL_PENDING);
	sw_spill_skip(&spill);
	assert_int_equal(sw_spill_take(&spill, &fact), SW_SPILL_FACT);
	assert_string_equal(fact.text, "1");
	sw_spill_close(&spill);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			facts_come_out_in_order_and_survive_a_reopening,
			remove_file),
		cmocka_unit_test_teardown(a_full_ring_refuses_and_loses_nothing,
					  remove_file),
		cmocka_unit_test(a_ring_that_is_not_open_takes_nothing),
		cmocka_unit_test(a_missing_folder_is_an_io_error),
		cmocka_unit_test_teardown(only_a_creator_makes_the_ring,
					  remove_file),
		cmocka_unit_test_teardown(
			a_file_that_others_may_write_is_unsafe, remove_file),
		cmocka_unit_test_teardown(another_layout_is_refused,
					  remove_file),
		cmocka_unit_test_teardown(another_magic_is_refused,
					  remove_file),
		cmocka_unit_test_teardown(
			many_writers_lose_nothing_and_tear_nothing,
			remove_file),
		cmocka_unit_test_teardown(
			a_writer_that_died_costs_only_its_place, remove_file),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
