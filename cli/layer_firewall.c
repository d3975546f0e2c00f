#include "layers.h"

#include "sshwhy/ask_blocks.h"
#include "sshwhy/ask_firewall.h"
#include "sshwhy/firewall_owner.h"
#include "sshwhy/text.h"

#include <stdio.h>

#define SSH_PORT 22

static const enum sw_layer_outcome outcomes[] = {
	[SW_FIREWALL_UNSEEN] = SW_LAYER_UNSEEN,
	[SW_FIREWALL_PASS] = SW_LAYER_PASS,
	[SW_FIREWALL_REFUSED] = SW_LAYER_REJECT,
	[SW_FIREWALL_DEPENDS] = SW_LAYER_DEPENDS,
};

static void say_rule(struct sw_layer *out)
{
	struct sw_text text;

	sw_text_init(&text, out->detail, sizeof(out->detail));
	if (out->rule.source[0] == '\0')
		sw_text_add(&text, "no rule refuses it");
	else if (out->rule.line != 0)
		sw_text_add(&text, "%s:%u", out->rule.source, out->rule.line);
	else
		sw_text_add(&text, "%s, %s", out->rule.source, out->rule.text);
}

static void take(struct sw_layer *out, const struct sw_firewall_answer *answer)
{
	out->outcome = outcomes[answer->outcome];
	out->cause = answer->verdict.cause;
	out->rule = answer->verdict.rule;
	if (answer->outcome == SW_FIREWALL_DEPENDS && answer->depends_count > 0)
		out->rule = answer->depends[0];
	sw_firewall_own(&out->rule);
	if (answer->why[0] != '\0')
		(void)sw_text_copy(out->detail, sizeof(out->detail),
				   answer->why);
	else
		say_rule(out);
}

/* Without a way back the client gets no answer, as if its packet were dropped:
 * fail2ban's action route does that. */
static bool take_route(const struct sw_question *question, struct sw_layer *out)
{
	if (!sw_ask_bad_route(&question->client.base, &out->rule))
		return false;
	out->outcome = SW_LAYER_REJECT;
	out->cause = SW_CAUSE_FIREWALL_DROP;
	say_rule(out);
	return true;
}

void sw_layer_ask_firewall(const struct sw_question *question,
			   struct sw_layer *out)
{
	struct sw_firewall_question ask = {
		.client = question->client.base,
		.server = question->server,
		.iface = question->iface,
	};
	struct sw_firewall_answer answer;
	enum sw_err err;

	if (ask.server.port == 0)
		ask.server.port = SSH_PORT;
	err = sw_ask_firewall(&ask, &answer);
	if (err == SW_OK && answer.outcome == SW_FIREWALL_UNSEEN &&
	    take_route(question, out))
		return;
	if (err == SW_OK)
		take(out, &answer);
	else
		(void)snprintf(out->detail, sizeof(out->detail),
			       "it cannot be asked: %s", sw_strerror(err));
}
