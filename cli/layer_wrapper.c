#include "layers.h"

#include "sshwhy/ask_wrapper.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>

/*
 * The user of user@ patterns is the one an ident server names, not the account:
 * it stays unknown. Names are looked up where a rule on the way needs one, as
 * libwrap does in sshd.
 */
static struct sw_wrapper_query query_of(const struct sw_question *question)
{
	struct sw_wrapper_query query = {
		.allow = question->allow,
		.deny = question->deny,
		.daemon = "sshd",
		.name = question->name,
		.resolve = sw_ask_name,
		.ask = sw_ask_system,
	};

	query.conn.client.addr = question->client.base;
	query.conn.server = question->server;
	return query;
}

static void say(struct sw_layer *out, const char *words)
{
	(void)sw_text_copy(out->detail, sizeof(out->detail), words);
}

/* A rule that let the client pass is worth its place; a default is not. */
static void say_what_matched(struct sw_layer *out,
			     const struct sw_verdict *verdict)
{
	if (verdict->outcome == SW_NOMATCH)
		say(out, "no rule matches");
	else
		(void)snprintf(out->detail, sizeof(out->detail), "%s:%u",
			       verdict->rule.source, verdict->rule.line);
}

static void take_verdict(struct sw_layer *out, const struct sw_verdict *verdict)
{
	out->outcome =
		verdict->outcome == SW_DENY ? SW_LAYER_REJECT : SW_LAYER_PASS;
	out->cause = verdict->cause;
	out->rule = verdict->rule;
	say_what_matched(out, verdict);
}

static void say_what_is_odd(struct sw_layer *out,
			    const struct sw_ask_wrapper *answer)
{
	if (answer->libwrap.died_of != 0)
		say(out, "libwrap crashes on this table");
	else if (!answer->agree)
		say(out, "libwrap; our matcher disagrees, see sshwhy wrapper");
}

/* libwrap decides in sshd, so its word holds; our matcher adds what it saw. */
void sw_layer_ask_wrapper(const struct sw_question *question,
			  struct sw_layer *out)
{
	const struct sw_wrapper_query query = query_of(question);
	struct sw_ask_wrapper answer;

	memset(&answer, 0, sizeof(answer));
	if (sw_ask_wrapper(&query, &answer) != SW_OK) {
		take_verdict(out, &answer.ours.verdict);
		say(out, "libwrap cannot be watched here; by our matcher");
		return;
	}
	take_verdict(out, &answer.libwrap.verdict);
	say_what_is_odd(out, &answer);
	if (answer.ours.unsure) {
		out->outcome = SW_LAYER_DEPENDS;
		out->cause = SW_CAUSE_NONE;
		say(out, "on a command that is not executed (aclexec)");
	}
}
