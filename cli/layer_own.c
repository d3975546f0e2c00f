#include "layer_own.h"

#include "sshwhy/paths.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

uid_t sw_layer_owner(const struct sw_question *question)
{
	return question->root[0] != '\0' ? geteuid() : 0;
}

const char *sw_layer_path(const struct sw_question *question, const char *path,
			  char *buf)
{
	(void)snprintf(buf, SW_LAYER_PATH_MAX, "%s%s", question->root, path);
	return buf;
}

bool sw_layer_is_hidden(enum sw_err err)
{
	return err == SW_E_IO && (errno == EACCES || errno == EPERM) &&
	       geteuid() != 0;
}

bool sw_layer_config(const struct sw_question *question,
		     struct sw_config *out_config, struct sw_layer *out)
{
	struct sw_config_error error = {0, ""};
	char path[SW_LAYER_PATH_MAX];
	enum sw_err err;

	sw_config_defaults(out_config);
	err = sw_config_read(sw_layer_path(question, SW_PATH_CONFIG, path),
			     sw_layer_owner(question), out_config, &error);
	if (sw_layer_is_hidden(err)) {
		(void)snprintf(out->detail, sizeof(out->detail),
			       "only root may read %.200s", path);
		return false;
	}
	if (err != SW_OK)
		out_config->observe = true;
	return true;
}
