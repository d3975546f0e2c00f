#include "merge.h"

#include "sshwhy/auto.h"
#include "sshwhy/text.h"

#include <stdlib.h>
#include <string.h>

#define SAME_WITHIN 60000 /* ms between the two writings of one record */

/* Both unknown or equal; an unknown one may be any. */
static bool may_equal(const char *a, const char *b)
{
	return a[0] == '\0' || b[0] == '\0' || strcmp(a, b) == 0;
}

static bool is_same(const struct sw_record *a, const struct sw_record *b)
{
	int64_t apart =
		a->time < b->time ? b->time - a->time : a->time - b->time;

	return a->seqno == b->seqno && a->event == b->event &&
	       a->cause == b->cause && apart <= SAME_WITHIN &&
	       sw_addr_equal(&a->conn.client.addr, &b->conn.client.addr) &&
	       a->conn.client.port == b->conn.client.port &&
	       a->conn.pid == b->conn.pid && may_equal(a->node, b->node) &&
	       may_equal(a->boot, b->boot);
}

static void fill_text(char *dst, size_t size, const char *src)
{
	if (dst[0] == '\0')
		(void)sw_text_copy(dst, size, src);
}

/* The audit trail cuts long rules, and has no room for a few members. */
static void fill(struct sw_record *record, const struct sw_record *line)
{
	fill_text(record->node, sizeof(record->node), line->node);
	fill_text(record->boot, sizeof(record->boot), line->boot);
	fill_text(record->root, sizeof(record->root), line->root);
	fill_text(record->conn.user, sizeof(record->conn.user),
		  line->conn.user);
	fill_text(record->rule.owner, sizeof(record->rule.owner),
		  line->rule.owner);
	if (strlen(line->rule.text) > strlen(record->rule.text))
		(void)sw_text_copy(record->rule.text, sizeof(record->rule.text),
				   line->rule.text);
	if (record->rule.source[0] == '\0')
		record->rule = line->rule;
	if (strcmp(record->rule.source, line->rule.source) == 0 &&
	    line->rule.first_line != 0)
		record->rule.first_line = line->rule.first_line;
	if (record->conn.server.addr.family == SW_FAMILY_NONE)
		record->conn.server = line->conn.server;
	if (record->until == 0)
		record->until = line->until;
	if (!record->lookup.done)
		record->lookup = line->lookup;
	if (line->first != 0)
		record->first = line->first;
	if (line->last != 0)
		record->last = line->last;
	memcpy(record->by_cause, line->by_cause, sizeof(record->by_cause));
}

static int by_seqno(const void *left, const void *right)
{
	const struct sw_row *a = *(struct sw_row *const *)left;
	const struct sw_row *b = *(struct sw_row *const *)right;

	if (a->seqno != b->seqno)
		return a->seqno < b->seqno ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static enum sw_err merge_pair(struct sw_records *records, struct sw_row *audit,
			      struct sw_row *line)
{
	struct sw_record record;
	struct sw_record other;
	enum sw_err err;

	sw_records_get(records, audit, &record);
	sw_records_get(records, line, &other);
	if (!is_same(&record, &other))
		return SW_OK;
	fill(&record, &other);
	err = sw_records_replace(records, audit, &record);
	line->dropped = err == SW_OK;
	return err;
}

/* All rows of one seqno: as many as there were boots, twice at most. */
static enum sw_err merge_group(struct sw_records *records, struct sw_row **rows,
			       size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count && !rows[i]->from_audit; j++) {
			enum sw_err err;

			if (!rows[j]->from_audit || rows[i]->dropped)
				continue;
			err = merge_pair(records, rows[j], rows[i]);
			if (err != SW_OK)
				return err;
		}
	}
	return SW_OK;
}

static bool has_both_kinds(const struct sw_records *records)
{
	for (size_t i = 1; i < records->count; i++) {
		if (records->rows[i].from_audit != records->rows[0].from_audit)
			return true;
	}
	return false;
}

enum sw_err sw_records_merge(struct sw_records *records)
{
	sw_autofree struct sw_row **rows = NULL;
	enum sw_err err = SW_OK;
	size_t end;

	if (!has_both_kinds(records))
		return SW_OK;
	rows = calloc(records->count, sizeof(struct sw_row *));
	if (rows == NULL)
		return SW_E_NOMEM;
	for (size_t i = 0; i < records->count; i++)
		rows[i] = &records->rows[i];
	qsort(rows, records->count, sizeof(struct sw_row *), by_seqno);

	for (size_t i = 0; i < records->count && err == SW_OK; i = end) {
		end = i + 1;
		while (end < records->count &&
		       rows[end]->seqno == rows[i]->seqno)
			end++;
		if (rows[i]->seqno != 0)
			err = merge_group(records, rows + i, end - i);
	}
	return err;
}
