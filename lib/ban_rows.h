/* ban_rows.h - the rows of a ban list and their notes, in memory. */

#ifndef LIB_BAN_ROWS_H
#define LIB_BAN_ROWS_H

#include "ban_file.h"
#include "sshwhy/ban_list.h"

/* Each different pair of owner and reason, in order of appearance. */
struct sw_ban_notes {
	struct ban_note *notes;
	uint32_t count;
	uint32_t room;
	uint32_t *slots; /* number + 1 of a note, by hash; 0: free */
	uint32_t slot_count;
};

/* The number of a note, made when missing. Returns SW_OK or SW_E_NOMEM. */
SW_MUST_CHECK
enum sw_err ban_note_number(struct sw_ban_list *list, const char *owner,
			    const char *reason, uint32_t *out);

const struct ban_note *ban_row_note(const struct sw_ban_list *list,
				    const struct sw_ban_row *row);

/* Append a row whose note is one of list. Returns SW_OK or SW_E_NOMEM. */
SW_MUST_CHECK
enum sw_err ban_rows_add(struct sw_ban_list *list,
			 const struct sw_ban_row *row);

/* Order of two prefixes: by family, address and length. */
int ban_prefix_order(const struct sw_prefix *a, const struct sw_prefix *b);

/* Whether inner lies in outer, or is the same. */
bool ban_prefix_within(const struct sw_prefix *outer,
		       const struct sw_prefix *inner);

/*
 * Sort the rows by prefix and owner. Of those with the same prefix and owner
 * the last one stays. Returns SW_OK or SW_E_NOMEM.
 */
SW_MUST_CHECK
enum sw_err ban_rows_sort(struct sw_ban_list *list);

/* Mark the rows of exactly this prefix as gone: first those among the sorted
 * ones in front, then those behind. owner NULL: any. Returns how many of them
 * now would have counted. */
size_t ban_rows_lift(struct sw_ban_list *list, size_t sorted,
		     const struct sw_prefix *prefix, const char *owner,
		     int64_t now);

/* Take that back for the sorted ones of a prefix and owner. Returns the same
 * number. */
size_t ban_rows_keep(struct sw_ban_list *list, size_t sorted,
		     const struct sw_prefix *prefix, const char *owner,
		     int64_t now);

/* Number the notes anew, without those that no row has. Returns SW_OK or
 * SW_E_NOMEM; the list is good for nothing but sw_ban_list_free() then. */
SW_MUST_CHECK
enum sw_err ban_notes_drop_unused(struct sw_ban_list *list);

/*
 * The open entries that contain the one that is looked at: the last is its
 * parent. For rows in order.
 */
struct ban_parents {
	struct {
		struct sw_prefix prefix;
		uint32_t number;
	} open[BAN_DEPTH_MAX];
	uint32_t depth;
};

/* The parent of entry number i. Returns SW_OK or SW_E_RANGE (too deep). */
SW_MUST_CHECK
enum sw_err ban_parent(struct ban_parents *parents,
		       const struct sw_prefix *prefix, uint32_t i,
		       uint32_t *out);

/*
 * Write all rows of a sorted list as a file "bans".
 *
 * Returns SW_OK, SW_E_IO (errno set), SW_E_NOMEM or SW_E_RANGE.
 */
SW_MUST_CHECK
enum sw_err ban_image_write(int fd, const struct sw_ban_list *list,
			    uint64_t absorbed);

/* Read all of an open file, or all changes into a list that holds it already.
 * As sw_ban_list_load(), but *list has rubbish on failure. */
SW_MUST_CHECK
enum sw_err ban_file_load(struct sw_ban_store *store,
			  const struct ban_file *file,
			  struct sw_ban_list *list);
SW_MUST_CHECK
enum sw_err ban_recent_load(struct sw_ban_store *store,
			    const struct ban_recent *recent,
			    struct sw_ban_list *list);

#endif
