#include "libwrap.h"

#include "sshwhy/num.h"

#include <net/if.h>
#include <string.h>

static uint32_t scope_id(const char *scope)
{
	uint64_t number = 0;

	if (scope == NULL || scope[0] == '\0')
		return 0;
	if (sw_num_parse(scope, UINT32_MAX, &number) == SW_OK)
		return (uint32_t)number;
	return if_nametoindex(scope);
}

/* An address of no family still carries its port: that is all libwrap reads. */
struct sockaddr *sw_libwrap_address(const struct sw_endpoint *end,
				    const char *scope, struct sockaddr_in6 *out)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};

	memset(out, 0, sizeof(*out));
	if (end->addr.family == SW_FAMILY_NONE && end->port == 0)
		return NULL;
	if (end->addr.family == SW_FAMILY_V4) {
		v4.sin_port = htons(end->port);
		memcpy(&v4.sin_addr, end->addr.bytes, sizeof(v4.sin_addr));
		memcpy(out, &v4, sizeof(v4));
		return (struct sockaddr *)out;
	}
	out->sin6_port = htons(end->port);
	if (end->addr.family == SW_FAMILY_V6) {
		out->sin6_family = AF_INET6;
		out->sin6_scope_id = scope_id(scope);
		memcpy(&out->sin6_addr, end->addr.bytes,
		       sizeof(out->sin6_addr));
	}
	return (struct sockaddr *)out;
}
