#include "render_wrapper.h"

#include "sshwhy/text.h"

#include <stdio.h>

#define ANSWER_MAX 16384 /* bytes, with the NUL; a byte may become six */

/* The keys that both engines answer. */
struct side {
	const struct sw_verdict *verdict;
	const char *token;
	bool options;
};

static const char *truth(bool yes)
{
	return yes ? "true" : "false";
}

static void add_line(struct sw_text *text, const char *key, unsigned int line)
{
	if (line == 0)
		sw_text_add(text, ",\"%s\":null", key);
	else
		sw_text_add(text, ",\"%s\":%u", key, line);
}

static void add_string(struct sw_text *text, const char *key, const char *value)
{
	sw_text_add(text, ",\"%s\":", key);
	sw_text_add_json(text, value);
}

static void add_side(struct sw_text *text, const struct side *side)
{
	const struct sw_rule *rule = &side->verdict->rule;
	bool denies = side->verdict->outcome == SW_DENY;

	sw_text_add(text, "\"verdict\":\"%s\"", denies ? "deny" : "grant");
	add_string(text, "file", rule->source);
	add_line(text, "first_line", rule->first_line);
	add_line(text, "last_line", rule->line);
	add_string(text, "text", rule->text);
	add_string(text, "token", side->token);
	sw_text_add(text, ",\"options\":%s", truth(side->options));
}

static void add_libwrap(struct sw_text *text,
			const struct sw_wrapper_answer_shown *shown)
{
	const struct sw_ask_libwrap *libwrap = &shown->answer->libwrap;
	const struct side side = {&libwrap->verdict, NULL, libwrap->options};

	if (!shown->libwrap_asked) {
		sw_text_add(text, ",\"libwrap\":null,\"agree\":null");
		return;
	}
	sw_text_add(text, ",\"libwrap\":{");
	add_side(text, &side);
	sw_text_add(text, "},\"agree\":%s", truth(shown->answer->agree));
}

void sw_render_wrapper_json(const struct sw_wrapper_answer_shown *shown)
{
	const struct sw_wrapper_result *ours = &shown->answer->ours;
	const struct side side = {&ours->verdict, ours->token,
				  sw_wrapper_has_options(ours)};
	char buf[ANSWER_MAX];
	struct sw_text text;

	sw_text_init(&text, buf, sizeof(buf));
	sw_text_add(&text, "{");
	add_side(&text, &side);
	add_libwrap(&text, shown);
	add_string(&text, "except", ours->except);
	add_string(&text, "list", ours->list);
	add_line(&text, "list_line", ours->list_line);
	sw_text_add(&text, ",\"cause\":");
	sw_text_add_json(&text, sw_cause_code(ours->verdict.cause));
	sw_text_add(&text, ",\"needs_name\":%s,\"unsure\":%s}",
		    truth(ours->needs_name), truth(ours->unsure));
	puts(buf);
}
