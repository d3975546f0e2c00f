/* timeline.h - rejections in equal steps of time. */

#ifndef SSHWHY_TIMELINE_H
#define SSHWHY_TIMELINE_H

#include "records.h"

#include "sshwhy/cause.h"
#include "sshwhy/err.h"

#include <stddef.h>
#include <stdint.h>

#define SW_TIMELINE_ROWS_MAX 100000

struct sw_timeline_row {
	int64_t from; /* milliseconds UTC; the row ends where the next begins */
	uint64_t count;
	uint32_t by_cause[SW_CAUSE_COUNT_]; /* at most UINT32_MAX of each */
};

/* Starts as SW_TIMELINE_INIT; sw_timeline_free() releases it. */
struct sw_timeline {
	struct sw_timeline_row *rows;
	size_t count;
	uint32_t step; /* seconds */
	uint64_t most; /* of one row */
	uint64_t all;
};

#define SW_TIMELINE_INIT                                                       \
	{                                                                      \
		0                                                              \
	}

/*
 * Count the refusals in records. A fold counts where it began.
 *
 * step   seconds; 0: the shortest round one that makes at most rows rows
 * rows   how many fit, for a step of 0
 *
 * Rows start at round local times. Returns SW_OK, SW_E_RANGE (more than
 * SW_TIMELINE_ROWS_MAX rows) or SW_E_NOMEM. On failure *out keeps its value.
 */
SW_MUST_CHECK
enum sw_err sw_timeline_count(const struct sw_records *records, uint32_t step,
			      size_t rows, struct sw_timeline *out);

/* The cause that most of the row have; SW_CAUSE_NONE: the row is empty. */
enum sw_cause sw_timeline_cause(const struct sw_timeline_row *row);

void sw_timeline_free(struct sw_timeline *timeline);

#endif
