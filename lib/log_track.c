#include "sshwhy/logtrack.h"

#include "log_process.h"
#include "sshwhy/text.h"

#include <stdlib.h>
#include <string.h>

#define HELD 4096 /* rejections in a row; a power of two */

/* How long lines of a process may follow a rejection, of the log's time:
 * LoginGraceTime, and where the process has ended, its last words. */
#define WAIT_MS INT64_C(130000)
#define LAST_WORDS_MS INT64_C(2000)

/* A rejection in its turn. Those that a process waits with are a chain. */
struct held {
	struct sw_log_process *process; /* NULL: nothing is missing any more */
	size_t older; /* of the same process, or SW_LOG_NONE */
	int64_t until;
	struct sw_logtrack_line line;
};

struct sw_logtrack {
	sw_logtrack_fn finished;
	void *context;
	uint64_t unlogged;
	size_t head; /* the oldest that is held; they stand in a ring */
	size_t count;
	struct held held[HELD];
	struct sw_log_processes processes;
};

struct sw_logtrack *sw_logtrack_new(sw_logtrack_fn finished, void *context)
{
	struct sw_logtrack *track = calloc(1, sizeof(*track));

	if (track != NULL) {
		track->finished = finished;
		track->context = context;
	}
	return track;
}

void sw_logtrack_free(struct sw_logtrack *track)
{
	free(track);
}

uint64_t sw_logtrack_unlogged(const struct sw_logtrack *track)
{
	return track->unlogged;
}

/* Take one out of its process's chain. */
static void let_go(struct sw_logtrack *track, struct held *held)
{
	struct sw_log_process *process = held->process;
	size_t index = (size_t)(held - track->held);
	size_t *link;

	if (process == NULL)
		return;
	for (link = &process->held; *link != index;)
		link = &track->held[*link].older;
	*link = held->older;
	held->process = NULL;
}

static void release_oldest(struct sw_logtrack *track)
{
	struct held *held = &track->held[track->head];

	let_go(track, held);
	track->head = (track->head + 1) % HELD;
	track->count--;
	track->finished(track->context, &held->line);
}

static void release_ready(struct sw_logtrack *track, int64_t time)
{
	while (track->count > 0) {
		const struct held *held = &track->held[track->head];

		if (held->process != NULL && held->until >= time)
			return;
		release_oldest(track);
	}
}

void sw_logtrack_flush(struct sw_logtrack *track)
{
	while (track->count > 0)
		release_oldest(track);
}

/* Take over what to does not know yet. */
static void complete_end(struct sw_endpoint *to, const struct sw_endpoint *from)
{
	if (to->addr.family == SW_FAMILY_NONE)
		*to = *from;
	else if (to->port == 0 && sw_addr_equal(&to->addr, &from->addr))
		to->port = from->port;
}

static void complete(struct sw_conn *to, bool *to_unknown,
		     const struct sw_conn *from, bool from_unknown)
{
	complete_end(&to->client, &from->client);
	complete_end(&to->server, &from->server);
	if (to->user[0] == '\0' && from->user[0] != '\0') {
		memcpy(to->user, from->user, sizeof(to->user));
		*to_unknown = from_unknown;
	}
}

/* Nothing that the rest of the process's lines could tell is missing. */
static bool is_complete(const struct sw_logline *line)
{
	const struct sw_conn *conn = &line->conn;

	if (conn->client.addr.family == SW_FAMILY_NONE)
		return false;
	switch (sw_cause_stage(line->cause)) {
	case SW_STAGE_PROTOCOL:
		return conn->client.port != 0;
	case SW_STAGE_CONFIG:
	case SW_STAGE_PAM:
	case SW_STAGE_SESSION:
		return conn->client.port != 0 && conn->user[0] != '\0';
	case SW_STAGE_NONE:
	case SW_STAGE_FIREWALL:
	case SW_STAGE_SOCKET:
	case SW_STAGE_PENALTY:
	case SW_STAGE_STARTUPS:
	case SW_STAGE_BAN:
	case SW_STAGE_RATE:
	case SW_STAGE_WRAPPER:
	case SW_STAGE_COUNT_:
		break;
	}
	return true;
}

