/* firewall_blind.h - what decides on a packet beside nf_tables, and cannot be
 * asked. */

#ifndef ASK_FIREWALL_BLIND_H
#define ASK_FIREWALL_BLIND_H

#include "firewall_host.h"
#include "nft_ruleset.h"

/*
 * Name the parts that a packet of the client's family meets on this host: "an
 * XDP program of the interface and tables of iptables-legacy".
 *
 * out  size bytes; on return "" where there are none
 */
void sw_firewall_blind_spots(const struct sw_host *host,
			     const struct sw_ruleset *ruleset, uint8_t family,
			     char *out, size_t size);

/* True when a table of iptables-legacy (ip6tables-legacy) holds a rule or a
 * policy that does more than let pass, or cannot be read. Tables that are
 * merely loaded refuse nobody. */
bool sw_legacy_decides(uint8_t family);

#endif
