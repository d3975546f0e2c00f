/* One place for each source, and what is counted in it. */

#include "rate_map.h"

/* Each failed swap means that somebody else's succeeded. In a file that
 * someone writes to all the time it might go on for ever. */
#define TRIES 256

/* Slots that a source may have. */
#define CHOICE (2 * RATE_SET)

struct place {
	struct rate_slot *slot; /* NULL: none */
	uint64_t key;		/* what was in it */
	uint64_t due;
};

/* What a source has, and what it might. */
struct found {
	struct place member; /* the place where it is counted */
	struct place claim;  /* one that may become it */
	struct place free;
};

/* The first slot of one of its two sets. */
static size_t set_of(uint64_t key, size_t which)
{
	size_t page = (size_t)(key >> 48) % RATE_PAGES;
	size_t set = (size_t)(key >> 16) % RATE_PAGE_SETS;

	if (which == 1)
		set ^= 1 + (size_t)(key >> 24) % (RATE_PAGE_SETS - 1);
	return (page * RATE_PAGE_SETS + set) * RATE_SET;
}

void rate_prefetch(const struct sw_rate_map *map, uint64_t key)
{
	for (size_t which = 0; which < 2; which++) {
		const struct rate_slot *set = &map->slots[set_of(key, which)];

		for (size_t i = 0; i < RATE_SET; i += RATE_LINE_SLOTS)
			__builtin_prefetch(&set[i], 1);
	}
}

/* The slots in the order in which all processes look at them. */
static struct place place_at(struct sw_rate_map *map, const size_t first[2],
			     size_t i)
{
	struct place place = {
		.slot = &map->slots[first[i / RATE_SET] + i % RATE_SET]};

	/* In this order: one whose turns agree was its source's when the due
	 * time was read. */
	place.key = atomic_load(&place.slot->key);
	place.due = atomic_load(&place.slot->due);
	return place;
}

static bool is_sealed(const struct place *place)
{
	return ((place->key ^ place->due) & RATE_TURN_MASK) != 0;
}

static bool is_of(const struct place *place, const struct rate_asking *asking)
{
	return (place->key & RATE_SOURCE_MASK) == asking->key &&
	       !is_sealed(place);
}

static bool is_claim(const struct place *place)
{
	return (place->key & RATE_CLAIM) != 0;
}

/* Somebody may be about to complete a claim: it is taken as the last. */
static void consider(struct found *found, const struct place *place,
		     uint64_t now)
{
	if (found->free.slot != NULL &&
	    (!is_claim(&found->free) || is_claim(place)))
		return;
	if (!rate_is_held(place->key, place->due, now))
		found->free = *place;
}

/* Where a set has the key in a place that is counted in; RATE_SET: nowhere. All
 * slots are looked at alike: to guess wrongly which it is takes longer. */
static size_t index_of(const struct rate_slot *set, uint64_t key)
{
	unsigned int found = 0;

	for (unsigned int i = 0; i < RATE_SET; i++) {
		uint64_t other =
			atomic_load_explicit(&set[i].key, memory_order_relaxed);

		found |= (unsigned int)((other & ~RATE_TURN_MASK) == key) << i;
	}
	return found == 0 ? RATE_SET : (size_t)__builtin_ctz(found);
}

/* The short way, for a source that has a place and nobody at it. */
static bool find_member(struct sw_rate_map *map,
			const struct rate_asking *asking, const size_t first[2],
			struct place *out)
{
	for (size_t which = 0; which < 2; which++) {
		size_t i = index_of(&map->slots[first[which]], asking->key);

		if (i == RATE_SET)
			continue;
		*out = place_at(map, first, which * RATE_SET + i);
		return is_of(out, asking) && !is_claim(out);
	}
	return false;
}

static void look(struct sw_rate_map *map, const struct rate_asking *asking,
		 struct found *out)
{
	const size_t first[2] = {set_of(asking->key, 0),
				 set_of(asking->key, 1)};

	if (find_member(map, asking, first, &out->member))
		return;
	out->member.slot = NULL;
	out->claim.slot = NULL;
	out->free.slot = NULL;
	for (size_t i = 0; i < CHOICE; i++) {
		struct place place = place_at(map, first, i);

		if (!is_of(&place, asking)) {
			consider(out, &place, asking->now);
		} else if (!is_claim(&place)) {
			out->member = place;
			return;
		} else if (out->claim.slot == NULL) {
			out->claim = place;
		}
	}
}

