/* firewall_run.h - what becomes of a SYN in the copy of a ruleset. */

#ifndef ASK_FIREWALL_RUN_H
#define ASK_FIREWALL_RUN_H

#include "firewall_host.h"
#include "ipset_copy.h"
#include "nft_ruleset.h"

#include "sshwhy/ask_firewall.h"
#include "sshwhy/nft_trace.h"

#include <stdint.h>

enum sw_fate {
	SW_FATE_LOST = 0, /* neither dropped by a rule nor delivered */
	SW_FATE_ARRIVED,
	SW_FATE_DROPPED,
	SW_FATE_HANDED /* to a program, or to the kernel's SYN proxy */
};

#define SW_NO_RULE UINT32_MAX

/* What the process in the private namespace reports; one write to a pipe. */
struct sw_firewall_report {
	enum sw_err err;
	char why[SW_NL_WHY_MAX]; /* when err is not SW_OK */
	enum sw_fate fate;
	uint32_t rule;	       /* that decided, or accepted last; SW_NO_RULE */
	struct sw_trace event; /* that decided */
	struct sw_endpoint server; /* of an arrived one */
	uint32_t depends[SW_FIREWALL_DEPENDS_MAX];
	uint32_t depends_count; /* may be more than are named */
};

/*
 * Copy the ruleset into the namespace of the caller, which has to be empty, and
 * ask it. Numbers of rules are those of ruleset->rules.
 */
void sw_firewall_run(struct sw_ruleset *ruleset, struct sw_ipset_copy *ipsets,
		     const struct sw_host *host, const struct sw_addr *client,
		     uint16_t port, struct sw_firewall_report *out);

#endif
