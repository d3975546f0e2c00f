#include "render.h"

#include "heard.h"
#include "phrase.h"

#include "sshwhy/text.h"

#include <string.h>

#define LINE_MAX_ 4096 /* bytes, with the NUL */

static void print_line(struct sw_text *line, FILE *stream)
{
	(void)fprintf(stream, "%s\n", line->buf);
	sw_text_init(line, line->buf, line->size);
}

static void add_rule(struct sw_text *line, const struct sw_rule *rule)
{
	if (rule->source[0] == '\0')
		return;
	sw_text_add(line, "  ");
	sw_phrase_add_place(line, rule);
	sw_phrase_add_rule_text(line, "   ", rule);
}

static void print_layer(const struct sw_layer *layer,
			const struct sw_layer *behind, struct sw_text *line,
			FILE *stream)
{
	bool asked = layer->outcome == SW_LAYER_NOT_REACHED &&
		     behind->outcome != SW_LAYER_UNSEEN;
	const struct sw_layer *shown = asked ? behind : layer;

	sw_text_add(line, "    %-13s %s", sw_layer_title(layer->stage),
		    layer->outcome == SW_LAYER_REJECT
			    ? "REJECT"
			    : sw_layer_outcome_name(layer->outcome));
	if (asked)
		sw_text_add(line, ", would %s",
			    behind->outcome == SW_LAYER_PASS	 ? "pass"
			    : behind->outcome == SW_LAYER_REJECT ? "reject"
								 : "depend");
	if (shown->detail[0] != '\0') {
		sw_text_add(line, ": ");
		sw_text_add_visible(line, shown->detail);
	}
	add_rule(line, &shown->rule);
	print_line(line, stream);
}

/* Only what the log still has of it; the oldest line first. */
static void print_heard(const struct sw_heard *heard, struct sw_text *line,
			FILE *stream)
{
	size_t kept = heard->line_count < SW_HEARD_LINES ? heard->line_count
							 : SW_HEARD_LINES;

	if (kept == 0)
		return;
	sw_text_add(line, "  log       ");
	sw_text_add_visible(line, heard->path);
	print_line(line, stream);
	for (size_t i = heard->line_count - kept; i < heard->line_count; i++) {
		sw_text_add(line, "    ");
		sw_text_add_visible(line, heard->lines[i % SW_HEARD_LINES]);
		print_line(line, stream);
	}
}

static void print_record(const struct sw_record *last, struct sw_text *line,
			 FILE *stream)
{
	char raw[SW_RECORD_AUDIT_MAX];

	if (last->evidence != SW_EVIDENCE_RECORDED ||
	    sw_record_to_audit(last, raw, sizeof(raw)) != SW_OK)
		return;
	sw_text_add(line, "  record    ");
	if (last->audit[0] != '\0') {
		sw_text_add(line, "ausearch -a %s: ",
			    strchr(last->audit, ':') != NULL
				    ? strchr(last->audit, ':') + 1
				    : last->audit);
	}
	sw_text_add_visible(line, raw);
	print_line(line, stream);
}

void sw_render_tree(const struct sw_explanation *explanation, FILE *stream)
{
	char buf[LINE_MAX_];
	struct sw_text line;

	sw_text_init(&line, buf, sizeof(buf));
	if (explanation->has_last)
		print_record(&explanation->last, &line, stream);
	if (explanation->heard != NULL)
		print_heard(explanation->heard, &line, stream);
	(void)fputs("  now\n", stream);
	for (size_t i = 0; i < SW_LAYERS; i++)
		print_layer(&explanation->layers[i], &explanation->behind[i],
			    &line, stream);
}
