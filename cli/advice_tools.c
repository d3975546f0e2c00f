#include "advice_tools.h"

#include "banned.h"

#include "sshwhy/firewall_owner.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>

#define PORT_OF_SSH 22
#define POLICY "policy_" /* before the name, where it is no zone */
#define NFT_SOURCE "nft:"
#define PLACE_MAX 256 /* bytes, with the NUL */

/*
 * A line of advice. Where it is said with "{word}": addr, the client; banned,
 * the client or the range that is banned; port, of sshd; family, ipv4 or ipv6;
 * part, what stands behind the ":" of the owner; where, that as firewalld's
 * zone or policy; spared, whom the jail never bans; undo, the command that
 * takes the client out of the set or chain.
 */
static const struct remedy {
	const char *owner; /* or its part before ":" */
	const char *place; /* in the source of the rule; "" any */
	const char *now;
	const char *keep; /* "" when that was all */
} remedies[] = {
	{"fail2ban", "", "fail2ban-client set {part} unbanip {banned}",
	 "to keep it in: fail2ban-client set {part} addignoreip {addr}, and "
	 "for good in /etc/fail2ban/jail.local, [{part}]:   ignoreip = "
	 "{spared}{addr}"},
	{"crowdsec", "", "cscli decisions delete --ip {addr}",
	 "to keep it in: a whitelist with {addr} in "
	 "/etc/crowdsec/parsers/s02-enrich/"},
	{"sshguard", "", "{undo}",
	 "to keep it in: add to /etc/sshguard/whitelist:   {addr}"},
	{"ufw", "",
	 "ufw prepend allow from {addr} to any port {port} proto tcp", ""},
	{"firewalld", "/firewalld_policy_drop/", "firewall-cmd --panic-off",
	 ""},
	{"firewalld", "",
	 "firewall-cmd --{where} --add-rich-rule='rule priority=\"-100\" "
	 "family=\"{family}\" source address=\"{addr}\" port port=\"{port}\" "
	 "protocol=\"tcp\" accept'",
	 "to keep it in: the same with --permanent"},
};

/* The first one; NULL: none. */
static const struct remedy *remedy_for(const struct sw_rule *rule)
{
	size_t len = strcspn(rule->owner, ":");

	for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++) {
		if (strlen(remedies[i].owner) == len &&
		    memcmp(remedies[i].owner, rule->owner, len) == 0 &&
		    strstr(rule->source, remedies[i].place) != NULL)
			return &remedies[i];
	}
	return NULL;
}

static unsigned int port_of(const struct sw_explanation *explanation)
{
	uint16_t port = explanation->question.server.port;

	return port != 0 ? port : PORT_OF_SSH;
}

static const char *addr_of(const struct sw_explanation *explanation, char *buf)
{
	return sw_prefix_format(&explanation->question.client, buf);
}

/* What ufw is told is better told to it than taken from its chains. */
static bool is_better(const struct sw_block *block)
{
	return strncmp(block->place, "ufw's ", strlen("ufw's ")) == 0;
}

static const struct sw_block *block_of(const struct sw_explanation *explanation,
				       const char *owner)
{
	const struct sw_block *found = NULL;

	for (size_t i = 0; i < explanation->blocks.count; i++) {
		const struct sw_block *block = &explanation->blocks.rows[i];
		bool is_ufws = strcmp(owner, "ufw") == 0 && is_better(block);

		if (!is_ufws && strcmp(block->owner, owner) != 0)
			continue;
		if (found == NULL || is_better(block))
			found = block;
	}
	return found;
}

/* "zone=public" or "policy=fence". */
static void add_where(struct sw_text *text, const char *part)
{
	size_t len = strlen(POLICY);

	if (strncmp(part, POLICY, len) == 0)
		sw_text_add(text, "policy=%s", part + len);
	else
		sw_text_add(text, "zone=%s", part);
}

