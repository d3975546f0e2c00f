/*
 * syn - send a real SYN from any address and say what became of it.
 *
 *	syn PEER IFACE MAC CLIENT SERVER PORT [COUNT [unpaced]]
 *
 * Listens at PORT and port 22, in the server's network namespace, where it
 * reads the trace. The packet leaves from IFACE of the namespace of process
 * PEER. Prints "accepted|rejected|dropped FAMILY/TABLE/CHAIN HANDLE": the last
 * rule or policy that accepted or dropped it ("-" and 0: none was asked).
 *
 * With COUNT it sends so many, 20,000 a second, from random addresses of
 * 10.0.0.0/8, and waits for nothing; "unpaced" as many a second as it can.
 */

#include "sshwhy/num.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <libnftnl/trace.h>
#include <linux/if_packet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define WAIT 250  /* milliseconds without an answer: it was dropped */
#define BURST 100 /* packets */
#define SEQUENCE UINT32_C(0x01020304)

struct packet {
	struct ether_header ether;
	uint8_t rest[128];
	size_t len;
	uint16_t sport;
};

static const struct {
	uint32_t number;
	const char *name;
} families[] = {
	{NFPROTO_INET, "inet"},
	{NFPROTO_IPV4, "ip"},
	{NFPROTO_IPV6, "ip6"},
};

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static uint16_t sum(uint32_t start, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i += 2)
		start += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	while (start >> 16 != 0)
		start = (start & 0xffff) + (start >> 16);
	return htons((uint16_t)~start);
}

static void build(struct packet *packet, const char *client, const char *server,
		  uint16_t port)
{
	bool v6 = strchr(client, ':') != NULL;
	size_t size = v6 ? 16 : 4, head = v6 ? 40 : 20, at = v6 ? 8 : 12;
	uint8_t *ip = packet->rest, *tcp = packet->rest + head;
	struct tcphdr header = {.source = htons(packet->sport),
				.dest = htons(port),
				.seq = htonl(SEQUENCE),
				.doff = 5,
				.syn = 1,
				.window = htons(1024)};

	if (inet_pton(v6 ? AF_INET6 : AF_INET, client, ip + at) != 1 ||
	    inet_pton(v6 ? AF_INET6 : AF_INET, server, ip + at + size) != 1)
		die("address");
	memcpy(tcp, &header, sizeof(header));
	header.check = sum(
		IPPROTO_TCP + sizeof(header) +
			(uint32_t)(uint16_t)~ntohs(sum(0, ip + at, 2 * size)),
		tcp, sizeof(header));
	memcpy(tcp, &header, sizeof(header));
	packet->ether.ether_type = htons(v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP);
	packet->len = sizeof(packet->ether) + head + sizeof(header);
	if (v6) {
		ip[0] = 0x60;
		ip[5] = sizeof(header);
		ip[6] = IPPROTO_TCP;
		ip[7] = 64;
		return;
	}
	ip[0] = 0x45;
	ip[3] = (uint8_t)(head + sizeof(header));
	ip[8] = 64;
	ip[9] = IPPROTO_TCP;
	memcpy(ip + 10, &(uint16_t){sum(0, ip, head)}, 2);
}

/* Where sshd listens already, it is sshd that answers. */
static void listen_at(uint16_t port)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6,
				   .sin6_port = htons(port)};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0)
		die("listen");
	if ((bind(fd, (const struct sockaddr *)&any, sizeof(any)) != 0 ||
	     listen(fd, 8) != 0) &&
	    errno != EADDRINUSE)
		die("listen");
}

/* A raw socket in the namespace of another process. */
static int open_far(const char *pid, const char *iface)
{
	struct sockaddr_ll where = {.sll_family = AF_PACKET,
				    .sll_protocol = htons(ETH_P_ALL)};
	char path[64];
	int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), far, fd;

	(void)snprintf(path, sizeof(path), "/proc/%s/ns/net", pid);
	far = open(path, O_RDONLY | O_CLOEXEC);
	if (here < 0 || far < 0 || setns(far, CLONE_NEWNET) != 0)
		die(path);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
	where.sll_ifindex = (int)if_nametoindex(iface);
	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&where, sizeof(where)) != 0)
		die(iface);
	if (setns(here, CLONE_NEWNET) != 0)
		die("setns");
	return fd;
}

/* "accepted" or "rejected" when this frame is the answer. */
static const char *judge(const uint8_t *frame, ssize_t len, uint16_t sport)
{
	const uint8_t *ip = frame + sizeof(struct ether_header);
	bool v6 = ip[0] >> 4 == 6;
	uint8_t protocol = v6 ? ip[6] : ip[9];
	const uint8_t *next = ip + (v6 ? 40 : 20);

	if (len < (v6 ? 74 : 54))
		return NULL;
	if (protocol == IPPROTO_TCP && (next[2] << 8 | next[3]) == sport)
		return (next[13] & TH_RST) != 0 ? "rejected" : "accepted";
	if (protocol == IPPROTO_ICMP && next[0] == ICMP_DEST_UNREACH)
		return "rejected";
	if (protocol == IPPROTO_ICMPV6 && next[0] == ICMP6_DST_UNREACH)
		return "rejected";
	return NULL;
}

static const char *await(int far, uint16_t sport)
{
	struct pollfd ready = {.fd = far, .events = POLLIN};
	static uint8_t frame[65536];

	while (poll(&ready, 1, WAIT) > 0) {
		ssize_t len = recv(far, frame, sizeof(frame), 0);
		const char *what = judge(frame, len, sport);

		if (what != NULL)
			return what;
	}
	return "dropped";
}

