#include "sshwhy/num.h"

#include <stdbool.h>
#include <string.h>

static bool has_only_digits(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
	}
	return len > 0;
}

enum sw_err sw_num_parse_n(const char *text, size_t len, uint64_t max,
			   uint64_t *out)
{
	uint64_t value = 0;

	if (!has_only_digits(text, len))
		return SW_E_SYNTAX;
	for (size_t i = 0; i < len; i++) {
		uint64_t digit = (uint64_t)(text[i] - '0');

		if (digit > max || value > (max - digit) / 10)
			return SW_E_RANGE;
		value = value * 10 + digit;
	}
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
