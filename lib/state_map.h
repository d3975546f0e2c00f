/* state_map.h - the layout of the state file. */

#ifndef LIB_STATE_MAP_H
#define LIB_STATE_MAP_H

#include "sshwhy/state.h"

#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One version for the layout as a whole: "SSHWHY", 0, '1'. What is added takes
 * reserved bytes, whose zero has to mean "not there yet"; then it stays.
 */
#define STATE_LAYOUT UINT64_C(0x3100594857485353)
#define STATE_SIZE 65536 /* bytes */

struct sw_state_map {
	_Atomic uint64_t layout; /* 0: nobody has used the file yet */
	_Atomic uint64_t seqno;	 /* the last number that was given out */
	_Atomic uint64_t lost;
	_Atomic uint64_t seen_next; /* ticket of the next entry of seen */
	_Atomic uint64_t offered;   /* rejections that modules handed over */
	_Atomic uint64_t taken;	    /* those that were written or folded */
	_Atomic uint64_t beat; /* of the recorder, monotonic ns; 0: never */
	uint64_t reserved_head[505];
	_Atomic uint64_t seen[SW_STATE_SEEN]; /* key bits, and a lap below */
	uint64_t reserved[6656];
};

static_assert(sizeof(struct sw_state_map) == STATE_SIZE, "layout");
static_assert(offsetof(struct sw_state_map, seen) == 4096, "layout");
static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "a lock would not be shared");

#endif
