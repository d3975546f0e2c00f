/* ban.h - our own ban list, as sshd asks it for every connection. */

#ifndef SSHWHY_BAN_H
#define SSHWHY_BAN_H

#include "sshwhy/addr.h"
#include "sshwhy/err.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SW_BAN_REASON_MAX 127 /* bytes, with the NUL; longer ones are cut */

/*
 * One entry. Prefix and owner are its identity: two tools may ban the same
 * prefix, and what one of them lifts stays banned by the other.
 */
struct sw_ban {
	struct sw_prefix prefix;
	bool allow;	/* lets the prefix in instead */
	int64_t placed; /* milliseconds UTC */
	int64_t until;	/* the same; 0: for ever */
	char owner[SW_OWNER_MAX];
	char reason[SW_BAN_REASON_MAX];
};

#define SW_BAN_WORDS_MAX 80 /* bytes, with the NUL */

/* Where a list lies, and what was wrong with it. */
struct sw_ban_store {
	const char *dir; /* the folder, an absolute path */
	uid_t owner;	 /* whose its files must be; 0 outside the tests */
	char path[SW_SOURCE_MAX];     /* the file at fault */
	char words[SW_BAN_WORDS_MAX]; /* what is wrong with it */
};

/* A store whose list nobody has found fault with. */
struct sw_ban_store sw_ban_store_of(const char *dir, uid_t owner);

/*
 * Find the entry that decides about an address: of those that have not ended,
 * one of the longest prefix; among equal prefixes one that allows, else the ban
 * that ends last.
 *
 * now        milliseconds UTC
 * out_found  whether there is one; *out is set only then
 *
 * No list is an empty list. Nothing is allocated and nothing mapped: a file
 * that is cut or lies on a dying disk is a failure, never a signal. What is
 * read is checked (see lib/ban_file.h), so a damaged list is refused, not
 * half obeyed.
 *
 * Returns SW_OK, SW_E_IO (errno set), SW_E_UNSAFE (not owner's regular file, or
 * writable by others) or SW_E_SYNTAX (damaged). On failure the outputs keep
 * their old values, and store says which file and why.
 */
SW_MUST_CHECK
enum sw_err sw_ban_find(struct sw_ban_store *store, const struct sw_addr *addr,
			int64_t now, struct sw_ban *out, bool *out_found);

/* The rule of an entry: the list's path, the prefix with the reason behind it,
 * and the owner. rule is empty before. */
void sw_ban_name_rule(const struct sw_ban_store *store,
		      const struct sw_ban *ban, struct sw_rule *rule);

/*
 * The same as a verdict: SW_DENY (SW_CAUSE_BAN_LIST) when a ban decides, else
 * SW_NOMATCH. Its rule is as sw_ban_name_rule() has it.
 *
 * out_until  of a ban: when it ends, milliseconds UTC; 0: never
 *
 * Returns as sw_ban_find(). On failure nobody is refused: the outcome is
 * SW_UNKNOWN, the source of the rule is the file at fault, and its text says
 * why. Keeps errno in any case but SW_E_IO.
 */
SW_MUST_CHECK
enum sw_err sw_ban_check(const char *dir, uid_t owner,
			 const struct sw_addr *client, int64_t now,
			 struct sw_verdict *out, int64_t *out_until);

#endif
