/*
 * bench_hook RULES TIMES - what hosts_access() costs.
 *
 * Asks libwrap TIMES times about a client that no rule of a hosts.deny with
 * RULES rules names, so that all of it is read, and prints the median and the
 * least time of one answer in nanoseconds. bench_hook.sh runs it under the name
 * of sshd, with and without the hook.
 */

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tcpd.h>
#include <time.h>
#include <unistd.h>

int allow_severity;
int deny_severity;

static uint64_t now_ns(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int write_table(const char *path, unsigned long rules)
{
	FILE *file = fopen(path, "w");

	if (file == NULL)
		return -1;
	for (unsigned long i = 0; i < rules; i++)
		(void)fprintf(file, "sshd: 10.%lu.%lu.%lu\n", i >> 16 & 255,
			      i >> 8 & 255, i & 255);
	return fclose(file);
}

static uint64_t ask(struct sockaddr_in *client, struct sockaddr_in *server)
{
	struct request_info request;
	uint64_t start;

	(void)request_init(&request, RQ_DAEMON, "sshd", RQ_CLIENT_SIN, client,
			   RQ_SERVER_SIN, server, 0);
	sock_methods(&request);
	start = now_ns();
	if (!hosts_access(&request))
		exit(1);
	return now_ns() - start;
}

static int smaller_first(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static char empty[] = "/nonexistent";
	static char table[] = "bench.hosts.deny";
	struct sockaddr_in ends[2] = {{.sin_family = AF_INET},
				      {.sin_family = AF_INET}};
	unsigned long times = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	uint64_t *took = calloc(times, sizeof(*took));

	if (times == 0 || took == NULL ||
	    write_table(table, strtoul(argv[1], NULL, 10)) != 0)
		return 2;
	(void)inet_pton(AF_INET, "203.0.113.5", &ends[0].sin_addr);
	(void)inet_pton(AF_INET, "192.0.2.1", &ends[1].sin_addr);
	hosts_allow_table = empty;
	hosts_deny_table = table;
	for (unsigned long i = 0; i < times; i++)
		took[i] = ask(&ends[0], &ends[1]);
	qsort(took, times, sizeof(*took), smaller_first);
	(void)printf("%llu %llu\n", (unsigned long long)took[times / 2],
		     (unsigned long long)took[0]);
	free(took);
	return unlink(table);
}
