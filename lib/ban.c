#include "sshwhy/ban.h"

#include "ban_file.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <string.h>

struct sw_ban_store sw_ban_store_of(const char *dir, uid_t owner)
{
	struct sw_ban_store store = {.dir = dir, .owner = owner};

	return store;
}

enum sw_err sw_ban_find(struct sw_ban_store *store, const struct sw_addr *addr,
			int64_t now, struct sw_ban *out, bool *out_found)
{
	const struct ban_question question = {.addr = *addr, .now = now};

	if (addr->family == SW_FAMILY_NONE) {
		*out_found = false;
		return SW_OK;
	}
	return ban_ask(store, &question, out, out_found);
}

void sw_ban_name_rule(const struct sw_ban_store *store,
		      const struct sw_ban *ban, struct sw_rule *rule)
{
	char prefix[SW_PREFIX_TEXT_MAX];
	struct sw_text text;

	(void)ban_path(store, BAN_FILE, rule->source);
	sw_text_init(&text, rule->text, sizeof(rule->text));
	sw_text_add(&text, "%s", sw_prefix_format(&ban->prefix, prefix));
	if (ban->reason[0] != '\0')
		sw_text_add(&text, " %s", ban->reason);
	(void)sw_text_copy(rule->owner, sizeof(rule->owner), ban->owner);
}

enum sw_err sw_ban_check(const char *dir, uid_t owner,
			 const struct sw_addr *client, int64_t now,
			 struct sw_verdict *out, int64_t *out_until)
{
	struct sw_ban_store store = sw_ban_store_of(dir, owner);
	struct sw_ban ban;
	int saved = errno;
	bool found = false;
	enum sw_err err;

	memset(out, 0, sizeof(*out));
	*out_until = 0;
	err = sw_ban_find(&store, client, now, &ban, &found);
	if (err != SW_OK) {
		out->outcome = SW_UNKNOWN;
		(void)sw_text_copy(out->rule.source, sizeof(out->rule.source),
				   store.path);
		(void)sw_text_copy(out->rule.text, sizeof(out->rule.text),
				   store.words);
	} else if (found && !ban.allow) {
		out->outcome = SW_DENY;
		out->cause = SW_CAUSE_BAN_LIST;
		sw_ban_name_rule(&store, &ban, &out->rule);
		*out_until = ban.until;
	}
	if (err != SW_E_IO)
		errno = saved;
	return err;
}
