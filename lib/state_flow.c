#include "sshwhy/state.h"

#include "state_map.h"

void sw_state_offer(struct sw_state *state)
{
	if (state->map != NULL)
		atomic_fetch_add(&state->map->offered, 1);
}

void sw_state_take(struct sw_state *state, uint64_t count)
{
	if (state->map != NULL)
		atomic_fetch_add(&state->map->taken, count);
}

uint64_t sw_state_offered(const struct sw_state *state)
{
	return state->map != NULL ? atomic_load(&state->map->offered) : 0;
}

uint64_t sw_state_taken(const struct sw_state *state)
{
	return state->map != NULL ? atomic_load(&state->map->taken) : 0;
}

void sw_state_beat(struct sw_state *state, uint64_t now)
{
	if (state->map != NULL)
		atomic_store(&state->map->beat, now);
}

bool sw_state_is_alive(const struct sw_state *state, uint64_t now)
{
	uint64_t beat = state->map != NULL ? atomic_load(&state->map->beat) : 0;

	/* A beat may come between the caller's look at the clock and this one;
	 * one from further ahead is a torn or foreign number. */
	return beat != 0 &&
	       (beat <= now ? now - beat : beat - now) < SW_STATE_STALE;
}
