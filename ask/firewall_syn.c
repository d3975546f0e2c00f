#include "firewall_syn.h"

#include "sshwhy/auto.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#define TCP_LEN 40 /* bytes, with the options that Linux sends */
#define TTL 64

static uint32_t add_words(uint32_t sum, const void *bytes, size_t len)
{
	const uint8_t *byte = bytes;

	for (size_t i = 0; i < len; i += 2)
		sum += (uint32_t)byte[i] << 8 | byte[i + 1];
	return sum;
}

static uint16_t checksum(uint32_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

static void build_tcp(const struct sw_endpoint *client,
		      const struct sw_endpoint *server, uint8_t *out)
{
	/* mss 1460, sackOK, timestamp, window scale 7 */
	static const uint8_t options[20] = {2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0,
					    0, 1, 0, 0,	   0, 0, 1, 3,	3, 7};
	size_t len = sw_addr_len(&client->addr);
	struct tcphdr tcp = {
		.source = htons(client->port),
		.dest = htons(server->port),
		.seq = htonl(UINT32_C(0x53570000) + client->port),
		.doff = TCP_LEN / 4,
		.syn = 1,
		.window = htons(64240),
	};
	uint32_t sum;

	memcpy(out, &tcp, sizeof(tcp));
	memcpy(out + sizeof(tcp), options, sizeof(options));
	sum = add_words(IPPROTO_TCP + TCP_LEN, client->addr.bytes, len);
	sum = add_words(sum, server->addr.bytes, len);
	tcp.check = checksum(add_words(sum, out, TCP_LEN));
	memcpy(out, &tcp, sizeof(tcp));
}

static size_t build_v4(const struct sw_endpoint *client,
		       const struct sw_endpoint *server, uint8_t *out)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = sizeof(ip) / 4,
		.tot_len = htons(sizeof(ip) + TCP_LEN),
		.id = htons(client->port),
		.frag_off = htons(IP_DF),
		.ttl = TTL,
		.protocol = IPPROTO_TCP,
	};

	memcpy(&ip.saddr, client->addr.bytes, sizeof(ip.saddr));
	memcpy(&ip.daddr, server->addr.bytes, sizeof(ip.daddr));
	ip.check = checksum(add_words(0, &ip, sizeof(ip)));
	memcpy(out, &ip, sizeof(ip));
	build_tcp(client, server, out + sizeof(ip));
	return sizeof(ip) + TCP_LEN;
}

static size_t build_v6(const struct sw_endpoint *client,
		       const struct sw_endpoint *server, uint8_t *out)
{
	struct ip6_hdr ip = {.ip6_src = IN6ADDR_ANY_INIT};

	ip.ip6_flow = htonl(UINT32_C(6) << 28);
	ip.ip6_plen = htons(TCP_LEN);
	ip.ip6_nxt = IPPROTO_TCP;
	ip.ip6_hlim = TTL;
	memcpy(&ip.ip6_src, client->addr.bytes, sizeof(ip.ip6_src));
	memcpy(&ip.ip6_dst, server->addr.bytes, sizeof(ip.ip6_dst));
	memcpy(out, &ip, sizeof(ip));
	build_tcp(client, server, out + sizeof(ip));
	return sizeof(ip) + TCP_LEN;
}

size_t sw_syn_build(const struct sw_endpoint *client,
		    const struct sw_endpoint *server, uint8_t *out)
{
	return client->addr.family == SW_FAMILY_V4
		       ? build_v4(client, server, out)
		       : build_v6(client, server, out);
}

/* A client on the host itself: it leaves by the output hook first. */
static enum sw_err send_locally(const struct sw_endpoint *server,
				const uint8_t *packet, size_t len)
{
	bool v4 = server->addr.family == SW_FAMILY_V4;
	sw_autofd int fd = socket(v4 ? AF_INET : AF_INET6,
				  SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	struct sockaddr_in to4 = {.sin_family = AF_INET};
	struct sockaddr_in6 to6 = {.sin6_family = AF_INET6};
	const struct sockaddr *to = v4 ? (const struct sockaddr *)&to4
				       : (const struct sockaddr *)&to6;

	memcpy(&to4.sin_addr, server->addr.bytes, sizeof(to4.sin_addr));
	memcpy(&to6.sin6_addr, server->addr.bytes, sizeof(to6.sin6_addr));
	if (fd < 0)
		return SW_E_IO;
	if (sendto(fd, packet, len, 0, to, v4 ? sizeof(to4) : sizeof(to6)) >= 0)
		return SW_OK;
	/* A rule of the output hook may have said no; the trace tells. */
	return errno == EPERM || errno == ECONNREFUSED ? SW_OK : SW_E_IO;
}

enum sw_err sw_syn_arrive(int tap, const struct sw_host *host,
			  const struct sw_endpoint *client,
			  const struct sw_endpoint *server)
{
	uint8_t frame[sizeof(struct ether_header) + SW_SYN_MAX];
	uint8_t *packet = frame + sizeof(struct ether_header);
	size_t len = sw_syn_build(client, server, packet);
	struct ether_header *ether = (void *)frame;

	if (host->is_loopback)
		return send_locally(server, packet, len);
	if (host->type != ARPHRD_ETHER)
		return write(tap, packet, len) == (ssize_t)len ? SW_OK
							       : SW_E_IO;
	memcpy(ether->ether_dhost, host->mac, ETH_ALEN);
	memcpy(ether->ether_shost, "\x02\0\0\0\0\1", ETH_ALEN);
	ether->ether_type =
		htons(client->addr.family == SW_FAMILY_V4 ? ETHERTYPE_IP
							  : ETHERTYPE_IPV6);
	len += sizeof(*ether);
	return write(tap, frame, len) == (ssize_t)len ? SW_OK : SW_E_IO;
}
