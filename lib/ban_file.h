/*
 * ban_file.h - the two files of the ban list, block by block.
 *
 * "bans" is sorted and never changed, only replaced: a header, then for each
 * family the leaves with its entries and above them levels of keys, each with
 * the first key of every block below, until those of the last level fit into
 * the header; then the notes (owner and reason, each pair once). Only the
 * counts in the header decide where everything lies. An entry names its parent,
 * the one before it whose prefix contains its own or is the same; so one search
 * for the last entry that is not behind an address, and then its parents, are
 * all that contain the address.
 *
 * "bans.recent" holds single changes since then, in cells; it has its full size
 * from the start, the cells behind the last change being zero, so that one more
 * change is one write and no change of the file's length. Only the last one can
 * be torn. The file has a number, and "bans" the
 * number of the last one that it has absorbed: a reader who opens the recent
 * file first sees every change exactly once.
 *
 * Every block and cell carries a sum over its bytes and its place. Numbers are
 * in the byte order of the machine.
 */

#ifndef LIB_BAN_FILE_H
#define LIB_BAN_FILE_H

#include "sshwhy/ban.h"

#include <assert.h>
#include <stddef.h>
#include <sys/stat.h>

#define BAN_FILE "bans"
#define BAN_RECENT_FILE "bans.recent"

#define BAN_MAGIC UINT64_C(0x3230736e61425753)	      /* "SWBans02" */
#define BAN_RECENT_MAGIC UINT64_C(0x3130636552425753) /* "SWBRec01" */

#define BAN_BLOCK 2048 /* bytes */
#define BAN_HEADER_BLOCKS 2
#define BAN_CELL 256			    /* bytes */
#define BAN_ENTRIES_MAX UINT32_C(0x1000000) /* of each family */
#define BAN_LEVELS_MAX 5    /* their keys aside that the header has */
#define BAN_DEPTH_MAX 2048  /* parents of an entry */
#define BAN_CHANGES_MAX 128 /* cells of bans.recent */
/* Bytes of keys in the header: room enough that a million entries of either
 * family have one level of blocks between it and the leaves. */
#define BAN_ROOT_V4 512
#define BAN_ROOT_V6 3536
#define BAN_ROOTS (BAN_ROOT_V4 + BAN_ROOT_V6)
#define BAN_RECENT_SIZE (BAN_CELL * (1 + BAN_CHANGES_MAX))
#define BAN_NONE UINT32_MAX /* no parent */

enum ban_tree { BAN_V4, BAN_V6, BAN_TREES };

enum ban_kind {
	BAN_DENY = 1,
	BAN_ALLOW,
	BAN_LIFT,    /* bans.recent only: the entry of this owner is gone */
	BAN_LIFT_ALL /* of every owner */
};

/* The first blocks of bans, which share a sum. */
struct ban_header {
	uint64_t sum; /* over the rest of them */
	uint64_t magic;
	uint64_t absorbed;	     /* number of a bans.recent */
	uint32_t entries[BAN_TREES]; /* counts */
	uint32_t notes;
	uint32_t unused;
	uint8_t keys[BAN_ROOTS]; /* of the topmost blocks; first those of v4 */
	uint64_t unused_end;
};

static_assert(sizeof(struct ban_header) == BAN_HEADER_BLOCKS * BAN_BLOCK,
	      "layout");

/* What follows the key (4 or 16 bytes, the address) of an entry. */
struct ban_tail {
	int64_t placed;
	int64_t until;
	uint32_t parent; /* its number, or BAN_NONE */
	uint32_t note;	 /* its number */
	uint8_t len;
	uint8_t kind; /* BAN_DENY, BAN_ALLOW */
	uint8_t unused[6];
};

struct ban_note {
	char owner[SW_OWNER_MAX];
	char reason[SW_BAN_REASON_MAX];
};

/* The first cell of bans.recent. */
struct ban_recent_header {
	uint64_t sum;
	uint64_t magic;
	uint64_t number;
};

/* The others. */
struct ban_change {
	uint64_t sum; /* over the rest, its place, and the file's number */
	int64_t placed;
	int64_t until;
	uint8_t base[16];
	uint8_t family; /* enum sw_family */
	uint8_t len;
	uint8_t kind; /* enum ban_kind */
	uint8_t unused[5];
	struct ban_note note;
	uint8_t padding[BAN_CELL - 240];
};

/* Where the blocks of one family lie; level 0 are the leaves. */
struct ban_layout {
	uint32_t entries;
	uint32_t levels; /* 0: no entries */
	uint32_t first[BAN_LEVELS_MAX];
	uint32_t blocks[BAN_LEVELS_MAX];
};

/* An open "bans", or none (fd -1), which has no entries. */
struct ban_file {
	int fd;
	uint64_t absorbed;
	struct ban_layout trees[BAN_TREES];
	uint32_t notes;
	uint32_t first_note; /* block */
	uint32_t blocks;     /* all of them */
	uint8_t keys[BAN_ROOTS];
};

#define BAN_FILE_INIT                                                          \
	{                                                                      \
		.fd = -1                                                       \
	}

/* An entry as it stands in bans. */
struct ban_entry {
	struct sw_prefix prefix;
	struct ban_tail tail;
};

/* An open "bans.recent", or none. */
struct ban_recent {
	int fd;
	uint64_t number;
};

