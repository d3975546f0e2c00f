#include "advice.h"

#include "advice_sshd.h"
#include "advice_tools.h"
#include "banned.h"
#include "live.h"

#include "sshwhy/auto.h"
#include "sshwhy/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A rule that refused, and what it takes to advise on it. */
struct refusal {
	enum sw_cause cause;
	const struct sw_rule *rule;
	const struct sw_question *question;
};

typedef void (*advise_fn)(const struct refusal *refusal, struct sw_text *text);

/* "sshd: 192.0.2.1", with the brackets that libwrap wants around IPv6. */
static void add_own_rule(struct sw_text *text,
			 const struct sw_question *question)
{
	const struct sw_prefix *client = &question->client;
	bool v6 = client->base.family == SW_FAMILY_V6;
	char addr[SW_ADDR_TEXT_MAX];

	sw_text_add(text, v6 ? "sshd: [%s]" : "sshd: %s",
		    sw_addr_format(&client->base, addr));
	if (sw_question_is_range(question))
		sw_text_add(text, "/%u", client->len);
}

/* True when the file ends in exactly this text. */
static bool ends_in(const char *path, const char *text)
{
	sw_autofd int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t len = (ssize_t)strlen(text);
	char tail[SW_TEXT_MAX];
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || len == 0 ||
	    len > (ssize_t)sizeof(tail) || st.st_size < len)
		return false;
	return pread(fd, tail, (size_t)len, st.st_size - len) == len &&
	       memcmp(tail, text, (size_t)len) == 0;
}

static bool is_readable_and_not_empty(const char *path)
{
	struct stat st;

	return access(path, R_OK) == 0 && stat(path, &st) == 0 &&
	       st.st_size > 0;
}

/* A line appended to such a file would become part of its last one. */
static bool lacks_last_newline(const char *path)
{
	return is_readable_and_not_empty(path) && !ends_in(path, "\n");
}

/* hosts.allow is read first, so a rule there wins over all of hosts.deny. */
static void advise_allow(const struct refusal *refusal, struct sw_text *text)
{
	const char *allow = refusal->question->allow;

	sw_text_add(text, "add to %s", allow);
	if (lacks_last_newline(allow))
		sw_text_add(text, " (end its last line with a newline first)");
	sw_text_add(text, ":   ");
	add_own_rule(text, refusal->question);
}

/* The first rule that matches decides: ours has to stand above it. */
static void advise_above(const struct refusal *refusal, struct sw_text *text)
{
	if (strcmp(refusal->rule->source, refusal->question->allow) != 0 ||
	    refusal->rule->first_line == 0) {
		advise_allow(refusal, text);
		return;
	}
	sw_text_add(text,
		    "put above line %u of %s:   ", refusal->rule->first_line,
		    refusal->rule->source);
	add_own_rule(text, refusal->question);
}

static bool lacks_newline(const struct sw_rule *rule)
{
	return rule->line != 0 && ends_in(rule->source, rule->text);
}

/* What is wrong with a rule only its author can mend; meanwhile a rule in front
 * of it decides. */
static void advise_repair(const struct refusal *refusal, struct sw_text *text)
{
	const struct sw_rule *rule = refusal->rule;

	if (lacks_newline(rule))
		sw_text_add(text, "end %s:%u with a newline:   %s",
			    rule->source, rule->line, rule->text);
	else
		advise_above(refusal, text);
}

static void advise_in_general(const struct refusal *refusal,
			      struct sw_text *text)
{
	sw_text_add(text, "%s", sw_cause_advice(refusal->cause));
}

static const struct {
	enum sw_cause cause;
	advise_fn advise;
} exact[] = {
	{SW_CAUSE_WRAPPER_DENY, advise_allow},
	{SW_CAUSE_WRAPPER_OPTION_DENY, advise_above},
	{SW_CAUSE_WRAPPER_TWIST, advise_above},
	{SW_CAUSE_WRAPPER_BROKEN_RULE, advise_repair},
};

static advise_fn advice_on(enum sw_cause cause)
{
	for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++) {
		if (exact[i].cause == cause)
			return exact[i].advise;
	}
	return advise_in_general;
}

static void start_line(struct sw_explanation *explanation, struct sw_text *text)
{
	sw_text_init(text, explanation->advice[explanation->advice_count],
		     SW_ADVICE_TEXT_MAX);
}

static void keep_line(struct sw_explanation *explanation,
		      const struct sw_text *text)
{
	if (text->len == 0)
		return;
	for (size_t i = 0; i < explanation->advice_count; i++) {
		if (strcmp(explanation->advice[i], text->buf) == 0)
			return; /* said already */
	}
	explanation->advice_count++;
}

/* What undoes a change that is only made in the table. */
static void advise_on_denyhosts(struct sw_explanation *explanation)
{
	char files[SW_ADVICE_TEXT_MAX / 2];
	struct sw_text text;

	sw_ask_denyhosts_files("", &explanation->question.client.base, files,
			       sizeof(files));
	start_line(explanation, &text);
	sw_text_add(&text, "removing the line is not enough: DenyHosts "
			   "restores it from ");
	if (files[0] == '\0')
		sw_text_add(&text, "its own files (hosts* in its WORK_DIR)");
	else
		sw_text_add(&text, "%s", files);
	keep_line(explanation, &text);
}

static void advise_on_broken(struct sw_explanation *explanation,
			     const struct sw_rule *rule)
{
	struct sw_text text;

	if (lacks_newline(rule))
		return;
	start_line(explanation, &text);
	if (rule->line == 0)
		sw_text_add(&text, "for all others: make %s readable for sshd",
			    rule->source);
	else
		sw_text_add(&text, "for all others: correct %s:%u:   %s",
			    rule->source, rule->line, rule->text);
	keep_line(explanation, &text);
}

