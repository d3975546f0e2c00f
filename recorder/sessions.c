#include "sessions.h"

#include <string.h>

#define PROBES 32 /* places in which a pid may stand */

static struct sw_session *place(struct sw_sessions *all, pid_t pid, size_t i)
{
	return &all->sessions[((size_t)pid + i) % SW_SESSIONS_MAX];
}

struct sw_session *sw_sessions_find(struct sw_sessions *all, pid_t pid)
{
	for (size_t i = 0; i < PROBES; i++) {
		struct sw_session *session = place(all, pid, i);

		if (session->pid == pid)
			return session;
	}
	return NULL;
}

/* A free place, or the one that was silent for longest. */
static struct sw_session *choose(struct sw_sessions *all, pid_t pid)
{
	struct sw_session *chosen = place(all, pid, 0);

	for (size_t i = 0; i < PROBES; i++) {
		struct sw_session *session = place(all, pid, i);

		if (session->pid == 0)
			return session;
		if (session->touched < chosen->touched)
			chosen = session;
	}
	return chosen;
}

struct sw_session *sw_sessions_get(struct sw_sessions *all, pid_t pid,
				   int64_t now, struct sw_session *out_evicted)
{
	struct sw_session *session = sw_sessions_find(all, pid);

	out_evicted->pid = 0;
	if (session == NULL) {
		session = choose(all, pid);
		if (session->pid != 0)
			*out_evicted = *session;
		memset(session, 0, sizeof(*session));
		session->pid = pid;
	}
	session->touched = now;
	return session;
}

struct sw_listener *sw_listeners_find(struct sw_sessions *all, pid_t pid)
{
	for (size_t i = 0; i < SW_LISTENERS_MAX; i++) {
		if (all->listeners[i].pid == pid)
			return &all->listeners[i];
	}
	return NULL;
}

struct sw_listener *sw_listeners_get(struct sw_sessions *all, pid_t pid,
				     int64_t now)
{
	struct sw_listener *listener = sw_listeners_find(all, pid);

	if (listener == NULL) {
		listener = &all->listeners[0];
		for (size_t i = 1; i < SW_LISTENERS_MAX; i++) {
			if (all->listeners[i].touched < listener->touched)
				listener = &all->listeners[i];
		}
		memset(listener, 0, sizeof(*listener));
		listener->pid = pid;
	}
	listener->touched = now;
	return listener;
}

void sw_listener_add_port(struct sw_listener *listener, uint16_t port)
{
	for (size_t i = 0; i < SW_LISTENER_PORTS_MAX; i++) {
		if (listener->ports[i] == port)
			return;
		if (listener->ports[i] == 0) {
			listener->ports[i] = port;
			return;
		}
	}
}

static bool is_on(const struct sw_listener *listener, uint16_t port)
{
	for (size_t i = 0; port != 0 && i < SW_LISTENER_PORTS_MAX; i++) {
		if (listener->ports[i] == port)
			return true;
	}
	return false;
}

struct sw_listener *sw_listeners_on(struct sw_sessions *all, uint16_t port)
{
	struct sw_listener *any = NULL, *only = NULL;
	size_t known = 0, found = 0;

	for (size_t i = 0; i < SW_LISTENERS_MAX; i++) {
		struct sw_listener *listener = &all->listeners[i];

		if (listener->pid == 0)
			continue;
		any = listener;
		known++;
		if (is_on(listener, port)) {
			only = listener;
			found++;
		}
	}
	if (known == 1)
		return any;
	return found == 1 ? only : NULL;
}

static bool is_held(const struct sw_session *session)
{
	return session->pid != 0 && !session->ended && !session->admitted &&
	       session->held != SW_CAUSE_NONE;
}

size_t sw_sessions_held(const struct sw_sessions *all, enum sw_cause *out_cause,
			struct sw_rule *out_rule)
{
	const struct sw_session *most = NULL;
	size_t count = 0;

	for (size_t i = 0; i < SW_SESSIONS_MAX; i++) {
		const struct sw_session *session = &all->sessions[i];

		if (!is_held(session))
			continue;
		count++;
		if (most == NULL || session->touched > most->touched)
			most = session;
	}
	*out_cause = most != NULL ? most->held : SW_CAUSE_NONE;
	memset(out_rule, 0, sizeof(*out_rule));
	if (most != NULL)
		*out_rule = most->held_by;
	return count;
}
