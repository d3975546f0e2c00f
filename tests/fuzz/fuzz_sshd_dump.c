/* What claims to be the output of sshd -T -ddd. The first byte chooses what is
 * looked for. */

#include "sshwhy/sshd_dump.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const keywords[] = {"AllowUsers", "MaxStartups",
					       "PermitRootLogin", ""};
	static struct sw_sshd_setting setting;
	char *text;

	if (size == 0)
		return 0;
	text = malloc(size);
	if (text == NULL)
		return 0;
	memcpy(text, data + 1, size - 1);
	if (sw_sshd_dump_find(text, size - 1, "/etc/ssh/sshd_config",
			      keywords[data[0] % 4], (data[0] & 4) != 0,
			      &setting) == SW_OK) {
		if (setting.count > SW_SSHD_LINES_MAX)
			abort();
		for (size_t i = 0; i < setting.count; i++) {
			const struct sw_sshd_line *line = &setting.lines[i];

			if (memchr(line->source, '\0', SW_SOURCE_MAX) == NULL ||
			    memchr(line->value, '\0', SW_SSHD_VALUE_MAX) ==
				    NULL)
				abort();
		}
	}
	free(text);
	return 0;
}
