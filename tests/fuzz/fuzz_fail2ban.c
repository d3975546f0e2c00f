/* Whatever a file of fail2ban's configuration holds: what was read of it can be
 * asked for, each value with an end inside its buffer. */

#include "ask/fail2ban_conf.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_f2b_conf conf = SW_F2B_CONF_INIT;
	char *text = malloc(size + 1);
	char value[256];

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	(void)!sw_f2b_conf_parse(&conf, text);
	for (size_t i = 0; i < conf.count; i++) {
		const struct sw_f2b_entry *row = &conf.rows[i];

		memset(value, 'x', sizeof(value));
		if (sw_f2b_conf_get(&conf, row->section, row->key, value,
				    sizeof(value)) != SW_OK &&
		    value[0] != '\0')
			abort();
		if (memchr(value, '\0', sizeof(value)) == NULL)
			abort();
	}
	sw_f2b_conf_free(&conf);
	free(text);
	return 0;
}
