/*
 * said.h - has this session's refusal been recorded already?
 *
 * Several processes of one session (sshd's own, and the child in which PAM may
 * run) and two modules see the same refusal. They share no memory but the state
 * file.
 */

#ifndef SSHWHY_SAID_H
#define SSHWHY_SAID_H

#include "sshwhy/state.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* FNV-1a: for keys that have to differ, not to withstand anyone. */
#define SW_HASH_START UINT64_C(0xcbf29ce484222325)
uint64_t sw_hash_add(uint64_t hash, const void *bytes, size_t len);

/* A key of the connection, its session's process (conn->pid) and a topic. */
uint64_t sw_said_key(const struct sw_conn *conn, const char *topic);

/*
 * True the first time that this cause is asked about for this connection. The
 * causes of the stages wrapper and pam count as one each: libwrap, PAM, its
 * modules and sshd all tell of one denial, each in words of its own. Always
 * true when the state is not open.
 */
bool sw_said_first(struct sw_state *state, const struct sw_conn *conn,
		   enum sw_cause cause);

#endif
