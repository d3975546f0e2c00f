/*
 * bench_matcher - our matcher and libwrap on the same tables, in turns. The
 * deciding rule is the last line; the least time of each counts, since other
 * work on the machine only ever adds to it.
 */

#include "sshwhy/clock.h"
#include "sshwhy/wrapper.h"

#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <tcpd.h>
#include <unistd.h>

#define CLIENT "203.0.113.5"
#define MIN_TURNS 5
#define ENOUGH_NS UINT64_C(300000000) /* for one table */

static char table_path[32];
static char list_path[32];
static char no_table[] = "/dev/null";

typedef void (*write_rule_fn)(FILE *file, unsigned int n);

static void write_plain(FILE *file, unsigned int n)
{
	fprintf(file, "sshd: 10.%u.%u.%u\n", n >> 16 & 255, n >> 8 & 255,
		n & 255);
}

static void write_cidr(FILE *file, unsigned int n)
{
	fprintf(file, "sshd: 10.%u.%u.0/24\n", n >> 8 & 255, n & 255);
}

static void write_v6(FILE *file, unsigned int n)
{
	fprintf(file, "sshd: [2001:db8:%x:%x::]/64\n", n >> 16, n & 0xffff);
}

static void write_denyhosts(FILE *file, unsigned int n)
{
	fprintf(file,
		"# DenyHosts: Sun Nov 22 08:02:29 2026 | sshd: 10.%u.%u.%u\n"
		"sshd: 10.%u.%u.%u\n",
		n >> 16 & 255, n >> 8 & 255, n & 255, n >> 16 & 255,
		n >> 8 & 255, n & 255);
}

static void write_entry(FILE *file, unsigned int n)
{
	fprintf(file, "10.%u.%u.%u\n", n >> 16 & 255, n >> 8 & 255, n & 255);
}

static const struct shape {
	const char *name;
	write_rule_fn write;
	bool is_list;
} shapes[] = {
	{"plain addresses", write_plain, false},
	{"CIDR", write_cidr, false},
	{"IPv6 networks", write_v6, false},
	{"DenyHosts' pairs", write_denyhosts, false},
	{"a /file list", write_entry, true},
};

/* A file in memory; its path is good in this process. */
static FILE *open_memory(char *path, size_t size)
{
	int fd = memfd_create("bench", MFD_CLOEXEC);

	if (fd < 0)
		err(2, "memfd_create");
	(void)snprintf(path, size, "/proc/self/fd/%d", fd);
	return fdopen(fd, "w");
}

static void write_tables(const struct shape *shape, unsigned int rules,
			 FILE *table, FILE *list)
{
	FILE *file = shape->is_list ? list : table;

	rewind(table);
	rewind(list);
	if (ftruncate(fileno(table), 0) != 0 || ftruncate(fileno(list), 0) != 0)
		err(2, "ftruncate");
	for (unsigned int n = 1; n < rules; n++)
		shape->write(file, n);
	if (shape->is_list) {
		fputs(CLIENT "\n", list);
		fprintf(table, "sshd: %s\n", list_path);
	} else {
		fputs("sshd: " CLIENT "\n", table);
	}
	if (fflush(table) != 0 || fflush(list) != 0)
		err(2, "write");
}

static bool ask_ours(void)
{
	static struct sw_wrapper_result result;
	struct sw_wrapper_query query = {
		.allow = no_table, .deny = table_path, .daemon = "sshd"};

	if (sw_addr_parse(CLIENT, &query.conn.client.addr) != SW_OK)
		errx(2, "%s", CLIENT);
	sw_wrapper_decide(&query, &result);
	return result.verdict.outcome == SW_DENY;
}

static bool ask_libwrap(void)
{
	struct sockaddr_in client = {.sin_family = AF_INET};
	struct request_info request;

	(void)inet_pton(AF_INET, CLIENT, &client.sin_addr);
	(void)request_init(&request, RQ_DAEMON, "sshd", RQ_USER, "unknown",
			   RQ_CLIENT_SIN, &client, 0);
	request.hostaddr = sock_hostaddr;
	return hosts_access(&request) == 0;
}

static uint64_t time_of(bool (*ask)(void), uint64_t least)
{
	uint64_t begun = sw_clock_monotonic_ns();
	uint64_t took;

	if (!ask())
		errx(1, "the last rule did not decide");
	took = sw_clock_monotonic_ns() - begun;
	return took < least ? took : least;
}

static void measure(const struct shape *shape, unsigned int rules)
{
	uint64_t ours = UINT64_MAX;
	uint64_t libwrap = UINT64_MAX;
	uint64_t end = sw_clock_monotonic_ns() + ENOUGH_NS;

	for (int i = 0; i < MIN_TURNS || sw_clock_monotonic_ns() < end; i++) {
		libwrap = time_of(ask_libwrap, libwrap);
		ours = time_of(ask_ours, ours);
	}
	printf("%-16s %7u rules: libwrap %10.1f us, ours %10.1f us, ratio"
	       " %.2f\n",
	       shape->name, rules, (double)libwrap / 1e3, (double)ours / 1e3,
	       (double)ours / (double)libwrap);
}

int main(void)
{
	static const unsigned int sizes[] = {10, 1000, 100000};
	FILE *table = open_memory(table_path, sizeof(table_path));
	FILE *list = open_memory(list_path, sizeof(list_path));

	hosts_allow_table = no_table;
	hosts_deny_table = table_path;
	for (size_t s = 0; s < sizeof(shapes) / sizeof(shapes[0]); s++) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			write_tables(&shapes[s], sizes[i], table, list);
			measure(&shapes[s], sizes[i]);
		}
	}
	return 0;
}
