#include "sshwhy/firewall_owner.h"

#include "sshwhy/text.h"

#include <stdbool.h>
#include <string.h>

#define SOURCE_START "nft:"
#define UFW_PREFIX "[UFW " /* of all that ufw logs */
#define NAME_MAX_ 129 /* bytes, with the NUL; names of nft have up to 128 */

enum thing { IN_SET, IN_CHAIN, IN_TABLE };

/* How much of a name tells, and what the rest of it is. */
enum telling { WHOLE, START, JAIL_BEHIND, ZONE_BEHIND };

static const struct row {
	enum thing thing;
	enum telling telling;
	const char *start;
	const char *owner;
} rows[] = {
	/* fail2ban: nftables, iptables-ipset and firewallcmd-ipset, iptables
	 * and firewallcmd-multiport, and before 0.9 */
	{IN_SET, JAIL_BEHIND, "addr-set-", "fail2ban"},
	{IN_SET, JAIL_BEHIND, "addr6-set-", "fail2ban"},
	{IN_SET, JAIL_BEHIND, "f2b-", "fail2ban"},
	{IN_SET, JAIL_BEHIND, "fail2ban-", "fail2ban"},
	{IN_CHAIN, WHOLE, "f2b-chain", "fail2ban"},
	{IN_CHAIN, JAIL_BEHIND, "f2b-", "fail2ban"},
	{IN_CHAIN, JAIL_BEHIND, "fail2ban-", "fail2ban"},
	{IN_TABLE, WHOLE, "f2b-table", "fail2ban"},
	/* crowdsec's firewall bouncer */
	{IN_SET, START, "crowdsec-blacklists", "crowdsec"},
	{IN_SET, START, "crowdsec6-blacklists", "crowdsec"},
	{IN_CHAIN, START, "crowdsec-chain", "crowdsec"},
	{IN_CHAIN, START, "crowdsec6-chain", "crowdsec"},
	{IN_CHAIN, WHOLE, "CROWDSEC_CHAIN", "crowdsec"},
	{IN_TABLE, WHOLE, "crowdsec", "crowdsec"},
	{IN_TABLE, WHOLE, "crowdsec6", "crowdsec"},
	/* sshguard: nft-sets, ipset, iptables */
	{IN_SET, WHOLE, "sshguard4", "sshguard"},
	{IN_SET, WHOLE, "sshguard6", "sshguard"},
	{IN_CHAIN, WHOLE, "sshguard", "sshguard"},
	{IN_TABLE, WHOLE, "sshguard", "sshguard"},
	/* the programs that an administrator writes his rules with */
	{IN_CHAIN, START, "ufw-", "ufw"},
	{IN_CHAIN, START, "ufw6-", "ufw"},
	{IN_CHAIN, ZONE_BEHIND, "filter_IN_", "firewalld"},
	{IN_CHAIN, ZONE_BEHIND, "IN_", "firewalld"},
	{IN_CHAIN, WHOLE, "INPUT_direct", "firewalld"},
	{IN_CHAIN, START, "INPUT_ZONES", "firewalld"},
	{IN_TABLE, WHOLE, "firewalld", "firewalld"},
	{IN_TABLE, WHOLE, "firewalld_policy_drop", "firewalld"},
	/* ConfigServer, Docker, Kubernetes */
	{IN_SET, WHOLE, "chain_DENY", "csf"},
	{IN_CHAIN, WHOLE, "DENYIN", "csf"},
	{IN_CHAIN, WHOLE, "LOCALINPUT", "csf"},
	{IN_CHAIN, START, "DOCKER", "docker"},
	{IN_CHAIN, START, "KUBE-", "kubernetes"},
};

/* What firewalld puts behind the name of a zone, or behind "policy_NAME". */
static const char *const zone_ends[] = {"_pre", "_log", "_deny", "_allow",
					"_post"};

static size_t zone_length(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof(zone_ends) / sizeof(zone_ends[0]); i++) {
		size_t end = strlen(zone_ends[i]);

		if (len > end && strcmp(name + len - end, zone_ends[i]) == 0)
			return len - end;
	}
	return len;
}

/* iptables-ipset calls the set of IPv6 addresses f2b-JAIL6. */
static size_t jail_length(const struct sw_firewall_place *place,
			  const struct row *row, const char *name)
{
	size_t len = strlen(name);

	if (row->thing == IN_SET && strcmp(row->start, "f2b-") == 0 &&
	    strcmp(place->family, "ip6") == 0 && len > 1 &&
	    name[len - 1] == '6')
		return len - 1;
	return len;
}

