/* firewall_words.h - where a rule stands, and what it says. */

#ifndef ASK_FIREWALL_WORDS_H
#define ASK_FIREWALL_WORDS_H

#include "nft_ruleset.h"

#include "sshwhy/nft_trace.h"
#include "sshwhy/verdict.h"

#include <stdint.h>

/* Rule number of the ruleset, as it stands in the live one. */
void sw_firewall_name_rule(const struct sw_ruleset *ruleset, uint32_t number,
			   struct sw_rule *out);

/* The policy of the chain that the event is about. Its owner is "ufw" in a
 * table with chains of ufw: the built-in chains bear no name of its own. */
void sw_firewall_name_policy(const struct sw_ruleset *ruleset,
			     const struct sw_trace *event, struct sw_rule *out);

#endif
