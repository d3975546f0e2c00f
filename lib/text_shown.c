/* What people and JSON readers see: both want valid UTF-8. */

#include "sshwhy/text.h"

#include <stdint.h>
#include <string.h>

/* Lead bytes of UTF-8: length, and the smallest value that may need it. */
static const struct lead {
	unsigned char mask;
	unsigned char bits;
	unsigned char len;
	uint32_t least;
} leads[] = {
	{0x80, 0x00, 1, 0x0},
	{0xe0, 0xc0, 2, 0x80},
	{0xf0, 0xe0, 3, 0x800},
	{0xf8, 0xf0, 4, 0x10000},
};

/*
 * Read one character of the NUL-terminated text at bytes. Returns its length
 * in bytes, 0 when it is not UTF-8 (overlong, surrogate, beyond U+10FFFF, cut).
 */
static size_t read_character(const unsigned char *bytes, uint32_t *out)
{
	const struct lead *lead = NULL;
	uint32_t value;

	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		if ((bytes[0] & leads[i].mask) == leads[i].bits)
			lead = &leads[i];
	}
	if (lead == NULL)
		return 0;
	value = bytes[0] & (unsigned char)~lead->mask;
	for (size_t i = 1; i < lead->len; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (bytes[i] & 0x3f);
	}
	if (value < lead->least || value > 0x10ffff ||
	    (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*out = value;
	return lead->len;
}

/* Characters that steer a terminal, or reorder what stands around them. */
static bool is_steering(uint32_t character)
{
	static const struct {
		uint32_t first;
		uint32_t last;
	} ranges[] = {
		{0x00, 0x1f},	  {0x7f, 0x9f},	    {0x200e, 0x200f},
		{0x2028, 0x202e}, {0x2066, 0x2069},
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (character >= ranges[i].first && character <= ranges[i].last)
			return true;
	}
	return false;
}

/* How many bytes may be copied as they are, whatever the form. */
static size_t ordinary_length(const char *value)
{
	size_t len = 0;

	while (value[len] >= 0x20 && value[len] < 0x7f && value[len] != '"' &&
	       value[len] != '\\')
		len++;
	return len;
}

static void add_json_character(struct sw_text *text, uint32_t character,
			       const char *bytes, size_t len)
{
	if (character == '"' || character == '\\')
		sw_text_add(text, "\\%c", (int)character);
	else if (character < 0x20 || character == 0x7f)
		sw_text_add(text, "\\u%04x", (unsigned int)character);
	else
		sw_text_add_bytes(text, bytes, len);
}

void sw_text_add_json(struct sw_text *text, const char *value)
{
	static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */
	size_t start = text->len;
	uint32_t character = 0;

	if (value == NULL || *value == '\0') {
		sw_text_add_bytes(text, "null", 4);
		return;
	}
	sw_text_add_bytes(text, "\"", 1);
	while (*value != '\0') {
		size_t run = ordinary_length(value);
		size_t len;

		sw_text_add_bytes(text, value, run);
		value += run;
		if (*value == '\0')
			break;
		len = read_character((const unsigned char *)value, &character);
		if (len == 0)
			sw_text_add_bytes(text, replacement, 3);
		else
			add_json_character(text, character, value, len);
		value += len == 0 ? 1 : len;
	}
	sw_text_add_bytes(text, "\"", 1);
	if (!text->ok) {
		text->len = start;
		text->buf[start] = '\0';
	}
}

static void add_escaped(struct sw_text *text, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sw_text_add(text, "\\x%02x", (unsigned char)bytes[i]);
}

void sw_text_add_visible(struct sw_text *text, const char *value)
{
	size_t start = text->len;
	uint32_t character = 0;

	for (;;) {
		size_t run = ordinary_length(value);
		size_t step;
		size_t len;

		sw_text_add_bytes(text, value, run);
		value += run;
		if (*value == '\0')
			break;
		len = read_character((const unsigned char *)value, &character);
		step = len == 0 ? 1 : len;
		if (len == 0 || character == '\\' || is_steering(character))
			add_escaped(text, value, step);
		else
			sw_text_add_bytes(text, value, step);
		value += step;
	}
	if (!text->ok) {
		text->len = start;
		text->buf[start] = '\0';
	}
}
