#include "layers.h"

#include "sshwhy/text.h"

#include <string.h>

/*
 * In the order in which a connection meets them. A layer that nobody can ask
 * has no function. by_files: its files say it all, so that a copy of them on
 * another machine can be asked. of_client: two clients may get two answers.
 */
static const struct row {
	enum sw_stage stage;
	const char *title;
	sw_layer_fn ask;
	bool by_files;
	bool of_client;
} rows[SW_LAYERS] = {
	{SW_STAGE_FIREWALL, "firewall", sw_layer_ask_firewall, false, true},
	{SW_STAGE_SOCKET, "socket", sw_layer_ask_socket, false, false},
	{SW_STAGE_PENALTY, "penalties", sw_layer_ask_penalty, false, true},
	{SW_STAGE_STARTUPS, "MaxStartups", sw_layer_ask_startups, false, false},
	{SW_STAGE_BAN, "ban list", sw_layer_ask_bans, true, false},
	{SW_STAGE_RATE, "rate limit", sw_layer_ask_rates, true, false},
	{SW_STAGE_WRAPPER, "TCP wrappers", sw_layer_ask_wrapper, true, true},
	{SW_STAGE_PROTOCOL, "protocol", sw_layer_ask_protocol, false, false},
	{SW_STAGE_CONFIG, "sshd_config", sw_layer_ask_config, false, true},
	{SW_STAGE_PAM, "PAM", sw_layer_ask_pam, false, true},
	{SW_STAGE_SESSION, "session", sw_layer_ask_session, false, false},
};

static const char *const outcomes[SW_LAYER_OUTCOMES_] = {
	[SW_LAYER_UNSEEN] = "unseen",		[SW_LAYER_PASS] = "pass",
	[SW_LAYER_REJECT] = "reject",		[SW_LAYER_DEPENDS] = "depends",
	[SW_LAYER_NOT_REACHED] = "not-reached",
};

const char *sw_layer_outcome_name(enum sw_layer_outcome outcome)
{
	return outcome < SW_LAYER_OUTCOMES_ ? outcomes[outcome] : "";
}

const struct sw_layer *sw_layer_at(const struct sw_layer *layers,
				   enum sw_stage stage)
{
	for (size_t i = 0; i < SW_LAYERS; i++) {
		if (layers[i].stage == stage)
			return &layers[i];
	}
	return NULL;
}

const char *sw_layer_title(enum sw_stage stage)
{
	for (size_t i = 0; i < SW_LAYERS; i++) {
		if (rows[i].stage == stage)
			return rows[i].title;
	}
	return "";
}

bool sw_question_is_range(const struct sw_question *question)
{
	bool v4 = question->client.base.family == SW_FAMILY_V4;

	return question->client.len != (v4 ? 32 : 128);
}

static struct sw_prefix last_of(const struct sw_prefix *range)
{
	bool v4 = range->base.family == SW_FAMILY_V4;
	struct sw_addr addr = range->base;

	for (unsigned int bit = range->len; bit < (v4 ? 32 : 128); bit++)
		addr.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	return sw_prefix_of(&addr, 32, 128);
}

static bool is_same_answer(const struct sw_layer *a, const struct sw_layer *b)
{
	return a->outcome == b->outcome && a->cause == b->cause &&
	       a->rule.line == b->rule.line &&
	       strcmp(a->rule.source, b->rule.source) == 0;
}

/*
 * What refuses both ends of a range by one rule refuses the range. That both
 * pass does not tell of those between them.
 */
static void ask_ends(const struct row *row, const struct sw_question *question,
		     struct sw_layer *out)
{
	struct sw_question first = *question, last = *question;
	struct sw_layer at_last = *out;

	first.client = sw_prefix_of(&question->client.base, 32, 128);
	last.client = last_of(&question->client);
	row->ask(&first, out);
	row->ask(&last, &at_last);
	if (is_same_answer(out, &at_last) && out->outcome != SW_LAYER_PASS)
		return;
	(void)sw_text_copy(out->detail, sizeof(out->detail),
			   is_same_answer(out, &at_last)
				   ? "on the address; both ends pass"
				   : "on the address; ask for one");
	out->outcome = SW_LAYER_DEPENDS;
	out->cause = SW_CAUSE_NONE;
}

static void ask(const struct row *row, const struct sw_question *question,
		struct sw_layer *out)
{
	if (question->root[0] != '\0' && !row->by_files)
		(void)sw_text_copy(out->detail, sizeof(out->detail),
				   "only the machine itself can be asked");
	else if (row->ask == NULL)
		out->outcome = SW_LAYER_UNSEEN;
	else if (row->of_client && sw_question_is_range(question))
		ask_ends(row, question, out);
	else
		row->ask(question, out);
}

void sw_layers_ask(const struct sw_question *question,
		   struct sw_layer out[SW_LAYERS],
		   struct sw_layer behind[SW_LAYERS])
{
	bool rejected = false;

	for (size_t i = 0; i < SW_LAYERS; i++) {
		struct sw_layer answer;

		memset(&answer, 0, sizeof(answer));
		answer.stage = rows[i].stage;
		ask(&rows[i], question, &answer);
		behind[i] = answer;
		out[i] = answer;
		if (!rejected) {
			behind[i].outcome = SW_LAYER_UNSEEN;
			rejected = answer.outcome == SW_LAYER_REJECT;
			continue;
		}
		memset(&out[i], 0, sizeof(out[i]));
		out[i].stage = rows[i].stage;
		out[i].outcome = SW_LAYER_NOT_REACHED;
	}
}

const struct sw_layer *
sw_layers_rejecting(const struct sw_layer layers[SW_LAYERS])
{
	for (size_t i = 0; i < SW_LAYERS; i++) {
		if (layers[i].outcome == SW_LAYER_REJECT)
			return &layers[i];
	}
	return NULL;
}

const struct sw_layer *
sw_layers_doubting(const struct sw_layer layers[SW_LAYERS])
{
	for (size_t i = 0; i < SW_LAYERS; i++) {
		if (layers[i].outcome == SW_LAYER_DEPENDS &&
		    layers[i].cause != SW_CAUSE_NONE)
			return &layers[i];
	}
	return NULL;
}

enum sw_exit sw_layers_verdict(const struct sw_layer layers[SW_LAYERS])
{
	if (sw_layers_rejecting(layers) != NULL)
		return SW_EXIT_REJECTED;
	for (size_t i = 0; i < SW_LAYERS; i++) {
		if (layers[i].outcome != SW_LAYER_PASS)
			return SW_EXIT_UNKNOWN;
	}
	return SW_EXIT_ADMITTED;
}
