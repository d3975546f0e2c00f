/* correlator.h - what the parts of the correlator share. */

#ifndef RECORDER_CORRELATOR_H
#define RECORDER_CORRELATOR_H

#include "correlate.h"
#include "sessions.h"
#include "sources.h"

/* What a process said of its configuration before it gave it up. */
struct sw_complaint {
	pid_t pid;    /* 0: none */
	int64_t time; /* milliseconds UTC */
	struct sw_rule rule;
	char words[SW_ROOT_MAX];
};

struct sw_correlator {
	sw_emit_fn emit;
	void *context;
	uint64_t repeats;
	struct sw_sessions all;
	struct sw_source sources[SW_SOURCES_MAX];
	struct sw_complaint complaint;
};

/* Emit a record, with the listener that it belongs to where that is certain. */
void sw_give(struct sw_correlator *c, const struct sw_record *record,
	     bool counted);

/* Emit what a session holds back, if anything. */
void sw_give_pending(struct sw_correlator *c, struct sw_session *session);

/* The session of pid, made when it is not known. */
struct sw_session *sw_session_of(struct sw_correlator *c, pid_t pid,
				 int64_t now);

/* Take over what is said of a connection and was not known. */
void sw_learn(struct sw_conn *known, const struct sw_conn *said);

/*
 * A rejection of a session was told. It is emitted at once when the words are
 * final, held back for better ones otherwise; what was said before is counted
 * as a repeat.
 */
void sw_reject(struct sw_correlator *c, struct sw_session *session,
	       struct sw_record *record, bool counted, bool final, int64_t now);

/* The record that a classified line makes. */
void sw_line_to_record(const struct sw_line *line,
		       const struct sw_logline *said, struct sw_record *record);

/* A listener dropped a connection, which never had a process. */
void sw_drop(struct sw_correlator *c, const struct sw_line *line,
	     struct sw_listener *listener, struct sw_logline *said);

/* A listener counted drops: those without a line of their own are emitted. */
void sw_drop_summary(struct sw_correlator *c, const struct sw_line *line,
		     struct sw_listener *listener,
		     const struct sw_logline *said);

/* sshd speaks of its configuration: of a line, or that it refuses the whole,
 * which is one record with the first line that it did not take. */
void sw_complaint_hear(struct sw_correlator *c, const struct sw_line *line,
		       const struct sw_logline *said);

#endif
