#include "rate_map.h"

#include <string.h>

/*
 * SipHash-2-4 (Aumasson, Bernstein): a client that can choose among many
 * addresses must not find those that share a slot with somebody else's.
 */
struct sip {
	uint64_t v[4];
};

static uint64_t rotate(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

static void mix(struct sip *sip)
{
	uint64_t *v = sip->v;

	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

static void add(struct sip *sip, uint64_t word)
{
	sip->v[3] ^= word;
	mix(sip);
	mix(sip);
	sip->v[0] ^= word;
}

static struct sip started(const uint64_t secret[2])
{
	return (struct sip){{
		secret[0] ^ UINT64_C(0x736f6d6570736575),
		secret[1] ^ UINT64_C(0x646f72616e646f6d),
		secret[0] ^ UINT64_C(0x6c7967656e657261),
		secret[1] ^ UINT64_C(0x7465646279746573),
	}};
}

static uint64_t ended(struct sip *sip, uint64_t bytes)
{
	add(sip, bytes << 56);
	sip->v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		mix(sip);
	return sip->v[0] ^ sip->v[1] ^ sip->v[2] ^ sip->v[3];
}

uint64_t rate_key(const uint64_t secret[2], const struct sw_rate_rule *rule,
		  const struct sw_addr *client)
{
	struct sw_prefix source =
		sw_prefix_of(client, rule->v4_len, rule->v6_len);
	struct sip sip = started(secret);
	uint64_t words[2];
	uint64_t key;

	static_assert(sizeof(words) == sizeof(source.base.bytes), "whole");
	memcpy(words, source.base.bytes, sizeof(words));
	add(&sip, rule->id);
	add(&sip, (uint64_t)source.base.family << 8 | source.len);
	add(&sip, words[0]);
	add(&sip, words[1]);
	key = ended(&sip, 32) & RATE_SOURCE_MASK;
	return key != 0 ? key : RATE_CLAIM << 1;
}
