/* options_explain.h - times, and the options of explain and test. */

#ifndef SSHWHY_OPTIONS_EXPLAIN_H
#define SSHWHY_OPTIONS_EXPLAIN_H

#include "options.h"

/* Each takes one value over. They return SW_OK or SW_E_SYNTAX, those of a time
 * also SW_E_RANGE. */
enum sw_err sw_option_read_now(const char *value, struct sw_options *options);
enum sw_err sw_option_read_since(const char *value, struct sw_options *options);
enum sw_err sw_option_read_until(const char *value, struct sw_options *options);
enum sw_err sw_option_read_root(const char *value, struct sw_options *options);
enum sw_err sw_option_read_verbose(const char *value,
				   struct sw_options *options);

/* An age counts from --now, which may stand behind it: read since and until
 * once more, when all options are known. */
void sw_options_settle_times(struct sw_options *options);

#endif
