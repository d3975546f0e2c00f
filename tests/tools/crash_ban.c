/*
 * crash_ban PROGRAM LOOPS [SEED]: starts "PROGRAM ban", "unban" and "ban
 * --from" and kills each at a random moment; the list has to be the old or the
 * new one, and a reader beside it never sees it broken. TAP.
 */

#include "sshwhy/ban_list.h"
#include "sshwhy/clock.h"
#include "sshwhy/num.h"

#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SINGLES 300    /* addresses banned one by one */
#define FEED_SIZE 3000 /* of each generation */
#define PERMANENT "192.0.2.1"

/* What the list is to hold beside PERMANENT. */
struct model {
	bool singles[SINGLES];
	unsigned int feed; /* generation; 0: none */
};

static char dir[] = "/tmp/crash_ban.XXXXXX";
static char feed[64];
static const char *program;
static uint64_t seed;

/* Microseconds after which one is killed at the latest. */
static uint32_t longest = 12000;

static uint32_t random_below(uint32_t limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % limit;
}

static void write_feed(unsigned int generation)
{
	FILE *file = fopen(feed, "we");

	if (file == NULL)
		err(1, "%s", feed);
	for (unsigned int i = 0; i < FEED_SIZE; i++)
		fprintf(file, "11.%u.%u.%u\n", generation % 250, i / 250,
			i % 250);
	if (fclose(file) != 0)
		err(1, "%s", feed);
}

static pid_t start(const char *const *argv)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)dup2(null, STDOUT_FILENO);
		execv(program, (char *const *)argv);
		_exit(127);
	}
	return pid;
}

static int finish(pid_t pid)
{
	int status = 0;

	if (waitpid(pid, &status, 0) != pid)
		err(1, "waitpid");
	return status;
}

/* Returns whether it ended by itself. */
static bool run_and_kill(const char *const *argv, uint32_t microseconds)
{
	struct timespec wait = {microseconds / 1000000,
				(long)(microseconds % 1000000) * 1000};
	pid_t pid = start(argv);
	int status;

	(void)nanosleep(&wait, NULL);
	(void)kill(pid, SIGKILL);
	status = finish(pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
		errx(1, "%s ended with %d", argv[1], WEXITSTATUS(status));
	return WIFEXITED(status);
}

static bool take_row(const struct sw_ban *ban, struct model *out, size_t *feeds)
{
	const uint8_t *bytes = ban->prefix.base.bytes;

	if (bytes[0] == 10) {
		size_t i = (size_t)bytes[2] << 8 | bytes[3];

		if (i >= SINGLES || out->singles[i])
			return false;
		out->singles[i] = true;
	} else if (bytes[0] == 11) {
		if (*feeds > 0 && out->feed != bytes[1])
			return false;
		out->feed = bytes[1];
		(*feeds)++;
	}
	return true;
}

/* False for a list that no sequence of whole changes can give. */
static bool read_list(struct model *out)
{
	struct sw_ban_store store = sw_ban_store_of(dir, geteuid());
	struct sw_ban_list list = SW_BAN_LIST_INIT;
	bool sound = true;
	size_t feeds = 0;

	memset(out, 0, sizeof(*out));
	if (sw_ban_list_load(&store, &list) != SW_OK) {
		printf("# %s: %s\n", store.path, store.words);
		return false;
	}
	for (size_t i = 0; sound && i < list.count; i++) {
		struct sw_ban ban;

		sw_ban_list_get(&list, i, &ban);
		sound = take_row(&ban, out, &feeds);
	}
	sw_ban_list_free(&list);
	return sound && (feeds == 0 || feeds == FEED_SIZE);
}

static bool is_same(const struct model *a, const struct model *b)
{
	return a->feed == b->feed &&
	       memcmp(a->singles, b->singles, sizeof(a->singles)) == 0;
}

/* One change of any kind, which new is told. */
static bool change(struct model *new, uint32_t microseconds)
{
	uint32_t i = random_below(SINGLES);
	char addr[32];
	const char *const single[] = {
		program, new->singles[i] ? "unban" : "ban", addr, "--dir", dir,
		NULL};
	const char *const many[] = {program,   "ban",  "--from",    feed,
				    "--owner", "feed", "--replace", "--dir",
				    dir,       NULL};

	(void)snprintf(addr, sizeof(addr), "10.0.%u.%u", i >> 8, i & 255);
	if (random_below(8) != 0) {
		new->singles[i] = !new->singles[i];
		return run_and_kill(single, microseconds);
	}
	new->feed = new->feed % 249 + 1;
	write_feed(new->feed);
	return run_and_kill(many, microseconds);
}

/* Asks all the time; ends with 0 when told to, if it always got its answer. */
static _Noreturn void read_all_the_time(int told)
{
	struct sw_addr addr;
	char byte;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (sw_addr_parse(PERMANENT, &addr) != SW_OK)
		_exit(1);
	while (read(told, &byte, 1) < 0) {
		struct sw_verdict verdict;
		struct timespec pause = {0, 200000};
		int64_t until = 0;

		if (sw_ban_check(dir, geteuid(), &addr, sw_clock_utc_ms(),
				 &verdict, &until) != SW_OK ||
		    verdict.outcome != SW_DENY) {
			fprintf(stderr, "reader: %s %s\n", verdict.rule.source,
				verdict.rule.text);
			_exit(1);
		}
		(void)nanosleep(&pause, NULL);
	}
	_exit(0);
}

static pid_t start_reader(int *out_tell)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		err(1, "pipe");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (pid == 0) {
		(void)close(ends[1]);
		read_all_the_time(ends[0]);
	}
	(void)close(ends[0]);
	*out_tell = ends[1];
	return pid;
}

