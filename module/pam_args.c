#include "pam.h"

#include "sshwhy/paths.h"

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef const char *(*read_value_fn)(const char *value,
				     struct sw_pam_args *args);

static const struct {
	const char *word;
	enum sw_pam_wrapper wrapper;
} wrappers[] = {
	{"enforce", SW_PAM_ENFORCE},
	{"observe", SW_PAM_OBSERVE},
	{"off", SW_PAM_OFF},
};

static const char too_long[] = "too long";

/* The readers answer NULL, or why they refuse the value. */
static const char *read_wrapper(const char *value, struct sw_pam_args *args)
{
	size_t i;

	for (i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++) {
		if (strcmp(value, wrappers[i].word) != 0)
			continue;
		args->wrapper = wrappers[i].wrapper;
		return NULL;
	}
	return "neither enforce, observe nor off";
}

static const char *read_daemon(const char *value, struct sw_pam_args *args)
{
	if (value[0] == '\0')
		return "the name is missing";
	if (strlen(value) >= SW_WRAPPER_NAME_MAX)
		return too_long;
	args->daemon = value;
	return NULL;
}

static const char *read_conf(const char *value, struct sw_pam_args *args)
{
	if (value[0] != '/')
		return "not an absolute path";
	if (strlen(value) >= PATH_MAX)
		return too_long;
	args->conf = value;
	return NULL;
}

static const struct {
	const char *prefix;
	read_value_fn read;
} keys[] = {
	{"conf=", read_conf},
	{"daemon=", read_daemon},
	{"wrapper=", read_wrapper},
};

static const char *read_argument(const char *argument, uint32_t *seen,
				 struct sw_pam_args *args)
{
	size_t len;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		len = strlen(keys[i].prefix);
		if (strncmp(argument, keys[i].prefix, len) != 0)
			continue;
		if ((*seen & (UINT32_C(1) << i)) != 0)
			return "given twice";
		*seen |= UINT32_C(1) << i;
		return keys[i].read(argument + len, args);
	}
	return "no such argument";
}

void sw_pam_args_defaults(struct sw_pam_args *args)
{
	args->wrapper = SW_PAM_AUTO;
	args->daemon = "sshd";
	args->conf = SW_PATH_CONFIG;
}

enum sw_err sw_pam_args_read(int argc, const char **argv,
			     struct sw_pam_args *out,
			     struct sw_pam_args_error *out_error)
{
	struct sw_pam_args draft;
	const char *reason;
	uint32_t seen = 0;
	int i;

	sw_pam_args_defaults(&draft);
	for (i = 0; i < argc; i++) {
		reason = read_argument(argv[i], &seen, &draft);
		if (reason == NULL)
			continue;
		out_error->argument = argv[i];
		out_error->reason = reason;
		return reason == too_long ? SW_E_RANGE : SW_E_SYNTAX;
	}
	*out = draft;
	return SW_OK;
}
