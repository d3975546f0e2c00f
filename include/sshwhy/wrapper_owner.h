/* wrapper_owner.h - which tool wrote a rule of hosts.allow or hosts.deny. */

#ifndef SSHWHY_WRAPPER_OWNER_H
#define SSHWHY_WRAPPER_OWNER_H

#include "sshwhy/addr.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stddef.h>

/* The marks around a rule, as they stood when it was evaluated. */
struct sw_wrapper_marks {
	const char *previous; /* the logical line above it; "" none */
	const char *text;     /* the rule */
	bool in_allow_file;
	unsigned int sshguard;	 /* its marker lines above the rule */
	unsigned int blockhosts; /* BlockHosts' marker lines above it */
};

/*
 * Name the tool from its marks alone: "denyhosts" (its comment stands above
 * and names the same entry), "sshguard" or "blockhosts" (between its markers),
 * "ossec" (the form "ALL:ADDR" without a blank), "" when the marks do not tell.
 * The text is static.
 */
const char *sw_wrapper_owner(const struct sw_wrapper_marks *marks);

/* True for a rule that denies client and nobody else, as fail2ban's hostsdeny
 * and portsentry write it: "ALL: ADDR", without any mark of theirs. */
bool sw_wrapper_is_bare(const struct sw_rule *rule,
			const struct sw_addr *client);

#endif
