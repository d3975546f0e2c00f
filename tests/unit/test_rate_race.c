/* SW_KILLS in the environment: how many processes are killed (100). */

#include "sw_test.h"

#include "sshwhy/rate.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define RACERS 8
#define US UINT64_C(1000)
#define MS UINT64_C(1000000)
#define START (1000000 * MS)
#define KEYS 4000 /* without a factor but 2 and 5 */
#define TURNS 12

static char root[] = "test_rate_race.XXXXXX";
static char folder[64];
static char path[80];

/* What the processes tell each other; the clock is theirs alone. */
static struct shared {
	_Atomic uint64_t clock;
	_Atomic uint64_t asked;
	_Atomic uint64_t let_in;
	_Atomic uint64_t wrong; /* refused though under the limit */
	_Atomic uint32_t ready;
	_Atomic uint32_t let_in_of[TURNS][KEYS];
} * shared;

static int make_root(void **state SW_UNUSED)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || mkdtemp(root) == NULL)
		return -1;
	(void)snprintf(folder, sizeof(folder), "%s/run", root);
	(void)snprintf(path, sizeof(path), "%s/rates", folder);
	return 0;
}

static int remove_table(void **state SW_UNUSED)
{
	(void)unlink(path);
	(void)rmdir(folder);
	memset(shared, 0, sizeof(*shared));
	atomic_store(&shared->clock, START);
	return 0;
}

static int remove_root(void **state SW_UNUSED)
{
	return rmdir(root);
}

static const struct sw_config *config_of(const char *text)
{
	static struct sw_config config;
	struct sw_config_error error = {0, ""};

	if (sw_config_parse(text, &config, &error) != SW_OK)
		abort();
	return &config;
}

static struct sw_addr number_as_addr(uint32_t number)
{
	struct sw_addr addr = {.family = SW_FAMILY_V4};

	memcpy(addr.bytes, &number, sizeof(number));
	return addr;
}

static bool is_let_in(struct sw_rate *table, const struct sw_config *config,
		      uint32_t client, uint64_t now)
{
	const struct sw_addr addr = number_as_addr(client);
	struct sw_verdict verdict;
	bool observe;

	sw_rate_check(table, config, &addr, now, &verdict, &observe);
	return verdict.outcome != SW_DENY;
}

