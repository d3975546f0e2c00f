#include "sshwhy/wrapper_parts.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>

/* What the C library makes of the start of a word. */
struct number {
	bool found;
	bool negative;
	bool overflow; /* of 64 bits */
	uint64_t magnitude;
	struct sw_word rest;
};

static unsigned int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned int)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned int)(c - 'A') + 10;
	return 99;
}

static void drop_first(struct sw_word *word)
{
	word->start++;
	word->len--;
}

static void read_digits(struct number *number, unsigned int base)
{
	struct sw_word *rest = &number->rest;

	for (; rest->len > 0; drop_first(rest)) {
		unsigned int digit = digit_value(rest->start[0]);

		if (digit >= base)
			return;
		number->found = true;
		number->overflow |=
			__builtin_mul_overflow(number->magnitude, base,
					       &number->magnitude) ||
			__builtin_add_overflow(number->magnitude, digit,
					       &number->magnitude);
	}
}

static struct number read_number(struct sw_word word, unsigned int base)
{
	struct number number = {.rest = word};
	struct sw_word *rest = &number.rest;

	while (rest->len > 0 && sw_word_is_blank(rest->start[0]))
		drop_first(rest);
	if (rest->len > 0 && (rest->start[0] == '-' || rest->start[0] == '+')) {
		number.negative = rest->start[0] == '-';
		drop_first(rest);
	}
	read_digits(&number, base);
	return number;
}

/* strtol() stops at the ends of a long, and an int keeps its low half. */
static int32_t as_signed(const struct number *number)
{
	uint64_t limit = (uint64_t)INT64_MAX + number->negative;
	uint64_t value = number->magnitude;

	if (number->overflow || value > limit)
		value = limit;
	return (int32_t)(uint32_t)(number->negative ? -value : value);
}

static uint32_t as_unsigned(const struct number *number)
{
	if (number->overflow)
		return UINT32_MAX;
	return (uint32_t)(number->negative ? -number->magnitude
					   : number->magnitude);
}

int32_t sw_number_prefix(struct sw_word word)
{
	struct number number = read_number(word, 10);

	return as_signed(&number);
}

bool sw_number_signed(struct sw_word word, int32_t *out)
{
	struct number number = read_number(word, 10);

	if (!number.found || number.rest.len != 0)
		return false;
	*out = as_signed(&number);
	return true;
}

bool sw_number_unsigned(struct sw_word word, unsigned int base, uint32_t *out)
{
	struct number number = read_number(word, base);

	if (!number.found || number.rest.len != 0)
		return false;
	*out = as_unsigned(&number);
	return true;
}

/* One number of inet_addr(): decimal, 0octal or 0xhexadecimal. */
static bool take_part(struct sw_word *rest, uint32_t *out)
{
	struct number number = {.rest = *rest};
	unsigned int base = 10;

	if (rest->len == 0 || digit_value(rest->start[0]) > 9)
		return false;
	if (rest->start[0] == '0') {
		bool is_hex =
			rest->len > 2 &&
			(rest->start[1] == 'x' || rest->start[1] == 'X') &&
			digit_value(rest->start[2]) < 16;

		base = is_hex ? 16 : 8;
		if (is_hex)
			number.rest = (struct sw_word){rest->start + 2,
						       rest->len - 2};
	}
	read_digits(&number, base);
	if (number.overflow || number.magnitude > UINT32_MAX)
		return false;
	*out = (uint32_t)number.magnitude;
	*rest = number.rest;
	return true;
}

/* inet_addr(): the last number fills all bytes that are left. */
static uint32_t inet_number(struct sw_word rest)
{
	uint32_t address = 0;
	uint32_t part;
	unsigned int shift = 32;

	for (;;) {
		if (!take_part(&rest, &part))
			return SW_V4_NONE;
		if (rest.len == 0 || rest.start[0] != '.')
			break;
		if (shift == 8 || part > 0xff)
			return SW_V4_NONE;
		shift -= 8;
		address |= part << shift;
		drop_first(&rest);
	}
	if (rest.len > 0 && !sw_word_is_blank(rest.start[0]))
		return SW_V4_NONE;
	if (((uint64_t)part >> shift) != 0)
		return SW_V4_NONE;
	return address | part;
}

uint32_t sw_address_v4(struct sw_word word)
{
	unsigned int parts = 0;
	bool in_part = false;

	for (size_t i = 0; i < word.len; i++) {
		bool is_dot = word.start[i] == '.';

		parts += !is_dot && !in_part;
		in_part = !is_dot;
	}
	return parts == 4 ? inet_number(word) : SW_V4_NONE;
}

static bool has_scopes(const uint8_t address[16])
{
	if (address[0] == 0xfe && (address[1] & 0xc0) == 0x80)
		return true;
	return address[0] == 0xff &&
	       ((address[1] & 0x0f) == 1 || (address[1] & 0x0f) == 2);
}

static bool is_scope(const struct sw_wrapper_query *query,
		     const uint8_t address[16], struct sw_word scope)
{
	struct number number = {.rest = scope};

	if (has_scopes(address) && scope.len > 0 && scope.len < IF_NAMESIZE &&
	    sw_wrapper_ask(query, SW_ASK_INTERFACE, scope, NULL) ==
		    SW_ANSWER_YES)
		return true;
	read_digits(&number, 10);
	return number.found && number.rest.len == 0 && !number.overflow &&
	       number.magnitude <= UINT32_MAX;
}

bool sw_address_v6(const struct sw_wrapper_query *query, struct sw_word word,
		   uint8_t out[16])
{
	const char *percent =
		word.len == 0 ? NULL : memchr(word.start, '%', word.len);
	size_t len =
		percent == NULL ? word.len : (size_t)(percent - word.start);
	char text[INET6_ADDRSTRLEN];

	if (len >= sizeof(text))
		return false;
	sw_word_copy((struct sw_word){word.start, len}, text, sizeof(text));
	if (inet_pton(AF_INET6, text, out) != 1)
		return false;
	return percent == NULL ||
	       is_scope(query, out,
			(struct sw_word){word.start + len + 1,
					 word.len - len - 1});
}
