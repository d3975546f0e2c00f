#include "options_explain.h"

#include "when.h"

#include <string.h>
#include <sys/stat.h>

enum sw_err sw_option_read_now(const char *value, struct sw_options *options)
{
	return sw_when_parse(value, options->now, &options->now);
}

enum sw_err sw_option_read_since(const char *value, struct sw_options *options)
{
	options->since_text = value;
	return sw_when_parse(value, options->now, &options->since);
}

enum sw_err sw_option_read_until(const char *value, struct sw_options *options)
{
	options->until_text = value;
	return sw_when_parse(value, options->now, &options->until);
}

/* "/" is the machine itself, as it is without the option. */
enum sw_err sw_option_read_root(const char *value, struct sw_options *options)
{
	struct stat st;

	options->root = strcmp(value, "/") == 0 ? "" : value;
	return stat(value, &st) == 0 && S_ISDIR(st.st_mode) ? SW_OK
							    : SW_E_SYNTAX;
}

enum sw_err sw_option_read_verbose(const char *value SW_UNUSED,
				   struct sw_options *options)
{
	options->verbose = true;
	return SW_OK;
}

void sw_options_settle_times(struct sw_options *options)
{
	/* Both were readable before, and are so from any now. */
	if (options->since_text != NULL)
		(void)!sw_when_parse(options->since_text, options->now,
				     &options->since);
	if (options->until_text != NULL)
		(void)!sw_when_parse(options->until_text, options->now,
				     &options->until);
}