static bool is_named(const struct row *row, enum thing thing, const char *name)
{
	size_t len = strlen(row->start);

	if (row->thing != thing || strncmp(name, row->start, len) != 0)
		return false;
	if (row->telling == START)
		return true;
	return (row->telling == WHOLE) == (name[len] == '\0');
}

static void name_owner(const struct sw_firewall_place *place,
		       const struct row *row, const char *name, char *out,
		       size_t size)
{
	const char *rest = name + strlen(row->start);
	struct sw_text text;
	size_t len;

	sw_text_init(&text, out, size);
	sw_text_add(&text, "%s", row->owner);
	if (row->telling == WHOLE || row->telling == START)
		return;
	len = row->telling == ZONE_BEHIND ? zone_length(rest)
					  : jail_length(place, row, rest);
	sw_text_add(&text, ":");
	if (len > size - text.len - 1)
		len = size - text.len - 1;
	sw_text_add_bytes(&text, rest, len);
}

static bool find(const struct sw_firewall_place *place, enum thing thing,
		 const char *name, char *out, size_t size)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!is_named(&rows[i], thing, name))
			continue;
		name_owner(place, &rows[i], name, out, size);
		return true;
	}
	return false;
}

static size_t name_length(const char *at)
{
	return strcspn(at, " \t\r\n,;}\"");
}

/* Every name of a set behind one of these words. */
static bool find_sets(const struct sw_firewall_place *place, const char *before,
		      char *out, size_t size)
{
	const char *at = place->text;
	char name[NAME_MAX_];

	while ((at = strstr(at, before)) != NULL) {
		size_t len = name_length(at += strlen(before));

		if (len >= sizeof(name))
			continue;
		memcpy(name, at, len);
		name[len] = '\0';
		if (find(place, IN_SET, name, out, size))
			return true;
	}
	return false;
}

void sw_firewall_owner(const struct sw_firewall_place *place, char *out,
		       size_t size)
{
	out[0] = '\0';
	if (find_sets(place, "@", out, size) ||
	    find_sets(place, "match-set ", out, size) ||
	    find(place, IN_CHAIN, place->chain, out, size))
		return;
	(void)find(place, IN_TABLE, place->table, out, size);
}

void sw_firewall_prefix_owner(const char *prefix, char *out, size_t size)
{
	const struct sw_firewall_place place = {"", "", "", ""};
	size_t len = strcspn(prefix, ": ");
	char name[NAME_MAX_];

	out[0] = '\0';
	if (strncmp(prefix, UFW_PREFIX, strlen(UFW_PREFIX)) == 0) {
		(void)sw_text_copy(out, size, "ufw");
		return;
	}
	if (len >= sizeof(name))
		return;
	memcpy(name, prefix, len);
	name[len] = '\0';
	(void)find(&place, IN_CHAIN, name, out, size);
}

void sw_firewall_own(struct sw_rule *rule)
{
	struct sw_firewall_place place = {"", "", "", rule->text};
	char names[SW_SOURCE_MAX];
	char *rest = names + strlen(SOURCE_START);

	if (rule->owner[0] != '\0' ||
	    strncmp(rule->source, SOURCE_START, strlen(SOURCE_START)) != 0)
		return;
	memcpy(names, rule->source, sizeof(names));
	place.family = strsep(&rest, "/");
	if (rest != NULL)
		place.table = strsep(&rest, "/");
	if (rest != NULL)
		place.chain = rest;
	sw_firewall_owner(&place, rule->owner, sizeof(rule->owner));
}

/* The word behind one of these, which is all of what follows it. */
static bool follows(const char *text, const char *before, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = text; (at = strstr(at, before)) != NULL; at++) {
		const char *behind = at + strlen(before);

		if (strncmp(behind, word, len) == 0 &&
		    (behind[len] == ' ' || behind[len] == '\0'))
			return true;
	}
	return false;
}

bool sw_firewall_names_only(const struct sw_rule *rule,
			    const struct sw_addr *client)
{
	char addr[SW_ADDR_TEXT_MAX], single[SW_ADDR_TEXT_MAX + 4];
	struct sw_text text;

	if (strncmp(rule->source, SOURCE_START, strlen(SOURCE_START)) != 0)
		return false;
	(void)sw_addr_format(client, addr);
	sw_text_init(&text, single, sizeof(single));
	sw_text_add(&text, "%s/%u", addr,
		    client->family == SW_FAMILY_V6 ? 128 : 32);
	return follows(rule->text, " saddr ", addr) ||
	       follows(rule->text, "-s ", single);
}

bool sw_firewall_is_lent(const struct sw_rule *rule,
			 const struct sw_addr *client)
{
	return (strcmp(rule->owner, "ufw") == 0 ||
		strncmp(rule->owner, "firewalld", 9) == 0) &&
	       sw_firewall_names_only(rule, client);
}
