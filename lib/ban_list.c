#include "sshwhy/ban_list.h"

#include "ban_rows.h"
#include "sshwhy/text.h"

#include <stdlib.h>
#include <string.h>

void sw_ban_list_free(struct sw_ban_list *list)
{
	if (list->notes != NULL) {
		free(list->notes->notes);
		free(list->notes->slots);
	}
	free(list->notes);
	free(list->rows);
	*list = (struct sw_ban_list)SW_BAN_LIST_INIT;
}

static uint32_t hash_of(const struct ban_note *note)
{
	uint64_t words[sizeof(*note) / sizeof(uint64_t)];

	memcpy(words, note, sizeof(words));
	return (uint32_t)ban_sum(words, sizeof(words), 0);
}

/* Where the note is, or belongs. */
static uint32_t *slot_of(struct sw_ban_notes *notes,
			 const struct ban_note *note)
{
	uint32_t mask = notes->slot_count - 1;
	uint32_t i = hash_of(note) & mask;

	while (notes->slots[i] != 0 &&
	       memcmp(&notes->notes[notes->slots[i] - 1], note,
		      sizeof(*note)) != 0)
		i = (i + 1) & mask;
	return &notes->slots[i];
}

/* At most half of the slots are taken. */
static enum sw_err grow(struct sw_ban_notes *notes)
{
	uint32_t room = notes->room == 0 ? 16 : notes->room * 2;
	struct ban_note *more;
	uint32_t *slots;

	if (room > BAN_TREES * BAN_ENTRIES_MAX)
		return SW_E_NOMEM;
	slots = calloc((size_t)room * 2, sizeof(*slots));
	if (slots == NULL)
		return SW_E_NOMEM;
	more = reallocarray(notes->notes, room, sizeof(*more));
	if (more == NULL) {
		free(slots);
		return SW_E_NOMEM;
	}
	free(notes->slots);
	notes->notes = more;
	notes->room = room;
	notes->slots = slots;
	notes->slot_count = room * 2;
	for (uint32_t i = 0; i < notes->count; i++)
		*slot_of(notes, &notes->notes[i]) = i + 1;
	return SW_OK;
}

enum sw_err ban_note_number(struct sw_ban_list *list, const char *owner,
			    const char *reason, uint32_t *out)
{
	struct sw_ban_notes *notes = list->notes;
	struct ban_note note;
	uint32_t *slot;

	if (notes == NULL)
		notes = list->notes = calloc(1, sizeof(*notes));
	if (notes == NULL)
		return SW_E_NOMEM;
	if (notes->count == notes->room && grow(notes) != SW_OK)
		return SW_E_NOMEM;
	memset(&note, 0, sizeof(note));
	(void)sw_text_copy(note.owner, sizeof(note.owner), owner);
	(void)sw_text_copy(note.reason, sizeof(note.reason), reason);
	slot = slot_of(notes, &note);
	if (*slot == 0) {
		notes->notes[notes->count++] = note;
		*slot = notes->count;
	}
	*out = *slot - 1;
	return SW_OK;
}

const struct ban_note *ban_row_note(const struct sw_ban_list *list,
				    const struct sw_ban_row *row)
{
	return &list->notes->notes[row->note];
}

enum sw_err ban_rows_add(struct sw_ban_list *list, const struct sw_ban_row *row)
{
	struct sw_ban_row *more;
	size_t room = list->room == 0 ? 16 : list->room * 2;

	if (list->count == list->room) {
		more = reallocarray(list->rows, room, sizeof(*more));
		if (more == NULL)
			return SW_E_NOMEM;
		list->rows = more;
		list->room = room;
	}
	list->rows[list->count++] = *row;
	return SW_OK;
}

enum sw_err sw_ban_list_add(struct sw_ban_list *list, const struct sw_ban *ban)
{
	struct sw_ban_row row = {
		.prefix = ban->prefix,
		.allow = ban->allow,
		.placed = ban->placed,
		.until = ban->until,
	};
	enum sw_err err;

	err = ban_note_number(list, ban->owner, ban->reason, &row.note);
	return err == SW_OK ? ban_rows_add(list, &row) : err;
}

void sw_ban_list_get(const struct sw_ban_list *list, size_t i,
		     struct sw_ban *out)
{
	const struct sw_ban_row *row = &list->rows[i];
	const struct ban_note *note = ban_row_note(list, row);

	memset(out, 0, sizeof(*out));
	out->prefix = row->prefix;
	out->allow = row->allow;
	out->placed = row->placed;
	out->until = row->until;
	(void)sw_text_copy(out->owner, sizeof(out->owner), note->owner);
	(void)sw_text_copy(out->reason, sizeof(out->reason), note->reason);
}
