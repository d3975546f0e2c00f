#include "sshwhy/sshd_match.h"

#include <ctype.h>
#include <string.h>

/* '*' is tried from the last one on only, so this is linear in practice. */
bool sw_sshd_match_pattern(const char *pattern, const char *text)
{
	const char *star = NULL, *resume = NULL;

	while (*text != '\0') {
		if (*pattern == '*') {
			star = pattern++;
			resume = text;
		} else if (*pattern == '?' || *pattern == *text) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star + 1;
			text = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

static void lower(char *text)
{
	for (; *text != '\0'; text++)
		*text = (char)tolower((unsigned char)*text);
}

static bool matches_host(const char *pattern, const char *host,
			 const struct sw_addr *addr)
{
	char text[SW_ADDR_TEXT_MAX], low_pattern[SW_TEXT_MAX],
		low_host[SW_TEXT_MAX];
	struct sw_prefix prefix;

	if (strchr(pattern, '/') != NULL &&
	    sw_prefix_parse(pattern, &prefix) == SW_OK)
		return sw_prefix_contains(&prefix, addr);
	if (strlen(pattern) >= sizeof(low_pattern) ||
	    strlen(host) >= sizeof(low_host))
		return false;
	lower(strcpy(low_pattern, pattern));
	lower(strcpy(low_host, host));
	return sw_sshd_match_pattern(low_pattern, low_host) ||
	       sw_sshd_match_pattern(low_pattern, sw_addr_format(addr, text));
}

bool sw_sshd_match_user(const char *pattern, const char *user, const char *host,
			const struct sw_addr *addr)
{
	char name[SW_TEXT_MAX];
	const char *at = strrchr(pattern, '@');
	size_t len;

	if (at == NULL)
		return sw_sshd_match_pattern(pattern, user);
	len = (size_t)(at - pattern);
	if (len >= sizeof(name))
		return false;
	memcpy(name, pattern, len);
	name[len] = '\0';
	return sw_sshd_match_pattern(name, user) &&
	       matches_host(at + 1, host, addr);
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

/* Copy the word at *list without its quotes; false when it does not fit. */
static bool read_word(const char **list, char *out, size_t size)
{
	bool quoted = false;
	size_t len = 0;

	for (; **list != '\0'; (*list)++) {
		if (**list == '"') {
			quoted = !quoted;
			continue;
		}
		if (!quoted && (**list == ' ' || **list == '\t'))
			break;
		if (len + 1 < size)
			out[len] = **list;
		len++;
	}
	out[len < size ? len : size - 1] = '\0';
	return len < size;
}

bool sw_sshd_word(const char *list, size_t i, char *out, size_t size)
{
	for (;;) {
		bool fits;

		list = skip_blanks(list);
		if (*list == '\0')
			return false;
		fits = read_word(&list, out, size);
		if (i-- == 0)
			return fits;
	}
}
