#include "page.h"

#include "when.h"

#include <inttypes.h>
#include <string.h>

#define CLASS_NAME_MAX 32 /* bytes, with the NUL */

/* In units of the drawing. */
#define WIDTH 1000
#define HEIGHT 240
#define ABOVE 18 /* for the largest number */
#define BELOW 20 /* for the times */
#define GAP 2	 /* between two columns */

static size_t class_length(enum sw_cause cause)
{
	return strcspn(sw_cause_code(cause), ".");
}

static bool same_class(enum sw_cause a, enum sw_cause b)
{
	size_t len = class_length(a);

	return len == class_length(b) &&
	       memcmp(sw_cause_code(a), sw_cause_code(b), len) == 0;
}

/* Causes of a class need not stand together in the table. */
static enum sw_cause first_of_class(enum sw_cause cause)
{
	enum sw_cause first = SW_CAUSE_NONE + 1;

	while (!same_class(first, cause))
		first++;
	return first;
}

size_t sw_page_class_of(enum sw_cause cause)
{
	enum sw_cause first = first_of_class(cause);
	size_t number = 0;

	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < first; i++) {
		if (first_of_class(i) == i)
			number++;
	}
	return number;
}

size_t sw_page_classes(void)
{
	size_t most = 0;

	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++) {
		size_t number = sw_page_class_of(i);

		most = number > most ? number : most;
	}
	return most + 1;
}

char *sw_page_class_name(size_t number, char *buf)
{
	enum sw_cause cause = SW_CAUSE_NONE + 1;

	while (sw_page_class_of(cause) != number)
		cause++;
	(void)snprintf(buf, CLASS_NAME_MAX, "%.*s", (int)class_length(cause),
		       sw_cause_code(cause));
	return buf;
}

static void count_classes(const struct sw_timeline_row *row, uint64_t *counts)
{
	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++) {
		if (row->by_cause[i] != 0)
			counts[sw_page_class_of(i)] += row->by_cause[i];
	}
}

/* One column: its classes one above the other, with words for a pointer. */
static void print_column(const struct sw_page *page, size_t i, FILE *out)
{
	const struct sw_timeline *timeline = &page->timeline;
	const struct sw_timeline_row *row = &timeline->rows[i];
	double wide = (double)WIDTH / (double)timeline->count;
	double from_top = HEIGHT;
	uint64_t counts[SW_PAGE_CLASSES] = {0};
	char when[SW_WHEN_TEXT_MAX];
	char name[CLASS_NAME_MAX];

	count_classes(row, counts);
	for (size_t class = 0; class < SW_PAGE_CLASSES; class ++) {
		double high = (double)HEIGHT * (double)counts[class] /
			      (double)timeline->most;

		if (counts[class] == 0)
			continue;
		from_top -= high;
		(void)fprintf(out,
			      "<rect class=\"c%zu\" x=\"%.1f\" y=\"%.1f\" "
			      "width=\"%.1f\" height=\"%.1f\"><title>%s: "
			      "%" PRIu64 " %s</title></rect>\n",
			      class % 9, (double)i * wide, from_top,
			      wide > 2 * GAP ? wide - GAP : wide, high,
			      sw_when_format(row->from, when), counts[class],
			      sw_page_class_name(class, name));
	}
}

static void print_drawing(const struct sw_page *page, FILE *out)
{
	const struct sw_timeline *timeline = &page->timeline;
	const struct sw_timeline_row *last =
		&timeline->rows[timeline->count - 1];
	char when[SW_WHEN_TEXT_MAX];

	(void)fprintf(out,
		      "<svg viewBox=\"0 %d %d %d\" role=\"img\" "
		      "aria-label=\"Refusals over time\">\n",
		      -ABOVE, WIDTH, ABOVE + HEIGHT + BELOW);
	for (size_t i = 0; i < timeline->count; i++)
		print_column(page, i, out);
	(void)fprintf(out,
		      "<line x1=\"0\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n"
		      "<text x=\"0\" y=\"-5\">%" PRIu64 "</text>\n",
		      HEIGHT, WIDTH, HEIGHT, timeline->most);
	(void)fprintf(out, "<text x=\"0\" y=\"%d\">%s</text>\n",
		      HEIGHT + BELOW - 4,
		      sw_when_format(timeline->rows[0].from, when));
	(void)fprintf(
		out,
		"<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n"
		"</svg>\n",
		WIDTH, HEIGHT + BELOW - 4,
		sw_when_format(last->from + (int64_t)timeline->step * 1000,
			       when));
}

static void print_key(const struct sw_page *page, FILE *out)
{
	uint64_t counts[SW_PAGE_CLASSES] = {0};
	char name[CLASS_NAME_MAX];

	for (size_t i = 0; i < page->timeline.count; i++)
		count_classes(&page->timeline.rows[i], counts);
	(void)fputs("<ul class=\"key\">\n", out);
	for (size_t class = 0; class < SW_PAGE_CLASSES; class ++) {
		if (counts[class] != 0)
			(void)fprintf(out,
				      "<li><i class=\"c%zu\"></i>%s "
				      "%" PRIu64 "</li>\n",
				      class % 9,
				      sw_page_class_name(class, name),
				      counts[class]);
	}
	(void)fputs("</ul>\n", out);
}

static void print_numbers(const struct sw_page *page, FILE *out)
{
	char when[SW_WHEN_TEXT_MAX];

	(void)fputs("<details><summary>As numbers</summary>\n<table>\n"
		    "<tr><th>From</th><th class=\"n\">Refusals</th></tr>\n",
		    out);
	for (size_t i = 0; i < page->timeline.count; i++)
		(void)fprintf(out,
			      "<tr><td>%s</td><td class=\"n\">%" PRIu64
			      "</td></tr>\n",
			      sw_when_format(page->timeline.rows[i].from, when),
			      page->timeline.rows[i].count);
	(void)fputs("</table></details>\n", out);
}

void sw_page_chart(const struct sw_page *page, FILE *out)
{
	char command[64];

	(void)fputs("<h2>Causes over time</h2>\n", out);
	if (page->timeline.count == 0) {
		(void)fputs("<p>Nobody was refused.</p>\n", out);
	} else {
		print_drawing(page, out);
		print_key(page, out);
		print_numbers(page, out);
	}
	(void)snprintf(command, sizeof(command), "timeline --step %u",
		       (unsigned int)page->timeline.step);
	sw_page_query(page, command, out);
}
