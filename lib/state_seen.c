#include "state_map.h"

/*
 * A ring without locks. Ticket n belongs into slot n % SW_STATE_SEEN, whose low
 * 16 bits then hold the lap of n: so everyone sees whether the slot is filled,
 * and a process that dies between filling it and moving seen_next on is
 * overtaken by the next one.
 */
#define LAP_MASK UINT64_C(0xffff)

/* In a file that someone else has written the search might never end. */
#define TRIES 64

static uint64_t lap_of(uint64_t ticket)
{
	return (ticket / SW_STATE_SEEN + 1) & LAP_MASK;
}

static bool contains(struct sw_state_map *map, uint64_t key)
{
	for (size_t i = 0; i < SW_STATE_SEEN; i++) {
		uint64_t slot = atomic_load_explicit(&map->seen[i],
						     memory_order_acquire);

		if ((slot & ~LAP_MASK) == key && slot != 0)
			return true;
	}
	return false;
}

/* 48 well mixed bits of key, for callers whose hash is weak in its top. */
static uint64_t slot_key(uint64_t key)
{
	return (key * UINT64_C(0x9e3779b97f4a7c15)) & ~LAP_MASK;
}

bool sw_state_was_seen(const struct sw_state *state, uint64_t key)
{
	return state->map != NULL && contains(state->map, slot_key(key));
}

bool sw_state_first_time(struct sw_state *state, uint64_t key)
{
	struct sw_state_map *map = state->map;

	for (int i = 0; map != NULL && i < TRIES; i++) {
		uint64_t ticket = atomic_load(&map->seen_next);
		_Atomic uint64_t *slot = &map->seen[ticket % SW_STATE_SEEN];
		uint64_t old = atomic_load(slot);
		bool stored;

		if (contains(map, slot_key(key)))
			return false;
		/* Fails for a slot that was filled meanwhile, perhaps with the
		 * same key: then the next round finds it. */
		stored = (old & LAP_MASK) != lap_of(ticket) &&
			 atomic_compare_exchange_strong(
				 slot, &old, slot_key(key) | lap_of(ticket));
		atomic_compare_exchange_strong(&map->seen_next, &ticket,
					       ticket + 1);
		if (stored)
			return true;
	}
	return true;
}
