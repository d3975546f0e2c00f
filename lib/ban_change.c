/* Single changes of the ban list, each with one write. */

#include "ban_rows.h"
#include "ban_writing.h"
#include "sshwhy/auto.h"
#include "sshwhy/file.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* The first change after a rewriting opens a new file. */
static enum sw_err start_recent(struct ban_writing *writing,
				struct ban_change *change)
{
	const char *draft = BAN_RECENT_FILE ".tmp";
	sw_autofree uint64_t *cells = calloc(1, BAN_RECENT_SIZE);
	struct ban_recent_header header = {
		.magic = BAN_RECENT_MAGIC,
		.number = writing->file.absorbed + 1,
	};
	sw_autofd int fd = -1;
	enum sw_err err;

	if (cells == NULL)
		return SW_E_NOMEM;
	change->sum = ban_change_sum(change, header.number, 0);
	memcpy(cells, &header, sizeof(header));
	cells[0] = ban_sum(cells + 1, BAN_CELL - sizeof(*cells), 0);
	memcpy((uint8_t *)cells + BAN_CELL, change, sizeof(*change));
	err = ban_draft(writing, draft, &fd);
	if (err == SW_OK)
		err = sw_file_write_all(fd, cells, BAN_RECENT_SIZE);
	if (err == SW_OK)
		err = ban_publish(writing, fd, draft, BAN_RECENT_FILE);
	return err;
}

/* A change that may not be on the disk is taken back. */
static enum sw_err append_at(struct ban_writing *writing, int fd, uint32_t i,
			     struct ban_change *change)
{
	static const struct ban_change empty;
	off_t place = (off_t)(i + 1) * BAN_CELL;
	int saved;

	change->sum = ban_change_sum(change, writing->recent.number, i);
	if (pwrite(fd, change, sizeof(*change), place) == sizeof(*change) &&
	    fdatasync(fd) == 0)
		return SW_OK;
	saved = errno;
	(void)!pwrite(fd, &empty, sizeof(empty), place);
	errno = saved;
	return SW_E_IO;
}

static bool has_recent(const struct ban_writing *writing)
{
	return writing->recent.number > writing->file.absorbed;
}

/* How many changes there are; a torn one does not count. */
static enum sw_err count_changes(struct ban_writing *writing, uint32_t *out)
{
	struct ban_change changes[16];
	uint32_t count = 16;
	enum sw_err err = SW_OK;

	*out = 0;
	while (err == SW_OK && has_recent(writing) && count == 16 &&
	       *out < BAN_CHANGES_MAX) {
		err = ban_recent_read(writing->store, &writing->recent, *out,
				      changes, 16, &count);
		if (err == SW_OK)
			*out += count;
	}
	return err;
}

static enum sw_err reopen_file(struct ban_writing *writing)
{
	struct ban_file file = BAN_FILE_INIT;
	enum sw_err err = ban_file_open(writing->store, &file);

	if (err != SW_OK)
		return err;
	if (writing->file.fd >= 0)
		(void)close(writing->file.fd);
	writing->file = file;
	return SW_OK;
}

/* A full file of changes is merged first, and a new one begun. */
static enum sw_err append(struct ban_writing *writing,
			  struct ban_change *change, int64_t now)
{
	const struct sw_ban_merge nothing = {NULL, NULL, NULL};
	struct sw_ban_merged merged;
	sw_autofd int fd = -1;
	uint32_t count = 0;
	enum sw_err err = count_changes(writing, &count);

	if (err == SW_OK && count == BAN_CHANGES_MAX) {
		err = ban_merge(writing, &nothing, now, &merged);
		if (err == SW_OK)
			err = reopen_file(writing);
	}
	if (err != SW_OK)
		return err;
	if (!has_recent(writing))
		return ban_not_written(writing, BAN_RECENT_FILE,
				       start_recent(writing, change));
	fd = openat(writing->folder, BAN_RECENT_FILE,
		    O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	err = fd >= 0 ? append_at(writing, fd, count, change) : SW_E_IO;
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

enum sw_err sw_ban_place(struct sw_ban_store *store, const struct sw_ban *ban,
			 int64_t now)
{
	struct ban_change change =
		change_of(ban, ban->allow ? BAN_ALLOW : BAN_DENY);
	struct ban_writing writing;
	enum sw_err err = ban_begin(store, &writing);

	if (err == SW_OK)
		err = append(&writing, &change, now);
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
		err = append(&writing, &change, now);
	ban_end(&writing);
	if (err != SW_OK)
		return err;
	*out_found = found;
	if (found)
		*out_was = was;
	return SW_OK;
}
