#include "commands.h"

#include "bans.h"
#include "cli.h"
#include "phrase.h"
#include "when.h"

#include "sshwhy/clock.h"
#include "sshwhy/text.h"
#include "sshwhy/utc.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_ 2048 /* bytes, with newline and NUL */

static void add_time(struct sw_text *json, const char *before, int64_t ms)
{
	char when[SW_UTC_TEXT_MAX];

	sw_text_add(json, "%s", before);
	sw_text_add_json(json, ms > 0 ? sw_utc_format(ms, when) : NULL);
}

static void add_json(struct sw_text *json, const struct sw_ban *ban)
{
	char prefix[SW_PREFIX_TEXT_MAX];

	sw_text_add(json, "{\"prefix\":\"%s\",\"kind\":\"%s\",\"owner\":",
		    sw_prefix_format(&ban->prefix, prefix),
		    ban->allow ? "allow" : "ban");
	sw_text_add_json(json, ban->owner);
	sw_text_add(json, ",\"reason\":");
	sw_text_add_json(json, ban->reason);
	add_time(json, ",\"placed\":", ban->placed);
	add_time(json, ",\"until\":", ban->until);
	sw_text_add(json, "}\n");
}

static void add_line(struct sw_text *line, const struct sw_ban *ban)
{
	char prefix[SW_PREFIX_TEXT_MAX];
	char when[SW_WHEN_TEXT_MAX];

	sw_text_add(line, "%s  %s", sw_prefix_format(&ban->prefix, prefix),
		    ban->allow ? "allow" : "ban");
	if (ban->until != 0)
		sw_text_add(line, "  until %s",
			    sw_when_format(ban->until, when));
	sw_text_add(line, "  since %s", sw_when_format(ban->placed, when));
	if (ban->owner[0] != '\0') {
		sw_text_add(line, "  by ");
		sw_phrase_add_owner(line, ban->owner);
	}
	if (ban->reason[0] != '\0') {
		sw_text_add(line, "  \"");
		sw_text_add_visible(line, ban->reason);
		sw_text_add(line, "\"");
	}
	sw_text_add(line, "\n");
}

/* Entries around the asked-for prefix count as well as those in it. */
static bool is_wanted(const struct sw_options *options,
		      const struct sw_prefix *around, const struct sw_ban *ban)
{
	if (ban->until != 0 && ban->until <= options->now)
		return false;
	if (options->owner != NULL && strcmp(options->owner, ban->owner) != 0)
		return false;
	return around->base.family == SW_FAMILY_NONE ||
	       sw_prefix_contains(around, &ban->prefix.base) ||
	       sw_prefix_contains(&ban->prefix, &around->base);
}

static void print(const struct sw_options *options,
		  const struct sw_prefix *around,
		  const struct sw_ban_list *list)
{
	char line[LINE_MAX_];

	for (size_t i = 0; i < list->count; i++) {
		struct sw_text text;
		struct sw_ban ban;

		sw_ban_list_get(list, i, &ban);
		if (!is_wanted(options, around, &ban))
			continue;
		sw_text_init(&text, line, sizeof(line));
		if (options->json)
			add_json(&text, &ban);
		else
			add_line(&text, &ban);
		(void)fputs(line, stdout);
	}
}

int sw_cmd_bans(int argc, char **argv)
{
	struct sw_ban_list list = SW_BAN_LIST_INIT;
	struct sw_prefix around = {.len = 0};
	struct sw_options options;
	struct sw_ban_store store;
	enum sw_err err;

	if (sw_options_parse(argc, argv, SW_FOR_BANS, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	if (options.word_count > 1 ||
	    (options.word_count == 1 &&
	     sw_prefix_parse(options.words[0], &around) != SW_OK)) {
		sw_complain("bans: %s: not one address or prefix",
			    options.words[options.word_count - 1]);
		return SW_EXIT_USAGE;
	}
	store = sw_bans_store(&options);
	err = sw_ban_list_load(&store, &list);
	if (err != SW_OK)
		return sw_bans_failed("bans", &store, err);
	print(&options, &around, &list);
	sw_ban_list_free(&list);
	return 0;
}
