#include "options_ban.h"

#include "sshwhy/duration.h"
#include "sshwhy/text.h"

#include <string.h>

/* -1 is what fail2ban calls for ever; nobody waits for more than a year. */
enum sw_err sw_option_read_for(const char *value, struct sw_options *options)
{
	enum sw_err err;

	options->seconds = 0;
	if (strcmp(value, "-1") == 0 || strcmp(value, "-1s") == 0)
		return SW_OK;
	err = sw_duration_parse(value, &options->seconds);
	if (err == SW_OK && options->seconds == 0)
		return SW_E_SYNTAX;
	return err == SW_E_RANGE ? SW_OK : err;
}

enum sw_err sw_option_read_forever(const char *value SW_UNUSED,
				   struct sw_options *options)
{
	options->seconds = 0;
	return SW_OK;
}

enum sw_err sw_option_read_why(const char *value, struct sw_options *options)
{
	options->why = value;
	return SW_OK;
}

enum sw_err sw_option_read_owner(const char *value, struct sw_options *options)
{
	options->owner = value;
	return sw_text_is_plain(value, strlen(value)) &&
			       strlen(value) < SW_OWNER_MAX
		       ? SW_OK
		       : SW_E_SYNTAX;
}

enum sw_err sw_option_read_from(const char *value, struct sw_options *options)
{
	options->from = value;
	return SW_OK;
}

enum sw_err sw_option_read_key_file(const char *value,
				    struct sw_options *options)
{
	options->key_file = value;
	return SW_OK;
}

enum sw_err sw_option_read_dir(const char *value, struct sw_options *options)
{
	options->dir = value;
	return *value == '\0' ? SW_E_SYNTAX : SW_OK;
}

enum sw_err sw_option_read_replace(const char *value SW_UNUSED,
				   struct sw_options *options)
{
	options->replace = true;
	return SW_OK;
}

enum sw_err sw_option_read_all(const char *value SW_UNUSED,
			       struct sw_options *options)
{
	options->all = true;
	return SW_OK;
}

enum sw_err sw_option_read_force(const char *value SW_UNUSED,
				 struct sw_options *options)
{
	options->force = true;
	return SW_OK;
}