static bool is_of_firewall(enum sw_cause cause)
{
	return cause == SW_CAUSE_FIREWALL_DROP ||
	       cause == SW_CAUSE_FIREWALL_REJECT;
}

static void advise_on(struct sw_explanation *explanation, enum sw_cause cause,
		      const struct sw_rule *rule)
{
	const struct refusal refusal = {cause, rule, &explanation->question};
	size_t before = explanation->advice_count;
	struct sw_text text;

	if (sw_advise_tool(explanation, rule))
		return;
	if (is_of_firewall(cause))
		sw_advise_netfilter(explanation, rule);
	if (explanation->advice_count > before ||
	    sw_advise_sshd(explanation, cause, rule) ||
	    explanation->advice_count == SW_ADVICE_MAX)
		return;
	start_line(explanation, &text);
	advice_on(cause)(&refusal, &text);
	keep_line(explanation, &text);
	if (strcmp(rule->owner, "denyhosts") == 0 &&
	    explanation->advice_count < SW_ADVICE_MAX)
		advise_on_denyhosts(explanation);
	if (cause == SW_CAUSE_WRAPPER_BROKEN_RULE &&
	    explanation->advice_count < SW_ADVICE_MAX)
		advise_on_broken(explanation, rule);
}

/* The firewall may not have been asked; the ban holds all the same. */
static void advise_on_ban(struct sw_explanation *explanation,
			  const struct sw_fail2ban_ban *ban)
{
	struct sw_rule rule;

	memset(&rule, 0, sizeof(rule));
	(void)snprintf(rule.owner, sizeof(rule.owner), "fail2ban:%.*s",
		       (int)(sizeof(rule.owner) - sizeof("fail2ban:")),
		       ban->jail);
	(void)!sw_advise_tool(explanation, &rule);
}

static bool is_wrapper_first(const struct sw_explanation *explanation)
{
	const struct sw_layer *layer = sw_layers_rejecting(explanation->layers);

	return explanation->wrapper_failures > 0 &&
	       explanation->wrapper.outcome == SW_LAYER_REJECT &&
	       (layer == NULL || layer->stage != SW_STAGE_WRAPPER);
}

/* What the client was banned for refuses it again, once the ban is lifted. */
static void advise_on_wrapper_first(struct sw_explanation *explanation)
{
	const struct sw_layer *wrapper = &explanation->wrapper;
	const struct refusal refusal = {wrapper->cause, &wrapper->rule,
					&explanation->question};
	struct sw_text text;

	start_line(explanation, &text);
	sw_text_add(&text, "first ");
	advice_on(wrapper->cause)(&refusal, &text);
	keep_line(explanation, &text);
}

/* What the layers behind the first would do, once that one has been mended. */
static void advise_behind(struct sw_explanation *explanation)
{
	for (size_t i = 0; i < SW_LAYERS; i++) {
		const struct sw_layer *layer = &explanation->behind[i];

		if (layer->outcome == SW_LAYER_REJECT &&
		    (layer->stage != SW_STAGE_WRAPPER ||
		     !is_wrapper_first(explanation)))
			advise_on(explanation, layer->cause, &layer->rule);
	}
}

/* The newest refusal, where its layer would not let the client pass. */
static void advise_on_last(struct sw_explanation *explanation)
{
	const struct sw_record *last = &explanation->last;
	const struct sw_layer *layer =
		sw_layer_at(explanation->layers, sw_cause_stage(last->cause));

	if (layer == NULL || layer->outcome == SW_LAYER_PASS)
		return;
	if (layer->outcome == SW_LAYER_DEPENDS && layer->rule.source[0] != '\0')
		advise_on(explanation, last->cause, &layer->rule);
	else
		advise_on(explanation, last->cause, &last->rule);
}

/* Where the rule refused the client itself; other clients' rules stay. */
static void advise_on_root(struct sw_explanation *explanation)
{
	const struct sw_layer *layer = sw_layer_at(
		explanation->layers, sw_cause_stage(explanation->root.cause));

	if (layer == NULL || layer->outcome == SW_LAYER_PASS ||
	    is_wrapper_first(explanation) ||
	    sw_cause_stage(explanation->last.cause) == SW_STAGE_STARTUPS)
		return;
	advise_on(explanation, explanation->root.cause,
		  &explanation->root.rule);
}

static void advise_on_stale(struct sw_explanation *explanation)
{
	const struct sw_live *live = explanation->question.live;

	if (live != NULL && live->found && live->stale)
		sw_advise_reload(explanation);
}

void sw_advise(struct sw_explanation *explanation)
{
	const struct sw_layer *layer = sw_layers_rejecting(explanation->layers);
	const struct sw_layer *doubting =
		sw_layers_doubting(explanation->layers);
	const struct sw_fail2ban_ban *ban = sw_banned_by_fail2ban(explanation);
	const struct sw_root_cause *root = &explanation->root;

	explanation->advice_count = 0;
	explanation->advise_reload = false;
	if (is_wrapper_first(explanation))
		advise_on_wrapper_first(explanation);
	if (layer != NULL)
		advise_on(explanation, layer->cause, &layer->rule);
	else if (ban != NULL)
		advise_on_ban(explanation, ban);
	else if (explanation->has_last)
		advise_on_last(explanation);
	if (layer == NULL && doubting != NULL)
		advise_on(explanation, doubting->cause, &doubting->rule);
	advise_behind(explanation);
	if (root->found)
		advise_on_root(explanation);
	advise_on_stale(explanation);
	sw_advise_end(explanation);
}
