#include "pam.h"

#include "sshwhy/text.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

static const char unknown[] = "unknown";
static const char paranoid[] = "paranoid";

static socklen_t to_sockaddr(const struct sw_addr *addr,
			     struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof(*out));
	if (addr->family == SW_FAMILY_V4) {
		v4->sin_family = AF_INET;
		memcpy(&v4->sin_addr, addr->bytes, sizeof(v4->sin_addr));
		return sizeof(*v4);
	}
	v6->sin6_family = AF_INET6;
	memcpy(&v6->sin6_addr, addr->bytes, sizeof(v6->sin6_addr));
	return sizeof(*v6);
}

/* A pointer record that holds an address is someone's attempt to be it. */
static bool is_numeric(const char *name)
{
	const struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST,
	};
	struct addrinfo *found = NULL;

	if (getaddrinfo(name, NULL, &hints, &found) != 0)
		return false;
	freeaddrinfo(found);
	return true;
}

static bool holds(const struct addrinfo *list, const struct sw_addr *addr)
{
	struct sw_endpoint end;

	for (; list != NULL; list = list->ai_next)
		if (sw_endpoint_from_sockaddr(list->ai_addr, list->ai_addrlen,
					      &end) == SW_OK &&
		    sw_addr_equal(&end.addr, addr))
			return true;
	return false;
}

/* libwrap lets the local host have any canonical name. */
static bool is_canonical(const char *name, const struct addrinfo *found)
{
	return strcasecmp(name, "localhost") == 0 ||
	       (found->ai_canonname != NULL &&
		strcasecmp(name, found->ai_canonname) == 0);
}

/* True when name is canonical and one of its addresses is addr. */
static bool leads_back(const char *name, const struct sw_addr *addr)
{
	const struct addrinfo hints = {
		.ai_family = addr->family == SW_FAMILY_V4 ? AF_INET : AF_INET6,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_CANONNAME,
	};
	struct addrinfo *found = NULL;
	bool agrees;

	if (getaddrinfo(name, NULL, &hints, &found) != 0)
		return false;
	agrees = is_canonical(name, found) && holds(found, addr);
	freeaddrinfo(found);
	return agrees;
}

void sw_pam_name_find(const struct sw_addr *addr, char *out)
{
	struct sockaddr_storage sa;
	char name[NI_MAXHOST];
	socklen_t len = to_sockaddr(addr, &sa);

	if (getnameinfo((struct sockaddr *)&sa, len, name, sizeof(name), NULL,
			0, NI_NAMEREQD) != 0) {
		(void)sw_text_copy(out, SW_WRAPPER_NAME_MAX, unknown);
		return;
	}
	if (strlen(name) >= SW_WRAPPER_NAME_MAX || is_numeric(name) ||
	    !leads_back(name, addr)) {
		(void)sw_text_copy(out, SW_WRAPPER_NAME_MAX, paranoid);
		return;
	}
	(void)sw_text_copy(out, SW_WRAPPER_NAME_MAX, name);
}
