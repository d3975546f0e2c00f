#include "layers.h"

#include "sshwhy/text.h"

#include <string.h>

/*
 * In the order in which a connection meets them. A layer that nobody can ask
 * has no function. by_files: its files say it all, so that a copy of them on
 * another machine can be asked. by_range: it knows what to say of a range; of
 * any other every address may get another answer.
 */
static const struct row {
	enum sw_stage stage;
	const char *title;
	sw_layer_fn ask;
	bool by_files;
	bool by_range;
} rows[SW_LAYERS] = {
	{SW_STAGE_FIREWALL, "firewall", sw_layer_ask_firewall, false, false},
	{SW_STAGE_SOCKET, "socket", NULL, false, false},
	{SW_STAGE_PENALTY, "penalties", NULL, false, false},
	{SW_STAGE_STARTUPS, "MaxStartups", NULL, false, false},
	{SW_STAGE_BAN, "ban list", sw_layer_ask_bans, true, true},
	{SW_STAGE_RATE, "rate limit", sw_layer_ask_rates, true, true},
	{SW_STAGE_WRAPPER, "TCP wrappers", sw_layer_ask_wrapper, true, false},
	{SW_STAGE_PROTOCOL, "protocol", NULL, false, false},
	{SW_STAGE_CONFIG, "sshd_config", NULL, false, false},
	{SW_STAGE_PAM, "PAM", NULL, false, false},
	{SW_STAGE_SESSION, "session", NULL, false, false},
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

static void ask(const struct row *row, const struct sw_question *question,
		struct sw_layer *out)
{
	if (question->root[0] != '\0' && !row->by_files) {
		(void)sw_text_copy(out->detail, sizeof(out->detail),
				   "only the machine itself can be asked");
		return;
	}
	if (row->by_range || !sw_question_is_range(question)) {
		row->ask(question, out);
		return;
	}
	out->outcome = SW_LAYER_DEPENDS;
	(void)sw_text_copy(out->detail, sizeof(out->detail),
			   "on the address; ask for one");
}

void sw_layers_ask(const struct sw_question *question,
		   struct sw_layer out[SW_LAYERS])
{
	bool rejected = false;

	for (size_t i = 0; i < SW_LAYERS; i++) {
		memset(&out[i], 0, sizeof(out[i]));
		out[i].stage = rows[i].stage;
		if (rejected)
			out[i].outcome = SW_LAYER_NOT_REACHED;
		else if (rows[i].ask != NULL)
			ask(&rows[i], question, &out[i]);
		rejected = rejected || out[i].outcome == SW_LAYER_REJECT;
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
