/* ban_list.h - the ban list as a whole: read, changed, written. Host only. */

#ifndef SSHWHY_BAN_LIST_H
#define SSHWHY_BAN_LIST_H

#include "sshwhy/ban.h"

#include <stddef.h>

/* Owner and reason of a row stand once for all rows that share them. */
struct sw_ban_row {
	struct sw_prefix prefix;
	bool allow;
	bool gone; /* lifted; left out when the list is sorted next */
	uint32_t note;
	int64_t placed;
	int64_t until;
};

struct sw_ban_notes; /* private to lib/ban_list.c */

/* Any number of entries. Initialised with SW_BAN_LIST_INIT. */
struct sw_ban_list {
	struct sw_ban_row *rows;
	size_t count;
	size_t room;
	struct sw_ban_notes *notes;
};

#define SW_BAN_LIST_INIT                                                       \
	{                                                                      \
		NULL, 0, 0, NULL                                               \
	}

void sw_ban_list_free(struct sw_ban_list *list);

/* Append an entry. Returns SW_OK or SW_E_NOMEM; the list is unchanged then. */
SW_MUST_CHECK
enum sw_err sw_ban_list_add(struct sw_ban_list *list, const struct sw_ban *ban);

/* Entry number i. */
void sw_ban_list_get(const struct sw_ban_list *list, size_t i,
		     struct sw_ban *out);

/*
 * Read everything and check all of it; sorted by family, address, length and
 * owner. Entries that have ended are among them until the next rewriting.
 *
 * Returns SW_OK, SW_E_NOMEM, or as sw_ban_find() with store set. On failure
 * *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_ban_list_load(struct sw_ban_store *store,
			     struct sw_ban_list *out);

/* A change of many entries at once. Lists may be NULL. */
struct sw_ban_merge {
	const struct sw_ban_list *add;	/* replaces entries of the same owner */
	const struct sw_ban_list *lift; /* prefix and owner count */
	const char *replace; /* first lift all that this owner has; or NULL */
};

struct sw_ban_merged {
	size_t placed; /* entries that were not there */
	size_t lifted; /* entries that are gone, ended ones aside */
	size_t total;  /* entries that the list has now */
};

/*
 * The functions below change the list. One writer at a time: they wait some
 * seconds for another one. When they return SW_OK the change is on the disk;
 * killed at any instruction, the list is the old or the new one, and a reader
 * sees one of the two. The folder is made when missing (0750, root:adm).
 *
 * now  milliseconds UTC
 *
 * They return SW_OK, SW_E_NOMEM, SW_E_RANGE (more entries than a list may
 * have), or as sw_ban_find() with store set; SW_E_IO with EWOULDBLOCK when
 * another writer did not end. On failure the list is what it was.
 */
SW_MUST_CHECK
enum sw_err sw_ban_place(struct sw_ban_store *store, const struct sw_ban *ban,
			 int64_t now);

/*
 * Lift the entries, bans or not, of exactly this prefix.
 *
 * owner      NULL: whoever placed them
 * out_found  whether there were any; *out_was is one of them then
 */
SW_MUST_CHECK
enum sw_err sw_ban_lift(struct sw_ban_store *store,
			const struct sw_prefix *prefix, const char *owner,
			int64_t now, struct sw_ban *out_was, bool *out_found);

SW_MUST_CHECK
enum sw_err sw_ban_merge(struct sw_ban_store *store,
			 const struct sw_ban_merge *merge, int64_t now,
			 struct sw_ban_merged *out);

#endif
