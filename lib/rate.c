#include "sshwhy/rate.h"

#include "rate_map.h"
#include "sshwhy/paths.h"
#include "sshwhy/text.h"

/* Each failed swap means that somebody else's succeeded. In a file that
 * someone writes to all the time it might go on for ever. */
#define TRIES 256

#define NS_PER_SECOND UINT64_C(1000000000)

/* A source that asks to be let in. */
struct asking {
	uint64_t key;
	uint64_t now;
	int64_t spacing; /* nanoseconds from one connection to the next */
	int64_t burst;	 /* nanoseconds that a whole burst is ahead */
};

struct place {
	struct rate_slot *slot; /* NULL: none */
	uint64_t key;		/* what was in it */
	uint64_t due;
};

static struct place place_at(struct sw_rate_map *map, size_t i)
{
	struct place place = {.slot = &map->slots[i]};

	/* A due time that is read too late is of another turn. */
	place.key = atomic_load(&place.slot->key);
	place.due = atomic_load(&place.slot->due);
	return place;
}

/* The first slot of one of its two sets. */
static size_t set_of(uint64_t key, int which)
{
	size_t page = (size_t)(key >> 48) % RATE_PAGES;
	size_t set = (size_t)(key >> 16) % RATE_PAGE_SETS;

	if (which == 1)
		set ^= 1 + (size_t)(key >> 24) % (RATE_PAGE_SETS - 1);
	return (page * RATE_PAGE_SETS + set) * RATE_SET;
}

/* The slot of the source; if there is none the first that it may have. */
static struct place find(struct sw_rate_map *map, const struct asking *asking)
{
	struct place free = {NULL, 0, 0};

	for (int which = 0; which < 2; which++) {
		size_t first = set_of(asking->key, which);

		for (size_t i = first; i < first + RATE_SET; i++) {
			struct place place = place_at(map, i);

			if ((place.key & ~RATE_TURN_MASK) == asking->key)
				return place;
			if (free.slot == NULL &&
			    !rate_is_held(place.key, place.due, asking->now))
				free = place;
		}
	}
	return free;
}

/* Take the place over. False when somebody else did, or its source is back. */
static bool take(struct place *place, uint64_t key)
{
	uint64_t taken = key | ((place->key + 1) & RATE_TURN_MASK);
	uint64_t before = place->key;

	/* The due time in it must not become one of the new turn. */
	if (((taken ^ place->due) & RATE_TURN_MASK) == 0)
		taken = key | ((place->key + 2) & RATE_TURN_MASK);
	if (!atomic_compare_exchange_strong(&place->slot->key, &before, taken))
		return false;
	if (atomic_load(&place->slot->due) == place->due) {
		place->key = taken;
		return true;
	}
	(void)atomic_compare_exchange_strong(&place->slot->key, &taken,
					     place->key);
	return false;
}

/* No connection of this source can have caused the due time. */
static bool is_odd(const struct place *place, const struct asking *asking)
{
	return ((place->key ^ place->due) & RATE_TURN_MASK) == 0 &&
	       rate_ahead(place->due, asking->now) > asking->burst + RATE_STALL;
}

/* How far ahead of now the source in place is; 0: it is as new. */
static int64_t ahead_of(const struct place *place, const struct asking *asking)
{
	int64_t ahead = rate_ahead(place->due, asking->now);

	if (((place->key ^ place->due) & RATE_TURN_MASK) != 0 || ahead <= 0 ||
	    ahead > asking->burst + RATE_STALL)
		return 0;
	return ahead;
}

/* Swap its due time for a later one. False when somebody else did. */
static bool count_one(struct place *place, const struct asking *asking,
		      int64_t ahead)
{
	uint64_t due = asking->now + (uint64_t)(ahead + asking->spacing);

	return atomic_compare_exchange_strong(
		&place->slot->due, &place->due,
		due << RATE_TURN_BITS | (place->key & RATE_TURN_MASK));
}

