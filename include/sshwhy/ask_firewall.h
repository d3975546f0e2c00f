/* ask_firewall.h - would netfilter let a client's first packet in, now? */

#ifndef SSHWHY_ASK_FIREWALL_H
#define SSHWHY_ASK_FIREWALL_H

#include "sshwhy/addr.h"
#include "sshwhy/err.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>

#define SW_FIREWALL_WHY_MAX 256	  /* bytes, with the NUL */
#define SW_FIREWALL_IFACE_MAX 16  /* bytes, with the NUL */
#define SW_FIREWALL_DEPENDS_MAX 4 /* rules that are named */

struct sw_firewall_question {
	struct sw_addr client;
	struct sw_endpoint server; /* no address: what the route prefers */
	const char *iface;	   /* NULL: the one of the route to client */
};

enum sw_firewall_outcome {
	SW_FIREWALL_UNSEEN = 0, /* why says what was in the way */
	SW_FIREWALL_PASS,
	SW_FIREWALL_REFUSED, /* verdict has cause and rule */
	SW_FIREWALL_DEPENDS  /* why says on what; depends names the rules */
};

struct sw_firewall_answer {
	enum sw_firewall_outcome outcome;
	struct sw_verdict verdict; /* SW_ALLOW: the rule that accepted last */
	struct sw_rule depends[SW_FIREWALL_DEPENDS_MAX];
	unsigned int depends_count;
	char iface[SW_FIREWALL_IFACE_MAX];
	struct sw_endpoint server; /* who would get the packet */
	bool has_no_route;	   /* unseen, for this host has no way there */
	char why[SW_FIREWALL_WHY_MAX];
};

/*
 * Copy the ruleset of this network namespace into a private one, object by
 * object as the kernel describes it, and let a SYN of the client arrive there.
 * Only reading questions are put to the live namespace; the copy is gone with
 * the process that made it. Needs CAP_SYS_ADMIN and CAP_NET_ADMIN.
 *
 * Returns SW_OK, SW_E_NOMEM or SW_E_IO (errno set: no process, no pipe). A host
 * that cannot be asked is an answer. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_ask_firewall(const struct sw_firewall_question *question,
			    struct sw_firewall_answer *out);

#endif
