#include "fold.h"

#include "sshwhy/addr.h"
#include "sshwhy/said.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC UINT64_C(0x5357464f4c443031) /* "SWFOLD01" */
#define PROBES 16			   /* places where a key may stand */
#define V4_BITS 32
#define V6_BITS 64

enum use {
	FREE = 0,
	COUNTING, /* its window is open */
	TAKEN	  /* somebody writes its record */
};

/* used is set last and cleared first, so a killed recorder leaves no half
 * slot that the next one would believe. */
struct slot {
	_Atomic uint64_t used; /* enum use */
	uint64_t key;
	uint64_t due;		    /* when the window ends */
	_Atomic uint64_t count;	    /* rejections behind the first one */
	_Atomic uint64_t unwritten; /* of the first one, until it is written */
	int64_t first, last;	    /* of those, milliseconds UTC */
	struct sw_record record;
};

struct sw_fold_map {
	uint64_t magic;
	uint64_t record_size; /* another version's records are not taken over */
	struct slot slots[SW_FOLD_SLOTS];
};

enum sw_err sw_fold_map_fd(int fd, struct sw_fold *out)
{
	struct sw_fold_map *map;
	struct stat st;

	*out = (struct sw_fold)SW_FOLD_INIT;
	if (fstat(fd, &st) != 0)
		return SW_E_IO;
	if (st.st_size != 0 && st.st_size != (off_t)sizeof(*map))
		return SW_E_SYNTAX;
	if (ftruncate(fd, sizeof(*map)) != 0)
		return SW_E_IO;
	map = mmap(NULL, sizeof(*map), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		   0);
	if (map == MAP_FAILED)
		return SW_E_IO;
	if (map->magic == 0) {
		map->record_size = sizeof(struct sw_record);
		map->magic = MAGIC;
	}
	if (map->magic != MAGIC ||
	    map->record_size != sizeof(struct sw_record)) {
		(void)munmap(map, sizeof(*map));
		return SW_E_SYNTAX;
	}
	out->fd = fd;
	out->map = map;
	return SW_OK;
}

void sw_fold_close(struct sw_fold *fold)
{
	int saved = errno;

	if (fold->map != NULL)
		(void)munmap(fold->map, sizeof(*fold->map));
	if (fold->fd >= 0)
		(void)close(fold->fd);
	*fold = (struct sw_fold)SW_FOLD_INIT;
	errno = saved;
}

/* What makes two rejections equal: source prefix, cause, rule, evidence. */
static uint64_t key_of(const struct sw_record *record)
{
	struct sw_prefix source =
		sw_prefix_of(&record->conn.client.addr, V4_BITS, V6_BITS);
	uint64_t hash = SW_HASH_START;

	hash = sw_hash_add(hash, &source.base.family,
			   sizeof(source.base.family));
	hash = sw_hash_add(hash, source.base.bytes, sizeof(source.base.bytes));
	hash = sw_hash_add(hash, &record->cause, sizeof(record->cause));
	hash = sw_hash_add(hash, &record->evidence, sizeof(record->evidence));
	hash = sw_hash_add(hash, &record->rule.line, sizeof(record->rule.line));
	hash = sw_hash_add(hash, record->rule.source,
			   strlen(record->rule.source) + 1);
	return sw_hash_add(hash, record->rule.owner,
			   strlen(record->rule.owner) + 1);
}

/* The slot of key, or a free one for it, or NULL. */
static struct slot *find(struct sw_fold_map *map, uint64_t key)
{
	struct slot *unused = NULL;

	for (uint64_t i = 0; i < PROBES; i++) {
		struct slot *slot = &map->slots[(key + i) % SW_FOLD_SLOTS];

		uint64_t used = atomic_load(&slot->used);

		if (used == FREE)
			unused = unused != NULL ? unused : slot;
		else if (used == COUNTING && slot->key == key)
			return slot;
	}
	return unused;
}

