/*
 * bench_pam CONFDIR SERVICE TIMES - what the account stack of SERVICE costs.
 *
 * Runs it TIMES times for a client that is let in, and prints the median and
 * the least time of one run in nanoseconds.
 */

#include <security/pam_appl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
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

static int measure(pam_handle_t *pamh, uint64_t *took, size_t times)
{
	uint64_t start;

	for (size_t i = 0; i < times; i++) {
		start = now_ns();
		if (pam_acct_mgmt(pamh, 0) != PAM_SUCCESS)
			return -1;
		took[i] = now_ns() - start;
	}
	qsort(took, times, sizeof(*took), smaller_first);
	return 0;
}

int main(int argc, char **argv)
{
	const struct pam_conv conv = {say_nothing, NULL};
	pam_handle_t *pamh = NULL;
	uint64_t *took;
	size_t times;

	times = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
	took = calloc(times, sizeof(*took));
	if (times == 0 || took == NULL)
		return 2;
	if (pam_start_confdir(argv[2], "root", &conv, argv[1], &pamh) !=
		    PAM_SUCCESS ||
	    pam_putenv(pamh, "SSH_CONNECTION=203.0.113.5 51234 192.0.2.1 22") !=
		    PAM_SUCCESS ||
	    measure(pamh, took, times) != 0) {
		(void)fprintf(stderr, "%s: the stack does not answer\n",
			      argv[2]);
		return 1;
	}
	printf("%llu %llu\n", (unsigned long long)took[times / 2],
	       (unsigned long long)took[0]);
	free(took);
	return pam_end(pamh, PAM_SUCCESS);
}
