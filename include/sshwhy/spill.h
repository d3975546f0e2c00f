/*
 * spill.h - facts that must not be lost on their way to the recorder.
 *
 * A ring in a mapped file under /run: whoever is root's in sshd pushes, the
 * recorder alone takes. What stands there outlives a recorder that is killed;
 * and without it the listener, which must never write a record itself, would
 * lose every drop between the end of one recorder and the start of the next.
 */

#ifndef SSHWHY_SPILL_H
#define SSHWHY_SPILL_H

#include "sshwhy/err.h"
#include "sshwhy/fact.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SW_SPILL_SLOTS 2048

struct sw_spill_map; /* the layout of the file; private to lib/spill.c */

struct sw_spill {
	int fd; /* -1: not open */
	struct sw_spill_map *map;
};

#define SW_SPILL_INIT                                                          \
	{                                                                      \
		-1, NULL                                                       \
	}

enum sw_spill_got {
	SW_SPILL_EMPTY = 0, /* nothing there */
	SW_SPILL_PENDING,   /* the next one is still being written */
	SW_SPILL_FACT,	    /* one fact was taken */
	SW_SPILL_RUBBISH    /* one was taken that is no fact */
};

/*
 * Open the ring. Only the recorder creates it (0600, owner) in a folder that
 * exists: without one there is nobody who would ever read it.
 *
 * Returns SW_OK, SW_E_IO (errno set), SW_E_UNSAFE or SW_E_SYNTAX (another
 * layout). On failure *out is SW_SPILL_INIT.
 */
SW_MUST_CHECK
enum sw_err sw_spill_open(const char *path, uid_t owner, bool create,
			  struct sw_spill *out);

void sw_spill_close(struct sw_spill *spill);

/* As sw_state_keep_from_children(). */
void sw_spill_keep_from_children(const struct sw_spill *spill);

/*
 * Keep a fact. No system call, no wait: right in a signal handler.
 *
 * Returns SW_OK, SW_E_RANGE (the ring is full) or SW_E_NOTSUP (not open).
 */
SW_MUST_CHECK
enum sw_err sw_spill_push(struct sw_spill *spill, const struct sw_fact *fact);

/*
 * Take the oldest fact; only one process may do so. SW_SPILL_PENDING stays
 * until its writer is done: a caller that finds a writer dead calls
 * sw_spill_skip(), which gives that one place up.
 */
enum sw_spill_got sw_spill_take(struct sw_spill *spill, struct sw_fact *out);
void sw_spill_skip(struct sw_spill *spill);

#endif
