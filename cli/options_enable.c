#include "options_enable.h"

#include "enable_change.h"

enum sw_err sw_option_read_dry_run(const char *value SW_UNUSED,
				   struct sw_options *options)
{
	options->dry_run = true;
	return SW_OK;
}

enum sw_err sw_option_read_yes(const char *value SW_UNUSED,
			       struct sw_options *options)
{
	options->yes = true;
	return SW_OK;
}

enum sw_err sw_option_read_wrapper(const char *value SW_UNUSED,
				   struct sw_options *options)
{
	options->parts |= SW_PART_WRAPPER;
	return SW_OK;
}

enum sw_err sw_option_read_pam(const char *value SW_UNUSED,
			       struct sw_options *options)
{
	options->parts |= SW_PART_PAM;
	return SW_OK;
}

enum sw_err sw_option_read_recorder(const char *value SW_UNUSED,
				    struct sw_options *options)
{
	options->parts |= SW_PART_RECORDER;
	return SW_OK;
}

/* The tap is one of the recorder's. */
enum sw_err sw_option_read_firewall(const char *value SW_UNUSED,
				    struct sw_options *options)
{
	options->parts |= SW_PART_FIREWALL;
	return SW_OK;
}
