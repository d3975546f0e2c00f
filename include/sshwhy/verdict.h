/* verdict.h - a connection, and what a rule thinks of it. */

#ifndef SSHWHY_VERDICT_H
#define SSHWHY_VERDICT_H

#include "sshwhy/addr.h"
#include "sshwhy/cause.h"

#include <stdint.h>
#include <sys/types.h>

#define SW_SOURCE_MAX 201 /* bytes, with the NUL */
#define SW_TEXT_MAX 201	  /* bytes, with the NUL; longer rules are cut */
#define SW_OWNER_MAX 65	  /* bytes, with the NUL */
#define SW_USER_MAX 65	  /* bytes, with the NUL; longer names are cut */

enum sw_outcome {
	SW_NOMATCH = 0, /* the check has nothing to say */
	SW_ALLOW,	/* a rule names this connection and lets it in */
	SW_DENY,	/* a rule names this connection and refuses it */
	SW_UNKNOWN	/* the check could not run */
};

/*
 * Where a rule is written. source is the absolute path of a file,
 * "nft:FAMILY/TABLE/CHAIN", "sshd:default" or "systemd:default"; empty when no
 * rule is known.
 */
struct sw_rule {
	char source[SW_SOURCE_MAX];
	unsigned int first_line;  /* of a continued rule; 0 means none */
	unsigned int line;	  /* last physical line, or the handle; or 0 */
	char text[SW_TEXT_MAX];	  /* as evaluated, without its newline */
	char owner[SW_OWNER_MAX]; /* the tool that placed it; "" unknown */
};

/* A name lookup that a check had to wait for. */
struct sw_lookup {
	uint8_t done;	       /* 0: no name was asked for */
	uint32_t milliseconds; /* spent waiting */
};

/* Holds no pointers: it is copied, compared and dropped like a number. */
struct sw_verdict {
	enum sw_outcome outcome;
	enum sw_cause cause; /* SW_CAUSE_NONE unless outcome is SW_DENY */
	struct sw_rule rule;
	struct sw_lookup lookup;
};

/* Facts of one connection to sshd; filled once, then const. */
struct sw_conn {
	struct sw_endpoint client;
	struct sw_endpoint server;
	pid_t pid;		/* of the sshd process of the session */
	char user[SW_USER_MAX]; /* "" when no account is known */
};

#endif
