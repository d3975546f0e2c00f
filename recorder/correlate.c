#include "correlator.h"

#include "sshwhy/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long a session that ended is remembered: its listener may speak late. */
#define MEMORY 60000 /* milliseconds */
/* A session that says nothing for so long has ended without our knowledge. */
#define SILENCE 86400000 /* milliseconds */

struct sw_correlator *sw_correlator_new(sw_emit_fn emit, void *context)
{
	struct sw_correlator *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return NULL;
	made->all.sessions = calloc(SW_SESSIONS_MAX, sizeof(struct sw_session));
	if (made->all.sessions == NULL) {
		free(made);
		return NULL;
	}
	made->emit = emit;
	made->context = context;
	return made;
}

void sw_correlator_free(struct sw_correlator *correlator)
{
	if (correlator == NULL)
		return;
	free(correlator->all.sessions);
	free(correlator);
}

static void note_fact(struct sw_correlator *c, const struct sw_line *line,
		      const struct sw_logline *said)
{
	struct sw_listener *listener;

	if (said->cause == SW_CAUSE_BAN_PENALTY) {
		if (said->conn.client.addr.family != SW_FAMILY_NONE)
			sw_sources_penalise(c->sources, &said->conn.client.addr,
					    said->detail, line->time);
		return;
	}
	if (said->cause == SW_CAUSE_SERVER_CONFIG) {
		sw_complaint_hear(c, line, said);
		return;
	}
	listener = sw_listeners_get(&c->all, line->pid, line->time);
	if (said->cause == SW_CAUSE_LIMIT_MAX_STARTUPS_RANDOM) {
		listener->has_draw = true;
		listener->chance = said->number;
		listener->draw = said->limit;
	} else if (said->cause == SW_CAUSE_LIMIT_PER_SOURCE) {
		listener->has_source = true;
		listener->open = said->number;
		listener->limit = said->limit;
	}
}

static bool is_listeners(const struct sw_logline *said)
{
	enum sw_stage stage = sw_cause_stage(said->cause);

	return stage == SW_STAGE_STARTUPS || stage == SW_STAGE_PENALTY ||
	       said->cause == SW_CAUSE_LIMIT_SOCKET_UNIT;
}

/* The path of such a message is what the rule is about, not where it stands. */
static bool is_no_rule(const struct sw_logline *said)
{
	return said->rule.source[0] != '\0' &&
	       (said->cause == SW_CAUSE_SERVER_CHROOT ||
		said->cause == SW_CAUSE_CONFIG_SHELL);
}

static void name_in_words(struct sw_record *record)
{
	struct sw_text text;
	char words[SW_ROOT_MAX];

	sw_text_init(&text, words, sizeof(words));
	sw_text_add(&text, "%s%s%s", record->rule.source,
		    record->root[0] != '\0' ? ": " : "", record->root);
	if (sw_text_ok(&text) || record->root[0] == '\0')
		(void)sw_text_copy(record->root, sizeof(record->root), words);
	memset(&record->rule, 0, sizeof(record->rule));
}

static void reject_line(struct sw_correlator *c, const struct sw_line *line,
			struct sw_logline *said)
{
	/* A listener speaks of its session by that one's pid. */
	pid_t pid = said->conn.pid != 0 ? said->conn.pid : line->pid;
	struct sw_session *session = sw_session_of(c, pid, line->time);
	struct sw_record record;

	sw_learn(&session->conn, &said->conn);
	sw_line_to_record(line, said, &record);
	record.conn.pid = pid;
	sw_learn(&record.conn, &session->conn);
	if (said->unknown_user)
		record.conn.user[0] = '\0';
	if (said->detail[0] != '\0')
		(void)sw_text_copy(record.root, sizeof(record.root),
				   said->detail);
	if (said->cause == SW_CAUSE_CONFIG_ROOT_LOGIN)
		(void)sw_text_copy(record.conn.user, sizeof(record.conn.user),
				   "root");
	if (is_no_rule(said))
		name_in_words(&record);
	sw_reject(c, session, &record, line->counted,
		  said->kind == SW_LOG_REJECTION, line->time);
}

