#include "banned.h"

#include "sshwhy/text.h"

#include <string.h>

#define PIECE_MAX 8192 /* bytes, with the NUL; the largest layer fits */

static void add_line_number(struct sw_text *json, const char *key,
			    unsigned int line)
{
	if (line == 0)
		sw_text_add(json, "\"%s\":null,", key);
	else
		sw_text_add(json, "\"%s\":%u,", key, line);
}

static void add_rule(struct sw_text *json, const struct sw_rule *rule)
{
	if (rule->source[0] == '\0') {
		sw_text_add(json, "null");
		return;
	}
	sw_text_add(json, "{\"source\":");
	sw_text_add_json(json, rule->source);
	sw_text_add(json, ",");
	add_line_number(json, "first_line", rule->first_line);
	add_line_number(json, "line", rule->line);
	sw_text_add(json, "\"text\":");
	sw_text_add_json(json, rule->text);
	sw_text_add(json, ",\"owner\":");
	sw_text_add_json(json, rule->owner);
	sw_text_add(json, "}");
}

static void print_layer(const struct sw_layer *layer, FILE *stream)
{
	char buf[PIECE_MAX];
	struct sw_text json;

	sw_text_init(&json, buf, sizeof(buf));
	sw_text_add(&json, "{\"layer\":\"%s\",\"outcome\":\"%s\",\"rule\":",
		    sw_stage_name(layer->stage),
		    sw_layer_outcome_name(layer->outcome));
	add_rule(&json, &layer->rule);
	sw_text_add(&json, ",\"detail\":");
	sw_text_add_json(&json, layer->detail);
	sw_text_add(&json, "}");
	(void)fputs(buf, stream);
}

static void print_record(const struct sw_record *record, FILE *stream)
{
	char buf[SW_RECORD_JSON_MAX];

	if (sw_record_to_json(record, buf, sizeof(buf)) != SW_OK)
		return;
	buf[strcspn(buf, "\n")] = '\0';
	(void)fputs(buf, stream);
}

static void print_records(const struct sw_records *records, FILE *stream)
{
	const char *before = "";
	struct sw_record record;

	for (size_t i = 0; records != NULL && i < records->count; i++) {
		if (records->rows[i].dropped)
			continue;
		sw_records_get(records, &records->rows[i], &record);
		(void)fputs(before, stream);
		print_record(&record, stream);
		before = ",";
	}
}

static void print_text(const char *value, FILE *stream)
{
	char buf[PIECE_MAX];
	struct sw_text json;

	sw_text_init(&json, buf, sizeof(buf));
	sw_text_add_json(&json, value);
	(void)fputs(buf, stream);
}

static const char *verdict_name(enum sw_exit verdict)
{
	if (verdict == SW_EXIT_REJECTED)
		return "rejected";
	return verdict == SW_EXIT_ADMITTED ? "admitted" : "unknown";
}

static void print_root(const struct sw_root_cause *root, FILE *stream)
{
	char buf[PIECE_MAX];
	struct sw_text json;

	sw_text_init(&json, buf, sizeof(buf));
	if (!root->found) {
		(void)fputs(",\"root\":null", stream);
		return;
	}
	sw_text_add(&json, ",\"root\":{\"cause\":\"%s\",\"rule\":",
		    sw_cause_code(root->cause));
	add_rule(&json, &root->rule);
	sw_text_add(&json, ",\"why\":");
	sw_text_add_json(&json, root->why);
	sw_text_add(&json, "}");
	(void)fputs(buf, stream);
}

void sw_render_explanation_json(const struct sw_explanation *explanation,
				FILE *stream)
{
	char client[SW_PREFIX_TEXT_MAX];

	(void)fprintf(stream, "{\"client\":\"%s\",\"verdict\":\"%s\",\"last\":",
		      sw_prefix_format(&explanation->question.client, client),
		      verdict_name(explanation->verdict));
	if (explanation->has_last)
		print_record(&explanation->last, stream);
	else
		(void)fputs("null", stream);
	(void)fputs(",\"records\":[", stream);
	print_records(explanation->records, stream);
	(void)fputs("],\"now\":[", stream);
	for (size_t i = 0; i < SW_LAYERS; i++) {
		(void)fputs(i == 0 ? "" : ",", stream);
		print_layer(&explanation->layers[i], stream);
	}
	(void)fputs("],\"advice\":[", stream);
	for (size_t i = 0; i < explanation->advice_count; i++) {
		(void)fputs(i == 0 ? "" : ",", stream);
		print_text(explanation->advice[i], stream);
	}
	(void)fputs("]", stream);
	sw_render_banned_json(explanation, stream);
	print_root(&explanation->root, stream);
	(void)fputs("}\n", stream);
}
