#include "advice_sshd.h"

#include "layer_own.h"

#include "sshwhy/ban.h"
#include "sshwhy/ban_list.h"
#include "sshwhy/paths.h"
#include "sshwhy/text.h"

#include <string.h>

static bool holds_now(const struct sw_ban *ban,
		      const struct sw_question *question)
{
	return !ban->allow && (ban->until == 0 || ban->until > question->now) &&
	       ban->prefix.len <= question->client.len &&
	       sw_prefix_contains(&ban->prefix, &question->client.base);
}

/* True when lifting the ban of just this client is all that it takes: no wider
 * one holds, and no other owner's. */
static bool is_banned_alone(const struct sw_question *question)
{
	char dir[SW_LAYER_PATH_MAX];
	struct sw_ban_store store =
		sw_ban_store_of(sw_layer_path(question, SW_PATH_BAN_DIR, dir),
				sw_layer_owner(question));
	struct sw_ban_list list = SW_BAN_LIST_INIT;
	size_t own = 0, all = 0;
	struct sw_ban ban;

	if (sw_ban_list_load(&store, &list) != SW_OK)
		return true;
	for (size_t i = 0; i < list.count; i++) {
		sw_ban_list_get(&list, i, &ban);
		if (!holds_now(&ban, question))
			continue;
		all++;
		own += ban.prefix.len == question->client.len;
	}
	sw_ban_list_free(&list);
	return own == all;
}

static bool advise_unban(struct sw_explanation *explanation,
			 const struct sw_rule *rule SW_UNUSED)
{
	const struct sw_question *question = &explanation->question;
	char client[SW_PREFIX_TEXT_MAX];

	return sw_advice_add(explanation, "sshwhy %s %s",
			     is_banned_alone(question) ? "unban" : "allow",
			     sw_prefix_format(&question->client, client));
}

/* "exempt" takes all that stands behind it. */
static bool advise_exempt(struct sw_explanation *explanation,
			  const struct sw_rule *rule)
{
	char client[SW_PREFIX_TEXT_MAX];

	if (rule->line == 0 || rule->text[0] == '\0')
		return false;
	return sw_advice_add(
		explanation, "replace %s:%u by:   %s%s %s", rule->source,
		rule->line, rule->text,
		strstr(rule->text, " exempt ") != NULL ? "" : " exempt",
		sw_prefix_format(&explanation->question.client, client));
}

const struct sw_sshd_advice sw_own_advice[] = {
	{SW_CAUSE_BAN_LIST, advise_unban},
	{SW_CAUSE_LIMIT_RATE, advise_exempt},
	{SW_CAUSE_NONE, NULL},
};
