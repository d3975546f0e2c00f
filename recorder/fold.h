/*
 * fold.h - equal rejections within a window become one record.
 *
 * The first rejection of a source and a rule is written at once; equal ones
 * within the window are only counted, and the count is written at its end. The
 * table is a mapped file, so that a recorder that is killed leaves its counts
 * to the next one. The sum of all counts is the number of rejections.
 */

#ifndef RECORDER_FOLD_H
#define RECORDER_FOLD_H

#include "sshwhy/err.h"
#include "sshwhy/record.h"

#include <stdbool.h>
#include <stdint.h>

#define SW_FOLD_SLOTS 2048

struct sw_fold_map; /* the layout of the file; private to fold.c */

struct sw_fold {
	int fd; /* -1: not open */
	struct sw_fold_map *map;
};

#define SW_FOLD_INIT                                                           \
	{                                                                      \
		-1, NULL                                                       \
	}

/*
 * Map the table in fd, which becomes part of *out; an empty file is given its
 * size.
 *
 * Returns SW_OK, SW_E_IO (errno set) or SW_E_SYNTAX (another layout). On
 * failure *out is SW_FOLD_INIT and fd stays the caller's.
 */
SW_MUST_CHECK
enum sw_err sw_fold_map_fd(int fd, struct sw_fold *out);

void sw_fold_close(struct sw_fold *fold);

/*
 * Count a rejection.
 *
 * window  milliseconds; 0 folds nothing
 * now     milliseconds, of a clock that only goes forward (CLOCK_BOOTTIME)
 *
 * out_slot  the place that holds it; -1 when there is none
 *
 * True when the record is the first of its kind, or there is no place left to
 * count it: it is to be written by the caller, and its place (which holds it
 * until then) given back. False when it was counted.
 */
bool sw_fold_add(struct sw_fold *fold, const struct sw_record *record,
		 uint32_t window, uint64_t now, int32_t *out_slot);

/*
 * Take one record whose window has ended and that counts something. True when
 * *out was filled: its count, first and last are set, its seqno is 0. Call it
 * until it says false.
 *
 * all       take those whose window has not ended, too: at the recorder's end
 * out_slot  its place, which keeps the count until it is given back
 */
bool sw_fold_take_due(struct sw_fold *fold, uint64_t now, bool all,
		      struct sw_record *out, int32_t *out_slot);

/* Give a place back: its record was written (by any process that has the
 * table), or could not be and is due again; a first one that could not be is
 * counted with those behind it. What is no place is ignored. */
void sw_fold_written(struct sw_fold *fold, int32_t slot);
void sw_fold_postpone(struct sw_fold *fold, int32_t slot, uint64_t due);

/* The places that a recorder had taken when it was killed are due again. Only
 * before a new one starts. */
void sw_fold_recover(struct sw_fold *fold);

/* When the next window ends; UINT64_MAX when none is open. */
uint64_t sw_fold_next_due(const struct sw_fold *fold);

#endif
