/* Any text as a prefix: what is read is written in one form only. */

#include "sshwhy/addr.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char again[SW_PREFIX_TEXT_MAX];
	char text[SW_PREFIX_TEXT_MAX];
	struct sw_prefix prefix;
	struct sw_prefix same;
	char *input = malloc(size + 1);

	if (input == NULL)
		return 0;
	memcpy(input, data, size);
	input[size] = '\0';
	if (sw_prefix_parse(input, &prefix) == SW_OK) {
		if (!sw_prefix_contains(&prefix, &prefix.base) ||
		    sw_prefix_parse(sw_prefix_format(&prefix, text), &same) !=
			    SW_OK ||
		    strcmp(sw_prefix_format(&same, again), text) != 0 ||
		    !sw_addr_equal(&same.base, &prefix.base) ||
		    same.len != prefix.len)
			abort();
	}
	free(input);
	return 0;
}
