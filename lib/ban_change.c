/* Single changes of the ban list, each with one write. */

#include "ban_rows.h"
#include "ban_writing.h"
#include "sshwhy/auto.h"
#include "sshwhy/file.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* The first change after a rewriting opens a new file. */
static enum sw_err start_recent(struct ban_writing *writing,
				struct ban_change *change)
{
	const char *draft = BAN_RECENT_FILE ".tmp";
	uint64_t cells[2][BAN_CELL / sizeof(uint64_t)];
	struct ban_recent_header header = {
		.magic = BAN_RECENT_MAGIC,
		.number = writing->file.absorbed + 1,
	};
	sw_autofd int fd = -1;
	enum sw_err err;

	change->sum = ban_change_sum(change, header.number, 0);
	memset(cells, 0, sizeof(cells));
	memcpy(cells[0], &header, sizeof(header));
	cells[0][0] = ban_sum(cells[0] + 1, BAN_CELL - sizeof(uint64_t), 0);
	memcpy(cells[1], change, sizeof(*change));
	err = ban_draft(writing, draft, &fd);
	if (err == SW_OK)
		err = sw_file_write_all(fd, cells, sizeof(cells));
	if (err == SW_OK)
		err = ban_publish(writing, fd, draft, BAN_RECENT_FILE);
	return err;
}

/* How many changes are sound: all but a torn last one. */
static enum sw_err count_sound(struct ban_writing *writing, uint32_t *out)
{
	uint32_t last = writing->recent.changes;
	struct ban_change change;
	uint32_t count = 0;
	enum sw_err err = SW_OK;

	if (last > 0)
		err = ban_recent_read(writing->store, &writing->recent,
				      last - 1, &change, 1, &count);
	*out = last > 0 ? last - 1 + count : 0;
	return err;
}

static enum sw_err append_at(struct ban_writing *writing, int fd, uint32_t i,
			     struct ban_change *change)
{
	off_t size = (off_t)(i + 1) * BAN_CELL;
	int saved;

	change->sum = ban_change_sum(change, writing->recent.number, i);
	if (ftruncate(fd, size) == 0 && lseek(fd, size, SEEK_SET) == size &&
	    sw_file_write_all(fd, change, sizeof(*change)) == SW_OK &&
	    fdatasync(fd) == 0)
		return SW_OK;
	saved = errno;
	(void)!ftruncate(fd, size);
	errno = saved;
	return SW_E_IO;
}

static enum sw_err append(struct ban_writing *writing,
			  struct ban_change *change)
{
	sw_autofd int fd = -1;
	uint32_t sound = 0;
	enum sw_err err;

	if (writing->recent.number <= writing->file.absorbed)
		return ban_not_written(writing, BAN_RECENT_FILE,
				       start_recent(writing, change));
	err = count_sound(writing, &sound);
	if (err != SW_OK)
		return err;
	fd = openat(writing->folder, BAN_RECENT_FILE,
		    O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	err = fd >= 0 ? append_at(writing, fd, sound, change) : SW_E_IO;
	return ban_not_written(writing, BAN_RECENT_FILE, err);
}

static struct ban_change change_of(const struct sw_ban *ban, uint8_t kind)
{
	struct ban_change change;

	memset(&change, 0, sizeof(change));
	change.placed = ban->placed;
	change.until = ban->until;
	change.family = ban->prefix.base.family;
	change.len = ban->prefix.len;
	change.kind = kind;
	memcpy(change.base, ban->prefix.base.bytes, sizeof(change.base));
	(void)sw_text_copy(change.note.owner, sizeof(change.note.owner),
			   ban->owner);
	(void)sw_text_copy(change.note.reason, sizeof(change.note.reason),
			   ban->reason);
	return change;
}

/* A full file of changes is merged first, and a new one begun. */
static enum sw_err make_room(struct ban_writing *writing, int64_t now)
{
	const struct sw_ban_merge nothing = {NULL, NULL, NULL};
	struct sw_ban_merged merged;
	struct ban_file file;
	enum sw_err err;

	if (writing->recent.changes < BAN_CHANGES_MAX ||
	    writing->recent.number <= writing->file.absorbed)
		return SW_OK;
	err = ban_merge(writing, &nothing, now, &merged);
	if (err != SW_OK)
		return err;
	file = (struct ban_file)BAN_FILE_INIT;
	err = ban_file_open(writing->store, &file);
	if (err != SW_OK)
		return err;
	if (writing->file.fd >= 0)
		(void)close(writing->file.fd);
	writing->file = file;
	return SW_OK;
}

enum sw_err sw_ban_place(struct sw_ban_store *store, const struct sw_ban *ban,
			 int64_t now)
{
	struct ban_change change =
		change_of(ban, ban->allow ? BAN_ALLOW : BAN_DENY);
	struct ban_writing writing;
	enum sw_err err = ban_begin(store, &writing);

	if (err == SW_OK)
		err = make_room(&writing, now);
	if (err == SW_OK)
		err = append(&writing, &change);
	ban_end(&writing);
	return err;
}

enum sw_err sw_ban_lift(struct sw_ban_store *store,
			const struct sw_prefix *prefix, const char *owner,
			int64_t now, struct sw_ban *out_was, bool *out_found)
{
	const struct ban_question question = {
		.addr = prefix->base,
		.now = now,
		.exact = true,
		.len = prefix->len,
		.owner = owner,
	};
	struct sw_ban lifted = {.prefix = *prefix, .placed = now};
	struct sw_ban was = lifted;
	struct ban_change change;
	struct ban_writing writing;
	bool found = false;
	enum sw_err err;

	if (owner != NULL)
		(void)sw_text_copy(lifted.owner, sizeof(lifted.owner), owner);
	change = change_of(&lifted, owner != NULL ? BAN_LIFT : BAN_LIFT_ALL);
	err = ban_begin(store, &writing);
	if (err == SW_OK)
		err = ban_ask(store, &question, &was, &found);
	if (err == SW_OK && found)
		err = make_room(&writing, now);
	if (err == SW_OK && found)
		err = append(&writing, &change);
	ban_end(&writing);
	if (err != SW_OK)
		return err;
	*out_found = found;
	if (found)
		*out_was = was;
	return SW_OK;
}
