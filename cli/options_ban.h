/* options_ban.h - the options of the commands about the ban list. */

#ifndef SSHWHY_OPTIONS_BAN_H
#define SSHWHY_OPTIONS_BAN_H

#include "options.h"

/* Each takes one value over. They return SW_OK or SW_E_SYNTAX. */
enum sw_err sw_option_read_for(const char *value, struct sw_options *options);
enum sw_err sw_option_read_forever(const char *value,
				   struct sw_options *options);
enum sw_err sw_option_read_why(const char *value, struct sw_options *options);
enum sw_err sw_option_read_owner(const char *value, struct sw_options *options);
enum sw_err sw_option_read_from(const char *value, struct sw_options *options);
enum sw_err sw_option_read_key_file(const char *value,
				    struct sw_options *options);
enum sw_err sw_option_read_dir(const char *value, struct sw_options *options);
enum sw_err sw_option_read_replace(const char *value,
				   struct sw_options *options);
enum sw_err sw_option_read_all(const char *value, struct sw_options *options);
enum sw_err sw_option_read_force(const char *value, struct sw_options *options);

#endif
