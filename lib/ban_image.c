/* Writes the sorted part of the ban list; its form is told in ban_file.h. */

#include "ban_rows.h"
#include "sshwhy/auto.h"
#include "sshwhy/file.h"

#include <string.h>

#define BUFFER_BLOCKS 32

/* Blocks on their way to the disk, the last one being filled. */
struct image {
	int fd;
	uint32_t block; /* number of the one that is being filled */
	size_t used;	/* bytes of its body */
	size_t waiting; /* blocks in front of it in the buffer */
	uint64_t buffer[BUFFER_BLOCKS][BAN_BLOCK / sizeof(uint64_t)];
};

static enum sw_err flush(struct image *image)
{
	size_t len = image->waiting * BAN_BLOCK;

	image->waiting = 0;
	return sw_file_write_all(image->fd, image->buffer, len);
}

static enum sw_err end_block(struct image *image)
{
	uint64_t *block = image->buffer[image->waiting];

	if (image->used == 0)
		return SW_OK;
	memset((uint8_t *)(block + 1) + image->used, 0, BAN_BODY - image->used);
	block[0] = ban_sum(block + 1, BAN_BODY, image->block);
	image->block++;
	image->used = 0;
	image->waiting++;
	return image->waiting == BUFFER_BLOCKS ? flush(image) : SW_OK;
}

/* A thing never crosses into the next block. */
static enum sw_err add(struct image *image, const void *bytes, size_t len,
		       const void *more, size_t more_len)
{
	enum sw_err err = SW_OK;
	uint8_t *at;

	if (image->used + len + more_len > BAN_BODY)
		err = end_block(image);
	if (err != SW_OK)
		return err;
	at = (uint8_t *)(image->buffer[image->waiting] + 1) + image->used;
	memcpy(at, bytes, len);
	if (more_len > 0)
		memcpy(at + len, more, more_len);
	image->used += len + more_len;
	return SW_OK;
}

static void start(struct image *image, int fd, const struct ban_header *header)
{
	memcpy(image->buffer, header, sizeof(*header));
	image->fd = fd;
	image->block = BAN_HEADER_BLOCKS;
	image->waiting = BAN_HEADER_BLOCKS;
}

static enum sw_err write_leaves(struct image *image,
				const struct ban_shape *shape,
				const struct sw_ban_row *rows, uint32_t count)
{
	sw_autofree struct ban_parents *parents = calloc(1, sizeof(*parents));
	enum sw_err err = parents != NULL ? SW_OK : SW_E_NOMEM;

	for (uint32_t i = 0; err == SW_OK && i < count; i++) {
		struct ban_tail tail = {
			.placed = rows[i].placed,
			.until = rows[i].until,
			.note = rows[i].note,
			.len = rows[i].prefix.len,
			.kind = rows[i].allow ? BAN_ALLOW : BAN_DENY,
		};

		err = ban_parent(parents, &rows[i].prefix, i, &tail.parent);
		if (err == SW_OK)
			err = add(image, rows[i].prefix.base.bytes, shape->key,
				  &tail, sizeof(tail));
	}
	return err == SW_OK ? end_block(image) : err;
}

/* The first rows below the blocks of a level stand this far apart. */
static enum sw_err write_levels(struct image *image,
				const struct ban_shape *shape,
				const struct ban_layout *layout,
				const struct sw_ban_row *rows)
{
	uint64_t apart = shape->per_leaf;
	enum sw_err err = SW_OK;

	for (uint32_t level = 1; level < layout->levels; level++) {
		for (uint64_t i = 0; err == SW_OK && i < layout->entries;
		     i += apart)
			err = add(image, rows[i].prefix.base.bytes, shape->key,
				  NULL, 0);
		if (err == SW_OK)
			err = end_block(image);
		if (err != SW_OK)
			return err;
		apart *= shape->per_key;
	}
	return SW_OK;
}

static enum sw_err write_notes(struct image *image,
			       const struct sw_ban_list *list, uint32_t count)
{
	enum sw_err err = SW_OK;

	for (uint32_t i = 0; err == SW_OK && i < count; i++)
		err = add(image, &list->notes->notes[i],
			  sizeof(struct ban_note), NULL, 0);
	return err == SW_OK ? end_block(image) : err;
}

static size_t count_v4(const struct sw_ban_list *list)
{
	size_t low = 0;
	size_t high = list->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list->rows[middle].prefix.base.family == SW_FAMILY_V4)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void fill_root(uint8_t *keys, const struct ban_shape *shape,
		      const struct ban_layout *layout,
		      const struct sw_ban_row *rows)
{
	uint64_t apart = ban_root_apart(shape, layout);

	keys += shape->root;
	for (uint64_t i = 0; i < layout->entries; i += apart) {
		memcpy(keys, rows[i].prefix.base.bytes, shape->key);
		keys += shape->key;
	}
}

enum sw_err ban_image_write(int fd, const struct sw_ban_list *list,
			    uint64_t absorbed)
{
	sw_autofree struct image *image = calloc(1, sizeof(*image));
	struct ban_header header = {.magic = BAN_MAGIC, .absorbed = absorbed};
	const struct sw_ban_row *rows = list->rows;
	struct ban_file file = BAN_FILE_INIT;
	size_t v4 = count_v4(list);
	enum sw_err err;

	if (image == NULL)
		return SW_E_NOMEM;
	if (v4 > BAN_ENTRIES_MAX || list->count - v4 > BAN_ENTRIES_MAX)
		return SW_E_RANGE;
	header.entries[BAN_V4] = (uint32_t)v4;
	header.entries[BAN_V6] = (uint32_t)(list->count - v4);
	header.notes = list->notes != NULL ? list->notes->count : 0;
	err = ban_layout_all(&header, &file);
	fill_root(header.keys, &ban_shapes[BAN_V4], &file.trees[BAN_V4], rows);
	fill_root(header.keys, &ban_shapes[BAN_V6], &file.trees[BAN_V6],
		  rows + v4);
	header.sum = ban_header_sum(&header);
	start(image, fd, &header);
	for (enum ban_tree i = 0; err == SW_OK && i < BAN_TREES; i++) {
		err = write_leaves(image, &ban_shapes[i], rows,
				   header.entries[i]);
		if (err == SW_OK)
			err = write_levels(image, &ban_shapes[i],
					   &file.trees[i], rows);
		rows += header.entries[i];
	}
	if (err == SW_OK)
		err = write_notes(image, list, header.notes);
	return err == SW_OK ? flush(image) : err;
}
