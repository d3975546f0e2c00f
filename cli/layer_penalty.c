#include "layers.h"

#include "heard.h"
#include "live.h"

#include "sshwhy/duration.h"
#include "sshwhy/num.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>

#define LONGEST 600 /* seconds; sshd's own max */

static void say(struct sw_layer *out, enum sw_layer_outcome outcome,
		const char *words)
{
	out->outcome = outcome;
	(void)sw_text_copy(out->detail, sizeof(out->detail), words);
}

/* "max:600" among the words of PerSourcePenalties. */
static int64_t longest_ms(const char *penalties)
{
	const char *max = strstr(penalties, "max:");
	uint64_t seconds = LONGEST;

	if (max != NULL) {
		max += strlen("max:");
		(void)!sw_num_parse_n(max, strspn(max, "0123456789"), INT32_MAX,
				      &seconds);
	}
	return (int64_t)seconds * 1000;
}

static bool is_exempt(const struct sw_sshd_settings *settings,
		      const struct sw_addr *client)
{
	char list[SW_SSHD_VALUE_MAX], *rest = list, *word;
	struct sw_prefix prefix;

	if (!sw_sshd_value(settings, "persourcepenaltyexemptlist", list,
			   sizeof(list)))
		return false;
	while ((word = strsep(&rest, ", ")) != NULL) {
		if (sw_prefix_parse(word, &prefix) == SW_OK &&
		    sw_prefix_contains(&prefix, client))
			return true;
	}
	return false;
}

static bool is_quiet(const struct sw_sshd_settings *settings)
{
	char level[32];

	return sw_sshd_value(settings, "loglevel", level, sizeof(level)) &&
	       (strcmp(level, "QUIET") == 0 || strcmp(level, "FATAL") == 0 ||
		strcmp(level, "ERROR") == 0);
}

static void refuse(const struct sw_question *question,
		   const struct sw_sshd_settings *settings,
		   const struct sw_heard_penalty *penalty, struct sw_layer *out)
{
	int64_t left = penalty->until - question->now;
	char lasts[SW_DURATION_TEXT_MAX];

	out->outcome = SW_LAYER_REJECT;
	out->cause = SW_CAUSE_BAN_PENALTY;
	sw_sshd_rule(settings, "PerSourcePenalties", &out->rule);
	(void)snprintf(out->detail, sizeof(out->detail),
		       "inferred from the log: %s, %s left at least",
		       penalty->why,
		       sw_duration_format((uint64_t)left / 1000, lasts));
}

/*
 * A penalty lives in the memory of the listener alone. Each that becomes active
 * is logged with its length; that it grows is not.
 */
static void look_at_log(const struct sw_question *question,
			const struct sw_sshd_settings *settings,
			const char *penalties, struct sw_layer *out)
{
	const struct sw_heard *heard = question->heard;
	int64_t longest = longest_ms(penalties);
	int64_t since = question->now - longest;
	/* The times of most logs are whole seconds. */
	int64_t loaded = question->live->loaded / 1000 * 1000;

	if (heard == NULL || heard->from == 0) {
		say(out, SW_LAYER_UNSEEN, "no log of sshd can be read");
		return;
	}
	if (since < loaded)
		since = loaded;
	if (heard->penalty.told >= loaded &&
	    heard->penalty.until > question->now &&
	    (heard->penalty.pid == 0 ||
	     heard->penalty.pid == question->live->daemon.pid))
		refuse(question, settings, &heard->penalty, out);
	else if (heard->penalty.drop >= since &&
		 heard->penalty.drop > heard->penalty.until)
		say(out, SW_LAYER_DEPENDS,
		    "on how long one has grown; a connection fell to it");
	else if (heard->from > since && heard->penalty.told == 0)
		say(out, SW_LAYER_DEPENDS, "on what was before the log began");
	else
		say(out, SW_LAYER_PASS, "none in the log");
}

void sw_layer_ask_penalty(const struct sw_question *question,
			  struct sw_layer *out)
{
	const struct sw_live *live = sw_live_find(question);
	const struct sw_sshd_settings *settings = sw_live_settings(question);
	char penalties[SW_SSHD_VALUE_MAX];

	if (settings == NULL)
		say(out, SW_LAYER_UNSEEN, live->refused);
	else if (!sw_sshd_value(settings, "persourcepenalties", penalties,
				sizeof(penalties)))
		say(out, SW_LAYER_PASS, "this sshd has none");
	else if (!live->found)
		say(out, SW_LAYER_PASS, "no listener of sshd, so none");
	else if (strcmp(penalties, "no") == 0)
		say(out, SW_LAYER_PASS, "off");
	else if (is_exempt(settings, &question->client.base))
		say(out, SW_LAYER_PASS, "exempt");
	else if (is_quiet(settings))
		say(out, SW_LAYER_UNSEEN, "LogLevel hides them");
	else
		look_at_log(question, settings, penalties, out);
}
