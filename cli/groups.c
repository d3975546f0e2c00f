#include "groups.h"

#include "sshwhy/addr.h"
#include "sshwhy/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define TEXT_BLOCK 65536 /* bytes */
#define SLOTS_MIN 1024	 /* a power of two */

/* Bits of what people call a network: a customer's line has no less in IPv6. */
#define V4_LEN 24
#define V6_LEN 64

/* Keys stand one behind the other; they are never moved. */
struct sw_group_text {
	struct sw_group_text *before;
	size_t len;
	char bytes[TEXT_BLOCK];
};

static void key_of_client(const struct sw_record *record, struct sw_text *key)
{
	char addr[SW_ADDR_TEXT_MAX];

	if (record->conn.client.addr.family != SW_FAMILY_NONE)
		sw_text_put(key,
			    sw_addr_format(&record->conn.client.addr, addr));
}

static void key_of_prefix(const struct sw_record *record, struct sw_text *key)
{
	const struct sw_addr *addr = &record->conn.client.addr;
	struct sw_prefix prefix = sw_prefix_of(addr, V4_LEN, V6_LEN);
	char text[SW_PREFIX_TEXT_MAX];

	if (addr->family != SW_FAMILY_NONE)
		sw_text_put(key, sw_prefix_format(&prefix, text));
}

static void key_of_cause(const struct sw_record *record, struct sw_text *key)
{
	sw_text_put(key, sw_cause_code(record->cause));
}

static void key_of_rule(const struct sw_record *record, struct sw_text *key)
{
	if (record->rule.source[0] == '\0')
		return;
	sw_text_put(key, record->rule.source);
	if (record->rule.line != 0)
		sw_text_add(key, ":%u", record->rule.line);
	if (record->rule.text[0] == '\0')
		return;
	sw_text_put(key, "  ");
	sw_text_put(key, record->rule.text);
}

static void key_of_owner(const struct sw_record *record, struct sw_text *key)
{
	sw_text_put(key, record->rule.owner);
}

static void key_of_user(const struct sw_record *record, struct sw_text *key)
{
	sw_text_put(key, record->conn.user);
}

static const struct {
	const char *name;
	void (*add_key)(const struct sw_record *record, struct sw_text *key);
} kinds[SW_BY_COUNT_] = {
	[SW_BY_CLIENT] = {"client", key_of_client},
	[SW_BY_PREFIX] = {"prefix", key_of_prefix},
	[SW_BY_CAUSE] = {"cause", key_of_cause},
	[SW_BY_RULE] = {"rule", key_of_rule},
	[SW_BY_OWNER] = {"owner", key_of_owner},
	[SW_BY_USER] = {"user", key_of_user},
};

const char *sw_group_by_name(enum sw_group_by by)
{
	return by < SW_BY_COUNT_ ? kinds[by].name : "";
}

enum sw_group_by sw_group_by_named(const char *name)
{
	enum sw_group_by by = 0;

	while (by < SW_BY_COUNT_ && strcmp(kinds[by].name, name) != 0)
		by++;
	return by;
}

/* Without the seed nobody outside can tell which keys meet in a slot. */
static uint64_t hash_of(uint64_t seed, const char *key, size_t len)
{
	uint64_t hash = seed ^ (len * UINT64_C(0x9e3779b97f4a7c15));

	for (size_t i = 0; i < len; i++) {
		hash = (hash ^ (unsigned char)key[i]) *
		       UINT64_C(0xff51afd7ed558ccd);
		hash ^= hash >> 32;
	}
	return hash;
}

static void put_in_slot(struct sw_groups *groups, size_t row)
{
	size_t mask = groups->slot_count - 1;
	size_t slot = groups->rows[row].hash & mask;

	while (groups->slots[slot] != 0)
		slot = (slot + 1) & mask;
	groups->slots[slot] = (uint32_t)(row + 1);
}

/* At least half of the slots stay free. */
static enum sw_err make_room(struct sw_groups *groups)
{
	size_t wanted =
		groups->slot_count == 0 ? SLOTS_MIN : groups->slot_count * 2;
	struct sw_group *rows;
	uint32_t *slots;

