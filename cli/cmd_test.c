#include "commands.h"

#include "cli.h"
#include "explain.h"
#include "options.h"

#include "sshwhy/clock.h"

#include <stddef.h>

int sw_cmd_test(int argc, char **argv)
{
	struct sw_options options;

	if (sw_options_parse(argc, argv, SW_FOR_TEST, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	return sw_explain(&options, NULL);
}
