/* Whatever the configuration holds: it is refused with a reason, or it reads
 * back the same after being written. */

#include "sshwhy/config.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_config config = {0};
	struct sw_config again = {0};
	struct sw_config_error error = {0, ""};
	char *text = malloc(size + 1);
	char rewritten[SW_CONFIG_TEXT_MAX];
	char written[SW_CONFIG_TEXT_MAX];

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (sw_config_parse(text, &config, &error) != SW_OK) {
		if (error.line == 0 || error.reason[0] == '\0')
			abort();
	} else if (sw_config_format(&config, written, sizeof(written)) !=
			   SW_OK ||
		   sw_config_parse(written, &again, &error) != SW_OK ||
		   sw_config_format(&again, rewritten, sizeof(rewritten)) !=
			   SW_OK ||
		   strcmp(written, rewritten) != 0) {
		abort();
	}
	free(text);
	return 0;
}
