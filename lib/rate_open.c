#include "rate_map.h"

#include "mapped.h"
#include "sshwhy/clock.h"
#include "sshwhy/node.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/random.h>

#define FNV_START UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

static uint64_t this_boot(void)
{
	char boot[SW_BOOT_MAX];
	uint64_t hash = FNV_START;

	for (const char *at = sw_node_boot(boot); *at != '\0'; at++)
		hash = (hash ^ (unsigned char)*at) * FNV_PRIME;
	return hash;
}

static uint64_t random_word(void)
{
	uint64_t word = 0;

	/* Early in a boot there may be none yet, and sshd must not wait. */
	if (getrandom(&word, sizeof(word), GRND_NONBLOCK) != sizeof(word))
		word = sw_clock_monotonic_ns() * FNV_PRIME;
	return word != 0 ? word : 1;
}

/* Of several who choose a word at the same time all get that of the first. */
static uint64_t chosen_word(_Atomic uint64_t *word)
{
	uint64_t found = atomic_load(word);
	uint64_t mine;

	if (found != 0)
		return found;
	mine = random_word();
	return atomic_compare_exchange_strong(word, &found, mine) ? mine
								  : found;
}

/*
 * Times of an earlier boot mean nothing in this one. Its keys are no longer
 * found, as the boot is a part of the secret; whoever sees it first also makes
 * room.
 */
static void forget_other_boots(struct sw_rate_map *map, uint64_t boot)
{
	uint64_t found = atomic_load(&map->head.boot);

	if (found == boot ||
	    !atomic_compare_exchange_strong(&map->head.boot, &found, boot) ||
	    found == 0)
		return;
	for (uint32_t i = 0; i < SW_RATE_SLOTS; i++) {
		atomic_store_explicit(&map->slots[i].key, 0,
				      memory_order_relaxed);
		atomic_store_explicit(&map->slots[i].due, 0,
				      memory_order_relaxed);
	}
	atomic_store(&map->untracked, 0);
	atomic_store(&map->odd, 0);
}

/* The first user of an empty file gives it its version. */
static bool has_our_layout(struct sw_rate_map *map, bool make)
{
	uint64_t found = atomic_load(&map->head.layout);

	if (found == 0 && make &&
	    atomic_compare_exchange_strong(&map->head.layout, &found,
					   RATE_LAYOUT))
		return true;
	return found == RATE_LAYOUT;
}

/* What the first user of a file, or of a boot, finds to do. */
static enum sw_err prepare(struct sw_rate_map *map, bool make, uint64_t boot,
			   struct rate_head *out_head)
{
	if (!has_our_layout(map, make))
		return SW_E_SYNTAX;
	if (make)
		forget_other_boots(map, boot);
	for (int i = 0; i < 2; i++)
		out_head->secret[i] = make ? chosen_word(&map->head.secret[i])
					   : map->head.secret[i];
	return SW_OK;
}

static bool is_prepared(const struct rate_head *head, uint64_t boot)
{
	return head->layout == RATE_LAYOUT && head->boot == boot &&
	       head->secret[0] != 0 && head->secret[1] != 0;
}

static enum sw_err open_table(const char *path, uid_t owner, bool make,
			      struct sw_rate *out)
{
	struct rate_head head = {0};
	const struct mapped want = {owner, sizeof(struct sw_rate_map), make,
				    &head, sizeof(head)};
	uint64_t boot = this_boot();
	struct sw_rate opened = SW_RATE_INIT;
	void *map = NULL;
	enum sw_err err;

	*out = opened;
	err = mapped_open(path, &want, &map);
	if (err != SW_OK)
		return err;
	opened.map = map;
	if (!is_prepared(&head, boot))
		err = prepare(opened.map, make, boot, &head);
	if (err != SW_OK) {
		sw_rate_close(&opened);
		return err;
	}
	for (int i = 0; i < 2; i++)
		opened.secret[i] = head.secret[i] ^ boot;
	*out = opened;
	return SW_OK;
}

enum sw_err sw_rate_open(const char *path, uid_t owner, struct sw_rate *out)
{
	return open_table(path, owner, true, out);
}

enum sw_err sw_rate_open_existing(const char *path, uid_t owner,
				  struct sw_rate *out)
{
	return open_table(path, owner, false, out);
}

void sw_rate_close(struct sw_rate *table)
{
	int saved = errno;

	if (table->map != NULL)
		(void)munmap(table->map, sizeof(*table->map));
	*table = (struct sw_rate)SW_RATE_INIT;
	errno = saved;
}

void sw_rate_survey(const struct sw_rate *table, uint64_t now,
		    struct sw_rate_survey *out)
{
	struct sw_rate_map *map = table->map;

	*out = (struct sw_rate_survey){0};
	if (map == NULL)
		return;
	out->slots = SW_RATE_SLOTS;
	out->untracked = atomic_load(&map->untracked);
	out->odd = atomic_load(&map->odd);
	for (uint32_t i = 0; i < SW_RATE_SLOTS; i++) {
		uint64_t key = atomic_load_explicit(&map->slots[i].key,
						    memory_order_relaxed);
		uint64_t due = atomic_load_explicit(&map->slots[i].due,
						    memory_order_relaxed);

		out->held += rate_is_held(key, due, now);
	}
}
