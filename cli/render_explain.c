#include "render.h"

#include "banned.h"
#include "phrase.h"
#include "placed.h"
#include "when.h"

#include "sshwhy/duration.h"
#include "sshwhy/text.h"

#include <inttypes.h>
#include <string.h>

#define LINE_MAX_ 4096 /* bytes, with the NUL */

static void print_line(struct sw_text *line, FILE *stream)
{
	(void)fprintf(stream, "%s\n", line->buf);
	sw_text_init(line, line->buf, line->size);
}

static void add_refusal(struct sw_text *line, enum sw_cause cause,
			const struct sw_rule *rule)
{
	sw_text_add(line, "%s", sw_phrase_refuser(cause));
	if (rule->source[0] != '\0')
		sw_text_add(line, ", ");
	sw_phrase_add_place(line, rule);
	sw_phrase_add_rule_text(line, "   ", rule);
}

static bool is_same_rule(const struct sw_layer *layer,
			 const struct sw_record *record)
{
	return layer->cause == record->cause &&
	       layer->rule.line == record->rule.line &&
	       strcmp(layer->rule.source, record->rule.source) == 0 &&
	       strcmp(layer->rule.text, record->rule.text) == 0;
}

static void add_rejected(struct sw_text *line,
			 const struct sw_explanation *explanation,
			 const struct sw_layer *layer)
{
	sw_text_add(line, "REJECTED by ");
	add_refusal(line, layer->cause, &layer->rule);
	if (!explanation->has_last || is_same_rule(layer, &explanation->last))
		return;
	sw_text_add(line, "; last refused by ");
	add_refusal(line, explanation->last.cause, &explanation->last.rule);
}

static void add_not_rejected(struct sw_text *line,
			     const struct sw_explanation *explanation)
{
	const struct sw_layer *doubting =
		sw_layers_doubting(explanation->layers);
	const struct sw_record *last = &explanation->last;
	const struct sw_layer *layer;

	sw_text_add(line, explanation->verdict == SW_EXIT_ADMITTED ? "ADMITTED"
								   : "UNKNOWN");
	if (!explanation->has_last && doubting != NULL) {
		sw_text_add(line, ", it depends on ");
		add_refusal(line, doubting->cause, &doubting->rule);
	} else if (!explanation->has_last &&
		   explanation->verdict == SW_EXIT_UNKNOWN) {
		sw_text_add(line, ", nothing that could be asked rejects it");
	}
	if (!explanation->has_last)
		return;
	sw_text_add(line, ", was refused by ");
	add_refusal(line, last->cause, &last->rule);
	layer = sw_layer_at(explanation->layers, sw_cause_stage(last->cause));
	if (explanation->verdict == SW_EXIT_ADMITTED)
		sw_text_add(line, "; would pass now");
	else if (layer != NULL && layer->outcome == SW_LAYER_PASS)
		sw_text_add(line, "; would pass %s now",
			    sw_layer_title(layer->stage));
}

/* Whoever mends the symptom alone is locked out again. */
static void add_root(struct sw_text *line,
		     const struct sw_explanation *explanation, bool rejected)
{
	sw_text_add(line, "%s because of ",
		    rejected ? "REJECTED"
		    : explanation->verdict == SW_EXIT_ADMITTED
			    ? "ADMITTED, was refused"
			    : "UNKNOWN, was refused");
	add_refusal(line, explanation->root.cause, &explanation->root.rule);
}

static void print_symptom(const struct sw_explanation *explanation,
			  struct sw_text *line, FILE *stream)
{
	const struct sw_layer *layer = sw_layers_rejecting(explanation->layers);

	if (!explanation->root.found)
		return;
	sw_text_add(line, "  symptom   refused by ");
	if (layer != NULL)
		add_refusal(line, layer->cause, &layer->rule);
	else
		add_refusal(line, explanation->last.cause,
			    &explanation->last.rule);
	sw_text_add(line, "; ");
	sw_text_add_visible(line, explanation->root.why);
	print_line(line, stream);
}

static void print_verdict(const struct sw_explanation *explanation,
			  struct sw_text *line, FILE *stream)
{
	const struct sw_layer *layer = sw_layers_rejecting(explanation->layers);
	char client[SW_PREFIX_TEXT_MAX];

	sw_text_add(line, "%s  ",
		    sw_prefix_format(&explanation->question.client, client));
	if (explanation->root.found)
		add_root(line, explanation, layer != NULL);
	else if (layer != NULL)
		add_rejected(line, explanation, layer);
	else
		add_not_rejected(line, explanation);
	if (!explanation->has_last && explanation->records != NULL)
		sw_text_add(line, "; no refusal is recorded");
	print_line(line, stream);
}

static void print_last(const struct sw_explanation *explanation,
		       struct sw_text *line, FILE *stream)
{
	const struct sw_record *last = &explanation->last;
	int64_t at = last->last != 0 ? last->last : last->time;
	int64_t age = explanation->now > at ? explanation->now - at : 0;
	const char *saw = sw_phrase_client_saw(last->cause);
	char when[SW_WHEN_TEXT_MAX];
	char ago[SW_DURATION_TEXT_MAX];
	char addr[SW_ADDR_TEXT_MAX];

