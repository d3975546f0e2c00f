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

#define SW_WRAPPER_NAME_MAX 128 /* bytes, with the NUL: libwrap's limit */
#define SW_WRAPPER_TOKEN_MAX                                                   \
	201 /* bytes, with the NUL; longer ones are cut                        \
	     */

struct sw_wrapper_query;

/*
 * Find the name of query's client (is_server false) or of its server end, as
 * libwrap would: "unknown" when there is none, "paranoid" when name and address
 * disagree. Called at most once for each end. out holds SW_WRAPPER_NAME_MAX
 * bytes.
 */
typedef void (*sw_wrapper_name_fn)(const struct sw_wrapper_query *query,
				   bool is_server, char *out);

/* What a rule may depend on beside the connection. */
enum sw_wrapper_question {
	SW_ASK_USER,	  /* is there such an account? (option user) */
	SW_ASK_GROUP,	  /* is there such a group? (options user, group) */
	SW_ASK_INTERFACE, /* is there such a network interface? ([fe80::1%x]) */
	SW_ASK_NETGROUP,  /* is host in the netgroup? (@x) */
	SW_ASK_COMMAND	  /* would the command succeed? (option aclexec) */
};

enum sw_wrapper_answer { SW_ANSWER_UNKNOWN = 0, SW_ANSWER_YES, SW_ANSWER_NO };

/* host is the name of the end that is matched, for netgroups; else NULL. */
typedef enum sw_wrapper_answer (*sw_wrapper_ask_fn)(
	enum sw_wrapper_question question, const char *word, const char *host);

struct sw_wrapper_query {
	const char *allow;   /* path of hosts.allow */
	const char *deny;    /* path of hosts.deny */
	const char *daemon;  /* "sshd" */
	struct sw_conn conn; /* client and server ends */
	const char *scope;   /* interface of a link-local client, or NULL */
	const char *name;    /* client's name; NULL or "": ask resolve */
	const char *user;    /* of user@ patterns; NULL or "": "unknown" */
	sw_wrapper_name_fn resolve; /* NULL: every name is "unknown" */
	/*
	 * NULL: nobody knows. Then accounts, groups and success of a command
	 * are taken for granted; interfaces and netgroups are not there.
	 */
	sw_wrapper_ask_fn ask;
};

/* What the options of a rule do to the verdict. */
enum sw_wrapper_option {
	SW_OPTION_NONE = 0, /* the rule has no option */
	SW_OPTION_OTHER,    /* options that leave the verdict alone */
	SW_OPTION_ALLOW,
	SW_OPTION_DENY,
	SW_OPTION_TWIST,
	SW_OPTION_ERROR /* an option that makes libwrap deny */
};

struct sw_wrapper_options {
	enum sw_wrapper_option option;
	bool aclexec;	      /* an aclexec is among them */
	bool aclexec_failed;  /* and the last one said no */
	bool aclexec_unknown; /* one was taken for a success */
	bool names_client;    /* %n: libwrap looks the client's name up */
	char word[SW_WRAPPER_TOKEN_MAX]; /* the option that decided */
};

struct sw_wrapper_result {
	/* SW_ALLOW or SW_DENY by a rule, SW_NOMATCH: let in by default */
	struct sw_verdict verdict;
	bool in_allow_file; /* the deciding rule stands in hosts.allow */
	struct sw_wrapper_options options; /* of the deciding rule */
	char token[SW_WRAPPER_TOKEN_MAX];  /* client pattern that matched */
	char except[SW_WRAPPER_TOKEN_MAX]; /* list behind EXCEPT; "" none */
	char list[SW_SOURCE_MAX];	   /* the /file it was found in */
	unsigned int list_line;		   /* of token in list */
	bool needs_name;   /* a rule on the way depended on a name */
	bool left_allow;   /* a rule of hosts.allow fell to its aclexec */
	bool unsure;	   /* an aclexec on the way was taken for a success */
	bool skipped;	   /* lines without ':' were passed over */
	bool allow_cut;	   /* hosts.allow ends in a line without newline */
	bool allow_closed; /* hosts.allow cannot be opened */
};

/*
 * Decide. Nothing is allocated; files are read in pieces, so one that shrinks
 * meanwhile is safe. Not thread-safe; keeps errno. A table that cannot be
 * opened, a broken last line, a bad option and a /file that makes libwrap crash
 * are verdicts (SW_CAUSE_WRAPPER_BROKEN_RULE), as they are for libwrap; there
 * is no other failure.
 *
 * A rule of hosts.deny whose aclexec says no lets the client in: SW_ALLOW.
 */
void sw_wrapper_decide(const struct sw_wrapper_query *query,
		       struct sw_wrapper_result *out);

/* True when a rule decided and options took part: its own, or an aclexec of
 * hosts.allow that said no. */
bool sw_wrapper_has_options(const struct sw_wrapper_result *result);

/*
 * What the options of a rule do to the verdict, without executing one of them.
 *
 * text  all that stands behind the second ':', the newline included
 */
void sw_wrapper_options_judge(const struct sw_wrapper_query *query,
			      const char *text, struct sw_wrapper_options *out);

#endif