/* Runs work in a process of its own that exits with what it returns. */
static pid_t started(int (*work)(struct sw_rate *table))
{
	struct sw_rate table = SW_RATE_INIT;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		/* A failed assertion leaves no process behind. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (sw_rate_open(path, geteuid(), &table) != SW_OK)
			_exit(99);
		_exit(work(&table));
	}
	return pid;
}

static int status_of(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void run_racers(int (*work)(struct sw_rate *table))
{
	pid_t pids[RACERS];

	for (int i = 0; i < RACERS; i++)
		pids[i] = started(work);
	for (int i = 0; i < RACERS; i++)
		assert_int_equal(status_of(pids[i]), 0);
}

/* All go on together; time counts from 1. */
static void wait_for_all(uint32_t time)
{
	atomic_fetch_add(&shared->ready, 1);
	while (atomic_load(&shared->ready) < RACERS * time)
		(void)sched_yield();
}

#define ASKED_EACH 100000

/* Four connections a microsecond, from one source. */
static int hammer(struct sw_rate *table)
{
	const struct sw_config *config =
		config_of("rate.a = 1000/1s burst 100 per 32/64");
	uint64_t in = 0;

	wait_for_all(1);
	for (int i = 0; i < ASKED_EACH; i++)
		in += is_let_in(table, config, 7,
				atomic_fetch_add(&shared->clock, US / 4));
	atomic_fetch_add(&shared->let_in, in);
	return 0;
}

static void
many_processes_share_one_limit_to_the_connection(void **unused SW_UNUSED)
{
	struct sw_rate_survey survey;
	struct sw_rate table;

	run_racers(hammer);
	/* 800,000 in 200 ms: the burst, and then one each ms. */
	assert_in_range(atomic_load(&shared->let_in), 299, 300);
	assert_int_equal(sw_rate_open(path, geteuid(), &table), SW_OK);
	sw_rate_survey(&table, atomic_load(&shared->clock), &survey);
	assert_int_equal(survey.held, 1);
	assert_int_equal(survey.untracked, 0);
	assert_int_equal(survey.odd, 0);
	sw_rate_close(&table);
}

static const char three[] = "rate.a = 3/1d burst 3 per 32/64";

/* In each turn every source at one time, in an order of one's own. A third of
 * them was there in the turn before, and is as new again. */
static int ask_all(struct sw_rate *table)
{
	const struct sw_config *config = config_of(three);
	uint32_t step = 1 + 2 * (uint32_t)(getpid() % 50);

	while (step % 5 == 0)
		step += 2;
	for (uint32_t turn = 0; turn < TURNS; turn++) {
		uint64_t now = START + turn * UINT64_C(86400000) * MS;
		uint32_t first = turn * (KEYS / 3 * 2);

		wait_for_all(turn + 1);
		for (uint32_t i = 0; i < KEYS * 2; i++) {
			uint32_t key = i * step % KEYS;

			if (is_let_in(table, config, first + key, now))
				atomic_fetch_add(&shared->let_in_of[turn][key],
						 1);
		}
	}
	return 0;
}

static uint64_t untracked(void)
{
	struct sw_rate_survey survey;
	struct sw_rate table;

	assert_int_equal(sw_rate_open(path, geteuid(), &table), SW_OK);
	sw_rate_survey(&table, START, &survey);
	sw_rate_close(&table);
	return survey.untracked;
}

static void assert_each_got_its_burst(void)
{
	uint64_t before = untracked();

	run_racers(ask_all);
	for (uint32_t turn = 0; turn < TURNS; turn++) {
		for (uint32_t key = 0; key < KEYS; key++) {
			uint32_t in =
				atomic_load(&shared->let_in_of[turn][key]);

			if (in != 3)
				fail_msg("turn %u, source %u: %u let in", turn,
					 key, in);
		}
	}
	assert_int_equal(untracked(), before);
}

static void each_of_many_sources_gets_exactly_its_burst(void **unused SW_UNUSED)
{
	assert_each_got_its_burst();
}

/* Every place has been somebody's, all of whom are as new. */
static void also_where_all_places_are_taken_over(void **unused SW_UNUSED)
{
	const struct sw_config *config =
		config_of("rate.b = 1000/1s burst 1 per 32/64");
	struct sw_rate table;

	assert_int_equal(sw_rate_open(path, geteuid(), &table), SW_OK);
	for (uint32_t i = 0; i < SW_RATE_SLOTS * 2; i++)
		(void)is_let_in(&table, config, i, START - MS);
	sw_rate_close(&table);
	assert_each_got_its_burst();
}

/*
 * Sources come and go so that places are taken over all the time, while each
 * process has one source of its own that keeps to its rate to the nanosecond.
 */
static int churn_beside_a_good_source(struct sw_rate *table)
{
	const struct sw_config *churn =
		config_of("rate.a = 1000000/1s burst 5 per 32/64\n"
			  "rate.b = 1/1s burst 1 per 32/64");
	static struct sw_config good;
	struct sw_config_error error = {0, ""};
	uint32_t self = UINT32_C(0x80000000) + (uint32_t)getpid();
	uint64_t due = START;

	if (sw_config_parse("rate.good = 1/1 burst 1 per 32/64", &good,
			    &error) != SW_OK)
		return 98;
	wait_for_all(1);
	for (uint32_t i = 0; i < 300000; i++) {
		uint64_t now = atomic_fetch_add(&shared->clock, 10 * MS);

		(void)is_let_in(table, churn, i * 2654435761u % 1000000, now);
		if (now < due)
			continue;
		if (!is_let_in(table, &good, self, now))
			atomic_fetch_add(&shared->wrong, 1);
		due = now + 1000 * MS;
	}
	return 0;
}

static void
a_source_under_its_limit_is_let_in_whatever_others_do(void **unused SW_UNUSED)
{
	run_racers(churn_beside_a_good_source);
	assert_int_equal(atomic_load(&shared->wrong), 0);
}

/* Half of the work is on sources that everybody uses. */
static int use_it_until_killed(struct sw_rate *table)
{
	const struct sw_config *config =
		config_of("rate.a = 100/1s burst 3 per 32/64");

	if (table->map == NULL)
		return 1;
	for (uint32_t i = (uint32_t)getpid() * 7919u;; i++) {
		uint64_t now = atomic_fetch_add(&shared->clock, US);

		(void)is_let_in(table, config, i % 2 == 0 ? i % 64 : i, now);
		atomic_fetch_add(&shared->asked, 1);
	}
}

static unsigned long kills(void)
{
	const char *wanted = getenv("SW_KILLS");

	return wanted != NULL ? strtoul(wanted, NULL, 10) : 100;
}

static void wait_for_work(uint64_t count)
{
	uint64_t start = atomic_load(&shared->asked);

	while (atomic_load(&shared->asked) < start + count)
		(void)usleep(50);
}

/* Has a burst, is then refused, and is let in at the time it may. */
static void assert_limited_rightly(struct sw_rate *table, uint32_t client,
				   uint64_t now)
{
	const struct sw_config *config =
		config_of("rate.own = 1/1s burst 3 per 32/64");

	for (int i = 0; i < 3; i++)
		assert_true(is_let_in(table, config, client, now));
	assert_false(is_let_in(table, config, client, now));
	assert_false(is_let_in(table, config, client, now + 1000 * MS - 1));
	assert_true(is_let_in(table, config, client, now + 1000 * MS));
}

static void processes_killed_at_any_point_harm_nobody(void **unused SW_UNUSED)
{
	unsigned long wanted = kills();
	struct sw_rate table;
	pid_t pids[4];

	assert_int_equal(sw_rate_open(path, geteuid(), &table), SW_OK);
	for (size_t i = 0; i < SW_ROWS(pids); i++)
		pids[i] = started(use_it_until_killed);
	for (uint32_t i = 0; i < wanted; i++) {
		pid_t *victim = &pids[i % SW_ROWS(pids)];

		wait_for_work(200 + i * 37 % 1000);
		assert_int_equal(kill(*victim, SIGKILL), 0);
		assert_int_equal(WTERMSIG(status_of(*victim)), SIGKILL);
		assert_limited_rightly(&table, UINT32_C(0xf0000000) + i,
				       atomic_load(&shared->clock));
		*victim = started(use_it_until_killed);
	}
	for (size_t i = 0; i < SW_ROWS(pids); i++) {
		assert_int_equal(kill(pids[i], SIGKILL), 0);
		(void)status_of(pids[i]);
	}
	/* A day later all are as new, those the dead were busy with too. */
	atomic_fetch_add(&shared->clock, UINT64_C(86400000) * MS);
	for (uint32_t i = 0; i < 64; i++)
		assert_limited_rightly(&table, i, atomic_load(&shared->clock));
	sw_rate_close(&table);
}

static int open_and_leave(struct sw_rate *table)
{
	return table->secret[0] != 0 ? 0 : 1;
}

/* Whoever dies while making the table leaves one that others complete. */
static void makers_that_are_killed_leave_a_usable_table(void **unused SW_UNUSED)
{
	for (unsigned int i = 0; i < 20; i++) {
		struct sw_rate table;
		pid_t pid = started(open_and_leave);

		(void)usleep(i * 60);
		(void)kill(pid, SIGKILL);
		(void)status_of(pid);
		assert_int_equal(sw_rate_open(path, geteuid(), &table), SW_OK);
		assert_limited_rightly(&table, 1, START);
		sw_rate_close(&table);
		assert_int_equal(unlink(path), 0);
	}
}

#define TABLE_TEST(name)                                                       \
	cmocka_unit_test_setup_teardown(name, remove_table, remove_table)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TABLE_TEST(many_processes_share_one_limit_to_the_connection),
		TABLE_TEST(each_of_many_sources_gets_exactly_its_burst),
		TABLE_TEST(also_where_all_places_are_taken_over),
		TABLE_TEST(
			a_source_under_its_limit_is_let_in_whatever_others_do),
		TABLE_TEST(processes_killed_at_any_point_harm_nobody),
		TABLE_TEST(makers_that_are_killed_leave_a_usable_table),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
