#include "findings.h"

#include "sshwhy/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_ 8192 /* bytes, with the NUL; a byte may become six */
#define SAME_MAX 10    /* of one code and file that are told one by one */

static bool is_shown(const struct sw_finding *finding, enum sw_level level)
{
	enum sw_level own = sw_check_level(finding->check);

	return own <= level || own == SW_LEVEL_UNSEEN;
}

static int compare(const void *left, const void *right)
{
	const struct sw_finding *a = left;
	const struct sw_finding *b = right;
	int files = strcmp(a->file, b->file);
	enum sw_level level_a = sw_check_level(a->check);
	enum sw_level level_b = sw_check_level(b->check);

	if (files != 0)
		return files;
	if (level_a != level_b)
		return level_a < level_b ? -1 : 1;
	if (a->check != b->check)
		return a->check < b->check ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

/* The file stands above; what to do about a code is told once. */
static void print_text(const struct sw_finding *finding, bool is_first)
{
	enum sw_check check = finding->check;
	char buf[LINE_MAX_];
	struct sw_text text;

	sw_text_init(&text, buf, sizeof(buf));
	sw_text_add(&text, "  ");
	if (finding->line != 0)
		sw_text_add(&text, "%u: ", finding->line);
	sw_text_add(&text, "%s: %s", sw_level_name(sw_check_level(check)),
		    sw_check_effect(check));
	if (finding->text != NULL) {
		sw_text_add(&text, "  \"");
		sw_text_add_visible(&text, finding->text);
		sw_text_add(&text, "\"");
	}
	if (finding->detail != NULL) {
		sw_text_add(&text, "  (");
		sw_text_add_visible(&text, finding->detail);
		sw_text_add(&text, ")");
	}
	sw_text_add(&text, "  [%s]", sw_check_code(check));
	puts(buf);
	if (is_first && sw_check_fix(check)[0] != '\0')
		printf("      %s\n", sw_check_fix(check));
}

static void add_json(struct sw_text *text, const char *key, const char *value)
{
	sw_text_add(text, ",\"%s\":", key);
	sw_text_add_json(text, value);
}

static void print_json(const struct sw_finding *finding)
{
	const char *code = sw_check_code(finding->check);
	char buf[LINE_MAX_];
	struct sw_text text;

	sw_text_init(&text, buf, sizeof(buf));
	sw_text_add(&text, "{\"level\":\"%s\",\"code\":\"%s\"",
		    sw_level_name(sw_check_level(finding->check)), code);
	sw_text_add(&text, ",\"layer\":\"%.*s\"", (int)strcspn(code, "."),
		    code);
	add_json(&text, "file", finding->file);
	if (finding->line == 0)
		sw_text_add(&text, ",\"line\":null");
	else
		sw_text_add(&text, ",\"line\":%u", finding->line);
	add_json(&text, "text", finding->text);
	add_json(&text, "effect", sw_check_effect(finding->check));
	add_json(&text, "fix", sw_check_fix(finding->check));
	add_json(&text, "detail", finding->detail);
	sw_text_add(&text, "}");
	puts(buf);
}

/* A ban list may have one mistake a hundred thousand times. */
static void print_grouped(const struct sw_findings *findings,
			  enum sw_level level)
{
	const struct sw_finding *previous = NULL;
	size_t same = 0;

	for (size_t i = 0; i < findings->count; i++) {
		const struct sw_finding *row = &findings->rows[i];
		bool same_file = previous != NULL &&
				 strcmp(previous->file, row->file) == 0;

		if (!is_shown(row, level))
			continue;
		if (same_file && previous->check == row->check) {
			same++;
		} else {
			if (same >= SAME_MAX)
				printf("  ... and %zu more  [%s]\n",
				       same - SAME_MAX + 1,
				       sw_check_code(previous->check));
			same = 0;
		}
		if (!same_file)
			printf("%s\n", row->file);
		if (same < SAME_MAX)
			print_text(row, same == 0);
		previous = row;
	}
	if (same >= SAME_MAX)
		printf("  ... and %zu more  [%s]\n", same - SAME_MAX + 1,
		       sw_check_code(previous->check));
}

static void print_counts(const struct sw_findings *findings,
			 enum sw_level level)
{
	size_t counts[SW_LEVEL_COUNT_] = {0};

	for (size_t i = 0; i < findings->count; i++)
		counts[sw_check_level(findings->rows[i].check)]++;
	printf("%zu error%s", counts[SW_LEVEL_ERROR],
	       counts[SW_LEVEL_ERROR] == 1 ? "" : "s");
	if (level >= SW_LEVEL_WARNING)
		printf(", %zu warning%s", counts[SW_LEVEL_WARNING],
		       counts[SW_LEVEL_WARNING] == 1 ? "" : "s");
	if (level >= SW_LEVEL_NOTE)
		printf(", %zu note%s", counts[SW_LEVEL_NOTE],
		       counts[SW_LEVEL_NOTE] == 1 ? "" : "s");
	if (counts[SW_LEVEL_UNSEEN] > 0)
		printf(", %zu not seen", counts[SW_LEVEL_UNSEEN]);
	putchar('\n');
}

void sw_findings_print(struct sw_findings *findings, enum sw_level level,
		       bool json)
{
	if (findings->count > 0)
		qsort(findings->rows, findings->count, sizeof(*findings->rows),
		      compare);
	if (!json) {
		print_grouped(findings, level);
		print_counts(findings, level);
		return;
	}
	for (size_t i = 0; i < findings->count; i++) {
		if (is_shown(&findings->rows[i], level))
			print_json(&findings->rows[i]);
	}
}