/* The password of root is refused whatever it is, or it is wrong: sshd does not
 * tell which, and has to be asked. */
static void suspect(struct sw_correlator *c, struct sw_session *session,
		    const struct sw_line *line, const struct sw_logline *said)
{
	struct sw_record record;

	sw_line_to_record(line, said, &record);
	sw_learn(&record.conn, &session->conn);
	record.evidence = SW_EVIDENCE_INFERRED;
	(void)sw_text_copy(record.root, sizeof(record.root), SW_SUSPICION);
	sw_reject(c, session, &record, false, true, line->time);
}

/* Lack of resources hits connection after connection, and often before there
 * is a process of its own: each line is a rejection. */
static void lack_resources(struct sw_correlator *c, const struct sw_line *line,
			   const struct sw_logline *said)
{
	const struct sw_session *session = sw_sessions_find(&c->all, line->pid);
	struct sw_record record;

	sw_line_to_record(line, said, &record);
	if (session != NULL)
		sw_learn(&record.conn, &session->conn);
	sw_give(c, &record, line->counted);
}

/* A listener that reads its configuration writes to standard error, where the
 * hook does not look. */
static bool is_unhooked(const struct sw_logline *said)
{
	return said->kind == SW_LOG_FACT &&
	       said->cause == SW_CAUSE_SERVER_CONFIG;
}

static bool is_deaf_to(struct sw_correlator *c, const struct sw_line *line)
{
	const struct sw_session *session;
	const struct sw_listener *listener;

	if (line->tap == SW_TAP_HOOK)
		return false;
	session = sw_sessions_find(&c->all, line->pid);
	listener = sw_listeners_find(&c->all, line->pid);
	return (session != NULL && session->hooked) ||
	       (listener != NULL && listener->hooked);
}

void sw_correlate_line(struct sw_correlator *c, const struct sw_line *line)
{
	struct sw_logline said = {0};
	struct sw_session *session;
	enum sw_log_kind kind;

	kind = sw_logline_classify(line->origin, line->text, line->len, &said);
	if (is_deaf_to(c, line) && !is_unhooked(&said))
		return;
	if (kind == SW_LOG_OTHER) {
		c->repeats += line->counted ? 1 : 0;
	} else if (kind == SW_LOG_FACT) {
		note_fact(c, line, &said);
	} else if (kind == SW_LOG_SUMMARY) {
		sw_drop_summary(
			c, line,
			sw_listeners_get(&c->all, line->pid, line->time),
			&said);
	} else if (kind == SW_LOG_CONTEXT) {
		session = sw_session_of(c, line->pid, line->time);
		sw_learn(&session->conn, &said.conn);
		if (said.cause != SW_CAUSE_NONE)
			suspect(c, session, line, &said);
	} else if (said.cause == SW_CAUSE_SERVER_RESOURCES) {
		lack_resources(c, line, &said);
	} else if (is_listeners(&said)) {
		sw_drop(c, line,
			sw_listeners_get(&c->all, line->pid, line->time),
			&said);
	} else {
		reject_line(c, line, &said);
	}
}

static void reject_fact(struct sw_correlator *c, const struct sw_fact *fact,
			struct sw_session *session, enum sw_cause cause)
{
	struct sw_verdict verdict = {.outcome = SW_DENY,
				     .cause = cause,
				     .rule = fact->rule,
				     .lookup = fact->lookup};
	struct sw_record record;

