#include "packet.h"

#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <string.h>

#define WORD 4	     /* bytes that the length in an IPv4 header counts */
#define V6_UNIT 8    /* bytes that the length of an extension counts */
#define V6_HEADERS 8 /* extensions that are walked over */

static unsigned int version(const uint8_t *header, size_t len)
{
	return len > 0 ? header[0] >> 4 : 0;
}

bool sw_packet_addresses(const uint8_t *header, size_t len,
			 struct sw_endpoint *client, struct sw_endpoint *server)
{
	if (version(header, len) == 4 && len >= sizeof(struct iphdr)) {
		client->addr.family = server->addr.family = SW_FAMILY_V4;
		memcpy(client->addr.bytes, header + 12, 4);
		memcpy(server->addr.bytes, header + 16, 4);
		return header[9] == IPPROTO_TCP;
	}
	if (version(header, len) == 6 && len >= sizeof(struct ip6_hdr)) {
		client->addr.family = server->addr.family = SW_FAMILY_V6;
		memcpy(client->addr.bytes, header + 8, 16);
		memcpy(server->addr.bytes, header + 24, 16);
		return true;
	}
	return false;
}

void sw_packet_tcp(const uint8_t *header, struct sw_endpoint *client,
		   struct sw_endpoint *server, uint32_t *seq, uint8_t *flags)
{
	client->port = (uint16_t)(header[0] << 8 | header[1]);
	server->port = (uint16_t)(header[2] << 8 | header[3]);
	*seq = (uint32_t)header[4] << 24 | (uint32_t)header[5] << 16 |
	       (uint32_t)header[6] << 8 | header[7];
	*flags = header[13];
}

static bool is_extension(uint8_t next)
{
	return next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING ||
	       next == IPPROTO_DSTOPTS;
}

/* Where the payload begins, len: nowhere. */
static size_t payload_at(const uint8_t *packet, size_t len)
{
	size_t at = sizeof(struct ip6_hdr);
	uint8_t next;

	if (version(packet, len) == 4 && len >= sizeof(struct iphdr))
		return packet[9] == IPPROTO_TCP
			       ? (size_t)(packet[0] & 15) * WORD
			       : len;
	if (version(packet, len) != 6 || len < sizeof(struct ip6_hdr))
		return len;
	next = packet[6];
	for (int i = 0; i < V6_HEADERS && is_extension(next) && at + 1 < len;
	     i++) {
		next = packet[at];
		at += ((size_t)packet[at + 1] + 1) * V6_UNIT;
	}
	return next == IPPROTO_TCP ? at : len;
}

const uint8_t *sw_packet_find_tcp(const uint8_t *packet, size_t len)
{
	size_t at = payload_at(packet, len);

	return at < len && len - at >= SW_TCP_START ? packet + at : NULL;
}
