/* own.h - our own ban list and rate limit, as both modules ask them. */

#ifndef SSHWHY_OWN_H
#define SSHWHY_OWN_H

#include "sshwhy/config.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stdint.h>

struct sw_own_answer {
	struct sw_verdict verdict; /* SW_DENY, or let in */
	bool observe;		   /* record it, refuse nobody */
	int64_t until;		   /* end of a ban, ms UTC; 0: never, none */
	/* A list that cannot be used: "FILE: reason" for the log, else "". */
	char fault[SW_SOURCE_MAX + SW_TEXT_MAX];
};

/*
 * Ask the ban list, then the rate limit. A connection counts towards its rate
 * once, whichever module asks first and however often: the state file knows
 * that. Every fault lets the client in. Keeps errno.
 *
 * utc        milliseconds, UTC
 * monotonic  nanoseconds of CLOCK_MONOTONIC
 */
void sw_own_decide(const struct sw_conn *conn, const struct sw_config *config,
		   int64_t utc, uint64_t monotonic, struct sw_own_answer *out);

#endif
