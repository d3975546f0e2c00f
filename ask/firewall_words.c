#include "firewall_words.h"

#include "nft_expr.h"

#include "sshwhy/auto.h"
#include "sshwhy/firewall_owner.h"
#include "sshwhy/nft_text.h"
#include "sshwhy/run.h"
#include "sshwhy/text.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <stdio.h>
#include <string.h>

#define RUN_DEADLINE 5000	 /* milliseconds for another program */
#define RUN_OUTPUT (1024 * 1024) /* bytes */

static const char *text_of(const struct nlmsghdr *message, uint16_t type)
{
	return sw_nl_text(sw_nft_attr(message, type));
}

/* Which rule of its chain this is, from 1 on. */
static unsigned int place_of(const struct sw_ruleset *ruleset, uint32_t number)
{
	const struct nlmsghdr *rule = ruleset->rules[number].message;
	unsigned int place = 0;

	for (uint32_t i = 0; i <= number; i++) {
		const struct nlmsghdr *other = ruleset->rules[i].message;

		if (sw_nft_family(other) == sw_nft_family(rule) &&
		    strcmp(text_of(other, NFTA_RULE_TABLE),
			   text_of(rule, NFTA_RULE_TABLE)) == 0 &&
		    strcmp(text_of(other, NFTA_RULE_CHAIN),
			   text_of(rule, NFTA_RULE_CHAIN)) == 0)
			place++;
	}
	return place;
}

/* The line of "iptables -S" that is the rule at that place of its chain. */
static bool find_line(const char *listing, const char *chain,
		      unsigned int place, char *out, size_t size)
{
	char start[SW_NFT_NAME_MAX + 8];
	size_t len = (size_t)snprintf(start, sizeof(start), "-A %s ", chain);
	const char *line = listing;

	while (*line != '\0') {
		size_t rest = strcspn(line, "\n");

		if (strncmp(line, start, len) == 0 && --place == 0) {
			(void)snprintf(out, size, "%.*s", (int)rest, line);
			return true;
		}
		line += rest + (line[rest] == '\n' ? 1 : 0);
	}
	return false;
}

/* nft has no words for the parameters of xt extensions. */
static void ask_iptables(const struct sw_ruleset *ruleset, uint32_t number,
			 char *out, size_t size)
{
	const struct nlmsghdr *rule = ruleset->rules[number].message;
	const char *chain = text_of(rule, NFTA_RULE_CHAIN);
	const char *const argv[] = {sw_nft_family(rule) == NFPROTO_IPV6
					    ? "/usr/sbin/ip6tables-nft"
					    : "/usr/sbin/iptables-nft",
				    "-t",
				    text_of(rule, NFTA_RULE_TABLE),
				    "-S",
				    chain,
				    NULL};
	const struct sw_run run = {.argv = argv,
				   .deadline = RUN_DEADLINE,
				   .max_output = RUN_OUTPUT};
	sw_autofree char *text = NULL;
	size_t len;
	int status;

	if (sw_run(&run, &text, &len, &status) == SW_OK && status == 0)
		(void)find_line(text, chain, place_of(ruleset, number), out,
				size);
}

static bool is_xt(const struct nlmsghdr *rule)
{
	const struct nlattr *exprs[SW_NFT_EXPRS_MAX];
	size_t count = sw_nft_exprs(rule, exprs);

	for (size_t i = 0; i < count; i++) {
		if (sw_nft_expr_is_match(exprs[i], NULL) ||
		    sw_nft_expr_is_target(exprs[i], NULL))
			return true;
	}
	return false;
}

void sw_firewall_name_rule(const struct sw_ruleset *ruleset, uint32_t number,
			   struct sw_rule *out)
{
	const struct nlmsghdr *rule = ruleset->rules[number].message;
	const char *table = text_of(rule, NFTA_RULE_TABLE);
	const char *chain = text_of(rule, NFTA_RULE_CHAIN);
	uint64_t handle = sw_nl_u64(sw_nft_attr(rule, NFTA_RULE_HANDLE));

	(void)snprintf(out->source, sizeof(out->source), "nft:%s/%s/%s",
		       sw_nft_family_name(sw_nft_family(rule)), table, chain);
	out->line = (unsigned int)handle;
	(void)!sw_nft_rule_text(sw_nft_family(rule), table, chain, handle,
				out->text, sizeof(out->text));
	if (is_xt(rule))
		ask_iptables(ruleset, number, out->text, sizeof(out->text));
}

/* Only ufw sets the policies of chains that bear nobody's name. */
static bool has_ufw(const struct sw_ruleset *ruleset,
		    const struct sw_trace *event)
{
	const struct nlmsghdr *chain = NULL;
	char owner[SW_OWNER_MAX];

	while ((chain = sw_blob_next(&ruleset->chains, chain)) != NULL) {
		const struct sw_firewall_place place = {
			.family = sw_nft_family_name(event->family),
			.table = text_of(chain, NFTA_CHAIN_TABLE),
			.chain = text_of(chain, NFTA_CHAIN_NAME),
			.text = ""};

		if (sw_nft_family(chain) != event->family ||
		    strcmp(place.table, event->table) != 0)
			continue;
		sw_firewall_owner(&place, owner, sizeof(owner));
		if (strcmp(owner, "ufw") == 0)
			return true;
	}
	return false;
}

void sw_firewall_name_policy(const struct sw_ruleset *ruleset,
			     const struct sw_trace *event, struct sw_rule *out)
{
	(void)snprintf(out->source, sizeof(out->source), "nft:%s/%.96s/%.90s",
		       sw_nft_family_name(event->family), event->table,
		       event->chain);
	(void)sw_text_copy(out->text, sizeof(out->text), "policy drop");
	if (has_ufw(ruleset, event))
		(void)sw_text_copy(out->owner, sizeof(out->owner), "ufw");
}