static void name(const struct nftnl_trace *trace, char *out, size_t size)
{
	uint32_t family = nftnl_trace_get_u32(trace, NFTNL_TRACE_FAMILY);
	uint64_t handle = 0;

	if (nftnl_trace_is_set(trace, NFTNL_TRACE_RULE_HANDLE) &&
	    nftnl_trace_get_u32(trace, NFTNL_TRACE_TYPE) == NFT_TRACETYPE_RULE)
		handle = nftnl_trace_get_u64(trace, NFTNL_TRACE_RULE_HANDLE);
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		if (families[i].number != family)
			continue;
		(void)snprintf(out, size, "%s/%s/%s %llu", families[i].name,
			       nftnl_trace_get_str(trace, NFTNL_TRACE_TABLE),
			       nftnl_trace_get_str(trace, NFTNL_TRACE_CHAIN),
			       (unsigned long long)handle);
	}
}

static bool is_of(const struct nftnl_trace *trace, uint16_t sport, uint32_t *id)
{
	uint32_t own = nftnl_trace_get_u32(trace, NFTNL_TRACE_ID), len = 0;
	const uint8_t *tcp;

	if (nftnl_trace_is_set(trace, NFTNL_TRACE_TRANSPORT_HEADER)) {
		tcp = nftnl_trace_get_data(trace, NFTNL_TRACE_TRANSPORT_HEADER,
					   &len);
		if (len >= 4 && (tcp[0] << 8 | tcp[1]) == sport)
			*id = own;
	}
	return own == *id;
}

static void read_trace(int fd, uint16_t sport, char *out, size_t size)
{
	static uint8_t bytes[65536] __attribute__((aligned(8)));
	uint32_t id = 0;
	ssize_t len;

	while ((len = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0) {
		const struct nlmsghdr *message = (const void *)bytes;
		struct nftnl_trace *trace = nftnl_trace_alloc();
		uint32_t verdict = 0;

		if ((message->nlmsg_type & 0xff) != NFT_MSG_TRACE ||
		    nftnl_trace_nlmsg_parse(message, trace) < 0 ||
		    !is_of(trace, sport, &id)) {
			nftnl_trace_free(trace);
			continue;
		}
		if (nftnl_trace_is_set(trace, NFTNL_TRACE_VERDICT))
			verdict =
				nftnl_trace_get_u32(trace, NFTNL_TRACE_VERDICT);
		if (nftnl_trace_get_u32(trace, NFTNL_TRACE_TYPE) ==
		    NFT_TRACETYPE_POLICY)
			verdict =
				nftnl_trace_get_u32(trace, NFTNL_TRACE_POLICY);
		if (verdict == NF_ACCEPT || verdict == NF_DROP)
			name(trace, out, size);
		nftnl_trace_free(trace);
	}
}

static void flood(int far, struct packet *packet, const char *server,
		  uint16_t port, uint64_t count, bool is_paced)
{
	const struct timespec pause = {.tv_nsec = BURST * 50000};
	char client[INET_ADDRSTRLEN];

	for (uint64_t i = 0; i < count; i++) {
		long number = random();

		(void)snprintf(client, sizeof(client), "10.%u.%u.%u",
			       (unsigned int)(number >> 16 & 255),
			       (unsigned int)(number >> 8 & 255),
			       (unsigned int)(number & 255));
		packet->sport = (uint16_t)(1024 + i % 60000);
		memset(packet->rest, 0, sizeof(packet->rest));
		build(packet, client, server, port);
		if (send(far, packet, packet->len, 0) < 0)
			die("send");
		if (is_paced && i % BURST == BURST - 1)
			(void)nanosleep(&pause, NULL);
	}
}

int main(int argc, char **argv)
{
	const struct sockaddr_nl local = {.nl_family = AF_NETLINK};
	static struct packet packet;
	char rule[600] = "- 0";
	int group = NFNLGRP_NFTRACE, size = 1 << 22;
	int events =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	const char *what;
	uint16_t port;
	int far;

	if (argc < 7 || argc > 9 ||
	    sw_num_parse_port(argv[6], &port) != SW_OK ||
	    sscanf(argv[3], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx",
		   &packet.ether.ether_dhost[0], &packet.ether.ether_dhost[1],
		   &packet.ether.ether_dhost[2], &packet.ether.ether_dhost[3],
		   &packet.ether.ether_dhost[4],
		   &packet.ether.ether_dhost[5]) != 6) {
		fputs("usage: syn PEER IFACE MAC CLIENT SERVER PORT "
		      "[COUNT [unpaced]]\n",
		      stderr);
		return 2;
	}
	packet.sport = (uint16_t)(20000 + getpid() % 20000);
	build(&packet, argv[4], argv[5], port);
	if (events < 0 ||
	    bind(events, (const struct sockaddr *)&local, sizeof(local)) != 0 ||
	    setsockopt(events, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
		       sizeof(group)) != 0)
		die("netlink");
	(void)setsockopt(events, SOL_SOCKET, SO_RCVBUFFORCE, &size,
			 sizeof(size));
	if (argc == 7)
		listen_at(22);
	if (argc == 7 && port != 22)
		listen_at(port);
	far = open_far(argv[1], argv[2]);
	packet.ether.ether_shost[0] = 2;
	if (argc > 7) {
		uint64_t count = 0;

		if (sw_num_parse(argv[7], UINT32_MAX, &count) != SW_OK)
			return 2;
		flood(far, &packet, argv[5], port, count, argc == 8);
		return 0;
	}
	if (send(far, &packet, packet.len, 0) < 0)
		die("send");
	what = await(far, packet.sport);
	read_trace(events, packet.sport, rule, sizeof(rule));
	printf("%s %s\n", what, rule);
	return 0;
}
