#include "records.h"

#include <stdlib.h>
#include <string.h>

/*
 * A record is mostly empty arrays: 1.4 kB, of which 300 B are used. Packed, its
 * members stand one behind the other, texts as long as they are.
 */
enum kind { FIXED, TEXT, SUPPRESSED_ONLY };

#define MEMBER(name, kind)                                                     \
	{                                                                      \
		offsetof(struct sw_record, name),                              \
			sizeof(((struct sw_record *)NULL)->name), kind         \
	}

static const struct member {
	size_t offset;
	size_t size;
	enum kind kind;
} members[] = {
	MEMBER(event, FIXED), /* first: it says whether by_cause follows */
	MEMBER(cause, FIXED),
	MEMBER(evidence, FIXED),
	MEMBER(via, FIXED),
	MEMBER(time, FIXED),
	MEMBER(first, FIXED),
	MEMBER(last, FIXED),
	MEMBER(count, FIXED),
	MEMBER(seqno, FIXED),
	MEMBER(node, TEXT),
	MEMBER(boot, TEXT),
	MEMBER(conn.client, FIXED),
	MEMBER(conn.server, FIXED),
	MEMBER(conn.pid, FIXED),
	MEMBER(conn.user, TEXT),
	MEMBER(rule.source, TEXT),
	MEMBER(rule.first_line, FIXED),
	MEMBER(rule.line, FIXED),
	MEMBER(rule.text, TEXT),
	MEMBER(rule.owner, TEXT),
	MEMBER(lookup, FIXED),
	MEMBER(until, FIXED),
	MEMBER(root, TEXT),
	MEMBER(by_cause, SUPPRESSED_ONLY),
	MEMBER(audit, TEXT),
};

#define MEMBERS (sizeof(members) / sizeof(members[0]))

static size_t size_of(const struct member *member, const char *value,
		      enum sw_event event)
{
	if (member->kind == TEXT)
		return strlen(value) + 1;
	if (member->kind == SUPPRESSED_ONLY && event != SW_EVENT_SUPPRESSED)
		return 0;
	return member->size;
}

static size_t pack(const struct sw_record *record, unsigned char *to)
{
	const unsigned char *start = to;

	for (size_t i = 0; i < MEMBERS; i++) {
		const char *value = (const char *)record + members[i].offset;
		size_t size = size_of(&members[i], value, record->event);

		memcpy(to, value, size);
		to += size;
	}
	return (size_t)(to - start);
}

void sw_records_get(const struct sw_records *records, const struct sw_row *row,
		    struct sw_record *out)
{
	const unsigned char *from = records->packed + row->at;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < MEMBERS; i++) {
		size_t size =
			size_of(&members[i], (const char *)from, out->event);

		memcpy((char *)out + members[i].offset, from, size);
		from += size;
	}
}

/* Doubles an array until it holds needed elements. */
static bool grow(void **array, size_t *room, size_t needed, size_t size)
{
	size_t wanted = *room == 0 ? 64 : *room;
	void *larger;

	if (needed <= *room)
		return true;
	while (wanted < needed)
		wanted *= 2;
	larger = reallocarray(*array, wanted, size);
	if (larger == NULL)
		return false;
	*array = larger;
	*room = wanted;
	return true;
}

static enum sw_err append(struct sw_records *records,
			  const struct sw_record *record, size_t *out_at)
{
	void *packed = records->packed;

	if (!grow(&packed, &records->packed_room,
		  records->packed_len + sizeof(*record), 1))
		return SW_E_NOMEM;
	records->packed = packed;
	*out_at = records->packed_len;
	records->packed_len +=
		pack(record, records->packed + records->packed_len);
	return SW_OK;
}

enum sw_err sw_records_add(struct sw_records *records,
			   const struct sw_record *record, bool from_audit)
{
	struct sw_row row = {
		.time = record->time,
		.seqno = record->seqno,
		.from_audit = from_audit,
	};
	void *rows = records->rows;

	if (!grow(&rows, &records->room, records->count + 1,
		  sizeof(struct sw_row)))
		return SW_E_NOMEM;
	records->rows = rows;
	if (append(records, record, &row.at) != SW_OK)
		return SW_E_NOMEM;
	records->rows[records->count++] = row;
	return SW_OK;
}

enum sw_err sw_records_replace(struct sw_records *records, struct sw_row *row,
			       const struct sw_record *record)
{
	return append(records, record, &row->at);
}

void sw_records_free(struct sw_records *records)
{
	free(records->rows);
	free(records->packed);
	*records = (struct sw_records)SW_RECORDS_INIT;
}

static int earlier(const void *left, const void *right)
{
	const struct sw_row *a = left;
	const struct sw_row *b = right;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->seqno != b->seqno)
		return a->seqno < b->seqno ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

/* Logs are nearly always in order; then nothing has to be moved. */
void sw_records_sort(struct sw_records *records)
{
	for (size_t i = 1; i < records->count; i++) {
		if (earlier(&records->rows[i - 1], &records->rows[i]) > 0) {
			qsort(records->rows, records->count,
			      sizeof(struct sw_row), earlier);
			return;
		}
	}
}
