#include "sshwhy/ask_pam.h"

#include "pam_modules.h"

#include "sshwhy/auto.h"
#include "sshwhy/pam_stack.h"

#include <string.h>

static bool is_called(const char *path, const char *module)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	size_t len = strlen(module);

	return strncmp(name, module, len) == 0 &&
	       (name[len] == '\0' || strcmp(name + len, ".so") == 0);
}

enum sw_err sw_ask_pam_line(const char *service, const char *module,
			    struct sw_rule *out_line, bool *out_missing)
{
	static const enum sw_pam_type types[] = {SW_PAM_ACCOUNT, SW_PAM_AUTH};
	sw_autofree struct sw_pam_stack *stack = calloc(1, sizeof(*stack));

	if (stack == NULL)
		return SW_E_NOMEM;
	for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
		enum sw_err err =
			sw_pam_stack_read(NULL, service, types[t], stack);

		if (err != SW_OK)
			return err;
		for (size_t i = 0; i < stack->count; i++) {
			const struct sw_pam_line *line = &stack->lines[i];

			if (!is_called(line->module, module))
				continue;
			*out_line = line->rule;
			*out_missing = sw_pam_module_missing(line->module);
			return SW_OK;
		}
	}
	return SW_E_NOTSUP;
}
