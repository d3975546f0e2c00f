#include "sshwhy/logtrack.h"

#include "sshwhy/text.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS 4096   /* processes that are remembered; a power of two */
#define WAITING 256  /* rejections that wait for their client */
#define DONE 6	     /* causes of one process */
#define WAIT_MS 5000 /* of the log's time */

/* After so long, a pid is another process. */
#define SAME_PROCESS_MS INT64_C(600000)

#define NO_WAITER SIZE_MAX

struct done {
	enum sw_cause cause;
	uint64_t rule; /* hash; 0: none named */
};

/* What the lines of one process have told. */
struct slot {
	uint64_t key; /* of node and pid; 0: free */
	int64_t time; /* of its last line */
	struct sw_conn conn;
	bool unknown_user;
	enum sw_cause next_drop; /* of a listener: its next drop's cause */
	struct sw_rule hint;	 /* the wrapper rule of the next refusal */
	enum sw_cause hint_cause;
	struct done done[DONE];
	size_t done_count;
	size_t waiter; /* index, or NO_WAITER */
};

struct waiter {
	bool used;
	struct slot *slot;
	struct sw_logtrack_line line;
};

struct sw_logtrack {
	sw_logtrack_fn finished;
	void *context;
	uint64_t unlogged;
	size_t head; /* the oldest waiter; they stand in a ring */
	size_t waiters;
	struct waiter waiting[WAITING];
	struct slot slots[SLOTS];
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

/* FNV-1a; never 0. */
static uint64_t hash(const char *text, uint64_t number)
{
	uint64_t h = UINT64_C(14695981039346656037) ^ number;

	h *= UINT64_C(1099511628211);
	for (; *text != '\0'; text++) {
		h ^= (unsigned char)*text;
		h *= UINT64_C(1099511628211);
	}
	h ^= h >> 32;
	return h | 1;
}

/* The waiter's place in the ring is freed when its turn comes. */
static void release(struct sw_logtrack *track, size_t index)
{
	struct waiter *waiter = &track->waiting[index];

	if (!waiter->used)
		return;
	waiter->used = false;
	waiter->slot->waiter = NO_WAITER;
	track->finished(track->context, &waiter->line);
}

static void release_oldest(struct sw_logtrack *track)
{
	release(track, track->head);
	track->head = (track->head + 1) % WAITING;
	track->waiters--;
}

static void release_older(struct sw_logtrack *track, int64_t time)
{
	while (track->waiters > 0) {
		const struct waiter *oldest = &track->waiting[track->head];

		if (oldest->used && oldest->line.time + WAIT_MS >= time)
			return;
		release_oldest(track);
	}
}

void sw_logtrack_flush(struct sw_logtrack *track)
{
	while (track->waiters > 0)
		release_oldest(track);
}

static void begin_slot(struct sw_logtrack *track, struct slot *slot,
		       uint64_t key)
{
	if (slot->key != 0 && slot->waiter != NO_WAITER)
		release(track, slot->waiter);
	memset(slot, 0, sizeof(*slot));
	slot->key = key;
	slot->waiter = NO_WAITER;
}

static bool is_other_client(const struct sw_endpoint *a,
			    const struct sw_endpoint *b)
{
	if (a->addr.family == SW_FAMILY_NONE ||
	    b->addr.family == SW_FAMILY_NONE)
		return false;
	if (!sw_addr_equal(&a->addr, &b->addr))
		return true;
	return a->port != 0 && b->port != 0 && a->port != b->port;
}

/* The place of the line's process, begun anew when its pid was used again. */
static struct slot *find_slot(struct sw_logtrack *track,
			      const struct sw_logtrack_line *line, pid_t pid)
{
	uint64_t key = hash(line->node, (uint64_t)pid);
	struct slot *slot = &track->slots[(key >> 1) % SLOTS];
	int64_t age = line->time - slot->time;

	if (slot->key != key || age > SAME_PROCESS_MS ||
	    age < -SAME_PROCESS_MS ||
	    is_other_client(&slot->conn.client, &line->line.conn.client))
		begin_slot(track, slot, key);
	slot->time = line->time;
	return slot;
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

static bool has_client(const struct sw_logline *line)
{
	return line->conn.client.addr.family != SW_FAMILY_NONE;
}

/* The process has told more: so does what waits for it. */
static void inform_waiter(struct sw_logtrack *track, struct slot *slot)
{
	struct waiter *waiter;

	if (slot->waiter == NO_WAITER)
		return;
	waiter = &track->waiting[slot->waiter];
	complete(&waiter->line.line.conn, &waiter->line.line.unknown_user,
		 &slot->conn, slot->unknown_user);
	if (has_client(&waiter->line.line))
		release(track, slot->waiter);
}

static void finish_or_wait(struct sw_logtrack *track, struct slot *slot,
			   const struct sw_logtrack_line *line)
{
	size_t index;

	if (has_client(&line->line)) {
		track->finished(track->context, line);
		return;
	}
	if (slot->waiter != NO_WAITER)
		release(track, slot->waiter);
	if (track->waiters == WAITING)
		release_oldest(track);
	index = (track->head + track->waiters) % WAITING;
	track->waiters++;
	track->waiting[index].used = true;
	track->waiting[index].slot = slot;
	track->waiting[index].line = *line;
	slot->waiter = index;
}

/* Rejections of a listener, and of one session among several. */
static bool is_each_its_own(enum sw_cause cause)
{
	switch (sw_cause_stage(cause)) {
	case SW_STAGE_SOCKET:
	case SW_STAGE_PENALTY:
	case SW_STAGE_STARTUPS:
		return true;
	case SW_STAGE_NONE:
	case SW_STAGE_FIREWALL:
	case SW_STAGE_BAN:
	case SW_STAGE_RATE:
	case SW_STAGE_WRAPPER:
	case SW_STAGE_PROTOCOL:
	case SW_STAGE_CONFIG:
	case SW_STAGE_PAM:
	case SW_STAGE_SESSION:
	case SW_STAGE_COUNT_:
		break;
	}
	return cause == SW_CAUSE_LIMIT_SESSIONS;
}

/* libwrap complains about a rule, and then says that it refused. */
static bool is_same_cause(enum sw_cause a, enum sw_cause b)
{
	return a == b || (sw_cause_stage(a) == SW_STAGE_WRAPPER &&
			  sw_cause_stage(b) == SW_STAGE_WRAPPER);
}

/* True when the process has said so before. */
static bool is_said_again(struct slot *slot, const struct sw_logline *line)
{
	uint64_t rule = line->rule.source[0] == '\0'
				? 0
				: hash(line->rule.source, line->rule.line);

	for (size_t i = 0; i < slot->done_count; i++) {
		const struct done *done = &slot->done[i];

		if (is_same_cause(done->cause, line->cause) &&
		    (rule == 0 || done->rule == 0 || done->rule == rule))
			return true;
	}
	if (slot->done_count < DONE)
		slot->done[slot->done_count++] =
			(struct done){line->cause, rule};
	return false;
}

static void add_hint(struct slot *slot, struct sw_logline *line)
{
	if (line->cause != SW_CAUSE_WRAPPER_DENY ||
	    slot->hint.source[0] == '\0')
		return;
	line->rule = slot->hint;
	if (slot->hint_cause != SW_CAUSE_NONE)
		line->cause = slot->hint_cause;
}

static void reject(struct sw_logtrack *track, struct slot *slot,
		   const struct sw_logtrack_line *line)
{
	struct sw_logtrack_line full = *line;

	complete(&full.line.conn, &full.line.unknown_user, &slot->conn,
		 slot->unknown_user);
	if (full.line.conn.pid == 0)
		full.line.conn.pid = line->pid;
	add_hint(slot, &full.line);
	if (is_each_its_own(full.line.cause))
		track->finished(track->context, &full);
	else if (is_said_again(slot, &full.line))
		return;
	else
		finish_or_wait(track, slot, &full);
}

/* LogVerbose lets the listener think aloud before it drops. */
static void think(struct slot *slot, const struct sw_logline *line)
{
	switch ((int)line->cause) {
	case SW_CAUSE_LIMIT_MAX_STARTUPS_RANDOM:
		slot->next_drop = line->limit < line->number ? line->cause
							     : SW_CAUSE_NONE;
		break;
	case SW_CAUSE_LIMIT_PER_SOURCE:
		slot->next_drop = line->number >= line->limit ? line->cause
							      : SW_CAUSE_NONE;
		break;
	case SW_CAUSE_WRAPPER_BROKEN_RULE:
	case SW_CAUSE_NONE:
		slot->hint = line->rule;
		slot->hint_cause = line->cause;
		break;
	default:
		break;
	}
}

static void drop(struct sw_logtrack *track, struct slot *slot,
		 const struct sw_logtrack_line *line)
{
	struct sw_logtrack_line full = *line;

	if (line->line.cause == SW_CAUSE_LIMIT_MAX_STARTUPS &&
	    slot->next_drop != SW_CAUSE_NONE)
		full.line.cause = slot->next_drop;
	slot->next_drop = SW_CAUSE_NONE;
	track->finished(track->context, &full);
}

static bool is_drop(enum sw_cause cause)
{
	enum sw_stage stage = sw_cause_stage(cause);

	return stage == SW_STAGE_STARTUPS || stage == SW_STAGE_PENALTY;
}

/* A listener has many clients, a session process one. */
static void learn(struct slot *slot, const struct sw_logline *line)
{
	if (line->kind != SW_LOG_FACT && !is_each_its_own(line->cause))
		complete(&slot->conn, &slot->unknown_user, &line->conn,
			 line->unknown_user);
}

void sw_logtrack_feed(struct sw_logtrack *track,
		      const struct sw_logtrack_line *line)
{
	pid_t pid = line->line.conn.pid != 0 ? line->line.conn.pid : line->pid;
	struct slot *slot;

	release_older(track, line->time);
	if (line->line.kind == SW_LOG_SUMMARY) {
		track->unlogged += line->line.count;
		return;
	}
	if (pid == 0) {
		if (line->line.kind >= SW_LOG_COMPANION)
			track->finished(track->context, line);
		return;
	}
	slot = find_slot(track, line, pid);
	learn(slot, &line->line);
	if (line->line.kind == SW_LOG_FACT)
		think(slot, &line->line);
	else if (line->line.kind >= SW_LOG_COMPANION &&
		 is_drop(line->line.cause))
		drop(track, slot, line);
	else if (line->line.kind >= SW_LOG_COMPANION)
		reject(track, slot, line);
	inform_waiter(track, slot);
}
