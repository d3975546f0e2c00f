#include "firewall_host.h"

#include "nl.h"

#include "sshwhy/auto.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>

size_t sw_addr_len(const struct sw_addr *addr)
{
	return addr->family == SW_FAMILY_V4 ? 4 : 16;
}

static uint8_t af_of(const struct sw_addr *addr)
{
	return addr->family == SW_FAMILY_V4 ? AF_INET : AF_INET6;
}

static struct nlmsghdr *start(uint8_t *bytes, uint16_t type, uint16_t flags,
			      void **out_header, size_t size)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(bytes);

	request->nlmsg_type = type;
	request->nlmsg_flags = flags;
	*out_header = mnl_nlmsg_put_extra_header(request, size);
	return request;
}

static bool read_address(const struct nlattr *attr, uint8_t af,
			 struct sw_addr *out)
{
	struct sw_addr addr = {.family = SW_FAMILY_NONE};

	if (af == AF_INET)
		addr.family = SW_FAMILY_V4;
	else if (af == AF_INET6)
		addr.family = SW_FAMILY_V6;
	if (attr == NULL || addr.family == SW_FAMILY_NONE ||
	    mnl_attr_get_payload_len(attr) != sw_addr_len(&addr))
		return false;
	memcpy(addr.bytes, mnl_attr_get_payload(attr), sw_addr_len(&addr));
	*out = addr;
	return true;
}

static enum sw_err read_addresses(int fd, struct sw_host *out)
{
	uint8_t bytes[64] __attribute__((aligned(8)));
	const struct nlmsghdr *message = NULL;
	struct sw_blob blob = {0};
	struct rtgenmsg *header;
	struct nlmsghdr *request =
		start(bytes, RTM_GETADDR, NLM_F_DUMP, (void **)&header,
		      sizeof(struct ifaddrmsg));
	enum sw_err err = sw_nl_ask(fd, request, &blob);

	while (err == SW_OK && (message = sw_blob_next(&blob, message))) {
		const struct ifaddrmsg *info = mnl_nlmsg_get_payload(message);
		struct sw_host_address *row =
			&out->addresses[out->address_count];
		const struct nlattr *attr =
			sw_nl_attr(message, sizeof(*info), IFA_LOCAL);

		if (attr == NULL)
			attr = sw_nl_attr(message, sizeof(*info), IFA_ADDRESS);
		if (out->address_count == SW_HOST_ADDRESSES_MAX ||
		    !read_address(attr, info->ifa_family, &row->addr))
			continue;
		row->len = info->ifa_prefixlen;
		row->index = (int)info->ifa_index;
		out->address_count++;
	}
	sw_blob_free(&blob);
	return err;
}

/* Where an answer to the client would go; false: nowhere. */
static bool find_route(int fd, const struct sw_addr *client, int index,
		       int *out_index, struct sw_addr *out_source)
{
	uint8_t bytes[128] __attribute__((aligned(8)));
	struct sw_blob blob = {0};
	const struct nlmsghdr *answer;
	const struct nlattr *oif;
	struct rtmsg *header;
	struct nlmsghdr *request = start(bytes, RTM_GETROUTE, 0,
					 (void **)&header, sizeof(*header));
	bool found = false;

	header->rtm_family = af_of(client);
	header->rtm_dst_len = (uint8_t)(sw_addr_len(client) * 8);
	mnl_attr_put(request, RTA_DST, sw_addr_len(client), client->bytes);
	if (index != 0)
		mnl_attr_put_u32(request, RTA_OIF, (uint32_t)index);
	if (sw_nl_ask(fd, request, &blob) == SW_OK && blob.len > 0) {
		answer = sw_blob_next(&blob, NULL);
		oif = sw_nl_attr(answer, sizeof(*header), RTA_OIF);
		found = oif != NULL;
		if (found)
			*out_index = (int)mnl_attr_get_u32(oif);
		(void)read_address(
			sw_nl_attr(answer, sizeof(*header), RTA_PREFSRC),
			af_of(client), out_source);
	}
	sw_blob_free(&blob);
	return found;
}

static bool has_program(const struct nlmsghdr *link)
{
	const struct nlattr *xdp =
		sw_nl_attr(link, sizeof(struct ifinfomsg), IFLA_XDP);
	const struct nlattr *attached = sw_nl_nested(xdp, IFLA_XDP_ATTACHED);

	return attached != NULL && mnl_attr_get_u8(attached) != 0;
}

