#include "commands.h"

#include "bans.h"
#include "cli.h"

#include "sshwhy/clock.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>

/* A wider entry, or another owner's, may still refuse the client. */
static void say_what_is_left(struct sw_ban_store *store,
			     const struct sw_prefix *prefix, int64_t now)
{
	char text[SW_PREFIX_TEXT_MAX];
	struct sw_ban left;
	bool found = false;

	if (sw_ban_find(store, &prefix->base, now, &left, &found) != SW_OK ||
	    !found || left.allow || left.prefix.len > prefix->len)
		return;
	printf("%s still banned", sw_prefix_format(prefix, text));
	printf(" by the entry %s of %s\n", sw_prefix_format(&left.prefix, text),
	       left.owner);
}

static int lift_one(const struct sw_options *options, const char *word)
{
	struct sw_ban_store store = sw_bans_store(options);
	struct sw_prefix prefix;
	struct sw_ban was;
	bool found = false;
	enum sw_err err;

	if (sw_prefix_parse(word, &prefix) != SW_OK) {
		sw_complain("unban: %s: not an address or prefix", word);
		return SW_EXIT_USAGE;
	}
	err = sw_ban_lift(&store, &prefix, options->owner, options->now, &was,
			  &found);
	if (err != SW_OK)
		return sw_bans_failed("unban", &store, err);
	printf("%s %s\n", word, found ? "lifted" : "was not on the list");
	say_what_is_left(&store, &prefix, options->now);
	if (found && !was.allow)
		sw_bans_record(options, SW_EVENT_UNBAN, &was, 1);
	return 0;
}

static int lift_all(const struct sw_options *options)
{
	const struct sw_ban_merge merge = {.replace = options->owner};
	struct sw_ban_store store = sw_bans_store(options);
	struct sw_ban_merged merged;
	struct sw_ban ban;
	enum sw_err err = sw_ban_merge(&store, &merge, options->now, &merged);

	if (err != SW_OK)
		return sw_bans_failed("unban", &store, err);
	printf("%zu lifted, %zu on the list\n", merged.lifted, merged.total);
	memset(&ban, 0, sizeof(ban));
	(void)sw_text_copy(ban.owner, sizeof(ban.owner), options->owner);
	(void)sw_text_copy(ban.reason, sizeof(ban.reason), "all of them");
	sw_bans_record(options, SW_EVENT_UNBAN, &ban, merged.lifted);
	return 0;
}

int sw_cmd_unban(int argc, char **argv)
{
	struct sw_options options;
	int status = 0;

	if (sw_options_parse(argc, argv, SW_FOR_UNBAN, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	if (options.all && (options.owner == NULL || options.word_count != 0)) {
		sw_complain("unban: --all needs --owner, and nothing else");
		return SW_EXIT_USAGE;
	}
	if (options.all)
		return lift_all(&options);
	if (options.word_count == 0) {
		sw_complain("unban: addresses or prefixes are needed");
		return SW_EXIT_USAGE;
	}
	for (size_t i = 0; status == 0 && i < options.word_count; i++)
		status = lift_one(&options, options.words[i]);
	return status;
}
