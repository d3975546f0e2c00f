/* merge.h - one record, however many logs it was written to. */

#ifndef SSHWHY_MERGE_H
#define SSHWHY_MERGE_H

#include "records.h"

#include <stdint.h>

/*
 * Where an audit record and a JSON line are the same record, keep the audit
 * record, fill what it lacks from the line, and drop the line's row. They are
 * the same when seqno, event, cause, client and process agree, node and boot do
 * where both know them, and their times lie within a minute.
 *
 * Returns SW_OK or SW_E_NOMEM (what was merged so far stays so).
 */
SW_MUST_CHECK
enum sw_err sw_records_merge(struct sw_records *records);

/*
 * How many numbers are missing between the lowest and the highest seqno of each
 * node and boot. The audit trail does not name the boot; there a number that
 * falls far behind or comes twice begins the next one. Rows must be in order of
 * time; dropped ones do not count. Returns 0 as well when memory is short.
 */
uint64_t sw_records_missing(const struct sw_records *records);

#endif
