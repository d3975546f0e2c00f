/* Reads the ban list as a whole, and believes none of it unchecked. */

#include "ban_rows.h"
#include "sshwhy/auto.h"

#include <string.h>

/* The reading of one tree. */
struct loading {
	struct sw_ban_store *store;
	const struct ban_file *file;
	enum ban_tree tree;
	struct sw_ban_list *list;
	size_t first; /* row */
	struct ban_parents parents;
};

static enum sw_err damaged(struct sw_ban_store *store, const char *words)
{
	return ban_fault(store, BAN_FILE, SW_E_SYNTAX, words);
}

static enum sw_err check_order(struct loading *loading,
			       const struct ban_entry *entry, uint32_t number)
{
	const struct sw_ban_list *list = loading->list;
	struct sw_prefix cut = sw_prefix_of(
		&entry->prefix.base, entry->prefix.len, entry->prefix.len);
	uint32_t parent = BAN_NONE;

	if (!sw_addr_equal(&cut.base, &entry->prefix.base))
		return damaged(loading->store, "a prefix with host bits");
	if (number > 0 && ban_prefix_order(&list->rows[list->count - 1].prefix,
					   &entry->prefix) > 0)
		return damaged(loading->store, "entries are not in order");
	if (ban_parent(&loading->parents, &entry->prefix, number, &parent) !=
		    SW_OK ||
	    parent != entry->tail.parent)
		return damaged(loading->store, "an entry has another's parent");
	return SW_OK;
}

static enum sw_err take_entry(struct loading *loading,
			      const struct ban_entry *entry, uint32_t number)
{
	struct sw_ban_row row = {
		.prefix = entry->prefix,
		.allow = entry->tail.kind == BAN_ALLOW,
		.placed = entry->tail.placed,
		.until = entry->tail.until,
		.note = entry->tail.note,
	};
	enum sw_err err = check_order(loading, entry, number);

	if (err != SW_OK)
		return err;
	if (entry->tail.note >= loading->file->notes)
		return damaged(loading->store,
			       "an entry names a note that is not there");
	return ban_rows_add(loading->list, &row);
}

static enum sw_err load_leaves(struct loading *loading)
{
	const struct ban_layout *layout = &loading->file->trees[loading->tree];
	uint32_t per = ban_shapes[loading->tree].per_leaf;
	uint64_t block[BAN_BLOCK / sizeof(uint64_t)];
	enum sw_err err = SW_OK;

	for (uint32_t i = 0; i < layout->entries; i++) {
		struct ban_entry entry;

		if (i % per == 0)
			err = ban_file_block(loading->store, loading->file,
					     layout->first[0] + i / per, block);
		if (err == SW_OK)
			err = ban_leaf_entry(loading->store, loading->tree,
					     block, i % per, &entry);
		if (err == SW_OK)
			err = take_entry(loading, &entry, i);
		if (err != SW_OK)
			return err;
	}
	return SW_OK;
}

/* Every key above the leaves is that of the first row below it. */
static enum sw_err check_level(const struct loading *loading, uint32_t level,
			       uint64_t apart)
{
	const struct ban_layout *layout = &loading->file->trees[loading->tree];
	const struct ban_shape *shape = &ban_shapes[loading->tree];
	const struct sw_ban_row *rows = loading->list->rows + loading->first;
	uint64_t block[BAN_BLOCK / sizeof(uint64_t)];
	uint32_t number = 0;

	for (uint64_t i = 0; i < layout->entries; i += apart, number++) {
		uint32_t place = number % shape->per_key;
		enum sw_err err = SW_OK;

		if (place == 0)
			err = ban_file_block(loading->store, loading->file,
					     layout->first[level] +
						     number / shape->per_key,
					     block);
		if (err != SW_OK)
			return err;
		if (memcmp((const uint8_t *)(block + 1) +
				   (size_t)place * shape->key,
			   rows[i].prefix.base.bytes, shape->key) != 0)
			return damaged(loading->store, "a key is wrong");
	}
	return SW_OK;
}

static enum sw_err check_root(const struct loading *loading)
{
	const struct ban_layout *layout = &loading->file->trees[loading->tree];
	const struct ban_shape *shape = &ban_shapes[loading->tree];
	const struct sw_ban_row *rows = loading->list->rows;
	const uint8_t *key = loading->file->keys + shape->root;
	uint64_t apart = ban_root_apart(shape, layout);

