#include "commands.h"

#include "cli.h"
#include "load.h"
#include "options.h"
#include "render.h"

#include "sshwhy/clock.h"

#include <inttypes.h>
#include <stdio.h>

static void print_rows(const struct sw_records *records, bool json)
{
	char line[SW_RECORD_JSON_MAX];
	struct sw_record record;

	for (size_t i = 0; i < records->count; i++) {
		if (records->rows[i].dropped)
			continue;
		sw_records_get(records, &records->rows[i], &record);
		if (!json)
			(void)sw_render_list_line(&record, line);
		else if (sw_record_to_json(&record, line, sizeof(line)) !=
			 SW_OK)
			continue;
		(void)fputs(line, stdout);
	}
}

int sw_cmd_list(int argc, char **argv)
{
	struct sw_options options;
	struct sw_loaded loaded;

	if (sw_options_parse(argc, argv, SW_FOR_LIST, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	if (options.word_count != 0) {
		sw_complain("list: %s: unexpected; for one client: --client %s",
			    options.words[0], options.words[0]);
		return SW_EXIT_USAGE;
	}
	if (sw_load(&options, &loaded) != SW_OK) {
		sw_complain("out of memory");
		return SW_EXIT_IO;
	}
	print_rows(&loaded.records, options.json);
	if (loaded.missing != 0)
		sw_complain("%" PRIu64 " records missing", loaded.missing);
	sw_records_free(&loaded.records);
	return loaded.partial ? SW_EXIT_IO : 0;
}
