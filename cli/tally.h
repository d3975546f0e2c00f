/* tally.h - how many rejections there were, by cause and owner. */

#ifndef SSHWHY_TALLY_H
#define SSHWHY_TALLY_H

#include "records.h"

#include "sshwhy/err.h"
#include "sshwhy/record.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum sw_tally_kind {
	SW_TALLY_REFUSED = 0,
	SW_TALLY_SIMULATED,  /* a rule only wanted it to be recorded */
	SW_TALLY_SUPPRESSED, /* over the limits of the audit trail */
	SW_TALLY_KINDS
};

struct sw_tally_row {
	enum sw_tally_kind kind;
	enum sw_cause cause;
	char owner[SW_OWNER_MAX];
	uint64_t count;
};

/* Owners beyond these are counted as one, SW_TALLY_OTHERS: each is a series
 * that a monitoring system keeps for long. */
#define SW_TALLY_ROWS 1000
#define SW_TALLY_OTHERS "(others)"

/* Initialised with zeroes; it needs no release. */
struct sw_tally {
	int64_t until; /* counted are records of no later time; 0: none are */
	size_t count;
	struct sw_tally_row
		rows[SW_TALLY_ROWS + SW_TALLY_KINDS * SW_CAUSE_COUNT_];
};

/*
 * Add the records whose time lies behind tally->until and not behind until.
 * Then tally->until is the later one of the two.
 */
void sw_tally_add(struct sw_tally *tally, const struct sw_records *records,
		  int64_t until);

/* Order the rows by kind, cause and owner. */
void sw_tally_sort(struct sw_tally *tally);

/*
 * Read what sw_tally_save() wrote.
 *
 * Returns SW_OK, SW_E_IO (errno set; ENOENT when there is none), SW_E_UNSAFE
 * (not the caller's own file, or writable by others) or SW_E_SYNTAX. On
 * failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_tally_load(const char *path, struct sw_tally *out);

/* Returns SW_OK, SW_E_NOMEM, or what sw_replace_file() returns. */
SW_MUST_CHECK
enum sw_err sw_tally_save(const char *path, const struct sw_tally *tally);

#endif
