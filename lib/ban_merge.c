/* Writes the ban list anew, with many changes or none. */

#include "ban_rows.h"
#include "ban_writing.h"
#include "sshwhy/auto.h"

#include <string.h>

/* The changes so far become part of it, so its number says. */
static enum sw_err write_file(struct ban_writing *writing,
			      const struct sw_ban_list *list)
{
	const char *draft = BAN_FILE ".tmp";
	uint64_t absorbed = writing->file.absorbed;
	sw_autofd int fd = -1;
	enum sw_err err;

	if (writing->recent.number > absorbed)
		absorbed = writing->recent.number;
	err = ban_draft(writing, draft, &fd);
	if (err == SW_OK)
		err = ban_image_write(fd, list, absorbed);
	if (err == SW_OK)
		err = ban_publish(writing, fd, draft, BAN_FILE);
	if (err != SW_OK && fd >= 0) {
		int saved = errno;

		(void)unlinkat(writing->folder, draft, 0);
		errno = saved;
	}
	return ban_not_written(writing, BAN_FILE, err);
}

static enum sw_err load(struct ban_writing *writing, struct sw_ban_list *list)
{
	enum sw_err err = ban_file_load(writing->store, &writing->file, list);

	if (err == SW_OK && writing->recent.number > writing->file.absorbed)
		err = ban_recent_load(writing->store, &writing->recent, list);
	return err;
}

static bool has_ended(int64_t until, int64_t now)
{
	return until != 0 && until <= now;
}

static void drop_ended(struct sw_ban_list *list, int64_t now)
{
	for (size_t i = 0; i < list->count; i++) {
		if (has_ended(list->rows[i].until, now))
			list->rows[i].gone = true;
	}
}

static size_t lift_all_of(struct sw_ban_list *list, const char *owner,
			  int64_t now)
{
	size_t lifted = 0;

	for (size_t i = 0; i < list->count; i++) {
		struct sw_ban_row *row = &list->rows[i];

		if (row->gone ||
		    strcmp(ban_row_note(list, row)->owner, owner) != 0)
			continue;
		row->gone = true;
		lifted += !has_ended(row->until, now);
	}
	return lifted;
}

/* What is lifted and placed again in one go stays. */
static size_t keep_each(struct sw_ban_list *list, const struct sw_ban_list *add,
			int64_t now)
{
	size_t sorted = list->count;
	size_t kept = 0;

	for (size_t i = 0; i < add->count; i++)
		kept += ban_rows_keep(list, sorted, &add->rows[i].prefix,
				      ban_row_note(add, &add->rows[i])->owner,
				      now);
	return kept;
}

static size_t lift_each(struct sw_ban_list *list,
			const struct sw_ban_list *lift, int64_t now)
{
	size_t sorted = list->count;
	size_t lifted = 0;

	for (size_t i = 0; i < lift->count; i++)
		lifted += ban_rows_lift(
			list, sorted, &lift->rows[i].prefix,
			ban_row_note(lift, &lift->rows[i])->owner, now);
	return lifted;
}

static enum sw_err add_each(struct sw_ban_list *list,
			    const struct sw_ban_list *add)
{
	enum sw_err err = SW_OK;

	for (size_t i = 0; err == SW_OK && i < add->count; i++) {
		struct sw_ban ban;

		sw_ban_list_get(add, i, &ban);
		err = sw_ban_list_add(list, &ban);
	}
	return err;
}

static void count_changes(size_t before, size_t lifted, size_t after,
			  struct sw_ban_merged *out)
{
	size_t kept = before - lifted;

	out->placed = after > kept ? after - kept : 0;
	out->lifted = lifted;
	out->total = after;
}

enum sw_err ban_merge(struct ban_writing *writing,
		      const struct sw_ban_merge *what, int64_t now,
		      struct sw_ban_merged *out)
{
	struct sw_ban_list list = SW_BAN_LIST_INIT;
	struct sw_ban_merged merged = {0, 0, 0};
	size_t before = 0;
	size_t lifted = 0;
	enum sw_err err;

	err = load(writing, &list);
	if (err == SW_OK) {
		drop_ended(&list, now);
		err = ban_rows_sort(&list);
	}
	before = list.count;
	if (err == SW_OK && what->replace != NULL)
		lifted = lift_all_of(&list, what->replace, now);
	if (err == SW_OK && what->lift != NULL)
		lifted += lift_each(&list, what->lift, now);
	if (err == SW_OK && what->add != NULL)
		lifted -= keep_each(&list, what->add, now);
	if (err == SW_OK && what->add != NULL)
		err = add_each(&list, what->add);
	if (err == SW_OK)
		err = ban_rows_sort(&list);
	if (err == SW_OK)
		err = ban_notes_drop_unused(&list);
	if (err == SW_OK)
		err = write_file(writing, &list);
	count_changes(before, lifted, list.count, &merged);
	sw_ban_list_free(&list);
	if (err == SW_OK)
		*out = merged;
	return err;
}

enum sw_err sw_ban_merge(struct sw_ban_store *store,
			 const struct sw_ban_merge *what, int64_t now,
			 struct sw_ban_merged *out)
{
	struct ban_writing writing;
	enum sw_err err = ban_begin(store, &writing);

	if (err == SW_OK)
		err = ban_merge(&writing, what, now, out);
	ban_end(&writing);
	return err;
}
