#include "sshwhy/num.h"

#include <stdbool.h>
#include <string.h>

enum sw_err sw_num_parse_n(const char *text, size_t len, uint64_t max,
			   uint64_t *out)
{
	bool too_large = false;
	uint64_t value = 0;

	if (len == 0)
		return SW_E_SYNTAX;
	for (size_t i = 0; i < len; i++) {
		unsigned char digit = (unsigned char)(text[i] - '0');

		if (digit > 9)
			return SW_E_SYNTAX;
		too_large =
			too_large || digit > max || value > (max - digit) / 10;
		value = value * 10 + digit;
	}
	if (too_large)
		return SW_E_RANGE;
	*out = value;
	return SW_OK;
}

enum sw_err sw_num_parse(const char *text, uint64_t max, uint64_t *out)
{
	return sw_num_parse_n(text, strlen(text), max, out);
}

enum sw_err sw_num_parse_port(const char *text, uint16_t *out)
{
	uint64_t value = 0;
	enum sw_err err = sw_num_parse(text, UINT16_MAX, &value);

	if (err != SW_OK)
		return err;
	if (value == 0)
		return SW_E_RANGE;
	*out = (uint16_t)value;
	return SW_OK;
}
