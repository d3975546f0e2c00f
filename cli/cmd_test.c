#include "commands.h"

#include "cli.h"
#include "explain.h"
#include "options.h"

#include "sshwhy/clock.h"

#include <stddef.h>

int sw_cmd_test(int argc, char **argv)
{
	struct sw_options options;
	struct sw_clients clients;
	int status;

	if (sw_options_parse(argc, argv, SW_FOR_TEST, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	status = sw_explain_clients(&options, &clients);
	return status != 0 ? status : sw_explain(&options, &clients, NULL);
}
