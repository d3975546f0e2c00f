#include "sshwhy/spill.h"

#include "sshwhy/auto.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define MAGIC UINT64_C(0x53575350494c4c31) /* "SWSPILL1" */

/*
 * A place belongs to whoever moved head past it; ready is its number plus one
 * once the fact is complete. Numbers only grow, so a place that is used again
 * cannot be mistaken for its former content.
 */
struct slot {
	_Atomic uint64_t ready;
	uint32_t len;
	uint32_t unused;
	struct sw_fact fact;
};

struct sw_spill_map {
	_Atomic uint64_t magic;
	_Atomic uint64_t head; /* places given out */
	_Atomic uint64_t tail; /* places taken */
	uint64_t unused[5];
	struct slot slots[SW_SPILL_SLOTS];
};

static enum sw_err check_file(int fd, uid_t owner)
{
	const off_t size = sizeof(struct sw_spill_map);
	struct stat st;

	if (fstat(fd, &st) != 0)
		return SW_E_IO;
	if (!S_ISREG(st.st_mode) || st.st_uid != owner ||
	    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return SW_E_UNSAFE;
	/* A file of another size has another layout; 0 is a new one. */
	if (st.st_size != 0 && st.st_size != size)
		return SW_E_SYNTAX;
	/* A hole would be SIGBUS in sshd once the file system is full. */
	if (st.st_blocks < size / 512 && fallocate(fd, 0, 0, size) != 0)
		return SW_E_IO;
	return SW_OK;
}

static enum sw_err map_fd(int fd, struct sw_spill *out)
{
	struct sw_spill_map *map;
	uint64_t none = 0;

	map = mmap(NULL, sizeof(*map), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		   0);
	if (map == MAP_FAILED)
		return SW_E_IO;
	if (!atomic_compare_exchange_strong(&map->magic, &none, MAGIC) &&
	    none != MAGIC) {
		(void)munmap(map, sizeof(*map));
		return SW_E_SYNTAX;
	}
	out->fd = fd;
	out->map = map;
	return SW_OK;
}

enum sw_err sw_spill_open(const char *path, uid_t owner, bool create,
			  struct sw_spill *out)
{
	int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	sw_autofd int fd = -1;
	enum sw_err err;

	*out = (struct sw_spill)SW_SPILL_INIT;
	fd = open(path, create ? flags | O_CREAT : flags, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return SW_E_IO;
	err = check_file(fd, owner);
	if (err == SW_OK)
		err = map_fd(fd, out);
	if (err == SW_OK)
		(void)sw_take_fd(&fd);
	return err;
}

void sw_spill_close(struct sw_spill *spill)
{
	int saved = errno;

	if (spill->map != NULL)
		(void)munmap(spill->map, sizeof(*spill->map));
	if (spill->fd >= 0)
		(void)close(spill->fd);
	*spill = (struct sw_spill)SW_SPILL_INIT;
	errno = saved;
}

void sw_spill_keep_from_children(const struct sw_spill *spill)
{
	int saved = errno;

	if (spill->map != NULL)
		(void)madvise(spill->map, sizeof(*spill->map), MADV_DONTFORK);
	errno = saved;
}

static bool take_place(struct sw_spill_map *map, uint64_t *out_place)
{
	uint64_t head = atomic_load(&map->head);

	do {
		if (head - atomic_load(&map->tail) >= SW_SPILL_SLOTS)
			return false;
	} while (!atomic_compare_exchange_weak(&map->head, &head, head + 1));
	*out_place = head;
	return true;
}

enum sw_err sw_spill_push(struct sw_spill *spill, const struct sw_fact *fact)
{
	struct slot *slot;
	uint64_t place;
	size_t len = sw_fact_length(fact);

	if (spill->map == NULL)
		return SW_E_NOTSUP;
	if (!take_place(spill->map, &place))
		return SW_E_RANGE;
	slot = &spill->map->slots[place % SW_SPILL_SLOTS];
	memcpy(&slot->fact, fact, len);
	slot->len = (uint32_t)len;
	atomic_store_explicit(&slot->ready, place + 1, memory_order_release);
	return SW_OK;
}

enum sw_spill_got sw_spill_take(struct sw_spill *spill, struct sw_fact *out)
{
	struct sw_spill_map *map = spill->map;
	enum sw_err err = SW_E_SYNTAX;
	struct slot *slot;
	uint64_t tail;

	if (map == NULL)
		return SW_SPILL_EMPTY;
	tail = atomic_load(&map->tail);
	if (tail == atomic_load(&map->head))
		return SW_SPILL_EMPTY;
	slot = &map->slots[tail % SW_SPILL_SLOTS];
	if (atomic_load_explicit(&slot->ready, memory_order_acquire) !=
	    tail + 1)
		return SW_SPILL_PENDING;
	if (slot->len <= sizeof(slot->fact))
		err = sw_fact_read(&slot->fact, slot->len, out);
	atomic_store(&map->tail, tail + 1);
	return err == SW_OK ? SW_SPILL_FACT : SW_SPILL_RUBBISH;
}

void sw_spill_skip(struct sw_spill *spill)
{
	if (spill->map == NULL)
		return;
	if (atomic_load(&spill->map->tail) != atomic_load(&spill->map->head))
		(void)atomic_fetch_add(&spill->map->tail, 1);
}
