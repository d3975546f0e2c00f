#include "enable_change.h"

#include "sshwhy/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONTEXT 3	    /* lines */
#define CELLS_MAX (4 << 20) /* of the table of common lines */

/* One text, cut into lines. */
struct side {
	const char **lines;
	size_t *lens;
	size_t count;
};

static bool cut(const struct sw_content *content, struct side *side)
{
	const char *at = content->bytes;
	size_t left = content->kind == SW_CONTENT_FILE ? content->len : 0;
	size_t max = 1;

	for (size_t i = 0; i < left; i++)
		max += at[i] == '\n';
	side->lines = calloc(max + 1, sizeof(*side->lines));
	side->lens = calloc(max + 1, sizeof(*side->lens));
	side->count = 0;
	while (side->lines != NULL && side->lens != NULL && left > 0) {
		const char *newline = memchr(at, '\n', left);
		size_t len =
			newline == NULL ? left : (size_t)(newline - at) + 1;

		side->lines[side->count] = at;
		side->lens[side->count++] = len;
		at += len;
		left -= len;
	}
	return side->lines != NULL && side->lens != NULL;
}

static bool is_same(const struct side *a, size_t i, const struct side *b,
		    size_t j)
{
	return a->lens[i] == b->lens[j] &&
	       memcmp(a->lines[i], b->lines[j], a->lens[i]) == 0;
}

static void print_line(char sign, const struct side *side, size_t i)
{
	char shown[4096];
	char raw[1024];
	struct sw_text text;
	size_t len = side->lens[i];
	bool ends = side->lines[i][len - 1] == '\n';

	len -= ends;
	(void)snprintf(raw, sizeof(raw), "%.*s", (int)len, side->lines[i]);
	for (char *c = raw; *c != '\0'; c++)
		*c = *c == '\t' ? ' ' : *c;
	sw_text_init(&text, shown, sizeof(shown));
	sw_text_add_visible(&text, raw);
	printf("%c%s\n", sign, shown);
	if (!ends)
		puts("\\ No newline at end of file");
}

/* The script: for each step ' ' (both), '-' (old only) or '+' (new only). */
struct script {
	char *steps;
	size_t count;
};

/* table[i][j]: how many lines the rests from i and j have in common. */
static void follow(struct script *script, const uint16_t *table,
		   const struct side *a, const struct side *b, size_t from,
		   size_t a_end, size_t b_end)
{
	size_t width = b_end - from + 1;
	size_t i = from, j = from;

	while (i < a_end || j < b_end) {
		const uint16_t *at =
			table == NULL ? NULL
				      : table + (i - from) * width + (j - from);

		if (i < a_end && j < b_end && is_same(a, i, b, j)) {
			script->steps[script->count++] = ' ';
			i++;
			j++;
		} else if (j >= b_end ||
			   (i < a_end && (at == NULL || at[width] >= at[1]))) {
			script->steps[script->count++] = '-';
			i++;
		} else {
			script->steps[script->count++] = '+';
			j++;
		}
	}
}

static uint16_t *common(const struct side *a, const struct side *b, size_t from,
			size_t a_end, size_t b_end)
{
	size_t height = a_end - from + 1, width = b_end - from + 1;
	uint16_t *table = NULL;

	if (height < UINT16_MAX && width < UINT16_MAX &&
	    height * width <= CELLS_MAX)
		table = calloc(height * width, sizeof(*table));
	for (size_t i = height - 1; table != NULL && i-- > 0;) {
		for (size_t j = width - 1; j-- > 0;) {
			uint16_t *at = table + i * width + j;

			if (is_same(a, from + i, b, from + j))
				*at = (uint16_t)(at[width + 1] + 1);
			else
				*at = at[width] > at[1] ? at[width] : at[1];
		}
	}
	return table;
}

static bool compare(const struct side *a, const struct side *b,
		    struct script *script)
{
	size_t from = 0, tail = 0;
	uint16_t *table;

