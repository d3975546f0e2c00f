/* filter.h - which records the commands that look at many are about. */

#ifndef SSHWHY_FILTER_H
#define SSHWHY_FILTER_H

#include "options.h"

#include "sshwhy/record.h"

#include <stdbool.h>

/* Each takes one value over. They return SW_OK or SW_E_SYNTAX. */
enum sw_err sw_option_read_by(const char *value, struct sw_options *options);
enum sw_err sw_option_read_html(const char *value, struct sw_options *options);
enum sw_err sw_option_read_limit(const char *value, struct sw_options *options);
enum sw_err sw_option_read_rule(const char *value, struct sw_options *options);
enum sw_err sw_option_read_step(const char *value, struct sw_options *options);

/*
 * True when the record is one that --owner, --rule, --user and --node name. A
 * record that does not say is not.
 */
bool sw_filter_wants(const struct sw_options *options,
		     const struct sw_record *record);

/* True when the options name no record in particular: then all are wanted, by
 * this and by sw_options_want(). */
bool sw_filter_is_open(const struct sw_options *options);

/* True for a client that was refused: a simulated one was not. */
bool sw_filter_is_refusal(const struct sw_record *record);

#endif
