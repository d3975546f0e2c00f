/*
 * bench_rate TABLE - what one decision about a rate limit costs.
 *
 * TABLE is made and removed. Each case runs several times, its processes at the
 * same time, and the least counts: other work on the machine only ever adds to
 * it. The goal is 200 ns, and ratios are to one look at the clock.
 */

#include "sshwhy/clock.h"
#include "sshwhy/rate.h"

#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIMES 1000000
#define ROUNDS 5
#define CORES_MAX 2
#define MANY 100000 /* sources */
#define GOAL 200.0  /* nanoseconds */
#define HEADER 4096 /* bytes of the table */
#define LINE 64	    /* bytes */
#define LINES (SW_RATE_SLOTS / 4)

#define FREE "rate.x = 1000000/1s burst 10000 per 32/64"
#define TIGHT "rate.x = 1/1d burst 1 per 32/64"
#define OTHERS "rate.x = 1/1d burst 1 per 32/64 match 198.51.100.0/24"

struct bench {
	const char *name;
	const char *config;
	uint32_t sources;
	int cores;
	void (*run)(const struct bench *bench);
};

static const char *path;
static struct sw_rate table;
static struct sw_config config;
static volatile unsigned int sink;

/* Processes wait for each other, and say how long each took. */
static struct shared {
	_Atomic int ready;
	_Atomic uint64_t took[CORES_MAX];
} * shared;

static void look_at_clock(const struct bench *bench)
{
	(void)bench;
	for (uint32_t i = 0; i < TIMES; i++)
		sink += (unsigned int)sw_clock_monotonic_ns();
}

/* What no decision about a source can do without, where there are many: one
 * line of a table of that size, each known only after the one before. */
static void read_a_line(const struct bench *bench)
{
	const volatile uint64_t *words =
		(const void *)((const char *)table.map + HEADER);
	uint64_t sum = 0; /* stays 0, as nobody has counted in the table */

	(void)bench;
	for (uint32_t i = 0; i < TIMES; i++) {
		uint32_t line = i * UINT32_C(2654435761) % LINES;

		sum += words[(line + sum) * (LINE / sizeof(*words))];
	}
	sink += (unsigned int)sum;
}

static void decide(const struct bench *bench)
{
	struct sw_addr addr = {.family = SW_FAMILY_V4};
	/* As the caller's clock would go, but for its own cost. */
	uint64_t now = sw_clock_monotonic_ns();
	struct sw_verdict verdict;
	bool observe;

	for (uint32_t i = 0; i < TIMES; i++) {
		uint32_t source = i * UINT32_C(2654435761) % bench->sources;

		memcpy(addr.bytes, &source, sizeof(source));
		sw_rate_check(&table, &config, &addr, now + i * 100, &verdict,
			      &observe);
		sink += verdict.outcome;
	}
}

static void open_and_decide(const struct bench *bench)
{
	struct sw_addr addr = {SW_FAMILY_V4, {192, 0, 2, 1}};
	struct sw_verdict verdict;
	bool observe;

	(void)bench;
	for (uint32_t i = 0; i < TIMES / 100; i++) {
		struct sw_rate own;

		if (sw_rate_open(path, geteuid(), &own) != SW_OK)
			exit(1);
		sw_rate_check(&own, &config, &addr, sw_clock_monotonic_ns(),
			      &verdict, &observe);
		sink += verdict.outcome;
		sw_rate_close(&own);
	}
}

static const struct bench benches[] = {
	{"a look at the clock", FREE, 1, 1, look_at_clock},
	{"a bare random line", FREE, 1, 1, read_a_line},
	{"no rule for the client", OTHERS, 1, 1, decide},
	{"1 source, let in", FREE, 1, 1, decide},
	{"1 source, refused", TIGHT, 1, 1, decide},
	{"1 source, let in, 2 cores", FREE, 1, 2, decide},
	{"1 source, refused, 2 cores", TIGHT, 1, 2, decide},
	{"100,000 sources, let in", FREE, MANY, 1, decide},
	{"100,000 sources, refused", TIGHT, MANY, 1, decide},
	{"100,000 sources, 2 cores", FREE, MANY, 2, decide},
	{"open, decide, close", FREE, 1, 1, open_and_decide},
};

/* Of this process alone, so that others on the machine count less. */
static uint64_t cpu_ns(void)
{
	struct timespec now = {0, 0};

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void measure(const struct bench *bench, int core)
{
	uint64_t start;

	atomic_fetch_add(&shared->ready, 1);
	while (atomic_load(&shared->ready) < bench->cores)
		(void)sched_yield();
	start = cpu_ns();
	bench->run(bench);
	atomic_store(&shared->took[core], cpu_ns() - start);
}

/* Nanoseconds of one, in the slowest process. */
static double run_once(const struct bench *bench)
{
	uint64_t slowest = 0;

	atomic_store(&shared->ready, 0);
	for (int core = 0; core < bench->cores; core++) {
		if (fork() == 0) {
			measure(bench, core);
			_exit(0);
		}
	}
	for (int core = 0; core < bench->cores; core++) {
		int status = 1;

		if (wait(&status) < 0 || status != 0)
			exit(1);
	}
	for (int core = 0; core < bench->cores; core++) {
		uint64_t took = atomic_load(&shared->took[core]);

		slowest = took > slowest ? took : slowest;
	}
	return (double)slowest /
	       (bench->run == open_and_decide ? TIMES / 100 : TIMES);
}

static double least_of(const struct bench *bench)
{
	struct sw_config_error error;
	double least = 0;

	if (sw_config_parse(bench->config, &config, &error) != SW_OK)
		exit(1);
	for (int i = 0; i < ROUNDS; i++) {
		double took;

		(void)unlink(path);
		if (sw_rate_open(path, geteuid(), &table) != SW_OK)
			exit(1);
		took = run_once(bench);
		least = i == 0 || took < least ? took : least;
		sw_rate_close(&table);
	}
	return least;
}

int main(int argc, char **argv)
{
	double clock = 0;

	path = argc == 2 ? argv[1] : NULL;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (path == NULL || shared == MAP_FAILED)
		return 2;
	printf("%-28s %10s %8s %6s\n", "one decision", "took", "ratio", "goal");
	for (size_t i = 0; i < sizeof(benches) / sizeof(benches[0]); i++) {
		double took = least_of(&benches[i]);
		const char *goal = took < GOAL ? "met" : "missed";

		if (i == 0)
			clock = took;
		if (benches[i].run != decide)
			goal = "-";
		printf("%-28s %7.1f ns %8.2f %6s\n", benches[i].name, took,
		       took / clock, goal);
		(void)fflush(stdout);
	}
	(void)unlink(path);
	return 0;
}
