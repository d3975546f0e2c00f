#include "banned.h"

#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>

#define FAIL2BAN "fail2ban"
#define WRAPPER_LINE ": refused connect from " /* libwrap's words */

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* Actions whose work can be looked for: by how their names start. */
static const char *const visible_actions[] = {
	"nftables", "iptables", "firewallcmd", "hostsdeny", "ufw", "route"};

/* True when the name of one of the actions begins so. */
static bool has_action(const char *actions, const char *start)
{
	while (*actions != '\0') {
		if (starts_with(actions, start))
			return true;
		actions += strcspn(actions, " ");
		actions += strspn(actions, " ");
	}
	return false;
}

/* True when the work of one of the actions at least could be seen. */
static bool has_visible_action(const char *actions)
{
	for (size_t i = 0;
	     i < sizeof(visible_actions) / sizeof(visible_actions[0]); i++) {
		if (has_action(actions, visible_actions[i]))
			return true;
	}
	return false;
}

static void find_owner(const struct sw_explanation *explanation,
		       const struct sw_fail2ban_paths *paths,
		       struct sw_rule *rule)
{
	char owner[SW_OWNER_MAX];

	sw_ask_rule_tool(paths, rule, &explanation->question.client.base,
			 explanation->now, owner);
	if (owner[0] != '\0')
		memcpy(rule->owner, owner, sizeof(rule->owner));
}

static void find_owners(struct sw_explanation *explanation,
			const struct sw_fail2ban_paths *paths)
{
	if (explanation->has_last)
		find_owner(explanation, paths, &explanation->last.rule);
	for (size_t i = 0; i < SW_LAYERS; i++) {
		if (explanation->layers[i].outcome == SW_LAYER_REJECT)
			find_owner(explanation, paths,
				   &explanation->layers[i].rule);
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

/* Other tools do some actions' work, under their own names. */
static bool is_work_of(const struct sw_block *block,
		       const struct sw_fail2ban_ban *ban, const char *actions)
{
	if (is_jail(block->owner, ban->jail))
		return true;
	if (strcmp(block->owner, "ufw") == 0)
		return has_action(actions, "ufw");
	if (starts_with(block->owner, "firewalld"))
		return has_action(actions, "firewallcmd");
	return block->owner[0] == '\0' && starts_with(block->place, "route ") &&
	       has_action(actions, "route");
}

static bool is_enforced(const struct sw_explanation *explanation,
			const struct sw_fail2ban_ban *ban)
{
	for (size_t i = 0; i < explanation->blocks.count; i++) {
		if (is_work_of(&explanation->blocks.rows[i], ban,
			       explanation->jail.actions))
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

/* sshd's log has them beside the failed logins, and the jail counts both. */
static size_t wrapper_failures(const struct sw_fail2ban_ban *ban)
{
	size_t count = 0;

	for (size_t i = 0; i < ban->line_count; i++) {
		if (strstr(ban->lines[i], WRAPPER_LINE) != NULL)
			count++;
	}
	return count;
}

/* Who lifts such a ban alone meets the next one soon. */
static void look_behind(struct sw_explanation *explanation)
{
	const struct sw_fail2ban_ban *ban = sw_banned_by_fail2ban(explanation);
	struct sw_layer *wrapper = &explanation->wrapper;
	size_t count = ban != NULL ? wrapper_failures(ban) : 0;
	char words[SW_ADVICE_TEXT_MAX / 2];

	explanation->wrapper_failures = count;
	if (count == 0)
		return;
	wrapper->stage = SW_STAGE_WRAPPER;
	sw_layer_ask_wrapper(&explanation->question, wrapper);
	(void)snprintf(words, sizeof(words),
		       "fail2ban counted %zu refusal%s by TCP wrappers as "
		       "failures, in jail ",
		       count, count == 1 ? "" : "s");
	note(explanation, words, ban->jail,
	     wrapper->outcome == SW_LAYER_REJECT
		     ? ": TCP wrappers refuse the client still, and it would "
		       "be banned again"
		     : "");
}

static bool firewall_rejects(const struct sw_explanation *explanation)
{
	const struct sw_layer *layer = sw_layers_rejecting(explanation->layers);

	return layer != NULL && layer->stage == SW_STAGE_FIREWALL;
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
	find_owners(explanation, &paths);
	checked = (explanation->fail2ban.state == SW_FAIL2BAN_READ ||
		   firewall_rejects(explanation)) &&
		  sw_ask_blocks(client, &explanation->blocks) == SW_OK;
	if (checked)
		compare_with_firewall(explanation);
	look_behind(explanation);
}
