/* bans.h - what the commands that change the ban list share. */

#ifndef SSHWHY_BANS_H
#define SSHWHY_BANS_H

#include "options.h"

#include "sshwhy/ban_list.h"
#include "sshwhy/record.h"

#include <stdbool.h>
#include <stddef.h>

/* The list that the options name, or the one of sshd. */
struct sw_ban_store sw_bans_store(const struct sw_options *options);

/* Print one line about what went wrong. Returns an exit status. */
int sw_bans_failed(const char *command, const struct sw_ban_store *store,
		   enum sw_err err);

/* The addresses from which this command is being given, over any number of su,
 * sudo and nested sessions. Returns how many there are, at most max. */
size_t sw_bans_own_clients(struct sw_addr *out, size_t max);

#define SW_BANS_OWN_MAX 8
#define SW_BANS_DANGER_MAX 160 /* bytes, with the NUL */

/* What a ban can do that nobody wants by mistake. */
struct sw_bans_guard {
	struct sw_addr own[SW_BANS_OWN_MAX];
	size_t own_count;
};

void sw_bans_guard_init(struct sw_bans_guard *guard);

/* True when prefix is dangerous to ban; the words end "PREFIX ...". */
bool sw_bans_is_dangerous(const struct sw_bans_guard *guard,
			  const struct sw_prefix *prefix, char *words);

/*
 * Read a file with a prefix a line, "-" being the standard input; words behind
 * "#" or ";" are comments. Any bad or dangerous line refuses the whole, with
 * one line on stderr.
 *
 * like  what all entries have in common
 *
 * Returns an exit status; 0: out holds the entries, freed by the caller.
 */
int sw_bans_read_file(const char *path, const struct sw_ban *like, bool force,
		      struct sw_ban_list *out);

/*
 * Record that a ban was placed or lifted, or count of them.
 *
 * ban  whom it is about; a prefix without a family: more than one
 *
 * Says on stderr when it could not be recorded. Nothing happens for a list
 * that sshd does not ask.
 */
void sw_bans_record(const struct sw_options *options, enum sw_event event,
		    const struct sw_ban *ban, size_t count);

#endif
