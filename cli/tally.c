#include "tally.h"

#include "sshwhy/text.h"

#include <stdlib.h>
#include <string.h>

static struct sw_tally_row *row_of(struct sw_tally *tally,
				   enum sw_tally_kind kind, enum sw_cause cause,
				   const char *owner)
{
	struct sw_tally_row *row = tally->rows;

	for (size_t i = 0; i < tally->count; i++, row++) {
		if (row->kind == kind && row->cause == cause &&
		    strcmp(row->owner, owner) == 0)
			return row;
	}
	if (tally->count >= SW_TALLY_ROWS &&
	    strcmp(owner, SW_TALLY_OTHERS) != 0)
		return row_of(tally, kind, cause, SW_TALLY_OTHERS);
	tally->count++;
	row->kind = kind;
	row->cause = cause;
	row->count = 0;
	(void)sw_text_copy(row->owner, sizeof(row->owner), owner);
	return row;
}

static void add_suppressed(struct sw_tally *tally,
			   const struct sw_record *record)
{
	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++) {
		if (record->by_cause[i] != 0)
			row_of(tally, SW_TALLY_SUPPRESSED, i, "")->count +=
				record->by_cause[i];
	}
}

static void add_record(struct sw_tally *tally, const struct sw_record *record)
{
	enum sw_tally_kind kind = record->evidence == SW_EVIDENCE_SIMULATED
					  ? SW_TALLY_SIMULATED
					  : SW_TALLY_REFUSED;

	if (record->event == SW_EVENT_SUPPRESSED)
		add_suppressed(tally, record);
	if (record->event == SW_EVENT_REJECTION)
		row_of(tally, kind, record->cause, record->rule.owner)->count +=
			record->count;
}

void sw_tally_add(struct sw_tally *tally, const struct sw_records *records,
		  int64_t until)
{
	struct sw_record record;

	for (size_t i = 0; i < records->count; i++) {
		const struct sw_row *row = &records->rows[i];

		if (row->dropped || row->time <= tally->until ||
		    row->time > until)
			continue;
		sw_records_get(records, row, &record);
		add_record(tally, &record);
	}
	/* A clock that is set back a little makes nothing count twice. */
	if (until > tally->until)
		tally->until = until;
}

static int earlier_first(const void *a, const void *b)
{
	const struct sw_tally_row *x = a;
	const struct sw_tally_row *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->cause != y->cause)
		return x->cause < y->cause ? -1 : 1;
	return strcmp(x->owner, y->owner);
}

void sw_tally_sort(struct sw_tally *tally)
{
	qsort(tally->rows, tally->count, sizeof(tally->rows[0]), earlier_first);
}
