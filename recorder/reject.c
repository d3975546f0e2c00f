#include "correlator.h"

#include <string.h>

/* How long a companion, or the first words about PAM, wait for better ones. */
#define PATIENCE 1000 /* milliseconds */
void sw_give(struct sw_correlator *c, const struct sw_record *record,
	     bool counted)
{
	const struct sw_listener *listener =
		sw_listeners_on(&c->all, record->conn.server.port);

	if (listener != NULL)
		c->emit(c->context, record, counted, listener->pid,
			listener->loaded);
	else
		c->emit(c->context, record, counted, 0, 0);
}

void sw_give_pending(struct sw_correlator *c, struct sw_session *session)
{
	if (!session->has_pending)
		return;
	session->has_pending = false;
	sw_give(c, &session->pending, session->pending_counted);
}

struct sw_session *sw_session_of(struct sw_correlator *c, pid_t pid,
				 int64_t now)
{
	/* Large; this is never entered twice. */
	static struct sw_session evicted;
	struct sw_session *session =
		sw_sessions_get(&c->all, pid, now, &evicted);

	if (evicted.pid != 0)
		sw_give_pending(c, &evicted);
	return session;
}

/* Take over what one end knows and the other does not. */
static void learn_end(struct sw_endpoint *known, const struct sw_endpoint *said)
{
	if (known->addr.family == SW_FAMILY_NONE)
		known->addr = said->addr;
	if (known->port == 0 && sw_addr_equal(&known->addr, &said->addr))
		known->port = said->port;
}

void sw_learn(struct sw_conn *known, const struct sw_conn *said)
{
	learn_end(&known->client, &said->client);
	learn_end(&known->server, &said->server);
	if (known->user[0] == '\0')
		memcpy(known->user, said->user, sizeof(known->user));
}

static bool is_said(const struct sw_session *session, enum sw_cause cause)
{
	enum sw_stage stage = sw_cause_stage(cause);

	/* libwrap's and PAM's own words are about one and the same denial. */
	if (stage == SW_STAGE_WRAPPER || stage == SW_STAGE_PAM)
		return (session->stages & UINT64_C(1) << stage) != 0;
	return (session->causes & UINT64_C(1) << cause) != 0;
}

static void note_said(struct sw_session *session, enum sw_cause cause)
{
	session->stages |= UINT64_C(1) << sw_cause_stage(cause);
	session->causes |= UINT64_C(1) << cause;
}

static bool is_about_same(const struct sw_record *pending, enum sw_cause cause)
{
	return pending->cause == cause ||
	       (sw_cause_stage(cause) == SW_STAGE_PAM &&
		sw_cause_stage(pending->cause) == SW_STAGE_PAM);
}

/* What came later completes what came first. */
static void complete(struct sw_record *first, const struct sw_record *later)
{
	sw_learn(&first->conn, &later->conn);
	if (first->rule.source[0] == '\0' && later->rule.source[0] != '\0')
		first->rule = later->rule;
	if (first->root[0] == '\0')
		memcpy(first->root, later->root, sizeof(first->root));
	if (later->cause == SW_CAUSE_ACCOUNT_LOCKED)
		first->cause = later->cause;
}

static void hold(struct sw_session *session, const struct sw_record *record,
		 bool counted, int64_t now)
{
	session->pending = *record;
	session->pending_counted = counted;
	session->has_pending = true;
	session->due = now + PATIENCE;
}

/* A rejection of a session was told, in final words or not. */
void sw_reject(struct sw_correlator *c, struct sw_session *session,
	       struct sw_record *record, bool counted, bool final, int64_t now)
{
	if (session->has_pending &&
	    is_about_same(&session->pending, record->cause)) {
		complete(&session->pending, record);
		if (counted && session->pending_counted)
			c->repeats++;
		session->pending_counted |= counted;
		note_said(session, record->cause);
		if (final && sw_cause_stage(record->cause) != SW_STAGE_PAM)
			sw_give_pending(c, session);
		return;
	}
	if (is_said(session, record->cause)) {
		c->repeats += counted ? 1 : 0;
		return;
	}
	sw_give_pending(c, session);
	note_said(session, record->cause);
	if (final && sw_cause_stage(record->cause) != SW_STAGE_PAM)
		sw_give(c, record, counted);
	else
		hold(session, record, counted, now);
}

static enum sw_evidence evidence_of(enum sw_tap tap)
{
	return tap == SW_TAP_SYSLOG ? SW_EVIDENCE_INFERRED
				    : SW_EVIDENCE_RECORDED;
}

void sw_line_to_record(const struct sw_line *line,
		       const struct sw_logline *said, struct sw_record *record)
{
	struct sw_verdict verdict = {
		.outcome = SW_DENY, .cause = said->cause, .rule = said->rule};
	struct sw_conn conn = said->conn;

	conn.pid = line->pid;
	if (said->unknown_user)
		conn.user[0] = '\0';
	sw_record_init(record, &conn, &verdict,
		       line->tap == SW_TAP_HOOK ? SW_VIA_HOOK : SW_VIA_LOG,
		       line->time);
	record->evidence = evidence_of(line->tap);
	if (said->count > 1)
		record->count = said->count;
}
