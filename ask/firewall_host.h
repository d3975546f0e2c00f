/* firewall_host.h - the host as a SYN from one client would meet it. */

#ifndef ASK_FIREWALL_HOST_H
#define ASK_FIREWALL_HOST_H

#include "sshwhy/addr.h"
#include "sshwhy/err.h"

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_HOST_ADDRESSES_MAX 512

struct sw_host_address {
	struct sw_addr addr;
	uint8_t len; /* of its prefix */
	int index;   /* of its interface */
};

/* Of the interface by which the client comes. */
struct sw_host {
	char iface[IF_NAMESIZE];
	int index;
	uint32_t group;
	uint16_t type; /* ARPHRD_* */
	uint8_t mac[6];
	bool is_loopback;
	bool has_xdp;
	bool routes_127;  /* route_localnet of sysctl(8) */
	bool is_way_back; /* the route to the client goes there, too */
	struct sw_addr server;
	struct sw_host_address addresses[SW_HOST_ADDRESSES_MAX];
	size_t address_count;
};

/*
 * Find the interface and the address that a client is met at.
 *
 * iface   NULL or "": the one that the route to client uses
 * server  SW_FAMILY_NONE: the address that the route to client prefers
 *
 * Returns SW_OK, SW_E_NOTSUP (no route to client, or no address of its family),
 * SW_E_RANGE (no interface of that name) or SW_E_IO (errno set). *out is
 * changed in any case.
 */
SW_MUST_CHECK
enum sw_err sw_host_read(const struct sw_addr *client,
			 const struct sw_addr *server, const char *iface,
			 struct sw_host *out);

/* Furnish the network namespace of the caller like this host; *out_tap is
 * the far end of the interface, -1 for the loopback. Returns SW_OK or SW_E_IO
 * (errno set). */
SW_MUST_CHECK
enum sw_err sw_host_furnish(const struct sw_host *host, int *out_tap);

/* Bytes of an address of that family. */
size_t sw_addr_len(const struct sw_addr *addr);

#endif
