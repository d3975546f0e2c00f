#include "hook.h"
#include "hook_process.h"

#include "sshwhy/clock.h"
#include "sshwhy/deliver.h"
#include "sshwhy/paths.h"
#include "sshwhy/report.h"
#include "sshwhy/said.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct sw_courier courier = SW_COURIER_INIT;
static struct sw_conn session; /* of the session; filled once */
static struct sw_fact grace;   /* built beforehand, for a signal handler */

#define PENDING_MAX 4 /* a session has hardly more causes */

/* Records that this process writes once the client has had its answer. */
static struct {
	struct sw_record record;
	pid_t pid; /* whose it is, not its children's; 0: free */
} pending[PENDING_MAX];

const struct sw_conn *sw_hook_session(void)
{
	return &session;
}

static struct sw_fact start(enum sw_fact_kind kind)
{
	struct sw_fact fact;

	sw_fact_init(&fact, kind, sw_clock_utc_ms(), sw_hook_session_pid());
	fact.via = SW_VIA_HOOK;
	fact.client = session.client;
	fact.server = session.server;
	memcpy(fact.user, session.user, sizeof(fact.user));
	if (sw_hook_process() == SW_PROCESS_LISTENER)
		fact.flags |= SW_FACT_LISTENER;
	return fact;
}

/* Where no recorder has ever run, what is no rejection opens nothing. */
static bool is_recorder_known(void)
{
	return access(SW_PATH_STATE, F_OK) == 0;
}

void sw_hook_meet(const struct sw_conn *conn)
{
	struct sw_fact fact;

	session = *conn;
	session.pid = sw_hook_session_pid();
	grace = start(SW_FACT_GRACE);
	grace.cause = SW_CAUSE_CONFIG_GRACE_TIME;
	grace.flags |= SW_FACT_COUNTED;
	if (!is_recorder_known())
		return;
	sw_courier_open(&courier, sw_clock_monotonic_ns());
	fact = start(SW_FACT_SESSION);
	/* Whatever befalls this process later, its listener may name the pid.
	 */
	(void)!sw_channel_send(&courier.channel, &fact);
}

void sw_hook_meet_user(const char *user)
{
	(void)sw_text_copy(session.user, sizeof(session.user), user);
	memcpy(grace.user, session.user, sizeof(grace.user));
}

/* sshd can fail before it asks who the peer is: until then the connection is
 * the standard input of the process that it has started for it. */
static void meet_at_stdin(void)
{
	struct sw_conn conn;

	if (session.client.addr.family != SW_FAMILY_NONE ||
	    sw_hook_process() != SW_PROCESS_SESSION ||
	    getpid() != sw_hook_session_pid())
		return;
	sw_hook_conn(STDIN_FILENO, &conn);
	if (conn.client.addr.family != SW_FAMILY_NONE)
		sw_hook_meet(&conn);
}

void sw_hook_forget(void)
{
	sw_courier_close(&courier);
}

void sw_hook_write_pending(void)
{
	for (size_t i = 0; i < PENDING_MAX; i++) {
		if (pending[i].pid != getpid() || geteuid() != 0)
			continue;
		pending[i].pid = 0;
		sw_report_directly(&pending[i].record, sw_hook_config());
		sw_state_take(&courier.state, 1);
	}
}

static void keep(const struct sw_record *record)
{
	for (size_t i = 0; i < PENDING_MAX; i++) {
		if (pending[i].pid == getpid())
			continue;
		pending[i].record = *record;
		pending[i].pid = getpid();
		return;
	}
}

/* A name that is no account may be a password that was typed too early. */
static void name_user(const struct sw_logline *said, struct sw_conn *conn)
{
	bool unknown_users = sw_hook_config()->unknown_users;

	if (!unknown_users)
		conn->user[0] = '\0';
	if (said->conn.user[0] != '\0' &&
	    (!said->unknown_user || unknown_users))
		memcpy(conn->user, said->conn.user, sizeof(conn->user));
}

/*
 * No recorder: a session that was refused writes its record itself, but not
 * before its client has the answer. How long that takes would tell which names
 * are accounts: sshd rejects those by its rules, others without a record.
 */
