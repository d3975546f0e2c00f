/* The way back from the two encodings of audit fields. */

#include "sshwhy/text.h"

#include <limits.h>
#include <string.h>

/* One more than the value of a hex digit; 0: it is none. */
static const unsigned char digits[UCHAR_MAX + 1] = {
	['0'] = 1,  ['1'] = 2,	['2'] = 3,  ['3'] = 4,	['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,	['8'] = 9,  ['9'] = 10, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

/* The byte of two hex digits; 0, which no text may hold, where they are none.
 */
static unsigned char byte_of(const char *pair)
{
	unsigned int high = digits[(unsigned char)pair[0]];
	unsigned int low = digits[(unsigned char)pair[1]];

	return high == 0 || low == 0
		       ? 0
		       : (unsigned char)((high - 1) << 4 | (low - 1));
}

static enum sw_err decode_quoted(const char *text, size_t len, char *out,
				 size_t size)
{
	if (memchr(text, '"', len) != NULL || memchr(text, '\0', len) != NULL)
		return SW_E_SYNTAX;
	if (len >= size)
		return SW_E_RANGE;
	memcpy(out, text, len);
	out[len] = '\0';
	return SW_OK;
}

enum sw_err sw_text_decode(const char *value, size_t len, char *out,
			   size_t size)
{
	if (len >= 2 && value[0] == '"' && value[len - 1] == '"')
		return decode_quoted(value + 1, len - 2, out, size);
	if (len == 0 || len % 2 != 0)
		return SW_E_SYNTAX;
	for (size_t i = 0; i < len; i += 2) {
		if (byte_of(value + i) == 0)
			return SW_E_SYNTAX;
	}
	if (len / 2 >= size)
		return SW_E_RANGE;
	for (size_t i = 0; i < len; i += 2)
		out[i / 2] = (char)byte_of(value + i);
	out[len / 2] = '\0';
	return SW_OK;
}

/* How many bytes of value stand for its next one; 0: it is malformed. */
static size_t unit_length(const char *value, size_t left)
{
	if (value[0] == '%')
		return left >= 3 && byte_of(value + 1) != 0 ? 3 : 0;
	return sw_text_is_plain(value, 1) ? 1 : 0;
}

enum sw_err sw_text_unescape(const char *value, size_t len, char *out,
			     size_t size)
{
	size_t units = 0;
	size_t step;

	for (size_t i = 0; i < len; i += step, units++) {
		step = unit_length(value + i, len - i);
		if (step == 0)
			return SW_E_SYNTAX;
	}
	if (units >= size)
		return SW_E_RANGE;
	for (size_t i = 0; i < len; i += step, out++) {
		step = value[i] == '%' ? 3 : 1;
		*out = step == 3 ? (char)byte_of(value + i + 1) : value[i];
	}
	*out = '\0';
	return SW_OK;
}