#define BAN_RECENT_INIT                                                        \
	{                                                                      \
		.fd = -1                                                       \
	}

/* The sum of len bytes, a multiple of 8, from an aligned buffer. */
uint64_t ban_sum(const void *bytes, size_t len, uint64_t seed);

/* The sum that a header has to carry. */
uint64_t ban_header_sum(const struct ban_header *header);

/* The shape of a tree, in bytes and in things a block. */
struct ban_shape {
	uint8_t family;	   /* enum sw_family */
	uint8_t len;	   /* bits, the most that a prefix has */
	uint32_t key;	   /* bytes of an address */
	uint32_t entry;	   /* bytes of an entry */
	uint32_t per_leaf; /* entries */
	uint32_t per_key;  /* keys in a block above the leaves */
	uint32_t per_root; /* keys in the header */
	uint32_t root;	   /* bytes of keys in front of them */
};

extern const struct ban_shape ban_shapes[BAN_TREES];

#define BAN_BODY (BAN_BLOCK - 8) /* bytes of a block behind its sum */
#define BAN_PER_NOTES ((uint32_t)(BAN_BODY / sizeof(struct ban_note)))

enum ban_tree ban_tree_of(const struct sw_addr *addr);

/* Say where everything lies, from the counts. Returns SW_OK or SW_E_RANGE (more
 * entries or notes than a file may have). On failure *out is unspecified. */
SW_MUST_CHECK
enum sw_err ban_layout_all(const struct ban_header *header,
			   struct ban_file *out);

/* How many entries lie below each of the topmost blocks. */
uint64_t ban_root_apart(const struct ban_shape *shape,
			const struct ban_layout *layout);

/* The path of one of the files. buf holds SW_SOURCE_MAX bytes; "" when it does
 * not fit. Returns buf. */
char *ban_path(const struct sw_ban_store *store, const char *name, char *buf);

/* Note the file at fault. Returns err. */
enum sw_err ban_fault(struct sw_ban_store *store, const char *name,
		      enum sw_err err, const char *words);

/* Open one of the files; *out_fd keeps its value where there is none. */
SW_MUST_CHECK
enum sw_err ban_open_part(struct sw_ban_store *store, const char *name,
			  int *out_fd, struct stat *out_st);

/* As BAN_FILE_INIT, but for the keys, which nobody looks at then. */
void ban_file_none(struct ban_file *out);

/*
 * Open bans and read its header. A file that is missing is BAN_FILE_INIT. The
 * caller closes fd. Codes and failure as sw_ban_find(), here and below.
 */
SW_MUST_CHECK
enum sw_err ban_file_open(struct sw_ban_store *store, struct ban_file *out);

/* Read block number i into 2048 aligned bytes, and check it. */
SW_MUST_CHECK
enum sw_err ban_file_block(struct sw_ban_store *store,
			   const struct ban_file *file, uint32_t i,
			   uint64_t *block);

/* Take entry i out of its leaf. */
SW_MUST_CHECK
enum sw_err ban_leaf_entry(struct sw_ban_store *store, enum ban_tree tree,
			   const uint64_t *leaf, uint32_t i,
			   struct ban_entry *out);

/* Number of the last entry whose key is not behind addr, or BAN_NONE; it is
 * *out_entry then. */
SW_MUST_CHECK
enum sw_err ban_file_search(struct sw_ban_store *store,
			    const struct ban_file *file,
			    const struct sw_addr *addr, uint32_t *out_number,
			    struct ban_entry *out_entry);

/* Read entry number i, and note number i. */
SW_MUST_CHECK
enum sw_err ban_file_entry(struct sw_ban_store *store,
			   const struct ban_file *file, enum ban_tree tree,
			   uint32_t i, struct ban_entry *out);
SW_MUST_CHECK
enum sw_err ban_file_note(struct sw_ban_store *store,
			  const struct ban_file *file, uint32_t i,
			  struct ban_note *out);

/* Open bans.recent and read its header. A file that is missing is
 * BAN_RECENT_INIT. The caller closes fd. */
SW_MUST_CHECK
enum sw_err ban_recent_open(struct sw_ban_store *store, struct ban_recent *out);

/*
 * Read up to max changes from number first on. Those behind the last are empty
 * cells; a torn last one is left out.
 *
 * out_count  how many there were; fewer than max: there are no more
 */
SW_MUST_CHECK
enum sw_err ban_recent_read(struct sw_ban_store *store,
			    const struct ban_recent *recent, uint32_t first,
			    struct ban_change *out, uint32_t max,
			    uint32_t *out_count);

/*
 * Find the entry that decides about an address, as sw_ban_find() does; or, with
 * exact, one of the prefix addr/len itself.
 *
 * owner  NULL: of any
 */
struct ban_question {
	struct sw_addr addr;
	int64_t now;
	bool exact;
	uint8_t len;
	const char *owner;
};
SW_MUST_CHECK
enum sw_err ban_ask(struct sw_ban_store *store,
		    const struct ban_question *question, struct sw_ban *out,
		    bool *out_found);

/* The prefix of a change. */
struct sw_prefix ban_change_prefix(const struct ban_change *change);

/* The sum that change number i of a file has to carry. */
uint64_t ban_change_sum(const struct ban_change *change, uint64_t number,
			uint32_t i);

#endif