	sw_record_init(&record, &session->conn, &verdict,
		       (enum sw_via)fact->via, fact->time);
	if ((fact->flags & SW_FACT_SIMULATED) != 0)
		record.evidence = SW_EVIDENCE_SIMULATED;
	if (fact->kind == SW_FACT_PAM)
		(void)snprintf(record.root, sizeof(record.root),
			       "PAM code %d %.100s", fact->code, fact->text);
	else if (fact->kind == SW_FACT_CRASH)
		(void)snprintf(record.root, sizeof(record.root),
			       "signal %d ended the unprivileged process",
			       fact->code);
	record.until = fact->until;
	/* What PAM answers then is our own module's denial. */
	if (fact->via == SW_VIA_PAM && record.evidence == SW_EVIDENCE_RECORDED)
		session->stages |= UINT64_C(1) << SW_STAGE_PAM;
	if (sw_cause_stage(cause) == SW_STAGE_WRAPPER &&
	    record.evidence == SW_EVIDENCE_RECORDED) {
		session->held = cause;
		session->held_by = fact->rule;
	}
	sw_reject(c, session, &record, (fact->flags & SW_FACT_COUNTED) != 0,
		  true, fact->time);
}

static void fact_of_session(struct sw_correlator *c, const struct sw_fact *fact)
{
	struct sw_session *session = sw_session_of(c, fact->pid, fact->time);
	struct sw_conn said = {.client = fact->client,
			       .server = fact->server,
			       .pid = fact->pid};

	session->hooked = true;
	session->conn.pid = fact->pid;
	memcpy(said.user, fact->user, sizeof(said.user));
	sw_learn(&session->conn, &said);
	if (fact->kind == SW_FACT_ADMITTED)
		session->admitted = true;
	else if (fact->kind == SW_FACT_WRAPPER)
		reject_fact(c, fact, session, (enum sw_cause)fact->cause);
	else if (fact->kind == SW_FACT_PAM)
		reject_fact(c, fact, session, SW_CAUSE_ACCOUNT_PAM);
	else if (fact->kind == SW_FACT_GRACE)
		reject_fact(c, fact, session, SW_CAUSE_CONFIG_GRACE_TIME);
	else if (fact->kind == SW_FACT_CRASH)
		reject_fact(c, fact, session, SW_CAUSE_SERVER_CRASH);
}

void sw_correlate_fact(struct sw_correlator *c, const struct sw_fact *fact)
{
	bool is_listener = (fact->flags & SW_FACT_LISTENER) != 0;
	struct sw_listener *listener;

	if (is_listener) {
		listener = sw_listeners_get(&c->all, fact->pid, fact->time);
		listener->hooked = true;
		if (fact->kind == SW_FACT_PORT) {
			listener->loaded = fact->time;
			sw_listener_add_port(listener, fact->server.port);
		}
	}
	if (fact->kind == SW_FACT_LOG) {
		const struct sw_line line = {
			.tap = SW_TAP_HOOK,
			.origin = SW_LOG_SSHD,
			.pid = fact->pid,
			.time = fact->time,
			.counted = (fact->flags & SW_FACT_COUNTED) != 0,
			.text = fact->text,
			.len = fact->text_len,
		};

		if (!is_listener)
			fact_of_session(c, fact);
		sw_correlate_line(c, &line);
	} else if (!is_listener) {
		fact_of_session(c, fact);
	}
}

void sw_correlate_end(struct sw_correlator *c, pid_t pid, int64_t time)
{
	struct sw_session *session = sw_sessions_find(&c->all, pid);
	struct sw_listener *listener = sw_listeners_find(&c->all, pid);

	if (session != NULL) {
		sw_give_pending(c, session);
		session->ended = true;
		session->touched = time;
	}
	if (listener != NULL)
		memset(listener, 0, sizeof(*listener));
}

void sw_correlate_tick(struct sw_correlator *c, int64_t now)
{
	for (size_t i = 0; i < SW_SESSIONS_MAX; i++) {
		struct sw_session *session = &c->all.sessions[i];
		int64_t silent = now - session->touched;

		if (session->pid == 0)
			continue;
		if (session->has_pending && session->due <= now)
			sw_give_pending(c, session);
		if (silent > SILENCE || (session->ended && silent > MEMORY))
			memset(session, 0, sizeof(*session));
	}
}

void sw_correlate_written(struct sw_correlator *c,
			  const struct sw_record *record)
{
	sw_sources_add(c->sources, record);
}

uint64_t sw_correlate_repeats(struct sw_correlator *c)
{
	uint64_t repeats = c->repeats;

	c->repeats = 0;
	return repeats;
}
