#include "sshwhy/wrapper_parts.h"

#include <string.h>

#define MAPPED "::ffff:"

static bool is_same_v6(const struct sw_match *match, struct sw_word pattern,
		       char *text)
{
	uint8_t wanted[16];
	uint8_t address[16];

	return sw_address_v6(match->query, pattern, wanted) &&
	       sw_address_v6(match->query, sw_word_of(text), address) &&
	       memcmp(wanted, address, sizeof(wanted)) == 0;
}

/* A client of a dual-stack socket is matched as the IPv4 one that it is. */
static char *without_mapping(char *text)
{
	size_t len = sizeof(MAPPED) - 1;
	char mapped[] = MAPPED;

	if (!sw_word_begins(sw_word_of(text), sw_word_of(mapped)) ||
	    sw_address_v4(sw_word_of(text + len)) == SW_V4_NONE)
		return text;
	return text + len;
}

static bool is_suffix(struct sw_word pattern, char *text)
{
	size_t len = strlen(text);

	return len > pattern.len &&
	       sw_word_is(pattern, text + len - pattern.len);
}

bool sw_match_text(const struct sw_match *match, struct sw_word pattern,
		   char *text)
{
	if (pattern.len == 0)
		return false;
	text = without_mapping(text);
	if (memchr(pattern.start, '*', pattern.len) != NULL ||
	    memchr(pattern.start, '?', pattern.len) != NULL)
		return sw_glob_matches(pattern, text);
	if (pattern.start[0] == '.')
		return is_suffix(pattern, text);
	if (sw_word_is(pattern, "ALL"))
		return true;
	if (sw_word_is(pattern, "KNOWN"))
		return !sw_word_is(sw_word_of(text), SW_UNKNOWN_NAME);
	if (pattern.start[pattern.len - 1] == '.')
		return sw_word_begins(sw_word_of(text), pattern);
	if (sw_word_is_bracketed(pattern))
		return is_same_v6(match, sw_word_inside(pattern), text);
	return sw_word_is(pattern, text);
}
