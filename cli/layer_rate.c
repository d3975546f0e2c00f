#include "layer_own.h"
#include "layers.h"

#include "sshwhy/clock.h"
#include "sshwhy/duration.h"
#include "sshwhy/paths.h"
#include "sshwhy/rate.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <stdio.h>

#define NS_PER_SECOND UINT64_C(1000000000)

static void say(struct sw_layer *out, enum sw_layer_outcome outcome,
		const char *words)
{
	out->outcome = outcome;
	(void)sw_text_copy(out->detail, sizeof(out->detail), words);
}

/* sshd lets everybody in where it cannot use the table. */
static void say_failure(struct sw_layer *out, enum sw_err err)
{
	char words[SW_DETAIL_MAX];

	if (err == SW_E_IO && errno == ENOENT) {
		(void)snprintf(words, sizeof(words),
			       "%.120s:%u, no connection since the boot",
			       out->rule.source, out->rule.line);
		say(out, SW_LAYER_PASS, words);
	} else if (sw_layer_is_hidden(err)) {
		say(out, SW_LAYER_UNSEEN,
		    "only root may look at " SW_PATH_RATES);
	} else {
		(void)snprintf(words, sizeof(words),
			       SW_PATH_RATES ": %s; nobody is refused",
			       sw_strerror(err));
		say(out, SW_LAYER_PASS, words);
	}
}

static void say_room(struct sw_layer *out, const struct sw_verdict *verdict,
		     const struct sw_rate_room *room, bool observe)
{
	char wait[SW_DURATION_TEXT_MAX];
	struct sw_text text;

	out->outcome = SW_LAYER_PASS;
	sw_text_init(&text, out->detail, sizeof(out->detail));
	sw_text_add(&text, "%s:%u", out->rule.source, out->rule.line);
	if (verdict->outcome == SW_ALLOW && room->left == 0)
		sw_text_add(&text, " exempts it");
	else if (verdict->outcome == SW_ALLOW)
		sw_text_add(&text, ", %u more at once", room->left);
	else
		sw_text_add(&text, ", the next in %s",
			    sw_duration_format((room->wait + NS_PER_SECOND -
						1) / NS_PER_SECOND,
					       wait));
	if (room->observe || observe) {
		sw_text_add(&text, ", only observed");
	} else if (verdict->outcome == SW_DENY) {
		out->outcome = SW_LAYER_REJECT;
		out->cause = verdict->cause;
	}
}

/* Which rule is for the client, and whether it is exempt, needs no table. */
static void look(const struct sw_rate *table, const struct sw_config *config,
		 const struct sw_question *question,
		 struct sw_verdict *out_verdict, struct sw_rate_room *out_room,
		 struct sw_layer *out)
{
	char path[SW_LAYER_PATH_MAX];

	sw_rate_look(table, config, &question->client.base,
		     sw_clock_monotonic_ns(), out_verdict, out_room);
	out->rule = out_verdict->rule;
	if (out->rule.source[0] != '\0')
		(void)sw_text_copy(
			out->rule.source, sizeof(out->rule.source),
			sw_layer_path(question, SW_PATH_CONFIG, path));
}

static void ask_table(const struct sw_config *config,
		      const struct sw_question *question, struct sw_layer *out)
{
	struct sw_rate table = SW_RATE_INIT;
	struct sw_rate_room room;
	struct sw_verdict verdict;
	enum sw_err err = sw_rate_open_existing(
		SW_PATH_RATES, sw_layer_owner(question), &table);

	if (err != SW_OK) {
		say_failure(out, err);
		return;
	}
	look(&table, config, question, &verdict, &room, out);
	say_room(out, &verdict, &room, config->observe);
	sw_rate_close(&table);
}

void sw_layer_ask_rates(const struct sw_question *question,
			struct sw_layer *out)
{
	const struct sw_rate none = SW_RATE_INIT;
	static struct sw_config config;
	struct sw_rate_room room;
	struct sw_verdict verdict;

	if (!sw_layer_config(question, &config, out))
		return;
	if (config.rates == 0) {
		say(out, SW_LAYER_PASS, "none is set");
		return;
	}
	if (sw_question_is_range(question)) {
		say(out, SW_LAYER_DEPENDS, "on the address; ask for one");
		return;
	}
	look(&none, &config, question, &verdict, &room, out);
	if (verdict.outcome == SW_NOMATCH)
		say(out, SW_LAYER_PASS, "none is for it");
	else if (verdict.outcome == SW_ALLOW)
		say_room(out, &verdict, &room, config.observe);
	else if (question->root[0] != '\0')
		say(out, SW_LAYER_UNSEEN,
		    "how often it connects is known on its machine alone");
	else
		ask_table(&config, question, out);
}
