/* The changes since bans was written. */

#include "ban_file.h"

#include "sshwhy/auto.h"

#include <string.h>

static enum sw_err read_recent_header(struct sw_ban_store *store, int fd,
				      off_t size, struct ban_recent *out)
{
	uint64_t cell[BAN_CELL / sizeof(uint64_t)];
	struct ban_recent_header header;
	ssize_t got = pread(fd, cell, sizeof(cell), 0);

	if (got < 0)
		return ban_fault(store, BAN_RECENT_FILE, SW_E_IO,
				 "cannot be read");
	memcpy(&header, cell, sizeof(header));
	if (got != sizeof(cell) || header.magic != BAN_RECENT_MAGIC ||
	    ban_sum(cell + 1, sizeof(cell) - sizeof(cell[0]), 0) != header.sum)
		return ban_fault(store, BAN_RECENT_FILE, SW_E_SYNTAX,
				 "its header is damaged");
	if (size != BAN_RECENT_SIZE)
		return ban_fault(store, BAN_RECENT_FILE, SW_E_SYNTAX,
				 "its size is wrong");
	out->number = header.number;
	return SW_OK;
}

enum sw_err ban_recent_open(struct sw_ban_store *store, struct ban_recent *out)
{
	struct ban_recent recent = BAN_RECENT_INIT;
	sw_autofd int fd = -1;
	enum sw_err err;
	struct stat st;

	err = ban_open_part(store, BAN_RECENT_FILE, &fd, &st);
	if (err == SW_OK && fd >= 0)
		err = read_recent_header(store, fd, st.st_size, &recent);
	if (err != SW_OK)
		return err;
	recent.fd = sw_take_fd(&fd);
	*out = recent;
	return SW_OK;
}

static bool is_change(const struct ban_change *change)
{
	unsigned int bits = change->family == SW_FAMILY_V4   ? 32
			    : change->family == SW_FAMILY_V6 ? 128
							     : 0;

	return bits != 0 && change->len <= bits && change->kind >= BAN_DENY &&
	       change->kind <= BAN_LIFT_ALL;
}

static bool is_empty(const struct ban_change *change)
{
	static const struct ban_change empty;

	return memcmp(change, &empty, sizeof(empty)) == 0;
}

/* Whether there is nothing in the cell, or nothing sound and no more cells. */
static enum sw_err is_end(struct sw_ban_store *store,
			  const struct ban_recent *recent, uint32_t i,
			  const struct ban_change *change, bool *out)
{
	struct ban_change next;

	*out = true;
	if (is_empty(change) || i + 1 == BAN_CHANGES_MAX)
		return SW_OK;
	if (pread(recent->fd, &next, sizeof(next), (off_t)(i + 2) * BAN_CELL) !=
	    sizeof(next))
		return ban_fault(store, BAN_RECENT_FILE, SW_E_SYNTAX,
				 "it was cut");
	*out = is_empty(&next);
	return SW_OK;
}

static enum sw_err count_sound(struct sw_ban_store *store,
			       const struct ban_recent *recent, uint32_t first,
			       const struct ban_change *changes, uint32_t count,
			       uint32_t *out)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct ban_change *change = &changes[i];
		uint64_t sum =
			ban_change_sum(change, recent->number, first + i);
		bool end = false;
		enum sw_err err = SW_OK;

		if (change->sum == sum && is_change(change))
			continue;
		*out = i;
		if (change->sum != sum)
			err = is_end(store, recent, first + i, change, &end);
		if (err != SW_OK || end)
			return err;
		return ban_fault(store, BAN_RECENT_FILE, SW_E_SYNTAX,
				 "a change in it is damaged");
	}
	*out = count;
	return SW_OK;
}

enum sw_err ban_recent_read(struct sw_ban_store *store,
			    const struct ban_recent *recent, uint32_t first,
			    struct ban_change *out, uint32_t max,
			    uint32_t *out_count)
{
	uint32_t left = BAN_CHANGES_MAX - first;
	uint32_t count = left < max ? left : max;
	ssize_t got;

	got = pread(recent->fd, out, count * sizeof(*out),
		    (off_t)(first + 1) * BAN_CELL);
	if (got < 0)
		return ban_fault(store, BAN_RECENT_FILE, SW_E_IO,
				 "cannot be read");
	if ((size_t)got != count * sizeof(*out))
		return ban_fault(store, BAN_RECENT_FILE, SW_E_SYNTAX,
				 "it was cut");
	return count_sound(store, recent, first, out, count, out_count);
}
