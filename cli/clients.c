#include "clients.h"

#include "cli.h"

#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <string.h>

static bool is_known(const struct sw_clients *clients,
		     const struct sw_addr *addr)
{
	for (size_t i = 0; i < clients->count; i++) {
		if (sw_addr_equal(&clients->rows[i].base, addr))
			return true;
	}
	return false;
}

static void add_address(struct sw_clients *clients, const struct addrinfo *info)
{
	struct sw_endpoint end;

	if (clients->count == SW_CLIENTS_MAX ||
	    sw_endpoint_from_sockaddr(info->ai_addr, info->ai_addrlen, &end) !=
		    SW_OK ||
	    is_known(clients, &end.addr))
		return;
	clients->rows[clients->count++] = sw_prefix_of(&end.addr, 32, 128);
}

static enum sw_err look_up(const char *name, struct sw_clients *out)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct sw_clients clients = {.count = 0};
	struct addrinfo *infos = NULL;
	int failure = getaddrinfo(name, NULL, &hints, &infos);

	if (failure == 0) {
		for (const struct addrinfo *i = infos; i != NULL;
		     i = i->ai_next)
			add_address(&clients, i);
		freeaddrinfo(infos);
	}
	if (clients.count == 0) {
		sw_complain("%s: no command, no address, and as a name: %s",
			    name,
			    failure == EAI_SYSTEM ? strerror(errno)
						  : gai_strerror(failure));
		return SW_E_IO;
	}
	*out = clients;
	return SW_OK;
}

enum sw_err sw_clients_find(const char *word, struct sw_clients *out)
{
	struct sw_prefix prefix;
	enum sw_err err = sw_prefix_parse(word, &prefix);

	if (err == SW_E_RANGE) {
		sw_complain("%s: the prefix is too long", word);
		return err;
	}
	if (err != SW_OK)
		return look_up(word, out);
	out->rows[0] = prefix;
	out->count = 1;
	return SW_OK;
}
