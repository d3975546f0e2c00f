/* log_process.h - what the lines of one process have told so far. */

#ifndef SSHWHY_LOG_PROCESS_H
#define SSHWHY_LOG_PROCESS_H

#include "sshwhy/logtrack.h"

#define SW_LOG_PROCESSES 4096 /* that are remembered; a power of two */
#define SW_LOG_HINTS 64
#define SW_LOG_SAID 6 /* causes of one process */
#define SW_LOG_NONE SIZE_MAX

struct sw_log_process {
	uint64_t key; /* of node and pid; 0: free */
	int64_t time; /* of its last line */
	bool ended;   /* it has said its last words */
	size_t held;  /* the caller's, SW_LOG_NONE when begun */
	struct sw_conn conn;
	bool unknown_user;
	enum sw_cause next_drop; /* of a listener: its next drop's cause */
	struct {
		enum sw_cause cause;
		uint64_t rule; /* hash; 0: none named */
	} said[SW_LOG_SAID];
	size_t said_count;
};

/* The wrapper rule of a process's next refusal. */
struct sw_log_hint {
	uint64_t key;
	int64_t time;
	enum sw_cause cause; /* SW_CAUSE_NONE: the refusal's own */
	struct sw_rule rule;
};

struct sw_log_processes {
	struct sw_log_process all[SW_LOG_PROCESSES];
	struct sw_log_hint hints[SW_LOG_HINTS];
	size_t next_hint;
};

/* The place of a process. Another one may be there; never NULL. */
struct sw_log_process *sw_log_process_of(struct sw_log_processes *processes,
					 const struct sw_logtrack_line *line,
					 pid_t pid);

/* Whether the line can be of the process that is in its place, and not of a
 * later one that got the same pid. */
bool sw_log_process_is(const struct sw_log_process *process,
		       const struct sw_logtrack_line *line, pid_t pid);

void sw_log_process_begin(struct sw_log_process *process,
			  const struct sw_logtrack_line *line, pid_t pid);

/* Note the time of its line, and whether it was its last. */
void sw_log_process_see(struct sw_log_process *process,
			const struct sw_logtrack_line *line);

/* Note a fact: a wrapper's rule, or what LogVerbose lets the listener think
 * aloud before it drops. */
void sw_log_process_think(struct sw_log_processes *processes,
			  struct sw_log_process *process,
			  const struct sw_logtrack_line *line);

/* What a fact has told of the refusal in line; NULL: nothing. */
const struct sw_log_hint *
sw_log_process_hint(const struct sw_log_processes *processes,
		    const struct sw_log_process *process,
		    const struct sw_logtrack_line *line);

/* True when the process has told of this rejection before. */
bool sw_log_process_said(struct sw_log_process *process,
			 const struct sw_logline *line);

#endif
