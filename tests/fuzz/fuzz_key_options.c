/* A line of authorized_keys, which its user writes. */

#include "sshwhy/ask_key.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char options[201];
	char *text = malloc(size > 0 ? size : 1);

	if (text == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	if (sw_key_restrictions(text, size, options, sizeof(options)) ==
		    SW_OK &&
	    memchr(options, '\0', sizeof(options)) == NULL)
		abort();
	free(text);
	return 0;
}
