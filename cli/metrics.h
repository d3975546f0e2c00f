/* metrics.h - what a monitoring system is told. */

#ifndef SSHWHY_METRICS_H
#define SSHWHY_METRICS_H

#include "tally.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* Where the numbers that are not in the logs come from. */
struct sw_metrics_from {
	const char *state; /* as in sshwhy/paths.h, like the two below */
	const char *rates;
	const char *ban_dir;
	uid_t owner;	       /* of these; 0 outside the tests */
	int64_t now;	       /* milliseconds UTC */
	uint64_t monotonic_ns; /* CLOCK_MONOTONIC */
};

/* Print the rejections, and whether all logs could be read. */
void sw_metrics_rejections(FILE *out, const struct sw_tally *tally,
			   bool complete);

/* Print what the recorder, the rate limits and the ban list have. A file that
 * is not there, or that the caller may not read, has no metrics. */
void sw_metrics_machine(FILE *out, const struct sw_metrics_from *from);

#endif
