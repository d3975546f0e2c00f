#include "ban_file.h"

#include "sshwhy/auto.h"
#include "sshwhy/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

char *ban_path(const struct sw_ban_store *store, const char *name, char *buf)
{
	int len = snprintf(buf, SW_SOURCE_MAX, "%s/%s", store->dir, name);

	if (len < 0 || len >= SW_SOURCE_MAX)
		buf[0] = '\0';
	return buf;
}

enum sw_err ban_fault(struct sw_ban_store *store, const char *name,
		      enum sw_err err, const char *words)
{
	int saved = errno;

	(void)ban_path(store, name, store->path);
	(void)snprintf(store->words, sizeof(store->words), "%s", words);
	errno = saved;
	return err;
}

static enum sw_err damaged(struct sw_ban_store *store, uint32_t block,
			   const char *words)
{
	char text[SW_BAN_WORDS_MAX];

	(void)snprintf(text, sizeof(text), "block %u: %s", block, words);
	return ban_fault(store, BAN_FILE, SW_E_SYNTAX, text);
}

/* All len bytes of some blocks; fewer of them is a file that was cut. */
static enum sw_err read_at(struct sw_ban_store *store, int fd, uint32_t block,
			   void *out, size_t len)
{
	uint8_t *next = out;
	off_t offset = (off_t)block * BAN_BLOCK;

	while (len > 0) {
		ssize_t got = pread(fd, next, len, offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ban_fault(store, BAN_FILE, SW_E_IO,
					 "cannot be read");
		if (got == 0)
			return damaged(store, block, "the file ends there");
		next += got;
		offset += got;
		len -= (size_t)got;
	}
	return SW_OK;
}

static enum sw_err read_block(struct sw_ban_store *store, int fd, uint32_t i,
			      uint64_t *block)
{
	enum sw_err err = read_at(store, fd, i, block, BAN_BLOCK);

	if (err != SW_OK)
		return err;
	if (ban_sum(block + 1, BAN_BODY, i) != block[0])
		return damaged(store, i, "its sum is wrong");
	return SW_OK;
}

static enum sw_err read_header(struct sw_ban_store *store, int fd, off_t size,
			       struct ban_file *out)
{
	struct ban_header header;
	enum sw_err err;

	err = read_at(store, fd, 0, &header, sizeof(header));
	if (err != SW_OK)
		return err;
	if (header.magic != BAN_MAGIC)
		return damaged(store, 0, "not a ban list of this version");
	if (ban_header_sum(&header) != header.sum)
		return damaged(store, 0, "its sum is wrong");
	if (ban_layout_all(&header, out) != SW_OK)
		return damaged(store, 0, "too many entries");
	if (size != (off_t)out->blocks * BAN_BLOCK)
		return damaged(store, 0, "the size of the file is wrong");
	return SW_OK;
}

enum sw_err ban_open_part(struct sw_ban_store *store, const char *name,
			  int *out_fd, struct stat *out_st)
{
	char path[SW_SOURCE_MAX];
	enum sw_err err;

	if (*ban_path(store, name, path) == '\0')
		return ban_fault(store, name, SW_E_UNSAFE, "path too long");
	err = sw_file_open_trusted(path, store->owner, out_fd, out_st);
	if (err == SW_OK || (err == SW_E_IO && errno == ENOENT))
		return SW_OK;
	return ban_fault(store, name, err,
			 err == SW_E_UNSAFE
				 ? "not a file that only its owner may write"
				 : "cannot be opened");
}

void ban_file_none(struct ban_file *out)
{
	out->fd = -1;
	out->absorbed = 0;
	memset(out->trees, 0, sizeof(out->trees));
	out->notes = 0;
	out->first_note = 0;
	out->blocks = 0;
}

enum sw_err ban_file_open(struct sw_ban_store *store, struct ban_file *out)
{
	struct ban_file file;
	sw_autofd int fd = -1;
	enum sw_err err;
	struct stat st;

	err = ban_open_part(store, BAN_FILE, &fd, &st);
	if (err == SW_OK && fd < 0)
		ban_file_none(out);
	if (err != SW_OK || fd < 0)
		return err;
	err = read_header(store, fd, st.st_size, &file);
	if (err != SW_OK)
		return err;
	file.fd = sw_take_fd(&fd);
	*out = file;
	return SW_OK;
}

enum sw_err ban_file_block(struct sw_ban_store *store,
			   const struct ban_file *file, uint32_t i,
			   uint64_t *block)
{
	return read_block(store, file->fd, i, block);
}

static bool is_sound(const struct ban_entry *entry,
		     const struct ban_shape *shape)
{
	return entry->tail.len <= shape->len &&
	       (entry->tail.kind == BAN_DENY || entry->tail.kind == BAN_ALLOW);
}

enum sw_err ban_leaf_entry(struct sw_ban_store *store, enum ban_tree tree,
			   const uint64_t *leaf, uint32_t i,
			   struct ban_entry *out)
{
	const struct ban_shape *shape = &ban_shapes[tree];
	const uint8_t *at =
		(const uint8_t *)(leaf + 1) + (size_t)i * shape->entry;

	memset(out, 0, sizeof(*out));
	out->prefix.base.family = shape->family;
	memcpy(out->prefix.base.bytes, at, shape->key);
	memcpy(&out->tail, at + shape->key, sizeof(out->tail));
	out->prefix.len = out->tail.len;
	if (!is_sound(out, shape))
		return ban_fault(store, BAN_FILE, SW_E_SYNTAX,
				 "an entry of no known kind");
	return SW_OK;
}

/* How many of count sorted keys, each step bytes behind the last, are not
 * behind key. */
static uint32_t count_upto(const uint8_t *keys, uint32_t count, uint32_t step,
			   const uint8_t *key, uint32_t key_size)
{
	uint32_t low = 0;

	while (low < count) {
		uint32_t middle = low + (count - low) / 2;

		if (memcmp(keys + (size_t)middle * step, key, key_size) <= 0)
			low = middle + 1;
		else
			count = middle;
	}
	return low;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

enum sw_err ban_file_search(struct sw_ban_store *store,
			    const struct ban_file *file,
			    const struct sw_addr *addr, uint32_t *out_number,
			    struct ban_entry *out_entry)
{
	enum ban_tree tree = ban_tree_of(addr);
	const struct ban_layout *layout = &file->trees[tree];
	const struct ban_shape *shape = &ban_shapes[tree];
	uint64_t block[BAN_BLOCK / sizeof(uint64_t)];
	uint32_t level = layout->levels;
	uint32_t at; /* block of the level */
	uint32_t upto = 0;

	if (level > 0)
		upto = count_upto(file->keys + shape->root,
				  layout->blocks[level - 1], shape->key,
				  addr->bytes, shape->key);
	for (at = upto - 1; upto > 0 && level-- > 0; at = at + upto - 1) {
		uint32_t all =
			level > 0 ? layout->blocks[level - 1] : layout->entries;
		uint32_t per = level > 0 ? shape->per_key : shape->per_leaf;
		enum sw_err err = read_block(store, file->fd,
					     layout->first[level] + at, block);

		if (err != SW_OK)
			return err;
		at *= per;
		upto = count_upto((const uint8_t *)(block + 1),
				  least(per, all - at),
				  level > 0 ? shape->key : shape->entry,
				  addr->bytes, shape->key);
		if (upto == 0 || level > 0)
			continue;
		*out_number = at + upto - 1;
		return ban_leaf_entry(store, tree, block, upto - 1, out_entry);
	}
	*out_number = BAN_NONE;
	return SW_OK;
}

enum sw_err ban_file_entry(struct sw_ban_store *store,
			   const struct ban_file *file, enum ban_tree tree,
			   uint32_t i, struct ban_entry *out)
{
	const struct ban_shape *shape = &ban_shapes[tree];
	uint64_t block[BAN_BLOCK / sizeof(uint64_t)];
	enum sw_err err;

	if (i >= file->trees[tree].entries)
		return ban_fault(store, BAN_FILE, SW_E_SYNTAX,
				 "an entry names one that is not there");
	err = read_block(store, file->fd,
			 file->trees[tree].first[0] + i / shape->per_leaf,
			 block);
	if (err != SW_OK)
		return err;
	return ban_leaf_entry(store, tree, block, i % shape->per_leaf, out);
}

enum sw_err ban_file_note(struct sw_ban_store *store,
			  const struct ban_file *file, uint32_t i,
			  struct ban_note *out)
{
	uint64_t block[BAN_BLOCK / sizeof(uint64_t)];
	enum sw_err err;

	if (i >= file->notes)
		return ban_fault(store, BAN_FILE, SW_E_SYNTAX,
				 "an entry names a note that is not there");
	err = read_block(store, file->fd, file->first_note + i / BAN_PER_NOTES,
			 block);
	if (err != SW_OK)
		return err;
	memcpy(out,
	       (const uint8_t *)(block + 1) + i % BAN_PER_NOTES * sizeof(*out),
	       sizeof(*out));
	out->owner[sizeof(out->owner) - 1] = '\0';
	out->reason[sizeof(out->reason) - 1] = '\0';
	return SW_OK;
}
