#include "sshwhy/duration.h"

#include "sshwhy/num.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Largest first, for writing. */
static const struct unit {
	char letter;
	const char *word;
	uint32_t seconds;
} units[] = {
	{'d', "d", 86400},
	{'h', "h", 3600},
	{'m', "min", 60},
	{'s', "s", 1},
};

#define UNITS (sizeof(units) / sizeof(units[0]))

static const struct unit *find_unit(char letter)
{
	for (size_t i = 0; i < UNITS; i++) {
		if (units[i].letter == letter)
			return &units[i];
	}
	return NULL;
}

enum sw_err sw_duration_parse(const char *text, uint32_t *out_seconds)
{
	size_t len = strlen(text);
	const struct unit *unit = len > 0 ? find_unit(text[len - 1]) : NULL;
	uint32_t factor = unit != NULL ? unit->seconds : 1;
	uint64_t value = 0;
	enum sw_err err;

	err = sw_num_parse_n(text, unit != NULL ? len - 1 : len,
			     SW_DURATION_MAX / factor, &value);
	if (err != SW_OK)
		return err;
	*out_seconds = (uint32_t)value * factor;
	return SW_OK;
}

char *sw_duration_format(uint64_t seconds, char *buf)
{
	const struct unit *unit = units;

	while (unit->seconds > 1 && seconds < unit->seconds)
		unit++;
	(void)snprintf(buf, SW_DURATION_TEXT_MAX, "%" PRIu64 " %s",
		       seconds / unit->seconds, unit->word);
	return buf;
}
