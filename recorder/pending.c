#include "pending.h"

#include "sshwhy/addr.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC UINT64_C(0x535750454e443031) /* "SWPEND01" */

struct sw_pending_map {
	uint64_t magic;
	uint64_t size; /* of a place: another version's are not taken over */
	struct sw_pending places[SW_PENDING_MAX];
};

enum sw_err sw_pending_map_fd(int fd, struct sw_pending **out)
{
	struct sw_pending_map *map;
	struct stat st;

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
		map->size = sizeof(struct sw_pending);
		map->magic = MAGIC;
	}
	if (map->magic != MAGIC || map->size != sizeof(struct sw_pending)) {
		(void)munmap(map, sizeof(*map));
		return SW_E_SYNTAX;
	}
	*out = map->places;
	return SW_OK;
}

struct sw_pending *sw_pending_free_place(struct sw_pending *table)
{
	for (size_t i = 0; i < SW_PENDING_MAX; i++) {
		if (atomic_load(&table[i].id) == 0)
			return &table[i];
	}
	return NULL;
}

static bool is_equal(const struct sw_record *a, const struct sw_record *b)
{
	return a->cause == b->cause && a->evidence == b->evidence &&
	       a->conn.server.port == b->conn.server.port &&
	       sw_addr_equal(&a->conn.client.addr, &b->conn.client.addr) &&
	       strcmp(a->conn.user, b->conn.user) == 0;
}

struct sw_pending *sw_pending_equal(struct sw_pending *table,
				    const struct sw_record *record,
				    pid_t listener)
{
	for (size_t i = 0; i < SW_PENDING_MAX; i++) {
		if (atomic_load(&table[i].id) != 0 &&
		    table[i].listener == listener &&
		    is_equal(&table[i].record, record))
			return &table[i];
	}
	return NULL;
}

uint64_t sw_pending_counted(const struct sw_pending *table)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < SW_PENDING_MAX; i++) {
		if (atomic_load(&table[i].id) != 0)
			sum += table[i].counted;
	}
	return sum;
}