	if (groups->count < groups->room)
		return SW_OK;
	if (groups->seed == 0)
		(void)!getrandom(&groups->seed, sizeof(groups->seed),
				 GRND_NONBLOCK);
	rows = reallocarray(groups->rows, wanted / 2, sizeof(*rows));
	if (rows == NULL)
		return SW_E_NOMEM;
	groups->rows = rows;
	slots = calloc(wanted, sizeof(*slots));
	if (slots == NULL)
		return SW_E_NOMEM;
	free(groups->slots);
	groups->slots = slots;
	groups->slot_count = wanted;
	groups->room = wanted / 2;
	for (size_t i = 0; i < groups->count; i++)
		put_in_slot(groups, i);
	return SW_OK;
}

static const char *keep_key(struct sw_groups *groups, const char *key,
			    size_t len)
{
	struct sw_group_text *text = groups->texts;
	char *kept;

	if (text == NULL || sizeof(text->bytes) - text->len < len + 1) {
		text = malloc(sizeof(*text));
		if (text == NULL)
			return NULL;
		text->before = groups->texts;
		text->len = 0;
		groups->texts = text;
	}
	kept = text->bytes + text->len;
	memcpy(kept, key, len + 1);
	text->len += len + 1;
	return kept;
}

/* The row of a key, a new one where there is none; NULL: no memory. */
static struct sw_group *row_of(struct sw_groups *groups, const char *key,
			       size_t len)
{
	uint64_t hash;
	size_t mask;
	size_t slot;
	const char *kept;

	if (make_room(groups) != SW_OK)
		return NULL;
	hash = hash_of(groups->seed, key, len);
	mask = groups->slot_count - 1;
	slot = hash & mask;
	for (; groups->slots[slot] != 0; slot = (slot + 1) & mask) {
		struct sw_group *row = &groups->rows[groups->slots[slot] - 1];

		if (row->hash == hash && strcmp(row->key, key) == 0)
			return row;
	}
	kept = keep_key(groups, key, len);
	if (kept == NULL)
		return NULL;
	groups->rows[groups->count] =
		(struct sw_group){.key = kept, .hash = hash};
	groups->slots[slot] = (uint32_t)++groups->count;
	return &groups->rows[groups->count - 1];
}

enum sw_err sw_groups_add(struct sw_groups *groups, enum sw_group_by by,
			  const struct sw_record *record)
{
	int64_t first = record->first != 0 ? record->first : record->time;
	int64_t last = record->last != 0 ? record->last : record->time;
	char buf[SW_GROUP_KEY_MAX];
	struct sw_group *row;
	struct sw_text key;

	sw_text_init(&key, buf, sizeof(buf));
	kinds[by].add_key(record, &key);
	row = row_of(groups, key.buf, key.len);
	if (row == NULL)
		return SW_E_NOMEM;
	if (row->count == 0 || first < row->first)
		row->first = first;
	if (row->count == 0 || last > row->last)
		row->last = last;
	row->count += record->count;
	return SW_OK;
}

static int more_first(const void *left, const void *right)
{
	const struct sw_group *a = left;
	const struct sw_group *b = right;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return strcmp(a->key, b->key);
}

static void swap(struct sw_group *a, struct sw_group *b)
{
	struct sw_group kept = *a;

	*a = *b;
	*b = kept;
}

/* rows are a heap, its last row in order at the top, but for the one at i. */
static void sift_down(struct sw_group *rows, size_t count, size_t i)
{
	for (;;) {
		size_t last = i;

		for (size_t below = 2 * i + 1;
		     below <= 2 * i + 2 && below < count; below++) {
			if (more_first(&rows[last], &rows[below]) < 0)
				last = below;
		}
		if (last == i)
			return;
		swap(&rows[i], &rows[last]);
		i = last;
	}
}

/* Many more are counted than are shown: nobody needs the order of the rest. */
void sw_groups_sort(struct sw_groups *groups, size_t shown)
{
	struct sw_group *rows = groups->rows;

	if (shown > groups->count)
		shown = groups->count;
	if (shown == 0)
		return;
	for (size_t i = shown / 2; shown < groups->count && i-- > 0;)
		sift_down(rows, shown, i);
	for (size_t i = shown; i < groups->count; i++) {
		if (more_first(&rows[i], &rows[0]) > 0)
			continue;
		swap(&rows[i], &rows[0]);
		sift_down(rows, shown, 0);
	}
	qsort(rows, shown, sizeof(*rows), more_first);
}

void sw_groups_free(struct sw_groups *groups)
{
	while (groups->texts != NULL) {
		struct sw_group_text *before = groups->texts->before;

		free(groups->texts);
		groups->texts = before;
	}
	free(groups->rows);
	free(groups->slots);
	*groups = (struct sw_groups)SW_GROUPS_INIT;
}
