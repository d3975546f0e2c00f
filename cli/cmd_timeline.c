#include "commands.h"

#include "cli.h"
#include "load.h"
#include "options.h"
#include "terminal.h"
#include "timeline.h"
#include "when.h"

#include "sshwhy/clock.h"
#include "sshwhy/text.h"
#include "sshwhy/utc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LINE_MAX_ 4096 /* bytes, with newline and NUL */

/* Of a row, beside its bar: the time, the count and the cause. */
#define BESIDE 64

static void add_bar(struct sw_text *line, uint64_t count, uint64_t most,
		    size_t width)
{
	const char *block = sw_terminal_has_utf8() ? "\u2588" : "#";
	size_t len = (size_t)(count * width / most);

	if (count > 0 && len == 0)
		len = 1;
	for (size_t i = 0; i < len; i++)
		sw_text_put(line, block);
	for (size_t i = len; i < width; i++)
		sw_text_put(line, " ");
}

static void add_cause(struct sw_text *line, const struct sw_timeline_row *row)
{
	enum sw_cause cause = sw_timeline_cause(row);

	if (cause == SW_CAUSE_NONE)
		return;
	sw_text_add(line, "  %s", sw_cause_code(cause));
	if (row->by_cause[cause] != row->count)
		sw_text_add(line, " %u %%",
			    (unsigned int)((uint64_t)row->by_cause[cause] *
					   100 / row->count));
}

static void print_row(const struct sw_timeline *timeline,
		      const struct sw_timeline_row *row, size_t width,
		      bool colour)
{
	char buf[LINE_MAX_];
	char when[SW_WHEN_TEXT_MAX];
	struct sw_text line;

	sw_text_init(&line, buf, sizeof(buf));
	sw_text_put(&line, sw_when_format(row->from, when));
	sw_text_add(&line, "  %8" PRIu64 "  ", row->count);
	sw_text_put(&line, colour ? "\033[31m" : "");
	add_bar(&line, row->count, timeline->most, width);
	sw_text_put(&line, colour ? "\033[0m" : "");
	add_cause(&line, row);
	while (line.len > 0 && buf[line.len - 1] == ' ')
		buf[--line.len] = '\0';
	(void)puts(buf);
}

static void print_row_json(const struct sw_timeline *timeline,
			   const struct sw_timeline_row *row)
{
	int64_t until = row->from + (int64_t)timeline->step * 1000;
	char buf[LINE_MAX_];
	char utc[SW_UTC_TEXT_MAX];
	const char *before = "";
	struct sw_text line;

	sw_text_init(&line, buf, sizeof(buf));
	sw_text_add(&line, "{\"from\":\"%s\"", sw_utc_format(row->from, utc));
	sw_text_add(&line, ",\"until\":\"%s\"", sw_utc_format(until, utc));
	sw_text_add(&line, ",\"count\":%" PRIu64 ",\"by_cause\":{", row->count);
	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++) {
		if (row->by_cause[i] == 0)
			continue;
		sw_text_add(&line, "%s\"%s\":%" PRIu32, before,
			    sw_cause_code(i), row->by_cause[i]);
		before = ",";
	}
	sw_text_put(&line, "}}");
	(void)puts(buf);
}

static void print_all(const struct sw_timeline *timeline, bool json)
{
	size_t columns = sw_terminal_columns();
	size_t width = columns > BESIDE + 10 ? columns - BESIDE : 10;
	bool colour = sw_terminal_has_colour();

	for (size_t i = 0; i < timeline->count; i++) {
		if (json)
			print_row_json(timeline, &timeline->rows[i]);
		else
			print_row(timeline, &timeline->rows[i], width, colour);
	}
	if (!json)
		printf("%" PRIu64 " refusals\n", timeline->all);
}

int sw_cmd_timeline(int argc, char **argv)
{
	struct sw_timeline timeline = SW_TIMELINE_INIT;
	struct sw_options options;
	struct sw_loaded loaded;
	enum sw_err err;

	if (sw_options_parse(argc, argv, SW_FOR_TIMELINE, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	if (options.word_count != 0) {
		sw_complain("timeline: %s: unexpected", options.words[0]);
		return SW_EXIT_USAGE;
	}
	err = sw_load_of(&options, NULL, &loaded);
	if (err == SW_OK) {
		err = sw_timeline_count(&loaded.records, options.step,
					sw_terminal_rows() - 2, &timeline);
		sw_records_free(&loaded.records);
	}
	if (err == SW_E_RANGE) {
		sw_complain("timeline: too many rows; make --step longer");
		return SW_EXIT_USAGE;
	}
	if (err != SW_OK) {
		sw_complain("out of memory");
		return SW_EXIT_IO;
	}
	print_all(&timeline, options.json);
	sw_timeline_free(&timeline);
	return loaded.partial ? SW_EXIT_IO : 0;
}