static enum sw_err read_link(int fd, struct sw_host *out)
{
	uint8_t bytes[64] __attribute__((aligned(8)));
	struct sw_blob blob = {0};
	const struct nlattr *attr;
	struct ifinfomsg *header;
	struct nlmsghdr *request =
		start(bytes, RTM_GETLINK, 0, (void **)&header, sizeof(*header));
	enum sw_err err;

	header->ifi_index = out->index;
	err = sw_nl_ask(fd, request, &blob);
	if (err == SW_OK && blob.len > 0) {
		const struct nlmsghdr *link = sw_blob_next(&blob, NULL);
		const struct ifinfomsg *info = mnl_nlmsg_get_payload(link);

		out->type = info->ifi_type;
		out->is_loopback = (info->ifi_flags & IFF_LOOPBACK) != 0;
		out->has_xdp = has_program(link);
		attr = sw_nl_attr(link, sizeof(*info), IFLA_GROUP);
		out->group = attr == NULL ? 0 : mnl_attr_get_u32(attr);
		attr = sw_nl_attr(link, sizeof(*info), IFLA_ADDRESS);
		if (attr != NULL &&
		    mnl_attr_get_payload_len(attr) == sizeof(out->mac))
			memcpy(out->mac, mnl_attr_get_payload(attr),
			       sizeof(out->mac));
	}
	sw_blob_free(&blob);
	return err;
}

/* An address of the right family, of that interface; 0: of any but the
 * loopback. */
static bool has_address(const struct sw_host *host, uint8_t family, int index,
			struct sw_addr *out)
{
	for (size_t i = 0; i < host->address_count; i++) {
		const struct sw_host_address *row = &host->addresses[i];

		if (row->addr.family != family ||
		    (index != 0 ? row->index != index : row->index == 1))
			continue;
		*out = row->addr;
		return true;
	}
	return false;
}

static bool is_own(const struct sw_host *host, const struct sw_addr *addr,
		   int *out_index)
{
	for (size_t i = 0; i < host->address_count; i++) {
		if (!sw_addr_equal(&host->addresses[i].addr, addr))
			continue;
		*out_index = host->addresses[i].index;
		return true;
	}
	return false;
}

/* The address that was asked for, else what the route prefers. */
static enum sw_err choose_server(const struct sw_addr *client,
				 const struct sw_addr *asked,
				 struct sw_host *out)
{
	if (asked->family != SW_FAMILY_NONE)
		out->server = *asked;
	else if (out->is_loopback)
		out->server = *client;
	else if (out->server.family == SW_FAMILY_NONE &&
		 !has_address(out, client->family, out->index, &out->server) &&
		 !has_address(out, client->family, 0, &out->server))
		return SW_E_NOTSUP;
	return out->server.family == client->family ? SW_OK : SW_E_NOTSUP;
}

static bool is_on(const char *where, const char *name)
{
	char path[128], byte = '0';
	sw_autofd int fd = -1;

	(void)snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/%s/%s",
		       where, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && read(fd, &byte, 1) == 1 && byte != '0';
}

enum sw_err sw_host_read(const struct sw_addr *client,
			 const struct sw_addr *server, const char *iface,
			 struct sw_host *out)
{
	sw_autofd int fd = sw_nl_open(NETLINK_ROUTE);
	int way = 0, own = 0;
	enum sw_err err;

	*out = (struct sw_host){.index = 0};
	if (fd < 0)
		return SW_E_IO;
	err = read_addresses(fd, out);
	if (err != SW_OK)
		return err;
	(void)find_route(fd, client, 0, &way, &out->server);
	out->index = way;
	if (iface != NULL && *iface != '\0') {
		out->index = (int)if_nametoindex(iface);
		if (out->index == 0)
			return SW_E_RANGE;
	} else if (out->index == 0 && server->family != SW_FAMILY_NONE &&
		   is_own(out, server, &own)) {
		out->index = own;
	}
	if (out->index == 0)
		return SW_E_NOTSUP;
	out->is_way_back = way == out->index || way == 0;
	if (if_indextoname((unsigned int)out->index, out->iface) == NULL)
		return SW_E_IO;
	out->routes_127 = is_on("all", "route_localnet") ||
			  is_on(out->iface, "route_localnet");
	if (way != out->index)
		out->server.family = SW_FAMILY_NONE;
	err = read_link(fd, out);
	return err == SW_OK ? choose_server(client, server, out) : err;
}
