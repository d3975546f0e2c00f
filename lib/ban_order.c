/* The order of the rows, and which of them stay. */

#include "ban_rows.h"

#include <stdlib.h>
#include <string.h>

int ban_prefix_order(const struct sw_prefix *a, const struct sw_prefix *b)
{
	int order = memcmp(&a->base, &b->base, sizeof(a->base));

	return order != 0 ? order : (int)a->len - (int)b->len;
}

bool ban_prefix_within(const struct sw_prefix *outer,
		       const struct sw_prefix *inner)
{
	return outer->len <= inner->len &&
	       sw_prefix_contains(outer, &inner->base);
}

/* By prefix, owner, and age in the list. */
static int row_order(const void *a, const void *b, void *context)
{
	const struct sw_ban_list *list = context;
	const struct sw_ban_row *const *x = a;
	const struct sw_ban_row *const *y = b;
	int order = ban_prefix_order(&(*x)->prefix, &(*y)->prefix);

	if (order == 0)
		order = strcmp(ban_row_note(list, *x)->owner,
			       ban_row_note(list, *y)->owner);
	if (order == 0)
		order = *x < *y ? -1 : 1;
	return order;
}

static bool is_sorted(const struct sw_ban_list *list)
{
	for (size_t i = 1; i < list->count; i++) {
		const struct sw_ban_row *a = &list->rows[i - 1];
		const struct sw_ban_row *b = &list->rows[i];
		int order = ban_prefix_order(&a->prefix, &b->prefix);

		if (order == 0)
			order = strcmp(ban_row_note(list, a)->owner,
				       ban_row_note(list, b)->owner);
		if (order >= 0 || a->gone)
			return false;
	}
	return list->count == 0 || !list->rows[list->count - 1].gone;
}

static bool is_same_entry(const struct sw_ban_list *list,
			  const struct sw_ban_row *a,
			  const struct sw_ban_row *b)
{
	return ban_prefix_order(&a->prefix, &b->prefix) == 0 &&
	       strcmp(ban_row_note(list, a)->owner,
		      ban_row_note(list, b)->owner) == 0;
}

enum sw_err ban_rows_sort(struct sw_ban_list *list)
{
	const struct sw_ban_row **order;
	struct sw_ban_row *sorted;
	size_t count = 0;

	if (is_sorted(list))
		return SW_OK;
	order = calloc(list->count, sizeof(*order));
	sorted = calloc(list->count, sizeof(*sorted));
	if (order == NULL || sorted == NULL) {
		free(order);
		free(sorted);
		return SW_E_NOMEM;
	}
	for (size_t i = 0; i < list->count; i++)
		order[i] = &list->rows[i];
	qsort_r(order, list->count, sizeof(const void *), row_order, list);
	for (size_t i = 0; i < list->count; i++) {
		bool overtaken = i + 1 < list->count &&
				 is_same_entry(list, order[i], order[i + 1]);

		if (!overtaken && !order[i]->gone)
			sorted[count++] = *order[i];
	}
	free(order);
	free(list->rows);
	list->rows = sorted;
	list->room = list->count;
	list->count = count;
	return SW_OK;
}

static size_t first_of(const struct sw_ban_list *list, size_t sorted,
		       const struct sw_prefix *prefix)
{
	size_t low = 0;

	while (low < sorted) {
		size_t middle = low + (sorted - low) / 2;

		if (ban_prefix_order(&list->rows[middle].prefix, prefix) < 0)
			low = middle + 1;
		else
			sorted = middle;
	}
	return low;
}

static size_t lift_row(const struct sw_ban_list *list, struct sw_ban_row *row,
		       const char *owner, int64_t now)
{
	if (row->gone || (owner != NULL &&
			  strcmp(ban_row_note(list, row)->owner, owner) != 0))
		return 0;
	row->gone = true;
	return row->until == 0 || row->until > now ? 1 : 0;
}

size_t ban_rows_lift(struct sw_ban_list *list, size_t sorted,
		     const struct sw_prefix *prefix, const char *owner,
		     int64_t now)
{
	size_t lifted = 0;

	for (size_t i = first_of(list, sorted, prefix);
	     i < sorted && ban_prefix_order(&list->rows[i].prefix, prefix) == 0;
	     i++)
		lifted += lift_row(list, &list->rows[i], owner, now);
	for (size_t i = sorted; i < list->count; i++) {
		if (ban_prefix_order(&list->rows[i].prefix, prefix) == 0)
			lifted += lift_row(list, &list->rows[i], owner, now);
	}
	return lifted;
}

size_t ban_rows_keep(struct sw_ban_list *list, size_t sorted,
		     const struct sw_prefix *prefix, const char *owner,
		     int64_t now)
{
	size_t kept = 0;

	for (size_t i = first_of(list, sorted, prefix);
	     i < sorted && ban_prefix_order(&list->rows[i].prefix, prefix) == 0;
	     i++) {
		struct sw_ban_row *row = &list->rows[i];

		if (!row->gone ||
		    strcmp(ban_row_note(list, row)->owner, owner) != 0)
			continue;
		row->gone = false;
		kept += row->until == 0 || row->until > now;
	}
	return kept;
}

enum sw_err ban_notes_drop_unused(struct sw_ban_list *list)
{
	struct sw_ban_list used = SW_BAN_LIST_INIT;
	enum sw_err err = SW_OK;

	for (size_t i = 0; err == SW_OK && i < list->count; i++) {
		const struct ban_note *note =
			ban_row_note(list, &list->rows[i]);

		err = ban_note_number(&used, note->owner, note->reason,
				      &list->rows[i].note);
	}
	/* Rows of both numberings: the caller drops the list. */
	if (err != SW_OK) {
		sw_ban_list_free(&used);
		return err;
	}
	used.rows = list->rows;
	used.count = list->count;
	used.room = list->room;
	list->rows = NULL;
	sw_ban_list_free(list);
	*list = used;
	return SW_OK;
}

enum sw_err ban_parent(struct ban_parents *parents,
		       const struct sw_prefix *prefix, uint32_t i,
		       uint32_t *out)
{
	while (parents->depth > 0 &&
	       !ban_prefix_within(&parents->open[parents->depth - 1].prefix,
				  prefix))
		parents->depth--;
	if (parents->depth == BAN_DEPTH_MAX)
		return SW_E_RANGE;
	*out = parents->depth > 0 ? parents->open[parents->depth - 1].number
				  : BAN_NONE;
	parents->open[parents->depth].prefix = *prefix;
	parents->open[parents->depth].number = i;
	parents->depth++;
	return SW_OK;
}
