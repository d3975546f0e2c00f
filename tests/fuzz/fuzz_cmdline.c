/* Any command line or title that a process gives itself. */

#include "sshwhy/sshd_daemon.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sw_daemon daemon;
	char *text = malloc(size > 0 ? size : 1);

	if (text == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	memset(&daemon, 0, sizeof(daemon));
	if (sw_daemon_parse(text, size, &daemon) == SW_OK) {
		if (daemon.option_count > SW_DAEMON_OPTIONS_MAX ||
		    memchr(daemon.config, '\0', SW_SOURCE_MAX) == NULL)
			abort();
		for (size_t i = 0; i < daemon.option_count; i++) {
			if (memchr(daemon.options[i], '\0',
				   SW_DAEMON_OPTION_MAX) == NULL)
				abort();
		}
	}
	free(text);
	return 0;
}
