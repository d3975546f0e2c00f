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
	uint64_t found = atomic_load(&map->boot);

	if (found == boot ||
	    !atomic_compare_exchange_strong(&map->boot, &found, boot) ||
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
	uint64_t found = atomic_load(&map->layout);

	if (found == 0 && make &&
	    atomic_compare_exchange_strong(&map->layout, &found, RATE_LAYOUT))
		return true;
	return found == RATE_LAYOUT;
}

static enum sw_err open_table(const char *path, const struct mapped *want,
			      struct sw_rate *out)
{
	uint64_t boot = this_boot();
	struct sw_rate opened = SW_RATE_INIT;
	void *map = NULL;
	enum sw_err err;

	*out = opened;
	err = mapped_open(path, want, &map);
	if (err != SW_OK)
		return err;
	opened.map = map;
	if (!has_our_layout(opened.map, want->make)) {
		sw_rate_close(&opened);
		return SW_E_SYNTAX;
	}
	if (want->make)
		forget_other_boots(opened.map, boot);
	for (int i = 0; i < 2; i++) {
		opened.secret[i] =
			want->make ? chosen_word(&opened.map->secret[i])
				   : atomic_load(&opened.map->secret[i]);
		opened.secret[i] ^= boot;
	}
	*out = opened;
	return SW_OK;
}

enum sw_err sw_rate_open(const char *path, uid_t owner, struct sw_rate *out)
{
	const struct mapped want = {owner, sizeof(struct sw_rate_map), true};

	return open_table(path, &want, out);
}

enum sw_err sw_rate_open_existing(const char *path, uid_t owner,
				  struct sw_rate *out)
{
	const struct mapped want = {owner, sizeof(struct sw_rate_map), false};

	return open_table(path, &want, out);
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
