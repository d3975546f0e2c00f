#include "sshwhy/wrapper_parts.h"

static bool fits(char pattern, char c)
{
	char text[] = {c, '\0'};

	return pattern == '?' ||
	       sw_word_is((struct sw_word){&pattern, 1}, text);
}

static size_t skip_stars(struct sw_word pattern, size_t at)
{
	while (at < pattern.len && pattern.start[at] == '*')
		at++;
	return at;
}

/*
 * Going back to the last star is enough: an earlier one that gave up more text
 * would leave less for the rest. Two stars or more at the end want at least one
 * character, another oddity of libwrap.
 */
bool sw_glob_matches(struct sw_word pattern, const char *text)
{
	const char *retry = NULL; /* where the last star may grow to */
	size_t behind = 0;	  /* of that star */
	size_t at = 0;

	for (;;) {
		if (at < pattern.len && pattern.start[at] == '*') {
			behind = skip_stars(pattern, at);
			if (behind == pattern.len)
				return behind - at == 1 || *text != '\0';
			retry = text;
			at = behind;
		} else if (*text == '\0') {
			return at == pattern.len;
		} else if (at < pattern.len && fits(pattern.start[at], *text)) {
			at++;
			text++;
		} else if (retry != NULL) {
			at = behind;
			text = ++retry;
		} else {
			return false;
		}
	}
}
