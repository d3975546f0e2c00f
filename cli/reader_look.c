#include "reader_look.h"

#include <string.h>

/* Behind acct=, which ends what we write, libaudit puts the address. */
#define AUDIT_END "acct="
#define AUDIT_ADDR "addr="

/* A string of JSON can't hold this: the quotes in it are escaped. */
#define JSON_ADDR ",\"client\":{\"addr\":\""

#define LENGTH(text) (sizeof(text) - 1)

static bool starts_with(const char *at, const char *end, const char *word,
			size_t len)
{
	return (size_t)(end - at) >= len && memcmp(at, word, len) == 0;
}

static bool read_addr(const char *at, const char *end, struct sw_addr *out)
{
	size_t len = (size_t)(end - at);
	char text[SW_ADDR_TEXT_MAX];

	if (len >= sizeof(text))
		return false;
	memcpy(text, at, len);
	text[len] = '\0';
	return sw_addr_parse(text, out) == SW_OK;
}

/* The address stands near the end, so that is where the search begins. */
bool sw_look_audit(const char *line, size_t len, struct sw_addr *out)
{
	const char *end = line + len;
	const char *space;

	while ((space = memrchr(line, ' ', (size_t)(end - line))) != NULL) {
		const char *field = space + 1;

		if (starts_with(field, end, AUDIT_ADDR, LENGTH(AUDIT_ADDR)))
			return read_addr(field + LENGTH(AUDIT_ADDR), end, out);
		if (starts_with(field, end, AUDIT_END, LENGTH(AUDIT_END)))
			return false;
		end = space;
	}
	return false;
}

bool sw_look_json(const char *line, size_t len, struct sw_addr *out)
{
	const char *found = memmem(line, len, JSON_ADDR, LENGTH(JSON_ADDR));
	const char *at, *end;

	if (found == NULL)
		return false;
	at = found + LENGTH(JSON_ADDR);
	end = memchr(at, '"', len - (size_t)(at - line));
	return end != NULL && read_addr(at, end, out);
}
