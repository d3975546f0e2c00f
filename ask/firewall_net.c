#include "firewall_host.h"

#include "nl.h"

#include "sshwhy/auto.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#define PATIENCE 2000 /* milliseconds for an address to be in use */
#define LOOPBACK 1    /* index, in every network namespace */

static uint8_t af_of(const struct sw_addr *addr)
{
	return addr->family == SW_FAMILY_V4 ? AF_INET : AF_INET6;
}

static enum sw_err tell(int fd, struct nlmsghdr *request)
{
	struct sw_blob nothing = {0};
	enum sw_err err = sw_nl_ask(fd, request, &nothing);

	sw_blob_free(&nothing);
	return err;
}

/* The interface keeps its number, which rules may ask for ("iif"). */
static int open_tap(const struct sw_host *host)
{
	sw_autofd int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	struct ifreq request = {.ifr_flags = IFF_NO_PI};
	unsigned int index = (unsigned int)host->index;

	memcpy(request.ifr_name, host->iface, IF_NAMESIZE);
	request.ifr_flags |= host->type == ARPHRD_ETHER ? IFF_TAP : IFF_TUN;
	if (fd < 0 || ioctl(fd, TUNSETIFINDEX, &index) != 0 ||
	    ioctl(fd, TUNSETIFF, &request) != 0)
		return -1;
	return sw_take_fd(&fd);
}

static enum sw_err set_link(int fd, int index, const struct sw_host *host)
{
	uint8_t bytes[128] __attribute__((aligned(8)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(bytes);
	struct ifinfomsg *info;

	request->nlmsg_type = RTM_NEWLINK;
	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->ifi_index = index;
	info->ifi_flags = IFF_UP;
	info->ifi_change = IFF_UP;
	if (index == host->index)
		mnl_attr_put_u32(request, IFLA_GROUP, host->group);
	if (index == host->index && host->type == ARPHRD_ETHER)
		mnl_attr_put(request, IFLA_ADDRESS, sizeof(host->mac),
			     host->mac);
	return tell(fd, request);
}

static enum sw_err add_address(int fd, const struct sw_host_address *row,
			       int index)
{
	uint8_t bytes[128] __attribute__((aligned(8)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(bytes);
	struct ifaddrmsg *info;
	enum sw_err err;

	request->nlmsg_type = RTM_NEWADDR;
	request->nlmsg_flags = NLM_F_CREATE | NLM_F_REPLACE;
	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->ifa_family = af_of(&row->addr);
	info->ifa_prefixlen = row->len;
	info->ifa_flags = IFA_F_NODAD;
	info->ifa_index = (unsigned int)index;
	mnl_attr_put(request, IFA_LOCAL, sw_addr_len(&row->addr),
		     row->addr.bytes);
	mnl_attr_put(request, IFA_ADDRESS, sw_addr_len(&row->addr),
		     row->addr.bytes);
	err = tell(fd, request);
	return err == SW_E_IO && errno == EEXIST ? SW_OK : err;
}

/* So that rules which ask for the way back to the client ("fib") find it. */
static enum sw_err add_route(int fd, const struct sw_host *host)
{
	uint8_t bytes[128] __attribute__((aligned(8)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(bytes);
	struct rtmsg *route;

	request->nlmsg_type = RTM_NEWROUTE;
	request->nlmsg_flags = NLM_F_CREATE | NLM_F_REPLACE;
	route = mnl_nlmsg_put_extra_header(request, sizeof(*route));
	route->rtm_family = af_of(&host->server);
	route->rtm_table = RT_TABLE_MAIN;
	route->rtm_protocol = RTPROT_STATIC;
	route->rtm_scope = RT_SCOPE_LINK;
	route->rtm_type = RTN_UNICAST;
	mnl_attr_put_u32(request, RTA_OIF, (uint32_t)host->index);
	return tell(fd, request);
}

/* Addresses of other interfaces are the host's, too. */
static enum sw_err add_addresses(int fd, const struct sw_host *host)
{
	struct sw_host_address server = {
		host->server, (uint8_t)(sw_addr_len(&host->server) * 8), 0};
	bool has_server = false;
	enum sw_err err = SW_OK;

	for (size_t i = 0; err == SW_OK && i < host->address_count; i++) {
		struct sw_host_address row = host->addresses[i];
		bool is_there = row.index == host->index;

		has_server =
			has_server || sw_addr_equal(&row.addr, &host->server);
		if (!is_there)
			row.len = (uint8_t)(sw_addr_len(&row.addr) * 8);
		err = add_address(fd, &row, is_there ? host->index : LOOPBACK);
	}
	/* One that the host does not have yet may be asked about. */
	if (err == SW_OK && !has_server)
		err = add_address(fd, &server, LOOPBACK);
	return err;
}

static bool is_local(int fd, const struct sw_addr *addr)
{
	uint8_t bytes[128] __attribute__((aligned(8)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(bytes);
	struct sw_blob blob = {0};
	const struct rtmsg *route;
	struct rtmsg *header;
	bool found = false;

	request->nlmsg_type = RTM_GETROUTE;
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->rtm_family = af_of(addr);
	header->rtm_dst_len = (uint8_t)(sw_addr_len(addr) * 8);
	mnl_attr_put(request, RTA_DST, sw_addr_len(addr), addr->bytes);
	if (sw_nl_ask(fd, request, &blob) == SW_OK && blob.len > 0) {
		route = mnl_nlmsg_get_payload(sw_blob_next(&blob, NULL));
		found = route->rtm_type == RTN_LOCAL;
	}
	sw_blob_free(&blob);
	return found;
}

/* The kernel takes an IPv6 address into use a moment after it was added. */
static enum sw_err wait_until_local(int fd, const struct sw_addr *addr)
{
	for (int ms = 0; ms < PATIENCE; ms++) {
		if (is_local(fd, addr))
			return SW_OK;
		(void)poll(NULL, 0, 1);
	}
	errno = ETIMEDOUT;
	return SW_E_IO;
}

static void write_sysctl(const char *where, const char *name, const char *value)
{
	sw_autofd int fd = -1;
	char path[128];

	(void)snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/%s/%s",
		       where, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	/* Where /proc is read-only, the kernel's defaults have to do. */
	if (fd >= 0)
		(void)!write(fd, value, strlen(value));
}

enum sw_err sw_host_furnish(const struct sw_host *host, int *out_tap)
{
	sw_autofd int fd = sw_nl_open(NETLINK_ROUTE);
	sw_autofd int tap = -1;
	enum sw_err err;

	if (fd < 0)
		return SW_E_IO;
	write_sysctl("all", "rp_filter", "0");
	write_sysctl("default", "rp_filter", "0");
	write_sysctl("all", "route_localnet", host->routes_127 ? "1" : "0");
	err = set_link(fd, LOOPBACK, host);
	if (err != SW_OK)
		return err;
	if (!host->is_loopback) {
		tap = open_tap(host);
		if (tap < 0)
			return SW_E_IO;
		err = set_link(fd, host->index, host);
	}
	if (err == SW_OK)
		err = add_addresses(fd, host);
	if (err == SW_OK && !host->is_loopback && host->is_way_back)
		err = add_route(fd, host);
	if (err == SW_OK)
		err = wait_until_local(fd, &host->server);
	if (err == SW_OK)
		*out_tap = sw_take_fd(&tap);
	return err;
}
