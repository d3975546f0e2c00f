#include "layer_own.h"
#include "layers.h"
#include "when.h"

#include "sshwhy/ban_list.h"
#include "sshwhy/paths.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What the list says of an address, or of all addresses of a range. */
struct answer {
	bool found;
	struct sw_ban ban; /* where something was found */
	size_t others;	   /* entries in the range that say something else */
	struct sw_prefix other; /* one of them */
};

/* sshd is not refused by a list that it cannot use, and refuses nobody. */
static void say_failure(struct sw_layer *out, const struct sw_ban_store *store,
			enum sw_err err)
{
	bool hidden = sw_layer_is_hidden(err);

	out->outcome = hidden ? SW_LAYER_UNSEEN : SW_LAYER_PASS;
	(void)snprintf(out->detail, sizeof(out->detail), "%s %.120s%s%.80s%s",
		       hidden ? "only root and group adm may read" : "damaged:",
		       store->path, hidden ? "" : ": ",
		       hidden ? "" : store->words,
		       hidden ? "" : "; nobody is refused");
}

static bool contains(const struct sw_prefix *outer,
		     const struct sw_prefix *inner)
{
	return outer->len <= inner->len &&
	       sw_prefix_contains(outer, &inner->base);
}

/* Of two entries for the same prefix the one that lets in decides, else the ban
 * that ends last. */
static bool decides(const struct sw_ban *ban, const struct answer *so_far)
{
	const struct sw_ban *best = &so_far->ban;

	if (!so_far->found || ban->prefix.len != best->prefix.len)
		return !so_far->found || ban->prefix.len > best->prefix.len;
	if (ban->allow != best->allow)
		return ban->allow;
	return best->until != 0 &&
	       (ban->until == 0 || ban->until > best->until);
}

static bool is_live(const struct sw_ban *ban, int64_t now)
{
	return ban->until == 0 || ban->until > now;
}

static void find_around(const struct sw_ban_list *list,
			const struct sw_question *question, struct answer *out)
{
	struct sw_ban ban;

	for (size_t i = 0; i < list->count; i++) {
		sw_ban_list_get(list, i, &ban);
		if (!is_live(&ban, question->now) ||
		    !contains(&ban.prefix, &question->client) ||
		    !decides(&ban, out))
			continue;
		out->found = true;
		out->ban = ban;
	}
}

static void find_within(const struct sw_ban_list *list,
			const struct sw_question *question, struct answer *out)
{
	const bool banned = out->found && !out->ban.allow;
	struct sw_ban ban;

	for (size_t i = 0; i < list->count; i++) {
		sw_ban_list_get(list, i, &ban);
		if (!is_live(&ban, question->now) ||
		    ban.prefix.len <= question->client.len ||
		    !contains(&question->client, &ban.prefix) ||
		    ban.allow != banned)
			continue;
		out->other = ban.prefix;
		out->others++;
	}
}

static enum sw_err ask_range(struct sw_ban_store *store,
			     const struct sw_question *question,
			     struct answer *out)
{
	struct sw_ban_list list = SW_BAN_LIST_INIT;
	enum sw_err err = sw_ban_list_load(store, &list);

	if (err != SW_OK)
		return err;
	find_around(&list, question, out);
	find_within(&list, question, out);
	sw_ban_list_free(&list);
	return SW_OK;
}

static enum sw_err ask_list(struct sw_ban_store *store,
			    const struct sw_question *question,
			    struct answer *out)
{
	if (sw_question_is_range(question))
		return ask_range(store, question, out);
	return sw_ban_find(store, &question->client.base, question->now,
			   &out->ban, &out->found);
}

static void say_entry(struct sw_text *text, const struct sw_ban *ban)
{
	char prefix[SW_PREFIX_TEXT_MAX];
	char when[SW_WHEN_TEXT_MAX];

	sw_text_add(text, "%s", sw_prefix_format(&ban->prefix, prefix));
	if (ban->allow)
		sw_text_add(text, " is let in");
	if (ban->until != 0)
		sw_text_add(text, " until %s",
			    sw_when_format(ban->until, when));
}

static void take(struct sw_layer *out, const struct sw_ban_store *store,
		 const struct answer *answer, bool observe)
{
	bool banned = answer->found && !answer->ban.allow;
	char other[SW_PREFIX_TEXT_MAX];
	struct sw_text text;

	sw_text_init(&text, out->detail, sizeof(out->detail));
	if (answer->found) {
		sw_ban_name_rule(store, &answer->ban, &out->rule);
		say_entry(&text, &answer->ban);
	}
	out->outcome = banned && !observe ? SW_LAYER_REJECT : SW_LAYER_PASS;
	if (banned && observe)
		sw_text_add(&text, ", only observed");
	if (answer->others > 0) {
		out->outcome = observe ? SW_LAYER_PASS : SW_LAYER_DEPENDS;
		sw_text_add(&text, "%s%s in it %s%s", answer->found ? ", " : "",
			    sw_prefix_format(&answer->other, other),
			    banned ? "is let in" : "is banned",
			    answer->others > 1 ? ", and more" : "");
	} else if (!answer->found) {
		sw_text_add(&text, "not on it");
	}
	if (out->outcome == SW_LAYER_REJECT)
		out->cause = SW_CAUSE_BAN_LIST;
}

void sw_layer_ask_bans(const struct sw_question *question, struct sw_layer *out)
{
	char dir[SW_LAYER_PATH_MAX];
	struct sw_ban_store store =
		sw_ban_store_of(sw_layer_path(question, SW_PATH_BAN_DIR, dir),
				sw_layer_owner(question));
	static struct sw_config config;
	struct answer answer;
	enum sw_err err;

	memset(&answer, 0, sizeof(answer));
	if (!sw_layer_config(question, &config, out))
		return;
	err = ask_list(&store, question, &answer);
	if (err == SW_OK)
		take(out, &store, &answer, config.observe);
	else
		say_failure(out, &store, err);
}
