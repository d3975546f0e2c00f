/* own.h - our own ban list and rate limit, as both modules ask them. */

#ifndef SSHWHY_OWN_H
#define SSHWHY_OWN_H

#include "sshwhy/config.h"
#include "sshwhy/err.h"
#include "sshwhy/record.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stdint.h>

struct sw_own_answer {
	struct sw_verdict verdict; /* SW_DENY, or let in */
	bool observe;		   /* record it, refuse nobody */
	int64_t until;		   /* end of a ban, ms UTC; 0: never, none */
	/* A list that cannot be used: "FILE: reason" for the log, else "". */
	char fault[SW_SOURCE_MAX + SW_TEXT_MAX];
	/* The file of the ban list that it is, and the reason; else empty. */
	struct sw_rule broken;
};

/*
 * Ask the ban list, then the rate limit. Every fault lets the client in. Keeps
 * errno.
 *
 * again      the same connection may be asked about again, by another process
 *            of its session: the state file remembers what it was told. Where
 *            that is not to be had nothing is counted, since counting twice
 *            would refuse a source that is under its limit
 * utc        milliseconds, UTC; the rates read their own clock, as late as they
 *            can: reading the lists takes longer than they allow for
 */
void sw_own_decide(const struct sw_conn *conn, const struct sw_config *config,
		   bool again, int64_t utc, struct sw_own_answer *out);

/*
 * Record that the ban list cannot be used and refuses nobody: once for each
 * state of the file, however many connections find it so. The state file
 * remembers that; without one nothing is recorded. Keeps errno.
 *
 * broken  of an answer; empty: there is nothing to record
 */
void sw_own_record_broken(const struct sw_conn *conn, enum sw_via via,
			  const struct sw_config *config,
			  const struct sw_rule *broken);

/*
 * Exported by the hook, for pam_sshwhy in the same process: true when this
 * connection was held against the lists before PAM was started. An sshd
 * without libwrap never gives the hook the occasion.
 */
SW_EXPORT bool sw_hook_has_asked_own(void);

#endif
