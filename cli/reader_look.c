#include "reader_look.h"

#include <string.h>

/* Behind acct=, which ends what we write, libaudit puts the address. */
#define AUDIT_END "acct="
#define AUDIT_ADDR "addr="
#define ENRICHMENT 0x1d /* what auditd adds behind it is not the program's */

#define JSON_CLIENT ",\"client\":"
#define JSON_ADDR "\"addr\":\""

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
	const char *cut = memchr(line, ENRICHMENT, len);
	const char *end = cut != NULL ? cut : line + len;
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

/*
 * The first brace behind that of the line is the client's. No string can make
 * it look like one: in it, the quotes before the brace would be escaped.
 */
bool sw_look_json(const char *line, size_t len, struct sw_addr *out)
{
	const char *end = line + len, *brace = NULL, *addr, *quote;

	if (len > LENGTH(JSON_CLIENT))
		brace = memchr(line + 1, '{', len - 1);
	if (brace == NULL || (size_t)(brace - line) < LENGTH(JSON_CLIENT) ||
	    memcmp(brace - LENGTH(JSON_CLIENT), JSON_CLIENT,
		   LENGTH(JSON_CLIENT)) != 0 ||
	    !starts_with(brace + 1, end, JSON_ADDR, LENGTH(JSON_ADDR)))
		return false;
	addr = brace + 1 + LENGTH(JSON_ADDR);
	quote = memchr(addr, '"', (size_t)(end - addr));
	return quote != NULL && read_addr(addr, quote, out);
}
