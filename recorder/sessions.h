/* sessions.h - what is known of each sshd process, by its pid. */

#ifndef RECORDER_SESSIONS_H
#define RECORDER_SESSIONS_H

#include "correlate.h"

/* A process of one connection. */
struct sw_session {
	pid_t pid;     /* 0: a free place */
	bool hooked;   /* it speaks through the hook: other taps are deaf */
	bool admitted; /* the user was authenticated */
	bool ended;
	bool pending_counted;
	bool has_pending;
	int64_t touched;    /* milliseconds UTC */
	int64_t due;	    /* when pending is emitted */
	uint64_t stages;    /* bits of enum sw_stage: said once is enough */
	uint64_t causes;    /* bits of enum sw_cause, the same for these */
	enum sw_cause held; /* what keeps its slot of MaxStartups, or NONE */
	struct sw_rule held_by;
	struct sw_conn conn;
	struct sw_record pending;
};

/* A listening process. */
#define SW_LISTENER_PORTS_MAX 8

struct sw_listener {
	pid_t pid; /* 0: a free place */
	bool hooked;
	bool has_draw;	 /* "p P, r R" came since the last drop */
	bool has_source; /* "at N of M" came since the last drop */
	uint32_t chance, draw;
	uint32_t open, limit;
	uint64_t drops; /* lines of drops in this episode of throttling */
	uint16_t ports[SW_LISTENER_PORTS_MAX]; /* 0: a free place */
	int64_t loaded;
	int64_t touched;
};

struct sw_sessions {
	struct sw_session *sessions; /* SW_SESSIONS_MAX */
	struct sw_listener listeners[SW_LISTENERS_MAX];
};

/*
 * Find the session of pid, or make one. When all places near it are taken the
 * least recently touched one is given up: *out_evicted then holds what it was,
 * otherwise its pid is 0. Never NULL.
 */
struct sw_session *sw_sessions_get(struct sw_sessions *all, pid_t pid,
				   int64_t now, struct sw_session *out_evicted);

/* Find it; NULL when it is not known. */
struct sw_session *sw_sessions_find(struct sw_sessions *all, pid_t pid);

/* The same for a listener; sw_listeners_get() gives up the oldest. */
struct sw_listener *sw_listeners_get(struct sw_sessions *all, pid_t pid,
				     int64_t now);
struct sw_listener *sw_listeners_find(struct sw_sessions *all, pid_t pid);

/* It listens on port. What does not fit is left out. */
void sw_listener_add_port(struct sw_listener *listener, uint16_t port);

/* The only listener that is known, or the only one on port; NULL when neither
 * is certain. */
struct sw_listener *sw_listeners_on(struct sw_sessions *all, uint16_t port);

/* How many unauthenticated, living sessions are held by a refusal; *out_rule
 * is the rule that held the latest of them (empty when there is none). */
size_t sw_sessions_held(const struct sw_sessions *all, enum sw_cause *out_cause,
			struct sw_rule *out_rule);

#endif