static void add_word(struct sw_text *text,
		     const struct sw_explanation *explanation,
		     const struct sw_rule *rule, const char *word, size_t len)
{
	const struct sw_fail2ban_ban *ban = sw_banned_by_fail2ban(explanation);
	const struct sw_block *block = block_of(explanation, rule->owner);
	const char *colon = strchr(rule->owner, ':');
	char addr[SW_PREFIX_TEXT_MAX];

	if (strncmp(word, "addr", len) == 0)
		sw_text_add(text, "%s", addr_of(explanation, addr));
	else if (strncmp(word, "banned", len) == 0)
		sw_text_add(text, "%s",
			    ban != NULL ? sw_prefix_format(&ban->client, addr)
					: addr_of(explanation, addr));
	else if (strncmp(word, "port", len) == 0)
		sw_text_add(text, "%u", port_of(explanation));
	else if (strncmp(word, "family", len) == 0)
		sw_text_add(text, "ipv%u",
			    explanation->question.client.base.family);
	else if (strncmp(word, "part", len) == 0)
		sw_text_add(text, "%s", colon != NULL ? colon + 1 : "");
	else if (strncmp(word, "where", len) == 0)
		add_where(text, colon != NULL ? colon + 1 : "");
	else if (strncmp(word, "undo", len) == 0)
		sw_text_add(text, "%s", block != NULL ? block->undo : "");
	else if (strncmp(word, "spared", len) == 0 &&
		 explanation->jail.ignoreip[0] != '\0')
		sw_text_add(text, "%s ", explanation->jail.ignoreip);
}

static void fill_in(struct sw_text *text,
		    const struct sw_explanation *explanation,
		    const struct sw_rule *rule, const char *template)
{
	while (*template != '\0') {
		size_t plain = strcspn(template, "{");
		size_t len;

		sw_text_add_bytes(text, template, plain);
		template += plain;
		if (*template == '\0')
			return;
		len = strcspn(++template, "}");
		add_word(text, explanation, rule, template, len);
		template += len + 1;
	}
}

static void add_line(struct sw_explanation *explanation,
		     const struct sw_rule *rule, const char *template)
{
	struct sw_text text;

	if (template[0] == '\0' || explanation->advice_count == SW_ADVICE_MAX)
		return;
	sw_text_init(&text, explanation->advice[explanation->advice_count],
		     SW_ADVICE_TEXT_MAX);
	fill_in(&text, explanation, rule, template);
	if (text.len > 0)
		explanation->advice_count++;
}

/* A rule of ufw about this client alone is deleted by ufw. */
static bool is_of_ufw(const struct sw_explanation *explanation,
		      const struct sw_rule *rule)
{
	const struct sw_block *block = block_of(explanation, rule->owner);

	return strcmp(rule->owner, "ufw") == 0 && block != NULL &&
	       is_better(block);
}

/* What fail2ban does not know of it cannot lift. */
static bool is_forgotten(const struct sw_explanation *explanation,
			 const struct sw_rule *rule)
{
	return explanation->fail2ban.state == SW_FAIL2BAN_READ &&
	       explanation->fail2ban.ban_count == 0 &&
	       strncmp(rule->owner, "fail2ban", 8) == 0 &&
	       block_of(explanation, rule->owner) != NULL;
}

/* A jail or zone that the command names and nobody knows. */
static bool lacks_part(const char *owner, const char *template)
{
	return strchr(owner, ':') == NULL &&
	       (strstr(template, "{part}") != NULL ||
		strstr(template, "{where}") != NULL);
}

bool sw_advise_tool(struct sw_explanation *explanation,
		    const struct sw_rule *rule)
{
	const struct remedy *remedy = remedy_for(rule);
	size_t before = explanation->advice_count;
	bool by_undo =
		is_forgotten(explanation, rule) || is_of_ufw(explanation, rule);

	if (remedy == NULL ||
	    (!by_undo && lacks_part(rule->owner, remedy->now)))
		return false;
	add_line(explanation, rule, by_undo ? "{undo}" : remedy->now);
	if (explanation->advice_count == before)
		return false;
	add_line(explanation, rule, remedy->keep);
	return true;
}

