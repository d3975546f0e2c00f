/* records.h - the records that a command works on, kept small. */

#ifndef SSHWHY_RECORDS_H
#define SSHWHY_RECORDS_H

#include "sshwhy/err.h"
#include "sshwhy/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What sorting and merging look at; the rest is packed elsewhere. */
struct sw_row {
	int64_t time;
	uint64_t seqno;
	size_t at;	 /* of the packed record */
	bool from_audit; /* else from a JSON file */
	bool dropped;	 /* merged into another row, or not wanted */
};

/* Starts as SW_RECORDS_INIT; sw_records_free() releases it. */
struct sw_records {
	struct sw_row *rows;
	size_t count;
	size_t room;
	unsigned char *packed;
	size_t packed_len;
	size_t packed_room;
};

#define SW_RECORDS_INIT                                                        \
	{                                                                      \
		0                                                              \
	}

void sw_records_free(struct sw_records *records);

/* Append a copy of record.
 * Returns SW_OK or SW_E_NOMEM (nothing was appended). */
SW_MUST_CHECK
enum sw_err sw_records_add(struct sw_records *records,
			   const struct sw_record *record, bool from_audit);

/* Put another record with the same time and seqno into a row.
 * Returns SW_OK or SW_E_NOMEM (the row keeps its record). */
SW_MUST_CHECK
enum sw_err sw_records_replace(struct sw_records *records, struct sw_row *row,
			       const struct sw_record *record);

/* Take out the record of a row, as it was put in. */
void sw_records_get(const struct sw_records *records, const struct sw_row *row,
		    struct sw_record *out);

/* Order the rows by time, equal times by seqno and as they were added. */
void sw_records_sort(struct sw_records *records);

#endif
