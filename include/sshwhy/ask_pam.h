/* ask_pam.h - which line of a PAM service denies a user from an address. */

#ifndef SSHWHY_ASK_PAM_H
#define SSHWHY_ASK_PAM_H

#include "sshwhy/addr.h"
#include "sshwhy/err.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stdint.h>

#define SW_PAM_WHY_MAX 256 /* bytes, with the NUL */

enum sw_pam_outcome {
	SW_PAM_PASS = 0,
	SW_PAM_REFUSED,
	SW_PAM_DEPENDS /* on a line whose module is not asked */
};

/* Of the two stacks that decide: account is run at every login, auth at those
 * by password or keyboard-interactive. */
enum sw_pam_part { SW_PAM_PART_ACCOUNT = 0, SW_PAM_PART_AUTH };

struct sw_pam_question {
	const char *service; /* "sshd" */
	const char *user;    /* NULL: modules that need one are not asked */
	struct sw_endpoint client, server;
	const char *rhost; /* the client's name where UseDNS is on, or NULL */
	enum sw_pam_part part;
	uint32_t deadline; /* milliseconds, for each module */
};

struct sw_pam_answer {
	enum sw_pam_outcome outcome;
	enum sw_cause cause; /* SW_CAUSE_NONE unless it is refused */
	/* The line to change: of access.conf, time.conf or a list where the
	 * module has one, else of the PAM service. For DEPENDS the line of the
	 * module that is not asked. */
	struct sw_rule rule;
	/* The deciding line of the service: the same, or the one that brings
	 * in the file of rule. */
	struct sw_rule line;
	bool not_asked;		  /* DEPENDS: the module has side effects */
	bool wants_password;	  /* PASS: a new one has to be set first, by
				   * rule; without a terminal none can be */
	int64_t until;		  /* end of a lock, ms UTC; 0: none known */
	char why[SW_PAM_WHY_MAX]; /* the module's words, or ours; or "" */
};

/*
 * Ask the modules of the stack one by one, each by the real libpam in a
 * process and mount namespace of its own where it can write nothing: no log,
 * no audit record, no tally. Only modules that are known to decide without
 * side effects are asked; of those that check a password the right one is
 * assumed. Then the controls are evaluated over their answers.
 *
 * Returns SW_OK, SW_E_NOTSUP (needs root and the right to make a namespace),
 * SW_E_IO (no such service), SW_E_RANGE (a stack of more than 128 lines) or
 * SW_E_NOMEM. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_ask_pam(const struct sw_pam_question *question,
		       struct sw_pam_answer *out);

/*
 * Find the line of a service that calls a module, by the name of its file
 * without the suffix, in its auth or account stack.
 *
 * Returns SW_OK, SW_E_NOTSUP (no line does), SW_E_IO (no such service),
 * SW_E_SYNTAX or SW_E_RANGE (libpam cannot read it), or SW_E_NOMEM. On failure
 * the outputs keep their old values.
 *
 * out_missing  on success: whether libpam will not find the module's file
 */
SW_MUST_CHECK
enum sw_err sw_ask_pam_line(const char *service, const char *module,
			    struct sw_rule *out_line, bool *out_missing);

#endif
