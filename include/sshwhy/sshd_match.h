/* sshd_match.h - the patterns of AllowUsers and its kin, as sshd applies them.
 */

#ifndef SSHWHY_SSHD_MATCH_H
#define SSHWHY_SSHD_MATCH_H

#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * True when pattern (USER or USER@HOST, '*' and '?' are wild; HOST may be a
 * prefix with length) names this user from this client.
 *
 * host  the client's name, or its address where sshd uses no names
 */
bool sw_sshd_match_user(const char *pattern, const char *user, const char *host,
			const struct sw_addr *addr);

/* True when text matches pattern ('*' and '?'), with regard to case. */
bool sw_sshd_match_pattern(const char *pattern, const char *text);

/*
 * Copy word number i (0 is the first) of a list as sshd splits it: blanks
 * separate, double quotes keep a blank. False when there is none, or when it
 * does not fit into size bytes.
 */
bool sw_sshd_word(const char *list, size_t i, char *out, size_t size);

/*
 * True when a pattern of the list names the user of conn, who may come from
 * this client, or one of the user's groups as this machine knows them.
 */
bool sw_sshd_list_names(const char *list, bool groups,
			const struct sw_conn *conn);

#endif
