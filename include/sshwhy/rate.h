/*
 * rate.h - how often each source has connected, shared by all of sshd.
 *
 * A table in a mapped file under /run. It remembers one number for each source:
 * the time at which the source is as new (GCRA). Every change is one
 * compare-and-swap, so a process that dies at any point leaves nothing half
 * done, and a source has one place, however many ask for it at once: it gets
 * exactly its burst. Whatever goes wrong, a source under its limit is let in.
 */

#ifndef SSHWHY_RATE_H
#define SSHWHY_RATE_H

#include "sshwhy/addr.h"
#include "sshwhy/config.h"
#include "sshwhy/err.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SW_RATE_SLOTS UINT32_C(262144) /* sources that it has room for */

struct sw_rate_map; /* the layout of the file; private to lib/rate*.c */

struct sw_rate {
	struct sw_rate_map *map;
	uint64_t secret[2]; /* which slots a source may have */
};

#define SW_RATE_INIT                                                           \
	{                                                                      \
		NULL,                                                          \
		{                                                              \
			0, 0                                                   \
		}                                                              \
	}

/*
 * Open the table, made together with its folder when missing (0755 and 0600,
 * owner). What an earlier boot left in it is forgotten. No descriptor stays
 * open and nothing is allocated.
 *
 * Returns SW_OK, SW_E_IO (errno set), SW_E_UNSAFE (not owner's regular file, or
 * writable by others) or SW_E_SYNTAX (another layout). On failure *out is
 * SW_RATE_INIT.
 */
SW_MUST_CHECK
enum sw_err sw_rate_open(const char *path, uid_t owner, struct sw_rate *out);

/* The same without making or changing anything, for sw_rate_look() and
 * sw_rate_survey() alone; ENOENT when there is none. */
SW_MUST_CHECK
enum sw_err sw_rate_open_existing(const char *path, uid_t owner,
				  struct sw_rate *out);

/* Close it; also right for SW_RATE_INIT, and for one that was closed. */
void sw_rate_close(struct sw_rate *table);

/* True when a rule of config is for client: without one there is no need to
 * open the table. */
bool sw_rate_concerns(const struct sw_config *config,
		      const struct sw_addr *client);

/*
 * Count one connection of client, and answer what the first rule that is for
 * it says; call it once for each connection. One that is refused counts for
 * nothing.
 *
 * table  SW_RATE_INIT when it could not be opened
 * now    nanoseconds of CLOCK_MONOTONIC
 *
 * The outcome is SW_NOMATCH (no rule is for client), SW_ALLOW (it is exempt, or
 * under the limit), SW_UNKNOWN (there is no table) or SW_DENY with
 * SW_CAUSE_LIMIT_RATE; a rule is named for all but the first.
 *
 * out_observe  set: whether the rule only wants this to be recorded
 */
void sw_rate_check(struct sw_rate *table, const struct sw_config *config,
		   const struct sw_addr *client, uint64_t now,
		   struct sw_verdict *out, bool *out_observe);

struct sw_rate_room {
	uint32_t left; /* connections that it may make at once */
	uint64_t wait; /* nanoseconds until the next one, where there is none */
	bool observe;  /* as for sw_rate_check() */
};

/*
 * What sw_rate_check() would answer; nothing is counted.
 *
 * out_room  set; left and wait are 0 unless a limit is held against client
 */
void sw_rate_look(const struct sw_rate *table, const struct sw_config *config,
		  const struct sw_addr *client, uint64_t now,
		  struct sw_verdict *out, struct sw_rate_room *out_room);

struct sw_rate_survey {
	uint32_t slots;
	uint32_t held;	    /* by sources that are not as new */
	uint64_t untracked; /* let in because no slot was free, since boot */
	uint64_t odd;	    /* let in because of an impossible number */
};

/* What is in the table; all 0 when it is not open. */
void sw_rate_survey(const struct sw_rate *table, uint64_t now,
		    struct sw_rate_survey *out);

#endif