	sw_text_add(line, "  last      ");
	if (sw_question_is_range(&explanation->question))
		sw_text_add(line, "%s, ",
			    sw_addr_format(&last->conn.client.addr, addr));
	sw_text_add(line, "%s, %s ago",
		    sw_when_format_near(at, explanation->now, when),
		    sw_duration_format((uint64_t)age / 1000, ago));
	if (explanation->refusals > 1)
		sw_text_add(line, "; %" PRIu64 " times since %s",
			    explanation->refusals,
			    sw_when_format_near(explanation->since,
						explanation->now, when));
	if (saw != NULL)
		sw_text_add(line, "; an ssh client sees %s", saw);
	print_line(line, stream);
}

static void print_owner(const struct sw_explanation *explanation,
			struct sw_text *line, FILE *stream)
{
	const struct sw_layer *layer = sw_layers_rejecting(explanation->layers);
	const struct sw_rule *rule =
		layer != NULL ? &layer->rule : &explanation->last.rule;
	char date[SW_PLACED_MAX];

	if (rule->owner[0] == '\0')
		return;
	sw_text_add(line, "  placed by ");
	sw_phrase_add_owner(line, rule->owner);
	if (sw_placed_when(rule, date)) {
		sw_text_add(line, ", ");
		sw_text_add_visible(line, date);
		sw_text_add(line, " (its comment stands on line %u)",
			    rule->first_line - 1);
	}
	print_line(line, stream);
}

static void print_evidence(const struct sw_record *last, bool has_root,
			   struct sw_text *line, FILE *stream)
{
	sw_text_add(
		line, "  evidence  %s, %s by %s", sw_cause_code(last->cause),
		sw_evidence_name(last->evidence), sw_phrase_witness(last->via));
	if (last->conn.pid > 0)
		sw_text_add(line, " in sshd[%ld]", (long)last->conn.pid);
	if (last->node[0] != '\0') {
		sw_text_add(line, " on ");
		sw_text_add_visible(line, last->node);
	}
	if (last->audit[0] != '\0') {
		sw_text_add(line, ", audit event ");
		sw_text_add_visible(line, last->audit);
	} else if (last->seqno != 0) {
		sw_text_add(line, ", record %" PRIu64, last->seqno);
	}
	print_line(line, stream);
	if (last->root[0] == '\0' || has_root)
		return;
	sw_text_add(line, "  because   ");
	sw_text_add_visible(line, last->root);
	print_line(line, stream);
}

static bool is_silent(const struct sw_layer *layer)
{
	return layer->outcome == SW_LAYER_UNSEEN ||
	       layer->outcome == SW_LAYER_NOT_REACHED;
}

/* The layers from i on that have the same nothing to say, as one group. */
static size_t add_silent(struct sw_text *line, const struct sw_layer *layers,
			 size_t i)
{
	const struct sw_layer *first = &layers[i];
	const char *before = "[";

	for (; i < SW_LAYERS && layers[i].outcome == first->outcome &&
	       strcmp(layers[i].detail, first->detail) == 0;
	     i++) {
		sw_text_add(line, "%s%s", before,
			    sw_layer_title(layers[i].stage));
		before = ", ";
	}
	sw_text_add(line, first->outcome == SW_LAYER_UNSEEN ? " not asked"
							    : " not reached");
	if (first->detail[0] != '\0') {
		sw_text_add(line, ": ");
		sw_text_add_visible(line, first->detail);
	}
	sw_text_add(line, "]");
	return i;
}

static void add_answer(struct sw_text *line, const struct sw_layer *layer)
{
	sw_text_add(line, "%s ", sw_layer_title(layer->stage));
	if (layer->outcome == SW_LAYER_REJECT)
		sw_text_add(line, "REJECT");
	else
		sw_text_add(line, "%s", sw_layer_outcome_name(layer->outcome));
	if (layer->detail[0] == '\0')
		return;
	sw_text_add(line, " (");
	sw_text_add_visible(line, layer->detail);
	sw_text_add(line, ")");
}

static void print_now(const struct sw_layer *layers, struct sw_text *line,
		      FILE *stream)
{
	size_t i = 0;

	sw_text_add(line, "  now       ");
	while (i < SW_LAYERS) {
		if (i > 0)
			sw_text_add(line, " . ");
		if (is_silent(&layers[i]))
			i = add_silent(line, layers, i);
		else
			add_answer(line, &layers[i++]);
	}
	print_line(line, stream);
}

void sw_render_explanation(const struct sw_explanation *explanation,
			   FILE *stream)
{
	char buf[LINE_MAX_];
	struct sw_text line;

	sw_text_init(&line, buf, sizeof(buf));
	print_verdict(explanation, &line, stream);
	print_symptom(explanation, &line, stream);
	if (explanation->has_last)
		print_last(explanation, &line, stream);
	print_owner(explanation, &line, stream);
	sw_render_banned(explanation, stream);
	if (explanation->has_last)
		print_evidence(&explanation->last, explanation->root.found,
			       &line, stream);
	if (explanation->verbose)
		sw_render_tree(explanation, stream);
	else
		print_now(explanation->layers, &line, stream);
	for (size_t i = 0; i < explanation->advice_count; i++) {
		sw_text_add(&line, i == 0 ? "  let it in " : "            ");
		sw_text_add_visible(&line, explanation->advice[i]);
		print_line(&line, stream);
	}
}
