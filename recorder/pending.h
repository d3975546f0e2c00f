/*
 * pending.h - rejections that wait for an answer of the root process.
 *
 * Their table is a mapped file, so that a recorder that is killed leaves them
 * to the next one, which asks again.
 */

#ifndef RECORDER_PENDING_H
#define RECORDER_PENDING_H

#include "sshwhy/err.h"
#include "sshwhy/record.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SW_PENDING_MAX 256

/* A rejection, or several equal ones, that waits. */
struct sw_pending {
	_Atomic uint64_t id; /* of its question; 0: a free place */
	uint64_t due; /* monotonic ms: it is written without an answer then */
	uint64_t counted; /* how many of them their senders have counted */
	int32_t listener;
	int32_t unused;
	int64_t loaded;
	struct sw_record record;
};

struct sw_pending_map; /* the layout of the file; private to pending.c */

/*
 * Map the table in fd; an empty file is given its size.
 *
 * Returns SW_OK, SW_E_IO (errno set) or SW_E_SYNTAX (another layout). On
 * failure *out keeps its old value. fd stays the caller's.
 */
SW_MUST_CHECK
enum sw_err sw_pending_map_fd(int fd, struct sw_pending **out);

/* A free place of SW_PENDING_MAX, NULL when there is none. */
struct sw_pending *sw_pending_free_place(struct sw_pending *table);

/* One that waits for the same answer and would be folded with record, NULL
 * when there is none. */
struct sw_pending *sw_pending_equal(struct sw_pending *table,
				    const struct sw_record *record,
				    pid_t listener);

/* How many counted rejections wait. */
uint64_t sw_pending_counted(const struct sw_pending *table);

#endif
