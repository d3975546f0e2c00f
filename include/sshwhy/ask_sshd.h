/* ask_sshd.h - which line of sshd_config is in force for a connection. */

#ifndef SSHWHY_ASK_SSHD_H
#define SSHWHY_ASK_SSHD_H

#include "sshwhy/err.h"
#include "sshwhy/sshd_daemon.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>

struct sw_sshd_answer {
	struct sw_rule rule; /* source "sshd:default" where no line sets it,
				"sshd:command-line" where an option does */
	bool stale;	     /* a file was changed after the daemon read it */
};

/*
 * Ask the program of a running daemon (-T -ddd, or -G -ddd where it has that)
 * which line decided about this connection.
 *
 * daemon   as sw_daemon_describe() found it
 * loaded   when it read its files, milliseconds UTC; 0: since its start
 * conn     client, server and user; a user that is not known is left out, and
 *          with it what Match User blocks say
 * cause    one whose directive is known: limit.max-startups and its kin,
 *          config.*, protocol.no-common-algorithm, key.*, ban.penalty
 * keyword  the directive, or NULL: the one that belongs to cause
 *
 * For AllowUsers, DenyUsers, AllowGroups and DenyGroups the line is the one
 * whose pattern names the user; where none does (AllowUsers) it is the first,
 * and the text holds all patterns.
 *
 * Returns SW_OK, SW_E_NOTSUP (cause has no directive), SW_E_SYNTAX (not what
 * sshd prints), or what sw_run() returns. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_ask_sshd(const struct sw_daemon *daemon, int64_t loaded,
			const struct sw_conn *conn, enum sw_cause cause,
			const char *keyword, struct sw_sshd_answer *out);

/*
 * The directive that belongs to cause, NULL where there is none.
 *
 * words  sshd's own about the rejection, or "": they say which algorithm was
 *        not found
 */
const char *sw_sshd_keyword(enum sw_cause cause, const char *words);

#endif