/* "FAMILY/TABLE/CHAIN" with blanks for the slashes. */
static bool read_place(const struct sw_rule *rule, char *out)
{
	if (strncmp(rule->source, NFT_SOURCE, strlen(NFT_SOURCE)) != 0 ||
	    strlen(rule->source) >= PLACE_MAX)
		return false;
	(void)sw_text_copy(out, PLACE_MAX, rule->source + strlen(NFT_SOURCE));
	for (char *at = out; *at != '\0'; at++) {
		if (*at == '/')
			*at = ' ';
	}
	return true;
}

/* The word behind these in the text of a rule; false: there is none. */
static bool word_behind(const char *text, const char *before, char *out)
{
	const char *at = strstr(text, before);
	size_t len;

	if (at == NULL)
		return false;
	at += strlen(before);
	len = strcspn(at, " \t,;}");
	if (len == 0 || len >= PLACE_MAX)
		return false;
	memcpy(out, at, len);
	out[len] = '\0';
	return true;
}

/* Take the client out of the set that the rule asks, where it alone stands. */
static bool advise_set(const struct sw_explanation *explanation,
		       const struct sw_rule *rule, const char *place,
		       struct sw_text *text)
{
	const struct sw_addr *client = &explanation->question.client.base;
	char family[PLACE_MAX], set[PLACE_MAX];
	struct sw_block found;
	char *table, *chain;
	bool known = false;

	(void)sw_text_copy(family, sizeof(family), place);
	table = strchr(family, ' ');
	chain = table != NULL ? strchr(table + 1, ' ') : NULL;
	if (chain == NULL || sw_question_is_range(&explanation->question))
		return false;
	*table++ = *chain = '\0';
	if (word_behind(rule->text, "saddr @", set))
		known = sw_ask_element(family, table, set, client, &found) ==
			SW_OK;
	else if (word_behind(rule->text, "match-set ", set))
		known = sw_ask_ipset(set, client, &found) == SW_OK;
	if (known)
		sw_text_add(text, "%s", found.undo);
	return known;
}

/* A rule of its own in front lets in one client and leaves the rest as it is.
 */
static void advise_in_front(const struct sw_explanation *explanation,
			    const struct sw_rule *rule, const char *place,
			    struct sw_text *text)
{
	bool v6 = explanation->question.client.base.family == SW_FAMILY_V6;
	char addr[SW_PREFIX_TEXT_MAX];

	sw_text_add(text, "nft %s rule %s ", rule->line != 0 ? "insert" : "add",
		    place);
	if (rule->line != 0)
		sw_text_add(text, "handle %u ", rule->line);
	sw_text_add(text, "%s saddr %s tcp dport %u accept", v6 ? "ip6" : "ip",
		    addr_of(explanation, addr), port_of(explanation));
}

void sw_advise_netfilter(struct sw_explanation *explanation,
			 const struct sw_rule *rule)
{
	bool is_route = strcmp(rule->source, SW_ROUTE_SOURCE) == 0;
	char place[PLACE_MAX];
	struct sw_text text;

	if (explanation->advice_count == SW_ADVICE_MAX ||
	    (!is_route && !read_place(rule, place)))
		return;
	sw_text_init(&text, explanation->advice[explanation->advice_count],
		     SW_ADVICE_TEXT_MAX);
	if (is_route)
		sw_text_add(&text, "ip route del %s", rule->text);
	else if (rule->line != 0 &&
		 !sw_question_is_range(&explanation->question) &&
		 sw_firewall_names_only(rule,
					&explanation->question.client.base))
		sw_text_add(&text, "nft delete rule %s handle %u", place,
			    rule->line);
	else if (!advise_set(explanation, rule, place, &text))
		advise_in_front(explanation, rule, place, &text);
	if (sw_text_ok(&text))
		explanation->advice_count++;
}
