/*
 * correlate.h - from facts and log lines to one record per rejection.
 *
 * Pure logic: no file, no clock, no system call. What is known of a session is
 * kept by the pid of its sshd process; a listener's lines come in the order in
 * which it met its connections.
 */

#ifndef RECORDER_CORRELATE_H
#define RECORDER_CORRELATE_H

#include "sshwhy/fact.h"
#include "sshwhy/logline.h"
#include "sshwhy/record.h"

#include <stdbool.h>
#include <stdint.h>

#define SW_SESSIONS_MAX 4096
#define SW_LISTENERS_MAX 16
#define SW_SOURCES_MAX 256
#define SW_SOURCE_RECORDS 4

/* The root of a record that is none before sshd's configuration says that the
 * directive of its cause forbids what failed. */
#define SW_SUSPICION "root tried a password"

/* How far the bringer of a line can be believed. */
enum sw_tap {
	SW_TAP_HOOK,	/* from inside sshd, over a root's connection */
	SW_TAP_JOURNAL, /* a line with trusted fields of sshd */
	SW_TAP_SYSLOG	/* a file that anyone can write to with logger */
};

/* A log line as a tap delivers it. */
struct sw_line {
	enum sw_tap tap;
	enum sw_log_origin origin;
	pid_t pid;
	int64_t time; /* milliseconds UTC */
	bool counted; /* its sender has counted it as offered */
	const char *text;
	size_t len;
};

/*
 * Receives each rejection. counted: its sender counted it, so the receiver has
 * to count it as taken once it is written. listener: the pid of the daemon, 0
 * when not known; loaded: when that read its files (ms UTC), 0 when not known.
 */
typedef void (*sw_emit_fn)(void *context, const struct sw_record *record,
			   bool counted, pid_t listener, int64_t loaded);

struct sw_correlator; /* private to correlate.c */

/* Make one; NULL when there is no memory. Freed by sw_correlator_free(). */
struct sw_correlator *sw_correlator_new(sw_emit_fn emit, void *context);
void sw_correlator_free(struct sw_correlator *correlator);

/* A fact came in. Facts that are counted but no rejection of their own (said
 * twice) are reported by taken(). */
void sw_correlate_fact(struct sw_correlator *correlator,
		       const struct sw_fact *fact);

/* A line came in. Lines of a pid that speaks through the hook are ignored from
 * other taps: the same words would be counted twice. */
void sw_correlate_line(struct sw_correlator *correlator,
		       const struct sw_line *line);

/* The process of a session has ended; all its facts were delivered before. */
void sw_correlate_end(struct sw_correlator *correlator, pid_t pid,
		      int64_t time);

/* Time passes: companions whose rejection never came are emitted, old sessions
 * forgotten. To be called every second or so. now in milliseconds UTC. */
void sw_correlate_tick(struct sw_correlator *correlator, int64_t now);

/* A record of this source was written under seqno: later penalties name it. */
void sw_correlate_written(struct sw_correlator *correlator,
			  const struct sw_record *record);

/* Counted facts that were no rejection of their own since the last call. */
uint64_t sw_correlate_repeats(struct sw_correlator *correlator);

#endif