static void write_own(const struct sw_logline *said, const struct sw_rule *rule,
		      const char *root)
{
	static struct sw_record record;
	struct sw_verdict verdict = {
		.outcome = SW_DENY, .cause = said->cause, .rule = *rule};
	struct sw_conn conn = session;

	if (!sw_said_first(&courier.state, &conn, said->cause)) {
		sw_state_take(&courier.state, 1);
		return;
	}
	name_user(said, &conn);
	sw_record_init(&record, &conn, &verdict, SW_VIA_HOOK,
		       sw_clock_utc_ms());
	(void)sw_text_copy(record.root, sizeof(record.root), root);
	keep(&record);
	if (said->ends)
		sw_hook_write_pending();
}

static void deliver(struct sw_fact *fact, const struct sw_logline *said)
{
	bool is_counted = (fact->flags & SW_FACT_COUNTED) != 0;
	bool is_listener = (fact->flags & SW_FACT_LISTENER) != 0;

	if (sw_courier_deliver(&courier, fact, sw_clock_monotonic_ns()) !=
		    SW_DELIVERY_NOBODY ||
	    is_listener || !is_counted || geteuid() != 0)
		return;
	write_own(said, &said->rule, said->detail);
}

void sw_hook_tell_line(const struct sw_logline *said, const char *text)
{
	struct sw_fact fact;

	meet_at_stdin();
	fact = start(SW_FACT_LOG);
	fact.cause = (uint16_t)said->cause;
	if (said->kind == SW_LOG_REJECTION || said->kind == SW_LOG_COMPANION)
		fact.flags |= SW_FACT_COUNTED;
	sw_fact_set_text(&fact, text);
	deliver(&fact, said);
}

void sw_hook_tell_failure(const struct sw_logline *said, const char *text)
{
	/* Only a recorder that is there can ask whether it is a rejection. */
	if (courier.channel.fd >= 0)
		sw_hook_tell_line(said, text);
}

void sw_hook_tell_admitted(const char *user)
{
	struct sw_fact fact = start(SW_FACT_ADMITTED);

	sw_hook_write_pending();
	(void)sw_text_copy(fact.user, sizeof(fact.user), user);
	/* Only a recorder that is there wants to know. */
	if (courier.channel.fd >= 0)
		(void)sw_courier_deliver(&courier, &fact,
					 sw_clock_monotonic_ns());
}

void sw_hook_tell_port(const struct sw_endpoint *own)
{
	struct sw_fact fact = start(SW_FACT_PORT);

	if (!is_recorder_known())
		return;
	fact.server = *own;
	(void)sw_courier_deliver(&courier, &fact, sw_clock_monotonic_ns());
}

void sw_hook_tell_pam(int code, const char *words, const char *user)
{
	struct sw_logline said = {.cause = SW_CAUSE_ACCOUNT_PAM};
	struct sw_fact fact = start(SW_FACT_PAM);

	fact.cause = SW_CAUSE_ACCOUNT_PAM;
	fact.code = code;
	fact.flags |= SW_FACT_COUNTED;
	(void)sw_text_copy(fact.user, sizeof(fact.user), user);
	(void)sw_text_copy(said.conn.user, sizeof(said.conn.user), user);
	(void)sw_text_copy(said.detail, sizeof(said.detail), words);
	sw_fact_set_text(&fact, words);
	deliver(&fact, &said);
}

void sw_hook_tell_crash(int number)
{
	struct sw_logline said = {.cause = SW_CAUSE_SERVER_CRASH, .ends = true};
	struct sw_fact fact;

	if (session.client.addr.family == SW_FAMILY_NONE)
		return;
	fact = start(SW_FACT_CRASH);
	fact.cause = SW_CAUSE_SERVER_CRASH;
	fact.code = number;
	fact.flags |= SW_FACT_COUNTED;
	(void)snprintf(said.detail, sizeof(said.detail),
		       "signal %d ended the unprivileged process", number);
	deliver(&fact, &said);
}

void sw_hook_tell_grace(void)
{
	if (grace.kind == SW_FACT_NONE)
		return;
	grace.time = sw_clock_utc_ms();
	(void)sw_courier_deliver_now(&courier, &grace);
}
