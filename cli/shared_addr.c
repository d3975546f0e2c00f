#include "shared_addr.h"

#include "heard.h"

#include "sshwhy/text.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define USERS 3 /* from this many on, it is hardly one person */

static const struct {
	const char *prefix;
	const char *what;
} ranges[] = {
	{"127.0.0.0/8", "this machine itself"},
	{"::1", "this machine itself"},
	{"10.0.0.0/8", "a private address"},
	{"172.16.0.0/12", "a private address"},
	{"192.168.0.0/16", "a private address"},
	{"100.64.0.0/10", "shared by the clients of a provider"},
	{"169.254.0.0/16", "a link-local address"},
	{"fc00::/7", "a private address"},
	{"fe80::/10", "a link-local address"},
};

static const char *range_of(const struct sw_addr *client)
{
	struct sw_prefix prefix;

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (sw_prefix_parse(ranges[i].prefix, &prefix) == SW_OK &&
		    sw_prefix_contains(&prefix, client))
			return ranges[i].what;
	}
	return NULL;
}

/* "0102000A", in the byte order of the machine. */
static bool read_address(const char *hex, struct sw_addr *out)
{
	static const char digits[] = "0123456789ABCDEF";
	struct sockaddr_in sin = {.sin_family = AF_INET};
	struct sw_endpoint end;

	for (const char *at = hex; *at != '\0'; at++) {
		const char *digit = memchr(digits, *at, 16);

		if (digit == NULL)
			return false;
		sin.sin_addr.s_addr =
			sin.sin_addr.s_addr << 4 | (in_addr_t)(digit - digits);
	}
	if (sw_endpoint_from_sockaddr((struct sockaddr *)&sin, sizeof(sin),
				      &end) != SW_OK)
		return false;
	*out = end.addr;
	return true;
}

/* A row of /proc/net/route: interface, destination, gateway, ... */
static bool is_gateway_row(char *row, const struct sw_addr *client)
{
	char *field[3], *rest = NULL;
	struct sw_addr addr;
	size_t count = 0;

	for (char *word = strtok_r(row, "\t ", &rest);
	     word != NULL && count < 3; word = strtok_r(NULL, "\t ", &rest))
		field[count++] = word;
	return count == 3 && strcmp(field[1], "00000000") == 0 &&
	       read_address(field[2], &addr) && sw_addr_equal(&addr, client);
}

static bool is_gateway(const struct sw_addr *client)
{
	FILE *file = fopen("/proc/net/route", "re");
	bool found = false;
	char row[256];

	while (file != NULL && !found && fgets(row, sizeof(row), file) != NULL)
		found = is_gateway_row(row, client);
	if (file != NULL)
		(void)fclose(file);
	return found;
}

static void add_users(struct sw_text *text, const struct sw_heard *heard,
		      const char *before)
{
	size_t kept = heard->user_count < SW_HEARD_USERS ? heard->user_count
							 : SW_HEARD_USERS;

	sw_text_add(text, "%s%zu%s users have logged in from it:", before, kept,
		    heard->user_count > kept ? " and more" : "");
	for (size_t i = 0; i < kept; i++)
		sw_text_add(text, "%s %s", i == 0 ? "" : ",", heard->users[i]);
}

void sw_shared_note(struct sw_explanation *explanation)
{
	const struct sw_addr *client = &explanation->question.client.base;
	const struct sw_heard *heard = explanation->heard;
	bool many = heard != NULL && heard->user_count >= USERS;
	const char *what = range_of(client);
	struct sw_text text;

	if (!explanation->has_last || (what == NULL && !many) ||
	    explanation->finding_count == SW_FINDINGS_MAX)
		return;
	if (explanation->question.root[0] == '\0' && is_gateway(client))
		what = "the gateway of this machine";
	sw_text_init(&text, explanation->findings[explanation->finding_count++],
		     SW_ADVICE_TEXT_MAX);
	sw_text_add(&text, "do not ban it: ");
	if (what != NULL)
		sw_text_add(&text, "it is %s, others may stand behind it",
			    what);
	if (many)
		add_users(&text, heard, what != NULL ? "; " : "");
}
