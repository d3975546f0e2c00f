#include "sshwhy/wrapper_parts.h"

#include <string.h>

static unsigned char folded(char c)
{
	unsigned char byte = (unsigned char)c;

	return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

bool sw_word_is(struct sw_word word, const char *text)
{
	for (size_t i = 0; i < word.len; i++) {
		if (folded(word.start[i]) != folded(text[i]))
			return false;
	}
	return text[word.len] == '\0';
}

bool sw_word_begins(struct sw_word text, struct sw_word start)
{
	if (text.len < start.len)
		return false;
	for (size_t i = 0; i < start.len; i++) {
		if (folded(text.start[i]) != folded(start.start[i]))
			return false;
	}
	return true;
}

/* Every byte of every line is looked up here: a table is the fastest. */
static const uint8_t separates[256] = {
	[' '] = SW_BLANK | SW_COMMA,
	['\t'] = SW_BLANK | SW_COMMA,
	['\r'] = SW_BLANK | SW_COMMA,
	['\n'] = SW_BLANK | SW_COMMA,
	[','] = SW_COMMA,
};

static bool is_one_of(char c, unsigned int separators)
{
	return (separates[(unsigned char)c] & separators) != 0;
}

bool sw_word_next(struct sw_word *rest, unsigned int separators,
		  struct sw_word *out)
{
	char *end = rest->start + rest->len;
	char *start = rest->start;
	char *stop;

	while (start < end && is_one_of(*start, separators))
		start++;
	for (stop = start; stop < end && !is_one_of(*stop, separators);)
		stop++;
	*rest = (struct sw_word){stop, (size_t)(end - stop)};
	if (start == stop)
		return false;
	*out = (struct sw_word){start, (size_t)(stop - start)};
	return true;
}

bool sw_word_split(struct sw_word word, char separator,
		   struct sw_word *out_left, struct sw_word *out_right)
{
	int depth = 0;

	for (size_t i = 0; i < word.len; i++) {
		char c = word.start[i];

		if (c == '[') {
			depth++;
		} else if (c == ']') {
			depth--;
		} else if (depth == 0 && c == separator) {
			*out_right = (struct sw_word){word.start + i + 1,
						      word.len - i - 1};
			*out_left = (struct sw_word){word.start, i};
			return true;
		}
	}
	return false;
}

bool sw_word_is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct sw_word sw_word_trim(struct sw_word word)
{
	while (word.len > 0 && sw_word_is_blank(word.start[0])) {
		word.start++;
		word.len--;
	}
	while (word.len > 0 && sw_word_is_blank(word.start[word.len - 1]))
		word.len--;
	return word;
}

void sw_word_copy(struct sw_word word, char *dst, size_t size)
{
	size_t len = word.len < size ? word.len : size - 1;

	if (len > 0)
		memcpy(dst, word.start, len);
	dst[len] = '\0';
}

struct sw_word sw_word_of(char *text)
{
	return (struct sw_word){text, strlen(text)};
}

bool sw_word_is_bracketed(struct sw_word word)
{
	return word.len >= 2 && word.start[0] == '[' &&
	       word.start[word.len - 1] == ']';
}

struct sw_word sw_word_inside(struct sw_word word)
{
	return (struct sw_word){word.start + 1, word.len - 2};
}
