/* options_enable.h - the options of enable, disable and status. */

#ifndef SSHWHY_OPTIONS_ENABLE_H
#define SSHWHY_OPTIONS_ENABLE_H

#include "options.h"

/* Each takes one value over. They return SW_OK or SW_E_SYNTAX. */
enum sw_err sw_option_read_dry_run(const char *value,
				   struct sw_options *options);
enum sw_err sw_option_read_yes(const char *value, struct sw_options *options);
enum sw_err sw_option_read_wrapper(const char *value,
				   struct sw_options *options);
enum sw_err sw_option_read_pam(const char *value, struct sw_options *options);
enum sw_err sw_option_read_recorder(const char *value,
				    struct sw_options *options);
enum sw_err sw_option_read_firewall(const char *value,
				    struct sw_options *options);

#endif
