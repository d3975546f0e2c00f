/*
 * watch.h - follow libwrap through one decision and name the rule it took.
 *
 * libwrap calls its own xgets(), process_options(), tcpd_jump() and tcpd_warn()
 * through the PLT. Whoever interposes them tells this unit about each call; the
 * last line that libwrap read is the one that decided.
 */

#ifndef SSHWHY_WATCH_H
#define SSHWHY_WATCH_H

#include "sshwhy/err.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_WATCH_LINE_MAX 2048 /* bytes, with the NUL: libwrap's buffer */
#define SW_WATCH_WORDS_MAX 161 /* bytes, with the NUL */

/* The table that libwrap is reading. */
enum sw_table { SW_TABLE_NONE = 0, SW_TABLE_ALLOW, SW_TABLE_DENY };

/* The state of one decision; nothing in it needs a release. */
struct sw_watch {
	enum sw_table table;	 /* of the last line */
	unsigned int reads;	 /* calls of xgets(), the empty ones too */
	bool deny_reached;	 /* xgets() was called for hosts.deny */
	bool line_valid;	 /* the last call brought a line */
	bool in_options;	 /* process_options() has not returned */
	bool jumped;		 /* tcpd_jump() was called */
	bool aclexec;		 /* an aclexec said no in the table */
	unsigned int first_line; /* of the last logical line */
	unsigned int line;	 /* its last physical one */
	unsigned int sshguard;	 /* marker lines seen in the table */
	unsigned int blockhosts;
	char source[SW_SOURCE_MAX];
	char words[SW_WATCH_WORDS_MAX];	  /* libwrap's last complaint */
	unsigned int current;		  /* index into lines */
	char lines[2][SW_WATCH_LINE_MAX]; /* the last two logical lines */
	struct sw_lookup lookup;
};

/* Start over; cheap: the line buffers are not cleared. */
void sw_watch_begin(struct sw_watch *watch);

/*
 * xgets() was called.
 *
 * table   which file libwrap reads, source its path
 * text    the line it got, newline included where there was one; NULL: none
 * before  libwrap's line counter before the call, after the one behind it
 */
void sw_watch_read(struct sw_watch *watch, enum sw_table table,
		   const char *source, const char *text, unsigned int before,
		   unsigned int after);

/* process_options() was entered, and has returned. */
void sw_watch_options(struct sw_watch *watch, bool entered);

/* tcpd_jump() or tcpd_warn() was called with these words. */
void sw_watch_complaint(struct sw_watch *watch, bool jump, const char *words);

/* A name was looked up, which took so long. */
void sw_watch_lookup(struct sw_watch *watch, uint32_t milliseconds);

/*
 * Name the rule once hosts_access() has answered.
 *
 * granted  its answer
 *
 * The outcome is SW_ALLOW or SW_DENY where a rule decided, SW_NOMATCH where
 * the client was let in by default, and SW_UNKNOWN where libwrap never called
 * the interposed xgets(): attribution is unavailable then, and no rule is
 * named.
 */
void sw_watch_verdict(const struct sw_watch *watch, bool granted,
		      struct sw_verdict *out);

/* The same before libwrap is left for good: by twist, or when it gives up in
 * the middle of a rule. cause is SW_CAUSE_WRAPPER_TWIST or _BROKEN_RULE. */
void sw_watch_leaving(const struct sw_watch *watch, enum sw_cause cause,
		      struct sw_verdict *out);

/* The tool that wrote the last line, by the marks around it; see
 * sw_wrapper_owner(). */
const char *sw_watch_owner(const struct sw_watch *watch);

#endif
