/*
 * bench_pam CONFDIR SERVICE TIMES [account|auth] - what the account stack of
 * SERVICE costs.
 *
 * Runs it TIMES times for a client that is let in, and prints the median and
 * the least time of one run in nanoseconds. With a fourth word it is that stack
 * and each run has a handle of its own, as each login has: some modules open
 * and close their files with it. Then the same two follow for the call alone,
 * without what it takes to load the modules and to let go of them.
 */

#include <security/pam_appl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t now_ns(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int say_nothing(int count, const struct pam_message **messages,
		       struct pam_response **out, void *data)
{
	(void)messages;
	(void)data;
	*out = calloc((size_t)count, sizeof(**out));
	return *out == NULL ? PAM_BUF_ERR : PAM_SUCCESS;
}

static int smaller_first(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

typedef int (*stack_fn)(pam_handle_t *pamh, int flags);

static pam_handle_t *started(char **argv)
{
	static const struct pam_conv conv = {say_nothing, NULL};
	pam_handle_t *pamh = NULL;

	if (pam_start_confdir(argv[2], "nobody", &conv, argv[1], &pamh) !=
		    PAM_SUCCESS ||
	    pam_set_item(pamh, PAM_RHOST, "203.0.113.5") != PAM_SUCCESS ||
	    pam_putenv(pamh, "SSH_CONNECTION=203.0.113.5 51234 192.0.2.1 22") !=
		    PAM_SUCCESS) {
		(void)fprintf(stderr, "%s: no such stack\n", argv[2]);
		exit(1);
	}
	return pamh;
}

static void run_once(pam_handle_t *pamh, stack_fn run, char **argv)
{
	if (run(pamh, 0) == PAM_SUCCESS)
		return;
	(void)fprintf(stderr, "%s: the stack does not let in\n", argv[2]);
	exit(1);
}

static void measure_calls(char **argv, uint64_t *took, size_t times)
{
	pam_handle_t *pamh = started(argv);

	for (size_t i = 0; i < times; i++) {
		uint64_t start = now_ns();

		run_once(pamh, pam_acct_mgmt, argv);
		took[i] = now_ns() - start;
	}
	(void)pam_end(pamh, PAM_SUCCESS);
}

static void measure_logins(char **argv, uint64_t *took, uint64_t *calls,
			   size_t times)
{
	stack_fn run =
		strcmp(argv[4], "auth") == 0 ? pam_authenticate : pam_acct_mgmt;

	for (size_t i = 0; i < times; i++) {
		uint64_t start = now_ns();
		pam_handle_t *pamh = started(argv);
		uint64_t called = now_ns();

		run_once(pamh, run, argv);
		calls[i] = now_ns() - called;
		(void)pam_end(pamh, PAM_SUCCESS);
		took[i] = now_ns() - start;
	}
}

static void print(uint64_t *ns, size_t times, const char *behind)
{
	qsort(ns, times, sizeof(*ns), smaller_first);
	printf("%llu %llu%s", (unsigned long long)ns[times / 2],
	       (unsigned long long)ns[0], behind);
}

int main(int argc, char **argv)
{
	uint64_t *took, *calls;
	size_t times;

	times = argc >= 4 ? strtoul(argv[3], NULL, 10) : 0;
	took = calloc(times, sizeof(*took));
	calls = calloc(times, sizeof(*calls));
	if (times == 0 || took == NULL || calls == NULL)
		return 2;
	if (argc == 5) {
		measure_logins(argv, took, calls, times);
		print(took, times, " ");
		print(calls, times, "\n");
	} else {
		measure_calls(argv, took, times);
		print(took, times, "\n");
	}
	free(took);
	free(calls);
	return 0;
}
