/* Where everything lies in the ban list, and what its sums are. */

#include "ban_file.h"

#include <string.h>

#define ENTRY(key) ((key) + (uint32_t)sizeof(struct ban_tail))

const struct ban_shape ban_shapes[BAN_TREES] = {
	[BAN_V4] = {SW_FAMILY_V4, 32, 4, ENTRY(4), BAN_BODY / ENTRY(4),
		    BAN_BODY / 4, BAN_ROOT_V4 / 4, 0},
	[BAN_V6] = {SW_FAMILY_V6, 128, 16, ENTRY(16), BAN_BODY / ENTRY(16),
		    BAN_BODY / 16, BAN_ROOT_V6 / 16, BAN_ROOT_V4},
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

static uint64_t word_at(const uint8_t *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* Four sums beside each other take a quarter of the time of one. */
uint64_t ban_sum(const void *bytes, size_t len, uint64_t seed)
{
	const uint8_t *next = bytes;
	uint64_t a = seed;
	uint64_t b = ~seed;
	uint64_t c = seed ^ len;
	uint64_t d = seed + 1;

	for (; len >= LANES * sizeof(a); len -= LANES * sizeof(a)) {
		a = mix(a, word_at(next));
		b = mix(b, word_at(next + 8));
		c = mix(c, word_at(next + 16));
		d = mix(d, word_at(next + 24));
		next += LANES * sizeof(a);
	}
	for (; len >= sizeof(a); len -= sizeof(a)) {
		a = mix(a, word_at(next));
		next += sizeof(a);
	}
	a = mix(mix(mix(a, b), c), d);
	return a ^ a >> 32;
}

uint64_t ban_header_sum(const struct ban_header *header)
{
	return ban_sum((const uint8_t *)header + sizeof(header->sum),
		       sizeof(*header) - sizeof(header->sum), 0);
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
	if (entries == 0)
		return block;
	do {
		count = blocks_for(count, per);
		out->first[out->levels] = block;
		out->blocks[out->levels] = count;
		out->levels++;
		block += count;
		per = shape->per_key;
	} while (count > shape->per_root);
	return block;
}

uint64_t ban_root_apart(const struct ban_shape *shape,
			const struct ban_layout *layout)
{
	uint64_t apart = shape->per_leaf;

	for (uint32_t i = 1; i < layout->levels; i++)
		apart *= shape->per_key;
	return apart;
}

enum sw_err ban_layout_all(const struct ban_header *header,
			   struct ban_file *out)
{
	uint32_t block = BAN_HEADER_BLOCKS;

	for (enum ban_tree i = 0; i < BAN_TREES; i++) {
		if (header->entries[i] > BAN_ENTRIES_MAX)
			return SW_E_RANGE;
		block = layout(&ban_shapes[i], header->entries[i], block,
			       &out->trees[i]);
	}
	if (header->notes > BAN_TREES * BAN_ENTRIES_MAX)
		return SW_E_RANGE;
	memcpy(out->keys, header->keys, sizeof(out->keys));
	out->absorbed = header->absorbed;
	out->notes = header->notes;
	out->first_note = block;
	out->blocks = block + blocks_for(header->notes, BAN_PER_NOTES);
	return SW_OK;
}
