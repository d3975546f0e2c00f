/*
 * logtrack.h - one result for each rejection that a log tells of.
 *
 * sshd spreads a rejection over several lines of one process: one names the
 * cause, another the client, a third tells the cause again. Lines are joined by
 * host and process here, so that each rejection comes out once, with all that
 * its process said.
 */

#ifndef SSHWHY_LOGTRACK_H
#define SSHWHY_LOGTRACK_H

#include "sshwhy/err.h"
#include "sshwhy/logline.h"
#include "sshwhy/record.h"

#include <stdint.h>
#include <sys/types.h>

/* A classified line and its header. */
struct sw_logtrack_line {
	int64_t time; /* milliseconds UTC */
	pid_t pid;    /* of the writer; 0: not known */
	char node[SW_NODE_MAX];
	struct sw_logline line;
};

/* Receives a finished rejection; line.conn is completed, line.conn.pid is the
 * process of the session, as far as the lines told. */
typedef void (*sw_logtrack_fn)(void *context,
			       const struct sw_logtrack_line *rejection);

struct sw_logtrack;

/* Returns NULL when there is no memory. */
struct sw_logtrack *sw_logtrack_new(sw_logtrack_fn finished, void *context);

/*
 * Take the next line of the log, in its order. A rejection that lacks its
 * client, port or user waits for a line of its process that names them, in the
 * log's time until a login would have run out. Results come out in the order
 * of the log.
 */
void sw_logtrack_feed(struct sw_logtrack *track,
		      const struct sw_logtrack_line *line);

/* Let out everything that still waits. */
void sw_logtrack_flush(struct sw_logtrack *track);

/* Drops for which sshd wrote no line of their own, by its own account; it
 * counts some that it did write again. */
uint64_t sw_logtrack_unlogged(const struct sw_logtrack *track);

/* NULL is accepted. What still waits is lost. */
void sw_logtrack_free(struct sw_logtrack *track);

#endif
