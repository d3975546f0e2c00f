#include "takers.h"

#include "cli.h"

#include <getopt.h>

bool sw_take_options(int argc, char **argv, const struct sw_taker *takers,
		     size_t count, void *request)
{
	struct option options[SW_TAKERS_MAX + 1] = {0};
	int index = 0;
	int c;

	for (size_t i = 0; i < count && i < SW_TAKERS_MAX; i++) {
		options[i].name = takers[i].name;
		options[i].has_arg =
			takers[i].has_value ? required_argument : no_argument;
	}
	opterr = 0;
	optind = 0;
	while ((c = getopt_long(argc, argv, ":", options, &index)) != -1) {
		if (c != 0) {
			sw_complain("%s: %s", argv[optind - 1],
				    c == ':' ? "a value is missing"
					     : "no such option");
			return false;
		}
		if (!takers[index].take(request, optarg)) {
			sw_complain("--%s %s: not %s", takers[index].name,
				    optarg, takers[index].wanted);
			return false;
		}
	}
	return true;
}