	script->count = 0;
	script->steps = malloc(a->count + b->count + 1);
	if (script->steps == NULL)
		return false;
	while (from < a->count && from < b->count && is_same(a, from, b, from))
		from++;
	while (tail < a->count - from && tail < b->count - from &&
	       is_same(a, a->count - 1 - tail, b, b->count - 1 - tail))
		tail++;
	memset(script->steps, ' ', from);
	script->count = from;
	table = common(a, b, from, a->count - tail, b->count - tail);
	follow(script, table, a, b, from, a->count - tail, b->count - tail);
	free(table);
	memset(script->steps + script->count, ' ', tail);
	script->count += tail;
	return true;
}

/* Where a hunk that begins at step ends, with context lines behind it. */
static size_t hunk_end(const struct script *script, size_t step, size_t context)
{
	size_t quiet = 0;

	while (step < script->count && quiet <= 2 * context) {
		quiet = script->steps[step] == ' ' ? quiet + 1 : 0;
		step++;
	}
	return step - (quiet > context ? quiet - context : 0);
}

static void print_hunk(const struct script *script, size_t begin, size_t end,
		       const struct side *a, const struct side *b)
{
	size_t i = 0, j = 0, olds = 0, news = 0;

	for (size_t s = 0; s < begin; s++) {
		i += script->steps[s] != '+';
		j += script->steps[s] != '-';
	}
	for (size_t s = begin; s < end; s++) {
		olds += script->steps[s] != '+';
		news += script->steps[s] != '-';
	}
	printf("@@ -%zu,%zu +%zu,%zu @@\n", i + (olds > 0), olds,
	       j + (news > 0), news);
	for (size_t s = begin; s < end; s++) {
		char sign = script->steps[s];

		print_line(sign, sign == '+' ? b : a, sign == '+' ? j : i);
		i += sign != '+';
		j += sign != '-';
	}
}

static void print_file(const struct sw_change *change)
{
	/* What stands beside our line in shadow is nobody's business. */
	size_t context = change->kind == SW_CHANGE_ACCOUNT ? 0 : CONTEXT;
	struct side a, b;
	struct script script = {NULL, 0};
	size_t step = 0;
	bool whole;

	printf("--- %s\n", change->before.kind == SW_CONTENT_FILE
				   ? change->path
				   : "/dev/null");
	printf("+++ %s\n", change->after.kind == SW_CONTENT_FILE ? change->path
								 : "/dev/null");
	whole = cut(&change->before, &a);
	whole = cut(&change->after, &b) && whole;
	if (whole && compare(&a, &b, &script)) {
		while (step < script.count) {
			size_t begin, end;

			if (script.steps[step] == ' ') {
				step++;
				continue;
			}
			begin = step > context ? step - context : 0;
			end = hunk_end(&script, step, context);
			print_hunk(&script, begin, end, &a, &b);
			step = end;
		}
	}
	free(script.steps);
	free(a.lines);
	free(a.lens);
	free(b.lines);
	free(b.lens);
}

static void print_change(const struct sw_change *change)
{
	switch (change->kind) {
	case SW_CHANGE_FOLDER:
		printf(change->after.kind == SW_CONTENT_FOLDER
			       ? "new folder %s\n"
			       : "remove folder %s, if it is empty\n",
		       change->path);
		return;
	case SW_CHANGE_LINK:
		printf("%s link %s -> %s\n",
		       change->after.kind == SW_CONTENT_LINK ? "new" : "remove",
		       change->path,
		       change->after.kind == SW_CONTENT_LINK
			       ? change->after.bytes
			       : change->before.bytes);
		return;
	case SW_CHANGE_FILE:
	case SW_CHANGE_PAM:
	case SW_CHANGE_ACCOUNT:
	case SW_CHANGE_CONFIG:
	case SW_CHANGE_COUNT_:
		break;
	}
	print_file(change);
}

void sw_plan_print(const struct sw_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		print_change(&plan->rows[i]);
}
