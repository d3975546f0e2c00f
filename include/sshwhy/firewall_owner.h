/* firewall_owner.h - which tool keeps a rule of the firewall. */

#ifndef SSHWHY_FIREWALL_OWNER_H
#define SSHWHY_FIREWALL_OWNER_H

#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A rule as netfilter knows it. Nothing is NULL; "" is not known. The sets that
 * a rule asks are found in its text: "@NAME" of nft, "match-set NAME" of
 * iptables.
 */
struct sw_firewall_place {
	const char *family; /* "ip", "ip6", "inet", ... */
	const char *table;
	const char *chain;
	const char *text; /* the rule with its comment, in either language */
};

/*
 * Name the tool from the names that it gives to tables, chains and sets:
 * "fail2ban:JAIL", "crowdsec", "sshguard", "ufw", "firewalld:ZONE",
 * "firewalld:policy_NAME", ... The most telling name wins: a set before a
 * chain, a chain before a table. Anybody can give such a name to a chain of his
 * own.
 *
 * out  size bytes, SW_OWNER_MAX holds every owner; a longer one is cut. On
 *      return "" when no name tells.
 */
void sw_firewall_owner(const struct sw_firewall_place *place, char *out,
		       size_t size);

/* The same for the prefix of a rule that logs: "[UFW BLOCK]", or the name of
 * a chain in front of a ":" or a blank. */
void sw_firewall_prefix_owner(const char *prefix, char *out, size_t size);

/* The same for a rule with "nft:FAMILY/TABLE/CHAIN" as its source: its owner is
 * set, where it had none. Other rules are left alone. */
void sw_firewall_own(struct sw_rule *rule);

/* True for a rule of nf_tables about client and nobody else: "saddr ADDR", or
 * iptables' "-s ADDR/32". */
bool sw_firewall_names_only(const struct sw_rule *rule,
			    const struct sw_addr *client);

/* True for such a rule in a chain that ufw or firewalld keeps: others may have
 * placed it there. */
bool sw_firewall_is_lent(const struct sw_rule *rule,
			 const struct sw_addr *client);

#endif
