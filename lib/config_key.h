/* config_key.h - the keys of the configuration, one row each. */

#ifndef LIB_CONFIG_KEY_H
#define LIB_CONFIG_KEY_H

#include "sshwhy/config.h"
#include "sshwhy/text.h"

/*
 * Read value, the text behind "=" without blanks around it, into the field.
 * Returns SW_OK, SW_E_SYNTAX or SW_E_RANGE; on failure the field keeps its old
 * value.
 */
typedef enum sw_err (*config_read_fn)(const char *value, void *field);

/* Add the value of the field as the file has it. */
typedef void (*config_write_fn)(const void *field, struct sw_text *out);

struct config_key {
	const char *name;
	const char *wanted; /* what a right value is, for people */
	size_t offset;	    /* of the field in struct sw_config */
	config_read_fn read;
	config_write_fn write;
};

#define CONFIG_KEYS 11
extern const struct config_key config_keys[CONFIG_KEYS];

#endif
