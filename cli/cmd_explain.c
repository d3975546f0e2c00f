#include "commands.h"

#include "cli.h"
#include "explain.h"
#include "load.h"
#include "options.h"

#include "sshwhy/clock.h"

int sw_cmd_explain(int argc, char **argv)
{
	struct sw_options options;
	struct sw_loaded loaded;
	int status;

	if (sw_options_parse(argc, argv, SW_FOR_EXPLAIN, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	if (sw_load(&options, &loaded) != SW_OK) {
		sw_complain("out of memory");
		return SW_EXIT_IO;
	}
	status = sw_explain(&options, &loaded.records);
	sw_records_free(&loaded.records);
	return status;
}
