#include "commands.h"

#include "bans.h"
#include "cli.h"
#include "when.h"

#include "sshwhy/clock.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_OWNER "admin"

/* What the options say of every entry. */
static struct sw_ban ban_by(const struct sw_options *options, bool allow)
{
	const char *owner =
		options->owner != NULL ? options->owner : DEFAULT_OWNER;
	struct sw_ban ban;

	memset(&ban, 0, sizeof(ban));
	ban.allow = allow;
	ban.placed = options->now;
	if (options->seconds != 0)
		ban.until = options->now + (int64_t)options->seconds * 1000;
	(void)sw_text_copy(ban.owner, sizeof(ban.owner), owner);
	if (options->why != NULL)
		(void)sw_text_copy(ban.reason, sizeof(ban.reason),
				   options->why);
	return ban;
}

static bool parse_words(const char *command, const struct sw_options *options,
			struct sw_prefix *out)
{
	for (size_t i = 0; i < options->word_count; i++) {
		if (sw_prefix_parse(options->words[i], &out[i]) == SW_OK)
			continue;
		sw_complain("%s: %s: not an address or prefix", command,
			    options->words[i]);
		return false;
	}
	return true;
}

static void say_placed(const struct sw_ban *ban)
{
	char prefix[SW_PREFIX_TEXT_MAX];
	char when[SW_WHEN_TEXT_MAX];

	printf("%s %s %s%s\n", sw_prefix_format(&ban->prefix, prefix),
	       ban->allow ? "allowed" : "banned",
	       ban->until != 0 ? "until " : "for ever",
	       ban->until != 0 ? sw_when_format(ban->until, when) : "");
}

/* A ban that another entry makes void is no news to keep back. */
static void say_if_void(struct sw_ban_store *store, const struct sw_ban *ban)
{
	char prefix[SW_PREFIX_TEXT_MAX];
	struct sw_ban decides;
	bool found = false;

	if (sw_ban_find(store, &ban->prefix.base, ban->placed, &decides,
			&found) != SW_OK ||
	    !found || decides.allow == ban->allow)
		return;
	if (decides.prefix.len == ban->prefix.len && decides.allow)
		sw_complain("ban: no effect: %s is allowed by %s; see sshwhy"
			    " unban",
			    sw_prefix_format(&decides.prefix, prefix),
			    decides.owner);
}

static int place_one(const struct sw_options *options, const char *command,
		     const struct sw_ban *ban)
{
	struct sw_ban_store store = sw_bans_store(options);
	enum sw_err err = sw_ban_place(&store, ban, options->now);

	if (err != SW_OK)
		return sw_bans_failed(command, &store, err);
	say_placed(ban);
	if (!ban->allow)
		say_if_void(&store, ban);
	sw_bans_record(options, ban->allow ? SW_EVENT_UNBAN : SW_EVENT_BAN, ban,
		       1);
	return 0;
}

static bool are_dangerous(const struct sw_options *options,
			  const struct sw_prefix *prefixes)
{
	char words[SW_BANS_DANGER_MAX];
	struct sw_bans_guard guard;

	if (options->force)
		return false;
	sw_bans_guard_init(&guard);
	for (size_t i = 0; i < options->word_count; i++) {
		if (!sw_bans_is_dangerous(&guard, &prefixes[i], words))
			continue;
		sw_complain("ban: %s; nothing was banned (--force)", words);
		return true;
	}
	return false;
}

static int place_words(const struct sw_options *options, const char *command,
		       bool allow)
{
	struct sw_prefix *prefixes =
		calloc(options->word_count, sizeof(*prefixes));
	struct sw_ban ban = ban_by(options, allow);
	int status = 0;

	if (prefixes == NULL) {
		sw_complain("out of memory");
		return SW_EXIT_IO;
	}
	if (!parse_words(command, options, prefixes) ||
	    (!allow && are_dangerous(options, prefixes)))
		status = SW_EXIT_USAGE;
	for (size_t i = 0; status == 0 && i < options->word_count; i++) {
		ban.prefix = prefixes[i];
		status = place_one(options, command, &ban);
	}
	free(prefixes);
	return status;
}

/* One rewriting and one record, whatever the length of the file. */
static int place_file(const struct sw_options *options)
{
	struct sw_ban_store store = sw_bans_store(options);
	struct sw_ban ban = ban_by(options, false);
	struct sw_ban_list list = SW_BAN_LIST_INIT;
	struct sw_ban_merge merge = {.add = &list};
	struct sw_ban_merged merged;
	enum sw_err err;
	int status;

	status = sw_bans_read_file(options->from, &ban, options->force, &list);
	if (status != 0)
		return status;
	if (options->replace)
		merge.replace = ban.owner;
	err = sw_ban_merge(&store, &merge, options->now, &merged);
	sw_ban_list_free(&list);
	if (err != SW_OK)
		return sw_bans_failed("ban", &store, err);
	printf("%zu placed, %zu lifted, %zu on the list\n", merged.placed,
	       merged.lifted, merged.total);
	if (ban.reason[0] == '\0')
		(void)snprintf(ban.reason, sizeof(ban.reason), "from %s",
			       options->from);
	sw_bans_record(options, SW_EVENT_BAN, &ban, merged.placed);
	sw_bans_record(options, SW_EVENT_UNBAN, &ban, merged.lifted);
	return 0;
}

int sw_cmd_ban(int argc, char **argv)
{
	struct sw_options options;

	if (sw_options_parse(argc, argv, SW_FOR_BAN, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	if ((options.from != NULL) == (options.word_count != 0)) {
		sw_complain("ban: addresses or prefixes are needed, or --from"
			    " FILE");
		return SW_EXIT_USAGE;
	}
	if (options.replace &&
	    (options.from == NULL || options.owner == NULL)) {
		sw_complain("ban: --replace needs --from and --owner");
		return SW_EXIT_USAGE;
	}
	return options.from != NULL ? place_file(&options)
				    : place_words(&options, "ban", false);
}

int sw_cmd_allow(int argc, char **argv)
{
	struct sw_options options;

	if (sw_options_parse(argc, argv, SW_FOR_ALLOW, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	if (options.word_count == 0) {
		sw_complain("allow: addresses or prefixes are needed");
		return SW_EXIT_USAGE;
	}
	return place_words(&options, "allow", true);
}