/* Of no source, and of the next turn: whoever wants to complete it fails. */
static bool withdraw(struct place *claim)
{
	uint64_t next = (claim->key + 1) & RATE_TURN_MASK;

	return atomic_compare_exchange_strong(&claim->slot->key, &claim->key,
					      next);
}

/* False when somebody else was faster, or its source is back. */
static bool claim(struct place *place, const struct rate_asking *asking)
{
	uint64_t turn = (place->key + 1) & RATE_TURN_MASK;
	/* As new, also for one who looked at the clock earlier. */
	uint64_t due = (asking->now - RATE_STALL) << RATE_TURN_BITS | turn;
	uint64_t key = asking->key | RATE_CLAIM | turn;

	/* Else the due time may be one of the next turn, with counts. */
	if (atomic_load(&place->slot->key) != place->key)
		return false;
	if (!atomic_compare_exchange_strong(&place->slot->due, &place->due,
					    due) ||
	    !atomic_compare_exchange_strong(&place->slot->key, &place->key,
					    key))
		return false;
	place->key = key;
	place->due = due;
	return true;
}

/*
 * Make the claim the source's place, unless it has one or will have another:
 * all prefer the first that they see.
 */
static void settle(struct sw_rate_map *map, const struct rate_asking *asking,
		   struct place *claim)
{
	const size_t first[2] = {set_of(asking->key, 0),
				 set_of(asking->key, 1)};
	bool is_first = true;

	for (size_t i = 0; i < CHOICE; i++) {
		struct place place = place_at(map, first, i);

		if (place.slot == claim->slot) {
			is_first = false;
			continue;
		}
		if (!is_of(&place, asking))
			continue;
		if (is_first || !is_claim(&place)) {
			(void)withdraw(claim);
			return;
		}
		if (!withdraw(&place))
			return;
	}
	(void)atomic_compare_exchange_strong(&claim->slot->key, &claim->key,
					     claim->key & ~RATE_CLAIM);
}

/* No connection of this source can have caused the due time. */
static bool is_odd(const struct place *place, const struct rate_asking *asking)
{
	return rate_ahead(place->due, asking->now) > asking->burst + RATE_STALL;
}

static int64_t ahead_of(const struct place *place,
			const struct rate_asking *asking)
{
	int64_t ahead = rate_ahead(place->due, asking->now);

	return ahead <= 0 || is_odd(place, asking) ? 0 : ahead;
}

/* Swap its due time for a later one. False when somebody else did, or took the
 * place over. */
static bool count_one(const struct place *place,
		      const struct rate_asking *asking, int64_t ahead)
{
	uint64_t due = asking->now + (uint64_t)(ahead + asking->spacing);
	uint64_t before = place->due;

	return atomic_compare_exchange_strong(
		&place->slot->due, &before,
		due << RATE_TURN_BITS | (before & RATE_TURN_MASK));
}

/* Find or make a claim, and complete it. False when there is no room. */
static bool get_place(struct sw_rate_map *map, const struct rate_asking *asking,
		      struct found *found)
{
	if (found->claim.slot == NULL) {
		if (found->free.slot == NULL)
			return false;
		if (!claim(&found->free, asking))
			return true;
		found->claim = found->free;
	}
	settle(map, asking, &found->claim);
	return true;
}

bool rate_count(struct sw_rate_map *map, const struct rate_asking *asking)
{
	for (int i = 0; i < TRIES; i++) {
		struct found found;
		int64_t ahead;

		look(map, asking, &found);
		if (found.member.slot == NULL) {
			if (!get_place(map, asking, &found))
				break;
			continue;
		}
		ahead = ahead_of(&found.member, asking);
		if (ahead > asking->burst - asking->spacing)
			return false;
		if (!count_one(&found.member, asking, ahead))
			continue;
		if (is_odd(&found.member, asking))
			atomic_fetch_add(&map->odd, 1);
		return true;
	}
	atomic_fetch_add(&map->untracked, 1);
	return true;
}

int64_t rate_ahead_of(struct sw_rate_map *map, const struct rate_asking *asking)
{
	struct found found;

	look(map, asking, &found);
	return found.member.slot != NULL ? ahead_of(&found.member, asking) : 0;
}
