#include "log_read.h"

#include "sshwhy/num.h"

#include <string.h>

static void copy(char *dst, size_t size, struct sw_log_span span)
{
	size_t n = span.len < size ? span.len : size - 1;

	if (span.at == NULL)
		return;
	memcpy(dst, span.at, n);
	dst[n] = '\0';
	/* A NUL byte in the middle ends the text here too. */
}

static void read_addr(struct sw_log_span span, struct sw_addr *out)
{
	char text[SW_ADDR_TEXT_MAX + 20] = "";

	if (span.at == NULL || span.len >= sizeof(text))
		return;
	copy(text, sizeof(text), span);
	/* A host name or "UNKNOWN" leaves the address unknown. */
	(void)!sw_addr_parse(text, out);
}

static uint64_t number(struct sw_log_span span, uint64_t max)
{
	uint64_t n = 0;

	if (span.at != NULL && span.len > 0)
		(void)!sw_num_parse_n(span.at, span.len, max, &n);
	return n;
}

/* A port without an address is sshd's 65535 for a peer that has gone. */
static void read_end(struct sw_log_span addr, struct sw_log_span port,
		     struct sw_endpoint *out)
{
	read_addr(addr, &out->addr);
	if (out->addr.family != SW_FAMILY_NONE)
		out->port = (uint16_t)number(port, UINT16_MAX);
}

/* "ADDR" or "ADDR port N" */
static void read_remote(struct sw_log_span span, struct sw_endpoint *out)
{
	struct sw_log_span port = {NULL, 0};
	const char *blank;

	if (span.at == NULL)
		return;
	blank = memchr(span.at, ' ', span.len);
	if (blank != NULL) {
		port.at = blank + strlen(" port ");
		port.len = (size_t)(span.at + span.len - port.at);
		span.len = (size_t)(blank - span.at);
	}
	read_end(span, port, out);
}

/* The client, from whichever of the fields the pattern has. */
static void read_client(const struct sw_log_fields *fields,
			struct sw_endpoint *out)
{
	struct sw_log_span wary = sw_log_field(fields, 'A');
	struct sw_log_span detail = sw_log_field(fields, 't');

	read_addr(sw_log_field(fields, 'h'), &out->addr);
	read_remote(sw_log_field(fields, 'r'), out);
	if (wary.at != NULL &&
	    (detail.len == 0 || memchr(detail.at, '@', detail.len) == NULL))
		read_addr(wary, &out->addr);
	if (sw_log_field(fields, 'a').at != NULL)
		read_end(sw_log_field(fields, 'a'), sw_log_field(fields, 'p'),
			 out);
}

static void read_user(const struct sw_log_fields *fields,
		      struct sw_logline *out)
{
	static const char *const words[] = {"invalid user ", "illegal user "};
	static const char no_name[] = "<invalid username>"; /* of Solaris */
	struct sw_log_span user = sw_log_field(fields, 'u');
	struct sw_log_span maybe = sw_log_field(fields, 'v');

	if (maybe.at != NULL)
		user = maybe;
	for (size_t i = 0; maybe.at != NULL && i < 2; i++) {
		size_t n = strlen(words[i]);

		if (user.len < n || memcmp(user.at, words[i], n) != 0)
			continue;
		user.at += n;
		user.len -= n;
		out->unknown_user = true;
		break;
	}
	if (user.len == strlen(no_name) &&
	    memcmp(user.at, no_name, user.len) == 0) {
		out->unknown_user = true;
		return;
	}
	copy(out->conn.user, sizeof(out->conn.user), user);
}

/* PATH and N of the four forms; "PATH:" has no N. */
static void read_place(struct sw_log_span place, struct sw_rule *out)
{
	static const char line[] = " line ";
	const size_t n = sizeof(line) - 1;
	struct sw_log_span digits;
	size_t len;

	if (place.at == NULL)
		return;
	len = place.len - 1;
	while (len > 0 && place.at[len - 1] >= '0' && place.at[len - 1] <= '9')
		len--;
	digits = (struct sw_log_span){place.at + len, place.len - 1 - len};
	if (len > n && memcmp(place.at + len - n, line, n) == 0)
		len -= n;
	if (len > 0 && strchr(",:", place.at[len - 1]) != NULL)
		len--;
	out->line = (unsigned int)number(digits, UINT32_MAX);
	out->first_line = out->line;
	copy(out->source, sizeof(out->source),
	     (struct sw_log_span){place.at, len});
}

static void read_rule(const struct sw_log_fields *fields, struct sw_rule *out)
{
	static const char places[] = "FGLK";

	for (const char *letter = places; *letter != '\0'; letter++)
		read_place(sw_log_field(fields, *letter), out);
	copy(out->source, sizeof(out->source), sw_log_field(fields, 'f'));
	copy(out->source, sizeof(out->source), sw_log_field(fields, 'P'));
	if (sw_log_field(fields, 'l').at != NULL) {
		out->line = (unsigned int)number(sw_log_field(fields, 'l'),
						 UINT32_MAX);
		out->first_line = out->line;
	}
}

void sw_log_read(const struct sw_log_fields *fields, struct sw_logline *out)
{
	read_client(fields, &out->conn.client);
	read_end(sw_log_field(fields, 'b'), sw_log_field(fields, 'q'),
		 &out->conn.server);
	out->conn.pid = (pid_t)number(sw_log_field(fields, 'i'), INT32_MAX);
	read_user(fields, out);
	read_rule(fields, &out->rule);
	out->number = (uint32_t)number(sw_log_field(fields, 'n'), UINT32_MAX);
	out->limit = (uint32_t)number(sw_log_field(fields, 'm'), UINT32_MAX);
	if (sw_log_field(fields, 'c').at != NULL)
		out->count = number(sw_log_field(fields, 'c'), UINT64_MAX);
	copy(out->detail, sizeof(out->detail), sw_log_field(fields, 't'));
}
