/*
 * wrapper.h - hosts.allow and hosts.deny as libwrap 7.6.q of Debian reads them.
 *
 * A matcher of our own: it executes no option and says which token of which
 * line decided. Where it stands on libwrap's behaviour, that behaviour was
 * observed (tests/data/libwrap-vectors.json) and is compared with the installed
 * library by a differential fuzzer on every test run.
 */

#ifndef SSHWHY_WRAPPER_H
#define SSHWHY_WRAPPER_H

#include "sshwhy/err.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stdint.h>

#define SW_WRAPPER_NAME_MAX 128	 /* bytes, with the NUL: libwrap's limit */
#define SW_WRAPPER_TOKEN_MAX 201 /* bytes, with the NUL */

struct sw_wrapper_query;

/*
 * Find the name of query's client (is_server false) or of its server end, as
 * libwrap would: "unknown" when there is none, "paranoid" when name and address
 * disagree. Called at most once for each end. out holds SW_WRAPPER_NAME_MAX
 * bytes.
 */
typedef void (*sw_wrapper_name_fn)(const struct sw_wrapper_query *query,
				   bool is_server, char *out);

struct sw_wrapper_query {
	const char *allow;	    /* path of hosts.allow */
	const char *deny;	    /* path of hosts.deny */
	const char *daemon;	    /* "sshd" */
	struct sw_conn conn;	    /* client and server ends */
	const char *name;	    /* client's name; NULL: ask resolve */
	const char *user;	    /* of user@ patterns; NULL: "unknown" */
	sw_wrapper_name_fn resolve; /* NULL: every name is "unknown" */
};

enum sw_wrapper_option {
	SW_OPTION_NONE = 0, /* the rule has no option */
	SW_OPTION_OTHER,    /* options that leave the verdict alone */
	SW_OPTION_ALLOW,
	SW_OPTION_DENY,
	SW_OPTION_TWIST,
	SW_OPTION_ERROR /* an option that makes libwrap deny */
};

struct sw_wrapper_result {
	/* SW_ALLOW or SW_DENY by a rule, SW_NOMATCH: let in by default */
	struct sw_verdict verdict;
	bool in_allow_file; /* the deciding rule stands in hosts.allow */
	enum sw_wrapper_option option;
	char token[SW_WRAPPER_TOKEN_MAX];  /* client pattern that matched */
	char except[SW_WRAPPER_TOKEN_MAX]; /* list behind EXCEPT; "" none */
	char list[SW_SOURCE_MAX];	   /* the /file it was found in */
	unsigned int list_line;		   /* of token in list */
	bool needs_name; /* a rule on the way depended on a name */
	bool skipped;	 /* lines without ':' were passed over */
	bool allow_cut;	 /* hosts.allow ends in a line without newline */
};

/*
 * Decide. Nothing is allocated; files are read in pieces, so one that shrinks
 * meanwhile is safe. Not thread-safe. A table that cannot be opened, a broken
 * last line and a bad option are verdicts (SW_CAUSE_WRAPPER_BROKEN_RULE), as
 * they are for libwrap; there is no other failure.
 */
void sw_wrapper_decide(const struct sw_wrapper_query *query,
		       struct sw_wrapper_result *out);

/*
 * What the options of a rule, the text behind its second ':', do to the
 * verdict, without executing one of them. word receives the option that says
 * so; it holds SW_WRAPPER_TOKEN_MAX bytes.
 */
enum sw_wrapper_option sw_wrapper_options(const char *options, char *word);

#endif
