/* state.h - the counters that all writers of a machine share. */

#ifndef SSHWHY_STATE_H
#define SSHWHY_STATE_H

#include "sshwhy/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Writers that may be at work for refused sessions at the same time. */
#define SW_STATE_WRITERS 8

struct sw_state_map; /* the layout of the file; private to lib/state.c */

/*
 * A mapped state file. Every operation on it is one atomic instruction, so a
 * process that dies at any point leaves nothing half done. What the file holds
 * is never trusted further than a counter: a torn or hostile one costs numbers,
 * never a refusal.
 */
struct sw_state {
	int fd; /* -1: not open */
	struct sw_state_map *map;
};

#define SW_STATE_INIT                                                          \
	{                                                                      \
		-1, NULL                                                       \
	}

/*
 * Open the state file, made together with its folder when missing (0755 and
 * 0600, owner). Nothing is allocated; the descriptor is close-on-exec.
 *
 * Returns SW_OK, SW_E_IO (errno set), SW_E_UNSAFE (not owner's regular file, or
 * writable by others) or SW_E_SYNTAX (another layout). On failure *out is
 * SW_STATE_INIT.
 */
SW_MUST_CHECK
enum sw_err sw_state_open(const char *path, uid_t owner, struct sw_state *out);

/* Close it; also right for SW_STATE_INIT, and for one that was closed. */
void sw_state_close(struct sw_state *state);

/* A forked child does not get the mapping; its copy of *state must not be used
 * or closed. Where the kernel cannot do that nothing changes. */
void sw_state_keep_from_children(const struct sw_state *state);

/* The next number of a record: 1, 2, ... since boot; 0 when not open. */
uint64_t sw_state_next_seqno(struct sw_state *state);

/* How many numbers were given out since boot; 0 when not open. */
uint64_t sw_state_seqno(const struct sw_state *state);

/*
 * Remember key, a hash of a connection and what was said of it. True the first
 * time, false while it is one of the last SW_STATE_SEEN that were remembered;
 * always true when the state is not open.
 */
#define SW_STATE_SEEN 1024
bool sw_state_first_time(struct sw_state *state, uint64_t key);

/* Whether it is remembered; nothing is changed. False when not open. */
bool sw_state_was_seen(const struct sw_state *state, uint64_t key);

/*
 * Take one of SW_STATE_WRITERS places. It is held by the open descriptor of
 * state and all that inherit it by fork, and freed by the kernel when the last
 * of them is closed, however its process ends.
 *
 * Returns SW_OK, SW_E_RANGE (all taken) or SW_E_IO (errno set).
 */
SW_MUST_CHECK
enum sw_err sw_state_take_writer(struct sw_state *state);

/* Count a rejection that could not be recorded; and how many there were. */
void sw_state_count_lost(struct sw_state *state);
uint64_t sw_state_lost(const struct sw_state *state);

/*
 * The flow of rejections from the modules to a recorder. A module offers one
 * before it sends it, whoever writes or folds it takes it: what was offered and
 * never taken is lost, and can be reported as lost even when its sender or the
 * recorder was killed in between. Nothing happens when the state is not open.
 */
void sw_state_offer(struct sw_state *state);
void sw_state_take(struct sw_state *state, uint64_t count);
uint64_t sw_state_offered(const struct sw_state *state);
uint64_t sw_state_taken(const struct sw_state *state);

/*
 * The heartbeat of the recorder; now in nanoseconds of CLOCK_MONOTONIC. It is
 * alive while its last beat is younger than SW_STATE_STALE: a socket says
 * nothing, since the service manager accepts for a dead one.
 */
#define SW_STATE_STALE UINT64_C(10000000000) /* nanoseconds */
void sw_state_beat(struct sw_state *state, uint64_t now);
bool sw_state_is_alive(const struct sw_state *state, uint64_t now);

#endif