	for (uint64_t i = 0; i < layout->entries; i += apart) {
		if (memcmp(key, rows[loading->first + i].prefix.base.bytes,
			   shape->key) != 0)
			return damaged(loading->store, "a key is wrong");
		key += shape->key;
	}
	return SW_OK;
}

static enum sw_err load_tree(struct loading *loading)
{
	uint64_t apart = ban_shapes[loading->tree].per_leaf;
	enum sw_err err;

	loading->first = loading->list->count;
	loading->parents.depth = 0;
	err = load_leaves(loading);
	for (uint32_t level = 1;
	     err == SW_OK && level < loading->file->trees[loading->tree].levels;
	     level++) {
		err = check_level(loading, level, apart);
		apart *= ban_shapes[loading->tree].per_key;
	}
	return err == SW_OK ? check_root(loading) : err;
}

/* Notes keep their numbers unless two are equal; then rows follow. */
static enum sw_err load_notes(struct sw_ban_store *store,
			      const struct ban_file *file,
			      struct sw_ban_list *list)
{
	for (uint32_t i = 0; i < file->notes; i++) {
		struct ban_note note;
		uint32_t number = 0;
		enum sw_err err = ban_file_note(store, file, i, &note);

		if (err == SW_OK)
			err = ban_note_number(list, note.owner, note.reason,
					      &number);
		if (err != SW_OK)
			return err;
		if (number != i)
			return damaged(store, "a note stands twice");
	}
	return SW_OK;
}

enum sw_err ban_file_load(struct sw_ban_store *store,
			  const struct ban_file *file, struct sw_ban_list *list)
{
	sw_autofree struct loading *loading = calloc(1, sizeof(*loading));
	enum sw_err err;

	if (loading == NULL)
		return SW_E_NOMEM;
	err = load_notes(store, file, list);
	loading->store = store;
	loading->file = file;
	loading->list = list;
	for (enum ban_tree i = 0; err == SW_OK && i < BAN_TREES; i++) {
		loading->tree = i;
		err = load_tree(loading);
	}
	return err;
}

/* The rows in front are sorted: those of bans. */
static enum sw_err apply(struct sw_ban_list *list, size_t sorted,
			 const struct ban_change *change)
{
	struct sw_ban ban = {
		.prefix = ban_change_prefix(change),
		.allow = change->kind == BAN_ALLOW,
		.placed = change->placed,
		.until = change->until,
	};

	memcpy(ban.owner, change->note.owner, sizeof(ban.owner) - 1);
	memcpy(ban.reason, change->note.reason, sizeof(ban.reason) - 1);
	if (change->kind == BAN_LIFT || change->kind == BAN_LIFT_ALL) {
		(void)ban_rows_lift(list, sorted, &ban.prefix,
				    change->kind == BAN_LIFT ? ban.owner : NULL,
				    0);
		return SW_OK;
	}
	return sw_ban_list_add(list, &ban);
}

enum sw_err ban_recent_load(struct sw_ban_store *store,
			    const struct ban_recent *recent,
			    struct sw_ban_list *list)
{
	size_t sorted = list->count;
	struct ban_change change;
	uint32_t count = 0;

	for (uint32_t i = 0; i < BAN_CHANGES_MAX; i++) {
		enum sw_err err =
			ban_recent_read(store, recent, i, &change, 1, &count);

		if (err != SW_OK)
			return err;
		if (count == 0)
			break;
		err = apply(list, sorted, &change);
		if (err != SW_OK)
			return err;
	}
	return ban_rows_sort(list);
}

enum sw_err sw_ban_list_load(struct sw_ban_store *store,
			     struct sw_ban_list *out)
{
	struct sw_ban_list list = SW_BAN_LIST_INIT;
	struct ban_recent recent = BAN_RECENT_INIT;
	struct ban_file file = BAN_FILE_INIT;
	sw_autofd int recent_fd = -1;
	sw_autofd int file_fd = -1;
	enum sw_err err;

	err = ban_recent_open(store, &recent);
	recent_fd = recent.fd;
	if (err == SW_OK)
		err = ban_file_open(store, &file);
	file_fd = file.fd;
	if (err == SW_OK)
		err = ban_file_load(store, &file, &list);
	if (err == SW_OK && recent.number > file.absorbed)
		err = ban_recent_load(store, &recent, &list);
	if (err == SW_OK)
		*out = list;
	else
		sw_ban_list_free(&list);
	return err;
}
