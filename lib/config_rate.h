/* config_rate.h - the lines "rate.NAME = ..." of the configuration. */

#ifndef LIB_CONFIG_RATE_H
#define LIB_CONFIG_RATE_H

#include "sshwhy/config.h"

#include <stdbool.h>

#define CONFIG_RATE_PREFIX "rate."

/* True for every key that begins as those of rate rules do. */
bool config_rate_is_key(const char *key);

/*
 * Read one line behind the rules that draft has.
 *
 * value    the text behind "="; it is changed
 * written  the line as it stands in the file, without outer blanks
 * error    its line is set already; its reason is set on failure
 *
 * Returns SW_OK, SW_E_SYNTAX or SW_E_RANGE. On failure draft holds rubbish
 * behind its last rule.
 */
SW_MUST_CHECK
enum sw_err config_rate_read(const char *key, char *value, const char *written,
			     struct sw_config *draft,
			     struct sw_config_error *error);

#endif
