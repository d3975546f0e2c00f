/* ask_fail2ban.h - what fail2ban holds against an address. */

#ifndef SSHWHY_ASK_FAIL2BAN_H
#define SSHWHY_ASK_FAIL2BAN_H

#include "sshwhy/addr.h"
#include "sshwhy/err.h"
#include "sshwhy/verdict.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_FAIL2BAN_BANS 4     /* of one address that are kept */
#define SW_FAIL2BAN_LINES 10   /* log lines of a ban that are kept: the last */
#define SW_FAIL2BAN_LINE 512   /* bytes, with the NUL; longer lines are cut */
#define SW_FAIL2BAN_WORDS 1024 /* bytes, with the NUL */
#define SW_FAIL2BAN_REASON 256 /* bytes, with the NUL */

/* Where fail2ban is; the tests have others. */
struct sw_fail2ban_paths {
	const char *config; /* the folder of fail2ban.conf and jail.conf */
	const char *client; /* fail2ban-client, or NULL: do not ask it */
};

#define SW_FAIL2BAN_PATHS                                                      \
	{                                                                      \
		"/etc/fail2ban", "/usr/bin/fail2ban-client"                    \
	}

/* One ban that holds now, as the database has it. */
struct sw_fail2ban_ban {
	char jail[SW_OWNER_MAX];
	struct sw_prefix client; /* the address, or a range around it */
	int64_t since;		 /* milliseconds UTC */
	int64_t until;		 /* milliseconds UTC; 0: for ever */
	uint64_t count;		 /* how often it has been banned */
	uint64_t failures;	 /* that led to it; 0: not known */
	size_t line_count;
	char lines[SW_FAIL2BAN_LINES][SW_FAIL2BAN_LINE]; /* as they matched */
};

enum sw_fail2ban_state {
	SW_FAIL2BAN_ABSENT = 0, /* it is not installed */
	SW_FAIL2BAN_IDLE,	/* it is, and never ran: no database */
	SW_FAIL2BAN_UNREAD, /* it is, but reason says why it can't be read */
	SW_FAIL2BAN_READ
};

struct sw_fail2ban {
	enum sw_fail2ban_state state;
	char reason[SW_FAIL2BAN_REASON]; /* "" unless idle, unread */
	char database[PATH_MAX];	 /* "" when its place is not known */
	struct sw_fail2ban_ban bans[SW_FAIL2BAN_BANS]; /* the narrowest first */
	size_t ban_count;
};

/* How a jail acts. A text is "" when it is not known or empty. */
struct sw_fail2ban_jail {
	bool running;			  /* the server has told */
	char actions[SW_FAIL2BAN_WORDS];  /* their names, blanks between */
	char ignoreip[SW_FAIL2BAN_WORDS]; /* whom it spares, blanks between */
};

/*
 * Read from fail2ban's database which bans hold against client. It is opened
 * for reading only, where fail2ban's configuration says it is; another process
 * that is writing to it is waited for during a moment.
 *
 * now  milliseconds UTC; bans that have ended by then do not count
 * out  always filled
 */
void sw_ask_fail2ban(const struct sw_fail2ban_paths *paths,
		     const struct sw_addr *client, int64_t now,
		     struct sw_fail2ban *out);

/*
 * Find out what a jail does with a ban and whom it never bans: from the server
 * where it runs, else from the configuration.
 *
 * out  always filled
 */
void sw_ask_fail2ban_jail(const struct sw_fail2ban_paths *paths,
			  const char *jail, struct sw_fail2ban_jail *out);

#endif
