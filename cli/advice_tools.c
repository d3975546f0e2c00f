#include "advice_tools.h"

#include "banned.h"

#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>

#define PORT_OF_SSH 22
#define NFT_SOURCE "nft:"
#define PLACE_MAX 256 /* bytes, with the NUL */

/*
 * A line of advice. Where it is said with "{word}": addr, the client; banned,
 * the client or the range that is banned; port, of sshd; family, ipv4 or ipv6;
 * part, what stands behind the ":" of the owner; spared, whom the jail never
 * bans; undo, the command that takes the client out of the set or chain.
 */
static const struct remedy {
	const char *owner; /* or its part before ":" */
	const char *now;
	const char *keep; /* "" when that was all */
} remedies[] = {
	{"fail2ban", "fail2ban-client set {part} unbanip {banned}",
	 "to keep it in: fail2ban-client set {part} addignoreip {addr}, and "
	 "for good in /etc/fail2ban/jail.local, [{part}]:   ignoreip = "
	 "{spared}{addr}"},
	{"crowdsec", "cscli decisions delete --ip {addr}",
	 "to keep it in: a whitelist with {addr} in "
	 "/etc/crowdsec/parsers/s02-enrich/"},
	{"sshguard", "{undo}",
	 "to keep it in: add to /etc/sshguard/whitelist:   {addr}"},
	{"ufw", "ufw prepend allow from {addr} to any port {port} proto tcp",
	 ""},
	{"firewalld",
	 "firewall-cmd --zone={part} --add-rich-rule='rule priority=\"-100\" "
	 "family=\"{family}\" source address=\"{addr}\" port port=\"{port}\" "
	 "protocol=\"tcp\" accept'",
	 "to keep it in: the same with --permanent"},
};

static const struct remedy *remedy_for(const char *owner)
{
	size_t len = strcspn(owner, ":");

	for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++) {
		if (strlen(remedies[i].owner) == len &&
		    memcmp(remedies[i].owner, owner, len) == 0)
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

static const struct sw_block *block_of(const struct sw_explanation *explanation,
				       const char *owner)
{
	for (size_t i = 0; i < explanation->blocks.count; i++) {
		if (strcmp(explanation->blocks.rows[i].owner, owner) == 0)
			return &explanation->blocks.rows[i];
	}
	return NULL;
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

/* What fail2ban does not know of it cannot lift. */
static bool is_forgotten(const struct sw_explanation *explanation,
			 const struct sw_rule *rule)
{
	return explanation->fail2ban.state == SW_FAIL2BAN_READ &&
	       explanation->fail2ban.ban_count == 0 &&
	       strncmp(rule->owner, "fail2ban", 8) == 0 &&
	       block_of(explanation, rule->owner) != NULL;
}

bool sw_advise_tool(struct sw_explanation *explanation,
		    const struct sw_rule *rule)
{
	const struct remedy *remedy = remedy_for(rule->owner);

	if (remedy == NULL)
		return false;
	add_line(explanation, rule,
		 is_forgotten(explanation, rule) ? "{undo}" : remedy->now);
	add_line(explanation, rule, remedy->keep);
	return explanation->advice_count > 0;
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

/* A rule of its own in front lets in one client and leaves the rest as it is.
 */
void sw_advise_netfilter(struct sw_explanation *explanation,
			 const struct sw_rule *rule)
{
	bool v6 = explanation->question.client.base.family == SW_FAMILY_V6;
	char addr[SW_PREFIX_TEXT_MAX], place[PLACE_MAX];
	struct sw_text text;

	if (explanation->advice_count == SW_ADVICE_MAX ||
	    !read_place(rule, place))
		return;
	sw_text_init(&text, explanation->advice[explanation->advice_count],
		     SW_ADVICE_TEXT_MAX);
	sw_text_add(&text, "nft %s rule %s ",
		    rule->line != 0 ? "insert" : "add", place);
	if (rule->line != 0)
		sw_text_add(&text, "handle %u ", rule->line);
	sw_text_add(&text, "%s saddr %s tcp dport %u accept", v6 ? "ip6" : "ip",
		    addr_of(explanation, addr), port_of(explanation));
	if (sw_text_ok(&text))
		explanation->advice_count++;
}