/* The process has told more, or its last: so it is for what it waits with. */
static void inform(struct sw_logtrack *track, struct sw_log_process *process,
		   int64_t time)
{
	size_t index = process->held;

	while (index != SW_LOG_NONE) {
		struct held *held = &track->held[index];

		index = held->older;
		complete(&held->line.line.conn, &held->line.line.unknown_user,
			 &process->conn, process->unknown_user);
		if (process->ended && held->until > time + LAST_WORDS_MS)
			held->until = time + LAST_WORDS_MS;
		if (is_complete(&held->line.line))
			let_go(track, held);
	}
}

/* Its lines are another one's from now on. */
static void forget(struct sw_logtrack *track, struct sw_log_process *process)
{
	while (process->key != 0 && process->held != SW_LOG_NONE)
		let_go(track, &track->held[process->held]);
}

/* process may wait with the rejection, unless it is NULL. */
static void hold(struct sw_logtrack *track, struct sw_log_process *process,
		 const struct sw_logtrack_line *line)
{
	size_t index = (track->head + track->count) % HELD;
	struct held *held = &track->held[index];

	if (track->count == HELD)
		release_oldest(track);
	track->count++;
	held->process = NULL;
	held->line = *line;
	if (process == NULL)
		return;
	complete(&held->line.line.conn, &held->line.line.unknown_user,
		 &process->conn, process->unknown_user);
	if (held->line.line.conn.pid == 0)
		held->line.line.conn.pid = line->pid;
	if (is_complete(&held->line.line))
		return;
	held->process = process;
	held->until = line->time + (process->ended ? LAST_WORDS_MS : WAIT_MS);
	held->older = process->held;
	process->held = index;
}

/* Rejections of a listener: one process, many clients. */
static bool is_drop(enum sw_cause cause)
{
	enum sw_stage stage = sw_cause_stage(cause);

	return stage == SW_STAGE_STARTUPS || stage == SW_STAGE_PENALTY ||
	       cause == SW_CAUSE_LIMIT_SOCKET_UNIT;
}

/* Of these a process may meet several. */
static bool is_each_its_own(enum sw_cause cause)
{
	return sw_cause_stage(cause) == SW_STAGE_SOCKET ||
	       cause == SW_CAUSE_LIMIT_SESSIONS;
}

static void drop(struct sw_logtrack *track, struct sw_log_process *process,
		 const struct sw_logtrack_line *line)
{
	struct sw_logtrack_line full = *line;

	if (line->line.cause == SW_CAUSE_LIMIT_MAX_STARTUPS &&
	    process->next_drop != SW_CAUSE_NONE)
		full.line.cause = process->next_drop;
	process->next_drop = SW_CAUSE_NONE;
	if (full.line.conn.pid == 0)
		full.line.conn.pid = line->pid;
	hold(track, NULL, &full);
}

static void reject(struct sw_logtrack *track, struct sw_log_process *process,
		   const struct sw_logtrack_line *line)
{
	struct sw_logtrack_line hinted;
	const struct sw_log_hint *hint =
		sw_log_process_hint(&track->processes, process, line);

	if (hint != NULL) {
		hinted = *line;
		hinted.line.rule = hint->rule;
		if (hint->cause != SW_CAUSE_NONE)
			hinted.line.cause = hint->cause;
		line = &hinted;
	}
	if (is_each_its_own(line->line.cause) ||
	    !sw_log_process_said(process, &line->line))
		hold(track, process, line);
}

void sw_logtrack_feed(struct sw_logtrack *track,
		      const struct sw_logtrack_line *line)
{
	pid_t pid = line->line.conn.pid != 0 ? line->line.conn.pid : line->pid;
	bool is_rejection = line->line.kind >= SW_LOG_COMPANION;
	struct sw_log_process *process;

	release_ready(track, line->time);
	if (line->line.kind == SW_LOG_SUMMARY) {
		track->unlogged += line->line.count;
		return;
	}
	if (pid == 0) {
		if (is_rejection)
			hold(track, NULL, line);
		return;
	}
	process = sw_log_process_of(&track->processes, line, pid);
	if (!sw_log_process_is(process, line, pid)) {
		forget(track, process);
		sw_log_process_begin(process, line, pid);
	}
	sw_log_process_see(process, line);
	if (!is_drop(line->line.cause) && line->line.kind != SW_LOG_FACT)
		complete(&process->conn, &process->unknown_user,
			 &line->line.conn, line->line.unknown_user);
	if (line->line.kind == SW_LOG_FACT)
		sw_log_process_think(&track->processes, process, line);
	else if (is_rejection && is_drop(line->line.cause))
		drop(track, process, line);
	else if (is_rejection)
		reject(track, process, line);
	inform(track, process, line->time);
}
