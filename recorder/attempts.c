#include "attempts.h"

#include <stddef.h>

#define FNV_START UINT32_C(2166136261)
#define FNV_STEP UINT32_C(16777619)

/* Who floods us with chosen numbers makes the oldest of his own be forgotten,
 * and of others that share his places; they are counted twice then. */
static uint32_t hash_of(const struct sw_endpoint *client, uint32_t seq)
{
	uint32_t hash = FNV_START;

	for (size_t i = 0; i < sizeof(client->addr.bytes); i++)
		hash = (hash ^ client->addr.bytes[i]) * FNV_STEP;
	hash = (hash ^ client->port) * FNV_STEP;
	hash = (hash ^ seq) * FNV_STEP;
	return hash ^ hash >> 16;
}

static bool is_same(const struct sw_attempt *place,
		    const struct sw_endpoint *client,
		    const struct sw_endpoint *server, uint32_t seq)
{
	return place->seen != 0 && place->seq == seq &&
	       place->client.port == client->port &&
	       place->server.port == server->port &&
	       sw_addr_equal(&place->client.addr, &client->addr) &&
	       sw_addr_equal(&place->server.addr, &server->addr);
}

bool sw_attempts_is_new(struct sw_attempts *attempts,
			const struct sw_endpoint *client,
			const struct sw_endpoint *server, uint32_t seq,
			uint64_t now)
{
	struct sw_attempt *set =
		attempts->places[hash_of(client, seq) % SW_ATTEMPT_SETS];
	struct sw_attempt *oldest = &set[0];

	for (size_t i = 0; i < SW_ATTEMPT_PLACES; i++) {
		if (is_same(&set[i], client, server, seq) &&
		    now - set[i].seen < SW_ATTEMPT_AGE) {
			set[i].seen = now;
			return false;
		}
		if (set[i].seen < oldest->seen)
			oldest = &set[i];
	}
	*oldest = (struct sw_attempt){now, seq, *client, *server};
	return true;
}