static bool is_under_limit(struct sw_rate_map *map, const struct asking *asking)
{
	for (int i = 0; i < TRIES; i++) {
		struct place place = find(map, asking);
		int64_t ahead;

		if (place.slot == NULL)
			break;
		if ((place.key & ~RATE_TURN_MASK) != asking->key &&
		    !take(&place, asking->key))
			continue;
		/* Then the due time may be that of another source. */
		if (atomic_load(&place.slot->key) != place.key)
			continue;
		ahead = ahead_of(&place, asking);
		if (ahead > asking->burst - asking->spacing)
			return false;
		/* A slot that was taken from us meanwhile counts nothing. */
		if (!count_one(&place, asking, ahead) ||
		    atomic_load(&place.slot->key) != place.key)
			continue;
		if (is_odd(&place, asking))
			atomic_fetch_add(&map->odd, 1);
		return true;
	}
	atomic_fetch_add(&map->untracked, 1);
	return true;
}

static bool would_be(struct sw_rate_map *map, const struct asking *asking)
{
	struct place place = find(map, asking);

	if (place.slot == NULL || (place.key & ~RATE_TURN_MASK) != asking->key)
		return true;
	return ahead_of(&place, asking) <= asking->burst - asking->spacing;
}

static bool is_in(const struct sw_prefix *prefixes, size_t count,
		  const struct sw_addr *client)
{
	for (size_t i = 0; i < count; i++) {
		if (sw_prefix_contains(&prefixes[i], client))
			return true;
	}
	return false;
}

/* The first rule that is for client, or NULL. */
static const struct sw_rate_rule *rule_for(const struct sw_config *config,
					   const struct sw_addr *client)
{
	if (client->family == SW_FAMILY_NONE)
		return NULL;
	for (uint32_t i = 0; i < config->rates && i < SW_RATE_RULES; i++) {
		const struct sw_rate_rule *rule = &config->rate[i];

		if (rule->matches == 0 ||
		    is_in(rule->prefixes, rule->matches, client))
			return rule;
	}
	return NULL;
}

bool sw_rate_concerns(const struct sw_config *config,
		      const struct sw_addr *client)
{
	const struct sw_rate_rule *rule = rule_for(config, client);

	return rule != NULL &&
	       !is_in(rule->prefixes + rule->matches, rule->exempts, client);
}

static void name_rule(const struct sw_rate_rule *rule, struct sw_rule *out)
{
	(void)sw_text_copy(out->source, sizeof(out->source), SW_PATH_CONFIG);
	(void)sw_text_copy(out->text, sizeof(out->text), rule->text);
	(void)sw_text_copy(out->owner, sizeof(out->owner), "admin");
	out->first_line = rule->line;
	out->line = rule->line;
}

typedef bool (*limit_fn)(struct sw_rate_map *map, const struct asking *asking);

static enum sw_outcome outcome_of(const struct sw_rate *table,
				  const struct sw_rate_rule *rule,
				  const struct sw_addr *client, uint64_t now,
				  limit_fn is_let_in)
{
	struct asking asking = {.now = now};

	if (is_in(rule->prefixes + rule->matches, rule->exempts, client))
		return SW_ALLOW;
	if (table->map == NULL)
		return SW_UNKNOWN;
	asking.key = rate_key(table->secret, rule, client);
	/* Rounded down: by less than a nanosecond, to the client's good. */
	asking.spacing = (int64_t)(rule->period * NS_PER_SECOND / rule->count);
	asking.burst = asking.spacing * rule->burst;
	return is_let_in(table->map, &asking) ? SW_ALLOW : SW_DENY;
}

static void decide(const struct sw_rate *table, const struct sw_config *config,
		   const struct sw_addr *client, uint64_t now,
		   limit_fn is_let_in, struct sw_verdict *out,
		   bool *out_observe)
{
	const struct sw_rate_rule *rule = rule_for(config, client);

	*out = (struct sw_verdict){.outcome = SW_NOMATCH};
	*out_observe = false;
	if (rule == NULL)
		return;
	out->outcome = outcome_of(table, rule, client, now, is_let_in);
	if (out->outcome == SW_DENY)
		out->cause = SW_CAUSE_LIMIT_RATE;
	name_rule(rule, &out->rule);
	*out_observe = rule->observe;
}

void sw_rate_check(struct sw_rate *table, const struct sw_config *config,
		   const struct sw_addr *client, uint64_t now,
		   struct sw_verdict *out, bool *out_observe)
{
	decide(table, config, client, now, is_under_limit, out, out_observe);
}

void sw_rate_look(const struct sw_rate *table, const struct sw_config *config,
		  const struct sw_addr *client, uint64_t now,
		  struct sw_verdict *out, bool *out_observe)
{
	decide(table, config, client, now, would_be, out, out_observe);
}
