#include "banned.h"

#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>

#define FAIL2BAN "fail2ban"

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* Actions whose work can be looked for: by how their names start. */
static const char *const visible_actions[] = {"nftables", "iptables",
					      "firewallcmd-multiport",
					      "firewallcmd-new", "hostsdeny"};

static bool is_visible(const char *action)
{
	for (size_t i = 0;
	     i < sizeof(visible_actions) / sizeof(visible_actions[0]); i++) {
		if (starts_with(action, visible_actions[i]))
			return strstr(action, "ipset") == NULL;
	}
	return false;
}

/* True when the work of one of the actions at least could be seen. */
static bool has_visible_action(const char *actions)
{
	while (*actions != '\0') {
		if (is_visible(actions))
			return true;
		actions += strcspn(actions, " ");
		actions += strspn(actions, " ");
	}
	return false;
}

static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	while (*text != '\0') {
		size_t next = strcspn(text, " ");

		if (next == len && memcmp(text, word, len) == 0)
			return true;
		text += next;
		text += strspn(text, " ");
	}
	return false;
}

/* Its action writes no mark, and only into rules of one address. */
static bool is_of_hostsdeny(const struct sw_explanation *explanation,
			    const struct sw_rule *rule)
{
	const struct sw_prefix *client = &explanation->question.client;
	const char *colon = strstr(rule->text, ": ");
	char addr[SW_ADDR_TEXT_MAX + 2], bare[SW_ADDR_TEXT_MAX];
	bool v6 = client->base.family == SW_FAMILY_V6;

	(void)snprintf(addr, sizeof(addr), v6 ? "[%s]" : "%s",
		       sw_addr_format(&client->base, bare));
	return colon != NULL && strcmp(colon + 2, addr) == 0;
}

static void find_owner(const struct sw_explanation *explanation,
		       struct sw_rule *rule)
{
	const struct sw_fail2ban_ban *ban = sw_banned_by_fail2ban(explanation);

	if (rule->owner[0] != '\0' || rule->source[0] != '/' ||
	    !is_of_hostsdeny(explanation, rule))
		return;
	if (ban != NULL && has_word(explanation->jail.actions, "hostsdeny"))
		(void)snprintf(
			rule->owner, sizeof(rule->owner), FAIL2BAN ":%.*s",
			(int)(sizeof(rule->owner) - sizeof(FAIL2BAN) - 1),
			ban->jail);
	else
		(void)sw_text_copy(
			rule->owner, sizeof(rule->owner),
			sw_ask_deny_owner("",
					  &explanation->question.client.base));
}

static void find_owners(struct sw_explanation *explanation)
{
	if (explanation->has_last &&
	    sw_cause_stage(explanation->last.cause) == SW_STAGE_WRAPPER)
		find_owner(explanation, &explanation->last.rule);
	for (size_t i = 0; i < SW_LAYERS; i++) {
		if (explanation->layers[i].stage == SW_STAGE_WRAPPER &&
		    explanation->layers[i].outcome == SW_LAYER_REJECT)
			find_owner(explanation, &explanation->layers[i].rule);
	}
}

static bool is_jail(const char *owner, const char *jail)
{
	return starts_with(owner, FAIL2BAN ":") &&
	       strncmp(owner + sizeof(FAIL2BAN), jail,
		       SW_OWNER_MAX - sizeof(FAIL2BAN) - 1) == 0;
}

static void note(struct sw_explanation *explanation, const char *before,
		 const char *jail, const char *behind)
{
	struct sw_text text;

	if (explanation->finding_count == SW_FINDINGS_MAX)
		return;
	sw_text_init(&text, explanation->findings[explanation->finding_count++],
		     SW_ADVICE_TEXT_MAX);
	sw_text_add(&text, "%s%s%s", before, jail, behind);
}

static bool is_enforced(const struct sw_explanation *explanation,
			const struct sw_fail2ban_ban *ban)
{
	for (size_t i = 0; i < explanation->blocks.count; i++) {
		if (is_jail(explanation->blocks.rows[i].owner, ban->jail))
			return true;
	}
	for (size_t i = 0; i < SW_LAYERS; i++) {
		if (explanation->layers[i].outcome == SW_LAYER_REJECT &&
		    is_jail(explanation->layers[i].rule.owner, ban->jail))
			return true;
	}
	return false;
}

static bool is_in_database(const struct sw_explanation *explanation,
			   const char *owner)
{
	for (size_t i = 0; i < explanation->fail2ban.ban_count; i++) {
		if (is_jail(owner, explanation->fail2ban.bans[i].jail))
			return true;
	}
	return false;
}

static void compare_with_firewall(struct sw_explanation *explanation)
{
	const struct sw_fail2ban_ban *ban = sw_banned_by_fail2ban(explanation);

	if (ban != NULL && has_visible_action(explanation->jail.actions) &&
	    !is_enforced(explanation, ban))
		note(explanation, "fail2ban's database has this ban of jail ",
		     ban->jail,
		     explanation->jail.running
			     ? ", but neither firewall nor hosts.deny has it"
			     : ", but neither firewall nor hosts.deny has it: "
			       "fail2ban does not run");
	for (size_t i = 0; i < explanation->blocks.count; i++) {
		const struct sw_block *block = &explanation->blocks.rows[i];

		if (starts_with(block->owner, FAIL2BAN) &&
		    explanation->fail2ban.state == SW_FAIL2BAN_READ &&
		    !is_in_database(explanation, block->owner))
			note(explanation, "the firewall holds it (",
			     block->place,
			     "), but fail2ban's database has no such ban");
	}
}

const struct sw_fail2ban_ban *
sw_banned_by_fail2ban(const struct sw_explanation *explanation)
{
	return explanation->fail2ban.ban_count > 0
		       ? &explanation->fail2ban.bans[0]
		       : NULL;
}

void sw_banned_ask(struct sw_explanation *explanation, const char *config)
{
	const struct sw_fail2ban_paths standard = SW_FAIL2BAN_PATHS;
	const struct sw_fail2ban_paths paths = {
		.config = config != NULL ? config : standard.config,
		.client = config != NULL ? NULL : standard.client,
	};
	const struct sw_addr *client = &explanation->question.client.base;
	bool checked;

	if (sw_question_is_range(&explanation->question) ||
	    explanation->question.root[0] != '\0')
		return;
	sw_ask_fail2ban(&paths, client, explanation->now,
			&explanation->fail2ban);
	if (explanation->fail2ban.ban_count > 0)
		sw_ask_fail2ban_jail(&paths, explanation->fail2ban.bans[0].jail,
				     &explanation->jail);
	find_owners(explanation);
	checked = explanation->fail2ban.state == SW_FAIL2BAN_READ &&
		  sw_ask_blocks(client, &explanation->blocks) == SW_OK;
	if (checked)
		compare_with_firewall(explanation);
}
