/*
 * The installed libwrap is asked beside our lookup: both see the same faked
 * resolver, which is the C library's as soon as a question is numeric.
 */

#include "sw_test.h"

#include "module/pam.h"
#include "sshwhy/wrapper.h"

#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <syslog.h>
#include <tcpd.h>

#define ADDRESSES_MAX 3

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN
#define LABELS_127 "a." FIFTY "." FIFTY ".abcdefghijk" TEN "xy"
#define LABELS_128 "b" LABELS_127

int allow_severity = LOG_INFO;
int deny_severity = LOG_INFO;

/* What the resolver knows, and what it makes of the client. */
struct zone {
	const char *client;
	const char *pointer;   /* NULL: none */
	const char *canonical; /* of the pointer; NULL: no such name */
	const char *addresses[ADDRESSES_MAX];
	const char *expected;
};

static const struct zone zones[] = {
	{"192.0.2.1", NULL, NULL, {NULL}, "unknown"},
	{"192.0.2.1", "a.example", "a.example", {"192.0.2.1"}, "a.example"},
	{"192.0.2.1", "A.Example", "a.example", {"192.0.2.1"}, "A.Example"},
	{"192.0.2.1",
	 "a.example",
	 "a.example",
	 {"192.0.2.7", "192.0.2.8", "192.0.2.1"},
	 "a.example"},
	{"192.0.2.1", "a.example", "a.example", {"192.0.2.2"}, "paranoid"},
	{"192.0.2.1", "a.example", "b.example", {"192.0.2.1"}, "paranoid"},
	{"192.0.2.1", "a.example", NULL, {NULL}, "paranoid"},
	{"192.0.2.1", "192.0.2.1", "192.0.2.1", {"192.0.2.1"}, "paranoid"},
	{"192.0.2.1", "198.51.100.9", NULL, {NULL}, "paranoid"},
	{"192.0.2.1",
	 "0xc0.0.0x201",
	 "0xc0.0.0x201",
	 {"192.0.2.1"},
	 "paranoid"},
	{"192.0.2.1", "2001:db8::1", NULL, {NULL}, "paranoid"},
	{"192.0.2.1", "unknown", "unknown", {"192.0.2.1"}, "unknown"},
	{"192.0.2.1", "paranoid", "paranoid", {"192.0.2.1"}, "paranoid"},
	{"127.0.0.1", "localhost", "localhost", {"127.0.0.1"}, "localhost"},
	{"127.0.0.1", "localhost", "a.example", {"127.0.0.1"}, "localhost"},
	{"127.0.0.1", "LocalHost", "a.example", {"127.0.0.1"}, "LocalHost"},
	{"192.0.2.1", "localhost", "localhost", {"127.0.0.1"}, "paranoid"},
	{"192.0.2.1", LABELS_127, LABELS_127, {"192.0.2.1"}, LABELS_127},
	{"192.0.2.1", LABELS_128, LABELS_128, {"192.0.2.1"}, "paranoid"},
	{"2001:db8::1", NULL, NULL, {NULL}, "unknown"},
	{"2001:db8::1", "a.example", "a.example", {"2001:db8::1"}, "a.example"},
	{"2001:db8::1", "a.example", "a.example", {"2001:db8::2"}, "paranoid"},
	{"2001:db8::1", "2001:db8::1", NULL, {NULL}, "paranoid"},
};

static const struct zone *zone;

/* An answer of ours is one block. */
struct answer {
	struct addrinfo list[ADDRESSES_MAX];
	struct sockaddr_storage addrs[ADDRESSES_MAX];
	char canonical[NI_MAXHOST];
};

static struct answer *last_answer;

static socklen_t to_sockaddr(const char *text, struct sockaddr_storage *out)
{
	const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST};
	__typeof__(getaddrinfo) *real;
	struct addrinfo *found;
	socklen_t len;

	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	assert_int_equal(real(text, NULL, &hints, &found), 0);
	len = found->ai_addrlen;
	memcpy(out, found->ai_addr, len);
	freeaddrinfo(found);
	return len;
}

