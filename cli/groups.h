/* groups.h - counts of rejections by some key, in one pass. */

#ifndef SSHWHY_GROUPS_H
#define SSHWHY_GROUPS_H

#include "sshwhy/err.h"
#include "sshwhy/record.h"

#include <stddef.h>
#include <stdint.h>

#define SW_GROUP_KEY_MAX 512 /* bytes, with the NUL; longer keys are cut */

enum sw_group_by {
	SW_BY_CLIENT = 0,
	SW_BY_PREFIX, /* /24 of IPv4, /64 of IPv6 */
	SW_BY_CAUSE,
	SW_BY_RULE, /* SOURCE:LINE and its text */
	SW_BY_OWNER,
	SW_BY_USER,
	SW_BY_COUNT_
};

struct sw_group {
	const char *key; /* lives as long as the groups; "": not known */
	uint64_t hash;	 /* of key */
	uint64_t count;	 /* rejections */
	int64_t first;	 /* of them; milliseconds UTC, as is last */
	int64_t last;
};

/* Starts as SW_GROUPS_INIT; sw_groups_free() releases it. */
struct sw_groups {
	struct sw_group *rows;
	size_t count;
	size_t room;
	uint32_t *slots; /* a hash table of row numbers, each plus one */
	size_t slot_count;
	uint64_t seed; /* nobody can choose clients that share slots */
	struct sw_group_text *texts;
};

#define SW_GROUPS_INIT                                                         \
	{                                                                      \
		0                                                              \
	}

/* "client", "prefix", ...; and back, SW_BY_COUNT_ for no such word. */
const char *sw_group_by_name(enum sw_group_by by);
enum sw_group_by sw_group_by_named(const char *name);

/* Add what the record counts to the group that it belongs to. Returns SW_OK or
 * SW_E_NOMEM (the record is not counted). */
SW_MUST_CHECK
enum sw_err sw_groups_add(struct sw_groups *groups, enum sw_group_by by,
			  const struct sw_record *record);

/*
 * Bring the first shown rows into order: most rejections first, then by key.
 * The rows behind them are in none. No more may be added.
 */
void sw_groups_sort(struct sw_groups *groups, size_t shown);

void sw_groups_free(struct sw_groups *groups);

#endif
