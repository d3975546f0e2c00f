/* Where everything lies in the ban list, and what its sums are. */

#include "ban_file.h"

#include <string.h>

#define ENTRY(key) ((key) + (uint32_t)sizeof(struct ban_tail))

const struct ban_shape ban_shapes[BAN_TREES] = {
	[BAN_V4] = {SW_FAMILY_V4, 32, 4, ENTRY(4), BAN_BODY / ENTRY(4),
		    BAN_BODY / 4},
	[BAN_V6] = {SW_FAMILY_V6, 128, 16, ENTRY(16), BAN_BODY / ENTRY(16),
		    BAN_BODY / 16},
};

enum ban_tree ban_tree_of(const struct sw_addr *addr)
{
	return addr->family == SW_FAMILY_V4 ? BAN_V4 : BAN_V6;
}

#define LANES 4

static uint64_t mix(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return sum ^ sum >> 29;
}

/* Four sums beside each other take a third of the time of one. */
uint64_t ban_sum(const void *bytes, size_t len, uint64_t seed)
{
	uint64_t lanes[LANES] = {seed, ~seed, seed ^ len, seed + 1};
	const uint8_t *next = bytes;
	uint64_t words[LANES];

	for (; len >= sizeof(words); len -= sizeof(words)) {
		memcpy(words, next, sizeof(words));
		next += sizeof(words);
		for (size_t i = 0; i < LANES; i++)
			lanes[i] = mix(lanes[i], words[i]);
	}
	memset(words, 0, sizeof(words));
	memcpy(words, next, len);
	for (size_t i = 0; i < LANES; i++)
		seed = mix(mix(seed, lanes[i]), words[i]);
	return seed ^ seed >> 32;
}

uint64_t ban_change_sum(const struct ban_change *change, uint64_t number,
			uint32_t i)
{
	return ban_sum((const uint8_t *)change + sizeof(change->sum),
		       sizeof(*change) - sizeof(change->sum),
		       mix(number, (uint64_t)i + 1));
}

static uint32_t blocks_for(uint32_t count, uint32_t per_block)
{
	return count / per_block + (count % per_block != 0);
}

/* Returns the first block behind the tree. */
static uint32_t layout(const struct ban_shape *shape, uint32_t entries,
		       uint32_t block, struct ban_layout *out)
{
	uint32_t count = entries;
	uint32_t per = shape->per_leaf;

	memset(out, 0, sizeof(*out));
	out->entries = entries;
	while (count > 1 || (count == 1 && out->levels == 0)) {
		count = blocks_for(count, per);
		out->first[out->levels] = block;
		out->blocks[out->levels] = count;
		out->levels++;
		block += count;
		per = shape->per_key;
	}
	return block;
}

enum sw_err ban_layout_all(const struct ban_header *header,
			   struct ban_file *out)
{
	uint32_t block = 1;

	for (enum ban_tree i = 0; i < BAN_TREES; i++) {
		if (header->entries[i] > BAN_ENTRIES_MAX)
			return SW_E_RANGE;
		block = layout(&ban_shapes[i], header->entries[i], block,
			       &out->trees[i]);
	}
	if (header->notes > BAN_TREES * BAN_ENTRIES_MAX)
		return SW_E_RANGE;
	out->absorbed = header->absorbed;
	out->notes = header->notes;
	out->first_note = block;
	out->blocks = block + blocks_for(header->notes, BAN_PER_NOTES);
	return SW_OK;
}
