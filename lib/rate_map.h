/* rate_map.h - the layout of the rate table, and how its slots are used. */

#ifndef LIB_RATE_MAP_H
#define LIB_RATE_MAP_H

#include "sshwhy/rate.h"

#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* One version for the layout as a whole: "SSHWHYR", '2'. It is a part of
 * SW_PATH_RATES. */
#define RATE_LAYOUT UINT64_C(0x3252594857485353)

/*
 * A slot is two words, and each of them has a turn in its low bits. While the
 * two turns differ the slot is sealed: nobody counts in it. Whoever takes a
 * slot over for another source
 *
 *	1. seals it, by swapping in a due time of the next turn: from then on a
 *	   late process of the former source can't count there,
 *	2. swaps the key for his own of that turn, marked as a claim,
 *	3. withdraws whatever other claims his source has, or his own if it has
 *	   a place already, and
 *	4. swaps the mark off.
 *
 * Of two who claim for one source at the same time at least one sees the other
 * in step 3, so that only one of the claims becomes its place. All of that can
 * be left undone: a sealed slot is free, a claim is either completed by the
 * next process of that source or taken over.
 */
#define RATE_TURN_MASK UINT64_C(63)
#define RATE_TURN_BITS 6
#define RATE_CLAIM UINT64_C(64) /* in a key */
#define RATE_SOURCE_MASK (~(RATE_TURN_MASK | RATE_CLAIM))

struct rate_slot {
	/* 57 bits of a keyed hash of rule and source; 0: of no source */
	_Atomic uint64_t key;
	/* When the source is as new: 58 bits of monotonic ns, so that times
	 * differ by their signed difference. It wraps every 9 years. */
	_Atomic uint64_t due;
};

/* The slots of a source are two sets of one page: one fault, and each set is
 * two lines of the cache. */
#define RATE_SET 8
#define RATE_LINE_SLOTS 4
#define RATE_PAGE_SETS 32
#define RATE_PAGES (SW_RATE_SLOTS / RATE_SET / RATE_PAGE_SETS)

struct rate_head {
	_Atomic uint64_t layout; /* 0: nobody has used the file yet */
	_Atomic uint64_t boot;	 /* a hash of the boot whose times these are */
	_Atomic uint64_t secret[2]; /* 0: not chosen yet */
};

struct sw_rate_map {
	struct rate_head head;
	_Atomic uint64_t untracked;
	_Atomic uint64_t odd;
	uint64_t reserved[506];
	struct rate_slot slots[SW_RATE_SLOTS];
};

static_assert(sizeof(struct rate_slot) == 16, "layout");
static_assert(offsetof(struct sw_rate_map, slots) == 4096, "layout");
static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "a lock would not be shared");

/*
 * A process may be stopped between its look at the clock and its look at the
 * table, and meets times then that lie further ahead than they can. Those that
 * lie ahead by more than this as well mean nothing. In nanoseconds.
 */
#define RATE_STALL INT64_C(10000000000)

/* No rule keeps a source from being as new for longer; see
 * lib/config_rate.c. In nanoseconds. */
#define RATE_LONGEST (INT64_C(2592001) * 1000000000 + RATE_STALL)

/* How far due lies behind now, in nanoseconds; below 0: it has passed. */
static inline int64_t rate_ahead(uint64_t due, uint64_t now)
{
	return (int64_t)((due & ~RATE_TURN_MASK) - (now << RATE_TURN_BITS)) /
	       (INT64_C(1) << RATE_TURN_BITS);
}

/* Whether the slot keeps a source from being as new. */
static inline bool rate_is_held(uint64_t key, uint64_t due, uint64_t now)
{
	int64_t ahead = rate_ahead(due, now);

	return (key & RATE_SOURCE_MASK) != 0 &&
	       ((key ^ due) & RATE_TURN_MASK) == 0 && ahead > 0 &&
	       ahead <= RATE_LONGEST;
}

/* The key of the source that client belongs to under rule: neither a claim nor
 * with a turn. */
uint64_t rate_key(const uint64_t secret[2], const struct sw_rate_rule *rule,
		  const struct sw_addr *client);

/* A source that asks to be let in. */
struct rate_asking {
	uint64_t key;
	uint64_t now;
	int64_t spacing; /* nanoseconds from one connection to the next */
	int64_t burst;	 /* nanoseconds that a whole burst is ahead */
};

/* Have the slots that a source may be in brought nearer; changes nothing. */
void rate_prefetch(const struct sw_rate_map *map, uint64_t key);

/* Let it in and count that, or refuse it. */
bool rate_count(struct sw_rate_map *map, const struct rate_asking *asking);

/* How far ahead of now it is, in nanoseconds; 0: it is as new. It is let in as
 * long as that is at most burst - spacing. Nothing is changed. */
int64_t rate_ahead_of(struct sw_rate_map *map,
		      const struct rate_asking *asking);

#endif