static size_t fill(struct answer *answer, int family)
{
	struct addrinfo *entry;
	size_t count = 0;
	size_t i;

	for (i = 0; i < ADDRESSES_MAX && zone->addresses[i] != NULL; i++) {
		entry = &answer->list[count];
		entry->ai_addrlen =
			to_sockaddr(zone->addresses[i], &answer->addrs[count]);
		entry->ai_addr = (struct sockaddr *)&answer->addrs[count];
		entry->ai_family = entry->ai_addr->sa_family;
		if (family != AF_UNSPEC && family != entry->ai_family)
			continue;
		if (count > 0)
			answer->list[count - 1].ai_next = entry;
		count++;
	}
	return count;
}

SW_EXPORT int getaddrinfo(const char *node, const char *service,
			  const struct addrinfo *hints, struct addrinfo **res)
{
	__typeof__(getaddrinfo) *real;
	struct answer *answer;

	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	if (hints != NULL && (hints->ai_flags & AI_NUMERICHOST) != 0)
		return real(node, service, hints, res);
	if (zone->canonical == NULL || strcasecmp(node, zone->pointer) != 0)
		return EAI_NONAME;
	answer = calloc(1, sizeof(*answer));
	assert_non_null(answer);
	if (fill(answer, hints == NULL ? AF_UNSPEC : hints->ai_family) == 0) {
		free(answer);
		return EAI_NONAME;
	}
	strcpy(answer->canonical, zone->canonical);
	answer->list[0].ai_canonname = answer->canonical;
	last_answer = answer;
	*res = answer->list;
	return 0;
}

SW_EXPORT void freeaddrinfo(struct addrinfo *res)
{
	__typeof__(freeaddrinfo) *real;

	if (last_answer != NULL && res == last_answer->list) {
		free(last_answer);
		last_answer = NULL;
		return;
	}
	*(void **)&real = dlsym(RTLD_NEXT, "freeaddrinfo");
	real(res);
}

SW_EXPORT int getnameinfo(const struct sockaddr *restrict sa, socklen_t salen,
			  char *restrict host, socklen_t hostlen,
			  char *restrict serv, socklen_t servlen, int flags)
{
	__typeof__(getnameinfo) *real;

	*(void **)&real = dlsym(RTLD_NEXT, "getnameinfo");
	if ((flags & NI_NUMERICHOST) != 0)
		return real(sa, salen, host, hostlen, serv, servlen, flags);
	if (zone->pointer == NULL)
		return EAI_NONAME;
	if (strlen(zone->pointer) >= hostlen)
		return EAI_OVERFLOW;
	strcpy(host, zone->pointer);
	return 0;
}

/* libwrap itself would tell the system log of this machine. */
SW_EXPORT void tcpd_warn(char *format SW_UNUSED, ...)
{
}

static void ask_libwrap(char *out)
{
	struct sockaddr_storage sa;
	struct request_info request;

	(void)to_sockaddr(zone->client, &sa);
	request_init(&request, RQ_DAEMON, "sshd", RQ_CLIENT_SIN, &sa, 0);
	sock_methods(&request);
	strcpy(out, eval_hostname(request.client));
}

static void ask_us(char *out)
{
	struct sw_addr addr;

	assert_int_equal(sw_addr_parse(zone->client, &addr), SW_OK);
	sw_pam_name_find(&addr, out);
}

static void a_name_is_what_libwrap_makes_of_it(void **state SW_UNUSED)
{
	size_t i;

	for (i = 0; i < SW_ROWS(zones); i++) {
		char theirs[SW_WRAPPER_NAME_MAX];
		char ours[SW_WRAPPER_NAME_MAX];

		zone = &zones[i];
		ask_libwrap(theirs);
		ask_us(ours);
		if (strcmp(ours, zone->expected) != 0 ||
		    strcmp(theirs, zone->expected) != 0)
			fail_msg("row %zu (%s, %s): libwrap \"%s\", we \"%s\"",
				 i, zone->client,
				 zone->pointer == NULL ? "" : zone->pointer,
				 theirs, ours);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_what_libwrap_makes_of_it),
	};

	return cmocka_run_group_tests_name("pam_name", tests, NULL, NULL);
}
