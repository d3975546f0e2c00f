#include "sshwhy/addr.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

static struct sw_addr from_v4(const struct in_addr *in)
{
	struct sw_addr addr = {.family = SW_FAMILY_V4};

	memcpy(addr.bytes, in, sizeof(*in));
	return addr;
}

static struct sw_addr from_v6(const struct in6_addr *in)
{
	struct sw_addr addr = {.family = SW_FAMILY_V6};

	if (IN6_IS_ADDR_V4MAPPED(in)) {
		addr.family = SW_FAMILY_V4;
		memcpy(addr.bytes, &in->s6_addr[12], 4);
	} else {
		memcpy(addr.bytes, in, sizeof(*in));
	}
	return addr;
}

/* scope is the text behind the "%". */
static bool is_scope(const char *scope)
{
	size_t len = strlen(scope);

	return len > 0 && len < IF_NAMESIZE && strcspn(scope, " \t\n%/") == len;
}

enum sw_err sw_addr_parse(const char *text, struct sw_addr *out)
{
	size_t len = strcspn(text, "%");
	char plain[SW_ADDR_TEXT_MAX];
	struct in6_addr v6;
	struct in_addr v4;

	if (len >= sizeof(plain))
		return SW_E_SYNTAX;
	memcpy(plain, text, len);
	plain[len] = '\0';
	if (text[len] == '\0' && inet_pton(AF_INET, plain, &v4) == 1) {
		*out = from_v4(&v4);
		return SW_OK;
	}
	if (inet_pton(AF_INET6, plain, &v6) != 1)
		return SW_E_SYNTAX;
	if (text[len] != '\0' &&
	    !(IN6_IS_ADDR_LINKLOCAL(&v6) && is_scope(text + len + 1)))
		return SW_E_SYNTAX;
	*out = from_v6(&v6);
	return SW_OK;
}

static char *put_byte(char *to, unsigned int byte)
{
	if (byte >= 100)
		*to++ = (char)('0' + byte / 100);
	if (byte >= 10)
		*to++ = (char)('0' + byte / 10 % 10);
	*to++ = (char)('0' + byte % 10);
	return to;
}

/* inet_ntop() calls printf() for this, which is felt in a long log. */
static void format_v4(const uint8_t *bytes, char *to)
{
	for (size_t i = 0; i < 4; i++) {
		to = put_byte(to, bytes[i]);
		*to++ = i < 3 ? '.' : '\0';
	}
}

char *sw_addr_format(const struct sw_addr *addr, char *buf)
{
	buf[0] = '\0';
	if (addr->family == SW_FAMILY_V4)
		format_v4(addr->bytes, buf);
	else if (addr->family == SW_FAMILY_V6)
		(void)inet_ntop(AF_INET6, addr->bytes, buf, SW_ADDR_TEXT_MAX);
	return buf;
}

bool sw_addr_equal(const struct sw_addr *a, const struct sw_addr *b)
{
	return a->family == b->family &&
	       memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

enum sw_err sw_endpoint_from_sockaddr(const struct sockaddr *sa, socklen_t len,
				      struct sw_endpoint *out)
{
	struct sockaddr_in6 v6;
	struct sockaddr_in v4;

	if (len >= sizeof(v4) && sa->sa_family == AF_INET) {
		memcpy(&v4, sa, sizeof(v4));
		out->addr = from_v4(&v4.sin_addr);
		out->port = ntohs(v4.sin_port);
		return SW_OK;
	}
	if (len >= sizeof(v6) && sa->sa_family == AF_INET6) {
		memcpy(&v6, sa, sizeof(v6));
		out->addr = from_v6(&v6.sin6_addr);
		out->port = ntohs(v6.sin6_port);
		return SW_OK;
	}
	return SW_E_NOTSUP;
}
