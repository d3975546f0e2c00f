/* options.h - what may be said behind a command. */

#ifndef SSHWHY_OPTIONS_H
#define SSHWHY_OPTIONS_H

#include "groups.h"

#include "sshwhy/addr.h"
#include "sshwhy/err.h"
#include "sshwhy/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The commands that share this table, as bits. */
enum sw_options_for {
	SW_FOR_LIST = 1,
	SW_FOR_EXPLAIN = 2,
	SW_FOR_TEST = 4,
	SW_FOR_IMPORT = 8,
	SW_FOR_METRICS = 16,
	SW_FOR_BAN = 32,
	SW_FOR_ALLOW = 64,
	SW_FOR_UNBAN = 128,
	SW_FOR_BANS = 256,
	SW_FOR_SYNC = 512,
	SW_FOR_TOP = 1024,
	SW_FOR_TIMELINE = 2048,
	SW_FOR_FOLLOW = 4096,
	SW_FOR_REPORT = 8192,
	SW_FOR_ENABLE = 1 << 20,
	SW_FOR_DISABLE = 1 << 21,
	SW_FOR_STATUS = 1 << 22,
};

/* Texts point into argv. */
struct sw_options {
	int64_t now;		 /* milliseconds UTC, as are since and until */
	int64_t since;		 /* INT64_MIN: from the beginning */
	int64_t until;		 /* INT64_MAX: to the end */
	const char *cause;	 /* a code or its first half; NULL: any */
	struct sw_prefix client; /* SW_FAMILY_NONE: any */
	enum sw_event event;	 /* SW_EVENT_COUNT_: any */
	const char *log;	 /* the only log to read; NULL: all */
	const char *since_text;	 /* as it was given; NULL: not */
	const char *until_text;
	const char *root; /* of the files that are read; "" is live */
	bool verbose;
	const char *allow;	   /* hosts.allow, NULL: the one of libwrap */
	const char *deny;	   /* hosts.deny, NULL: the one of libwrap */
	const char *fail2ban;	   /* its folder; NULL: the usual one */
	const char *user;	   /* NULL: none named */
	const char *host;	   /* the client's name; NULL: not known */
	struct sw_endpoint server; /* of sshd; unset parts are not known */
	const char *iface;	   /* NULL: the one of the route */
	int year;		   /* of the first line; 0: find out */
	const char *node;	   /* NULL: as the lines say */
	const char *keep;	   /* where counts are kept; NULL: nowhere */
	const char *output;	   /* a file; NULL: stdout */
	bool json;
	uint32_t seconds;     /* how long a ban holds; 0: for ever */
	const char *why;      /* NULL: not said */
	const char *owner;    /* who places or placed it; NULL: not said */
	const char *from;     /* a file of prefixes; NULL: none */
	const char *dir;      /* of the ban list; NULL: the one of sshd */
	const char *key_file; /* NULL: none */
	bool replace;	      /* what is not in the file is lifted */
	bool all;	      /* lift all that owner has */
	bool force;
	bool strict;	     /* records that do not say are not meant */
	const char *html;    /* a file, or "-"; NULL: none */
	const char *rule;    /* SOURCE or SOURCE:LINE; NULL: any */
	enum sw_group_by by; /* what top counts */
	uint32_t limit;	     /* rows at most; 0: as the command likes */
	uint32_t step;	     /* seconds a row of a timeline; 0: find one */
	unsigned int parts;  /* enum sw_part; 0: none named */
	bool dry_run;
	bool yes;
	char **words; /* what is left, in order */
	size_t word_count;
};

/*
 * Read the words behind argv[0]. Options may stand anywhere; "--" ends them.
 *
 * command  one of sw_options_for: which options are understood
 * now      milliseconds UTC
 *
 * Returns SW_OK, or SW_E_SYNTAX when one line on stderr has said what is
 * wrong. On failure *out keeps its old value; argv may be reordered.
 */
SW_MUST_CHECK
enum sw_err sw_options_parse(int argc, char **argv, unsigned int command,
			     int64_t now, struct sw_options *out);

/* True when the record is one that the options ask for, its time aside. */
bool sw_options_want(const struct sw_options *options,
		     const struct sw_record *record);

/* True when some of what the record counts happened in the asked-for time. */
bool sw_options_in_time(const struct sw_options *options,
			const struct sw_record *record);

#endif
