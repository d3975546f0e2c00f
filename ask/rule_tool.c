/* Whose a rule is that bears no mark of the tool that placed it. */

#include "sshwhy/ask_blocks.h"

#include "sshwhy/firewall_owner.h"
#include "sshwhy/text.h"
#include "sshwhy/wrapper_owner.h"

#include <stdio.h>
#include <string.h>

#define FAIL2BAN "fail2ban:"

/* True when the name of one of the actions begins so. */
static bool acts_by(const char *actions, const char *start)
{
	while (*actions != '\0') {
		if (strncmp(actions, start, strlen(start)) == 0)
			return true;
		actions += strcspn(actions, " ");
		actions += strspn(actions, " ");
	}
	return false;
}

/* The action of fail2ban that places such rules; NULL: none does. */
static const char *action_for(const struct sw_rule *rule,
			      const struct sw_addr *client)
{
	if (sw_wrapper_is_bare(rule, client))
		return "hostsdeny";
	if (strcmp(rule->source, SW_ROUTE_SOURCE) == 0)
		return "route";
	if (!sw_firewall_is_lent(rule, client))
		return NULL;
	return strcmp(rule->owner, "ufw") == 0 ? "ufw" : "firewallcmd";
}

static bool is_of_fail2ban(const struct sw_fail2ban_paths *paths,
			   const char *action, const struct sw_addr *client,
			   int64_t now, char *owner)
{
	/* Its server takes long to answer, and its files say the same. */
	const struct sw_fail2ban_paths files = {paths->config, NULL};
	static struct sw_fail2ban found; /* large */
	struct sw_fail2ban_jail jail;

	sw_ask_fail2ban(&files, client, now, &found);
	for (size_t i = 0; i < found.ban_count; i++) {
		sw_ask_fail2ban_jail(&files, found.bans[i].jail, &jail);
		if (!acts_by(jail.actions, action))
			continue;
		(void)snprintf(owner, SW_OWNER_MAX, FAIL2BAN "%.*s",
			       (int)(SW_OWNER_MAX - sizeof(FAIL2BAN)),
			       found.bans[i].jail);
		return true;
	}
	return false;
}

void sw_ask_rule_tool(const struct sw_fail2ban_paths *paths,
		      const struct sw_rule *rule, const struct sw_addr *client,
		      int64_t now, char *owner)
{
	const char *action = action_for(rule, client);

	*owner = '\0';
	if (action == NULL || is_of_fail2ban(paths, action, client, now, owner))
		return;
	if (sw_wrapper_is_bare(rule, client))
		(void)sw_text_copy(owner, SW_OWNER_MAX,
				   sw_ask_deny_owner("", client));
}