static void start_window(struct slot *slot, uint64_t key,
			 const struct sw_record *record, uint64_t due)
{
	slot->key = key;
	slot->due = due;
	slot->first = 0;
	slot->last = 0;
	slot->record = *record;
	atomic_store(&slot->count, 0);
	atomic_store(&slot->unwritten, record->count);
	atomic_store(&slot->used, COUNTING);
}

bool sw_fold_add(struct sw_fold *fold, const struct sw_record *record,
		 uint32_t window, uint64_t now, int32_t *out_slot)
{
	struct slot *slot;
	uint64_t key;

	*out_slot = -1;
	if (fold->map == NULL || window == 0)
		return true;
	key = key_of(record);
	slot = find(fold->map, key);
	if (slot == NULL)
		return true;
	*out_slot = (int32_t)(slot - fold->map->slots);
	if (atomic_load(&slot->used) == FREE) {
		start_window(slot, key, record, now + window);
		return true;
	}
	if (atomic_load(&slot->count) == 0) {
		slot->first = record->first;
		slot->record = *record;
	}
	slot->last = record->last;
	(void)atomic_fetch_add(&slot->count, record->count);
	return false;
}

static bool is_due(const struct slot *slot, uint64_t now, bool all)
{
	return atomic_load(&slot->used) == COUNTING &&
	       atomic_load(&slot->unwritten) == 0 && (all || slot->due <= now);
}

bool sw_fold_take_due(struct sw_fold *fold, uint64_t now, bool all,
		      struct sw_record *out, int32_t *out_slot)
{
	for (int32_t i = 0; fold->map != NULL && i < SW_FOLD_SLOTS; i++) {
		struct slot *slot = &fold->map->slots[i];
		uint64_t count;

		if (!is_due(slot, now, all))
			continue;
		count = atomic_load(&slot->count);
		if (count == 0) {
			atomic_store(&slot->used, FREE);
			continue;
		}
		atomic_store(&slot->used, TAKEN);
		*out = slot->record;
		out->count = count;
		out->first = slot->first;
		out->last = slot->last;
		out->seqno = 0;
		*out_slot = i;
		return true;
	}
	return false;
}

static struct slot *slot_of(struct sw_fold *fold, int32_t i)
{
	return fold->map != NULL && i >= 0 && i < SW_FOLD_SLOTS
		       ? &fold->map->slots[i]
		       : NULL;
}

void sw_fold_written(struct sw_fold *fold, int32_t i)
{
	struct slot *slot = slot_of(fold, i);

	if (slot == NULL)
		return;
	if (atomic_load(&slot->used) == TAKEN)
		atomic_store(&slot->used, FREE);
	else
		atomic_store(&slot->unwritten, 0);
}

/* The first one was not written: it is counted with the others. */
static void count_first(struct slot *slot)
{
	uint64_t unwritten = atomic_exchange(&slot->unwritten, 0);

	if (unwritten == 0)
		return;
	if (atomic_load(&slot->count) == 0)
		slot->last = slot->record.last;
	slot->first = slot->record.first;
	(void)atomic_fetch_add(&slot->count, unwritten);
}

void sw_fold_postpone(struct sw_fold *fold, int32_t i, uint64_t due)
{
	struct slot *slot = slot_of(fold, i);

	if (slot == NULL || atomic_load(&slot->used) == FREE)
		return;
	if (atomic_load(&slot->used) == COUNTING) {
		count_first(slot);
		return;
	}
	slot->due = due;
	atomic_store(&slot->used, COUNTING);
}

void sw_fold_recover(struct sw_fold *fold)
{
	for (int32_t i = 0; i < SW_FOLD_SLOTS; i++)
		sw_fold_postpone(fold, i, 0);
}

uint64_t sw_fold_next_due(const struct sw_fold *fold)
{
	uint64_t next = UINT64_MAX;

	if (fold->map == NULL)
		return next;
	for (size_t i = 0; i < SW_FOLD_SLOTS; i++) {
		const struct slot *slot = &fold->map->slots[i];

		if (atomic_load(&slot->used) == COUNTING && slot->due < next)
			next = slot->due;
	}
	return next;
}
