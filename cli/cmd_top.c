#include "commands.h"

#include "cli.h"
#include "filter.h"
#include "groups.h"
#include "load.h"
#include "options.h"
#include "when.h"

#include "sshwhy/clock.h"
#include "sshwhy/text.h"
#include "sshwhy/utc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ROWS 20	       /* that are shown unless --limit says otherwise */
#define LINE_MAX_ 4096 /* bytes, with newline and NUL */

struct top {
	struct sw_groups groups;
	enum sw_group_by by;
	size_t limit; /* rows that are shown at most */
	uint64_t refusals;
	uint64_t simulated;  /* not among them */
	uint64_t suppressed; /* known by their sum only */
};

static enum sw_err count_all(struct top *top, const struct sw_records *records)
{
	struct sw_record record;

	for (size_t i = 0; i < records->count; i++) {
		enum sw_err err;

		if (records->rows[i].dropped)
			continue;
		sw_records_get(records, &records->rows[i], &record);
		if (record.event == SW_EVENT_SUPPRESSED)
			top->suppressed += record.count;
		if (record.event == SW_EVENT_REJECTION &&
		    record.evidence == SW_EVIDENCE_SIMULATED)
			top->simulated += record.count;
		if (!sw_filter_is_refusal(&record))
			continue;
		top->refusals += record.count;
		err = sw_groups_add(&top->groups, top->by, &record);
		if (err != SW_OK)
			return err;
	}
	sw_groups_sort(&top->groups, top->limit);
	return SW_OK;
}

static void print_row(const struct sw_group *row, uint64_t all)
{
	char buf[LINE_MAX_];
	char when[SW_WHEN_TEXT_MAX];
	struct sw_text line;

	sw_text_init(&line, buf, sizeof(buf));
	sw_text_add(&line, "%10" PRIu64 "  %5.1f %%  ", row->count,
		    100.0 * (double)row->count / (double)all);
	sw_text_put(&line, "last ");
	sw_text_put(&line, sw_when_format(row->last, when));
	sw_text_put(&line, "  ");
	if (row->key[0] == '\0')
		sw_text_put(&line, "(unknown)");
	else
		sw_text_add_visible(&line, row->key);
	(void)puts(buf);
}

static void print_row_json(const struct sw_group *row, enum sw_group_by by)
{
	char buf[LINE_MAX_];
	char utc[SW_UTC_TEXT_MAX];
	struct sw_text line;

	sw_text_init(&line, buf, sizeof(buf));
	sw_text_add(&line, "{\"by\":\"%s\",\"key\":", sw_group_by_name(by));
	sw_text_add_json(&line, row->key);
	sw_text_add(&line, ",\"count\":%" PRIu64, row->count);
	sw_text_add(&line, ",\"first\":\"%s\"", sw_utc_format(row->first, utc));
	sw_text_add(&line, ",\"last\":\"%s\"}", sw_utc_format(row->last, utc));
	(void)puts(buf);
}

static void print_sum(const struct top *top, size_t shown)
{
	uint64_t others = top->refusals;

	for (size_t i = 0; i < shown; i++)
		others -= top->groups.rows[i].count;
	if (shown < top->groups.count)
		printf("%10" PRIu64 "  of %zu more; see --limit\n", others,
		       top->groups.count - shown);
	printf("%" PRIu64 " refusals, %zu different by %s", top->refusals,
	       top->groups.count, sw_group_by_name(top->by));
	if (top->suppressed != 0)
		printf("; %" PRIu64 " more are known by their sum only",
		       top->suppressed);
	if (top->simulated != 0)
		printf("; %" PRIu64 " were only observed", top->simulated);
	putchar('\n');
}

static void print_top(const struct top *top, const struct sw_options *options)
{
	size_t shown =
		top->groups.count < top->limit ? top->groups.count : top->limit;

	for (size_t i = 0; i < shown; i++) {
		if (options->json)
			print_row_json(&top->groups.rows[i], top->by);
		else
			print_row(&top->groups.rows[i], top->refusals);
	}
	if (!options->json)
		print_sum(top, shown);
}

int sw_cmd_top(int argc, char **argv)
{
	struct top top = {.groups = SW_GROUPS_INIT};
	struct sw_options options;
	struct sw_loaded loaded;
	enum sw_err err;

	if (sw_options_parse(argc, argv, SW_FOR_TOP, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	if (options.word_count != 0) {
		sw_complain("top: %s: unexpected; by what: --by %s",
			    options.words[0], options.words[0]);
		return SW_EXIT_USAGE;
	}
	top.by = options.by;
	top.limit = options.limit != 0 ? options.limit : ROWS;
	err = sw_load_of(&options, NULL, &loaded);
	if (err == SW_OK) {
		err = count_all(&top, &loaded.records);
		sw_records_free(&loaded.records);
	}
	if (err == SW_OK)
		print_top(&top, &options);
	else
		sw_complain("out of memory");
	sw_groups_free(&top.groups);
	if (err != SW_OK)
		return SW_EXIT_IO;
	return loaded.partial ? SW_EXIT_IO : 0;
}
