#include "sshwhy/text.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void sw_text_init(struct sw_text *text, char *buf, size_t size)
{
	text->buf = buf;
	text->size = size;
	text->len = 0;
	text->ok = true;
	buf[0] = '\0';
}

bool sw_text_ok(const struct sw_text *text)
{
	return text->ok;
}

/* Back to the first len bytes: an addition is whole or it is not there. */
static void take_back(struct sw_text *text, size_t len)
{
	text->len = len;
	text->buf[len] = '\0';
	text->ok = false;
}

void sw_text_add(struct sw_text *text, const char *format, ...)
{
	size_t room = text->size - text->len;
	va_list args;
	int len;

	if (!text->ok)
		return;
	va_start(args, format);
	len = vsnprintf(text->buf + text->len, room, format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= room)
		take_back(text, text->len);
	else
		text->len += (size_t)len;
}

void sw_text_add_bytes(struct sw_text *text, const char *bytes, size_t len)
{
	if (!text->ok || len == 0)
		return;
	if (len >= text->size - text->len) {
		text->ok = false;
		return;
	}
	memcpy(text->buf + text->len, bytes, len);
	text->len += len;
	text->buf[text->len] = '\0';
}

void sw_text_put(struct sw_text *text, const char *words)
{
	sw_text_add_bytes(text, words, strlen(words));
}

/* isalnum() would ask the locale. */
static const bool plain[UCHAR_MAX + 1] = {
	['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true,
	['.'] = true,	      ['_'] = true,	    [':'] = true,
	['/'] = true,	      ['@'] = true,	    ['+'] = true,
	['('] = true,	      [')'] = true,	    ['-'] = true,
};

static size_t plain_length(const char *bytes, size_t len)
{
	size_t i = 0;

	while (i < len && plain[(unsigned char)bytes[i]])
		i++;
	return i;
}

bool sw_text_is_plain(const char *bytes, size_t len)
{
	return len > 0 && plain_length(bytes, len) == len;
}

static void add_hex(struct sw_text *text, unsigned char byte)
{
	static const char digits[] = "0123456789ABCDEF";
	const char pair[2] = {digits[byte >> 4], digits[byte & 15]};

	sw_text_add_bytes(text, pair, sizeof(pair));
}

static void add_name(struct sw_text *text, const char *name)
{
	sw_text_add_bytes(text, " ", 1);
	sw_text_add_bytes(text, name, strlen(name));
	sw_text_add_bytes(text, "=", 1);
}

void sw_text_add_decoded(struct sw_text *text, const char *name,
			 const char *value, size_t max)
{
	size_t start = text->len;
	size_t len = strnlen(value, max);

	add_name(text, name);
	if (len == 0 || sw_text_is_plain(value, len)) {
		sw_text_add_bytes(text, "\"", 1);
		sw_text_add_bytes(text, value, len);
		sw_text_add_bytes(text, "\"", 1);
	} else {
		for (size_t i = 0; i < len; i++)
			add_hex(text, (unsigned char)value[i]);
	}
	if (!text->ok)
		take_back(text, start);
}

void sw_text_add_untrusted(struct sw_text *text, const char *name,
			   const char *value, size_t max)
{
	size_t start = text->len;
	size_t len = strnlen(value, max);

	add_name(text, name);
	for (size_t i = 0; i < len; i++) {
		size_t run = plain_length(value + i, len - i);

		sw_text_add_bytes(text, value + i, run);
		i += run;
		if (i < len) {
			sw_text_add_bytes(text, "%", 1);
			add_hex(text, (unsigned char)value[i]);
		}
	}
	if (!text->ok)
		take_back(text, start);
}

bool sw_text_copy(char *dst, size_t size, const char *src)
{
	size_t len = strnlen(src, size - 1);

	memcpy(dst, src, len);
	dst[len] = '\0';
	return src[len] == '\0';
}
