/*
 * bench_ban - our ban list with 1,000,000 prefixes: opening it, one search in
 * it, both as sshd does it, against libwrap with the same prefixes in
 * hosts.deny; and one more ban in a list of 100,000 against a bare append.
 */

#include "lib/ban_file.h"
#include "sshwhy/ban_list.h"
#include "sshwhy/clock.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tcpd.h>
#include <unistd.h>

#define PREFIXES 1000000
#define SEARCHES 200000
#define SMALLER 100000
#define APPENDS 1000

int allow_severity;
int deny_severity;

static char dir[] = "/var/tmp/bench_ban.XXXXXX";
static uint64_t seed = 88172645463325252;

static uint32_t random_word(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32);
}

static int order(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void print(const char *what, uint64_t *ns, size_t count)
{
	qsort(ns, count, sizeof(*ns), order);
	printf("%-44s p50 %8.2f us  p99 %8.2f us\n", what,
	       (double)ns[count / 2] / 1e3,
	       (double)ns[count - 1 - count / 100] / 1e3);
}

static struct sw_prefix random_prefix(bool v6)
{
	struct sw_addr addr = {.family = v6 ? SW_FAMILY_V6 : SW_FAMILY_V4};
	uint32_t words[4] = {random_word(), random_word(), 0, 0};
	uint8_t len = random_word() % 4 == 0 ? 24 : 32;

	memcpy(addr.bytes, words, v6 ? 8 : 4);
	return sw_prefix_of(&addr, len, 64);
}

static void fill(struct sw_ban_list *list, size_t count, bool v6)
{
	struct sw_ban ban = {.placed = 1};

	(void)snprintf(ban.owner, sizeof(ban.owner), "feed");
	(void)snprintf(ban.reason, sizeof(ban.reason), "a public list");
	for (size_t i = 0; i < count; i++) {
		ban.prefix = random_prefix(v6);
		if (sw_ban_list_add(list, &ban) != SW_OK)
			errx(1, "out of memory");
	}
}

static void write_list(const struct sw_ban_list *list)
{
	const struct sw_ban_merge merge = {.add = list, .replace = "feed"};
	struct sw_ban_store store = sw_ban_store_of(dir, geteuid());
	uint64_t begun = sw_clock_monotonic_ns();
	struct sw_ban_merged merged;

	if (sw_ban_merge(&store, &merge, 1000, &merged) != SW_OK)
		errx(1, "%s: %s", store.path, store.words);
	printf("%zu prefixes written in %.0f ms\n", merged.total,
	       (double)(sw_clock_monotonic_ns() - begun) / 1e6);
}

/* Every second address is one of the list. */
static struct sw_addr some_addr(const struct sw_ban_list *list, size_t i,
				bool v6)
{
	return i % 2 == 0 ? random_prefix(v6).base
			  : list->rows[random_word() % list->count].prefix.base;
}

/* The search alone, as it was asked for: the files are open. */
static void bench_search(const struct sw_ban_list *list, bool v6, uint64_t *ns)
{
	struct sw_ban_store store = sw_ban_store_of(dir, geteuid());
	struct ban_file file = BAN_FILE_INIT;

	if (ban_file_open(&store, &file) != SW_OK)
		errx(1, "%s", store.words);
	for (size_t i = 0; i < SEARCHES; i++) {
		struct sw_addr addr = some_addr(list, i, v6);
		uint64_t begun = sw_clock_monotonic_ns();
		struct ban_entry entry;
		uint32_t number;

		if (ban_file_search(&store, &file, &addr, &number, &entry) !=
		    SW_OK)
			errx(1, "%s", store.words);
		ns[i] = sw_clock_monotonic_ns() - begun;
	}
	(void)close(file.fd);
	print(v6 ? "search, IPv6" : "search, IPv4", ns, SEARCHES);
}

/* What a search cannot do without: a block above the leaves, which is read
 * again and again, and a leaf, which is hardly ever the one before. */
static void bench_reads(uint64_t *ns)
{
	struct sw_ban_store store = sw_ban_store_of(dir, geteuid());
	struct ban_file file = BAN_FILE_INIT;
	uint8_t block[BAN_BLOCK];

	if (ban_file_open(&store, &file) != SW_OK)
		errx(1, "%s", store.words);
	for (size_t i = 0; i < SEARCHES; i++) {
		uint32_t leaf = random_word() % file.blocks;
		uint64_t begun = sw_clock_monotonic_ns();

		if (pread(file.fd, block, BAN_BLOCK, BAN_BLOCK) != BAN_BLOCK ||
		    pread(file.fd, block, BAN_BLOCK, (off_t)leaf * BAN_BLOCK) !=
			    BAN_BLOCK)
			err(1, "bare read");
		ns[i] = sw_clock_monotonic_ns() - begun;
	}
	(void)close(file.fd);
	print("two bare reads of 2 KiB of the file", ns, SEARCHES);
}

static void bench_check(const struct sw_ban_list *list, bool v6,
			const char *what, uint64_t *ns)
{
	for (size_t i = 0; i < SEARCHES; i++) {
		struct sw_addr addr = some_addr(list, i, v6);
		uint64_t begun = sw_clock_monotonic_ns();
		struct sw_verdict verdict;
		int64_t until;

		if (sw_ban_check(dir, geteuid(), &addr, 1000, &verdict,
				 &until) != SW_OK)
			errx(1, "%s", verdict.rule.text);
		ns[i] = sw_clock_monotonic_ns() - begun;
	}
	print(what, ns, SEARCHES);
}

static double bench_libwrap(const struct sw_ban_list *list)
{
	char path[64];
	char prefix[SW_PREFIX_TEXT_MAX];
	struct request_info request;
	uint64_t least = UINT64_MAX;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/hosts.deny", dir);
	file = fopen(path, "we");
	if (file == NULL)
		err(1, "%s", path);
	for (size_t i = 0; i < list->count; i++)
		fprintf(file, "sshd: %s\n",
			sw_prefix_format(&list->rows[i].prefix, prefix));
	if (fclose(file) != 0)
		err(1, "%s", path);
	hosts_allow_table = "/dev/null";
	hosts_deny_table = path;
	for (int i = 0; i < 3; i++) {
		uint64_t begun = sw_clock_monotonic_ns();

		(void)request_init(&request, RQ_DAEMON, "sshd", RQ_CLIENT_ADDR,
				   "192.0.2.1", RQ_CLIENT_NAME, "unknown", 0);
		(void)hosts_access(&request);
		if (sw_clock_monotonic_ns() - begun < least)
			least = sw_clock_monotonic_ns() - begun;
	}
	(void)unlink(path);
	return (double)least / 1e3;
}

static uint64_t bare_append(int fd)
{
	static const char bytes[100];
	uint64_t begun = sw_clock_monotonic_ns();

	if (write(fd, bytes, sizeof(bytes)) != sizeof(bytes) || fsync(fd) != 0)
		err(1, "bare append");
	return sw_clock_monotonic_ns() - begun;
}

static uint64_t one_ban_more(void)
{
	struct sw_ban_store store = sw_ban_store_of(dir, geteuid());
	struct sw_ban ban = {.placed = 1, .prefix = random_prefix(false)};
	uint64_t begun = sw_clock_monotonic_ns();

	if (sw_ban_place(&store, &ban, 1000) != SW_OK)
		errx(1, "%s: %s", store.path, store.words);
	return sw_clock_monotonic_ns() - begun;
}

static double mean(const uint64_t *ns)
{
	double sum = 0;

	for (size_t i = 0; i < APPENDS; i++)
		sum += (double)ns[i];
	return sum / APPENDS;
}

/* In turns. The means hold the rewriting after every 128 changes. */
static void bench_append(void)
{
	static uint64_t bare[APPENDS];
	static uint64_t ours[APPENDS];
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/bare", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		err(1, "%s", path);
	for (size_t i = 0; i < APPENDS; i++) {
		bare[i] = bare_append(fd);
		ours[i] = one_ban_more();
	}
	(void)close(fd);
	print("bare append of 100 bytes and fsync", bare, APPENDS);
	print("one ban more in a list of 100,000", ours, APPENDS);
	printf("one ban / bare append: medians %.2f, means with rewriting %.2f"
	       " (goal: 3 at most)\n",
	       (double)ours[APPENDS / 2] / (double)bare[APPENDS / 2],
	       mean(ours) / mean(bare));
}

static void remove_dir(void)
{
	static const char *const names[] = {"bans", "bans.recent", "bare"};
	char path[64];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(dir);
}

/* As many changes as there can be before they are merged. */
static void add_changes(void)
{
	struct sw_ban_store store = sw_ban_store_of(dir, geteuid());
	struct sw_ban ban = {.placed = 1};

	for (int i = 0; i < BAN_CHANGES_MAX; i++) {
		ban.prefix = random_prefix(false);
		if (sw_ban_place(&store, &ban, 1000) != SW_OK)
			errx(1, "%s: %s", store.path, store.words);
	}
}

int main(void)
{
	static uint64_t ns[SEARCHES];
	struct sw_ban_list list = SW_BAN_LIST_INIT;
	double libwrap;

	if (mkdtemp(dir) == NULL)
		err(1, "%s", dir);
	(void)atexit(remove_dir);
	fill(&list, PREFIXES, true);
	write_list(&list);
	bench_reads(ns);
	bench_search(&list, true, ns);
	bench_check(&list, true, "open, search and close, IPv6", ns);
	sw_ban_list_free(&list);

	fill(&list, PREFIXES, false);
	write_list(&list);
	bench_reads(ns);
	bench_search(&list, false, ns);
	bench_check(&list, false, "open, search and close, IPv4", ns);
	libwrap = bench_libwrap(&list);
	printf("libwrap, the same prefixes in hosts.deny: %.0f us, %.0f times"
	       " as long\n",
	       libwrap, libwrap / ((double)ns[SEARCHES / 2] / 1e3));
	add_changes();
	bench_check(&list, false, "the same with 128 changes since", ns);
	sw_ban_list_free(&list);

	fill(&list, SMALLER, false);
	write_list(&list);
	sw_ban_list_free(&list);
	bench_append();
	return 0;
}