static void begin(void)
{
	const char *const argv[] = {program, "ban", PERMANENT,
				    "--dir", dir,   NULL};

	uint64_t started;

	if (mkdtemp(dir) == NULL)
		err(1, "%s", dir);
	(void)snprintf(feed, sizeof(feed), "%s.feed", dir);
	started = sw_clock_monotonic_ns();
	if (finish(start(argv)) != 0)
		errx(1, "%s ban does not work", program);
	/* Half as long again as it takes: some end, most are killed. */
	longest = (uint32_t)((sw_clock_monotonic_ns() - started) / 2000 * 3);
}

static void end(void)
{
	static const char *const names[] = {"bans", "bans.tmp", "bans.recent",
					    "bans.recent.tmp"};
	char path[96];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		(void)unlink(path);
	}
	(void)unlink(feed);
	(void)rmdir(dir);
}

static int report(uint64_t loops, uint64_t broken, uint64_t done,
		  uint64_t killed_new, int reader)
{
	printf("# %llu ended first, %llu killed when it was done\n",
	       (unsigned long long)done, (unsigned long long)killed_new);
	printf("%s 1 - killed %llu times, the list is the old or the new one\n",
	       broken == 0 ? "ok" : "not ok", (unsigned long long)loops);
	printf("%s 2 - a reader never sees it broken\n",
	       reader == 0 ? "ok" : "not ok");
	printf("%s 3 - some were killed before, some after the change\n1..3\n",
	       done < loops && done + killed_new > 0 ? "ok" : "not ok");
	return broken == 0 && reader == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct model old = {.feed = 0};
	uint64_t loops = 0;
	uint64_t broken = 0;
	uint64_t done = 0;
	uint64_t killed_new = 0;
	int tell = -1;
	pid_t reader;

	seed = sw_clock_monotonic_ns() | 1;
	if (argc < 3 || sw_num_parse(argv[2], 1000000, &loops) != SW_OK ||
	    (argc > 3 && sw_num_parse(argv[3], UINT64_MAX, &seed) != SW_OK))
		errx(2, "usage: crash_ban PROGRAM LOOPS [SEED]");
	program = argv[1];
	printf("# seed %llu\n", (unsigned long long)seed);
	begin();
	reader = start_reader(&tell);
	for (uint64_t i = 0; i < loops; i++) {
		struct model new = old;
		bool ended = change(&new, random_below(longest));
		struct model now;

		if (!read_list(&now) || (ended && !is_same(&now, &new)) ||
		    (!is_same(&now, &new) && !is_same(&now, &old))) {
			printf("# broken in turn %llu\n",
			       (unsigned long long)i);
			broken++;
		}
		done += ended;
		killed_new += !ended && is_same(&now, &new);
		old = now;
	}
	(void)close(tell);
	(void)fflush(stdout);
	tell = finish(reader);
	end();
	return report(loops, broken, done, killed_new, tell);
}
