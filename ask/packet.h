/* packet.h - the ends of a TCP packet, as netfilter hands it over. */

#ifndef ASK_PACKET_H
#define ASK_PACKET_H

#include "sshwhy/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_TCP_START 14 /* bytes of a TCP header up to the flags, with them */

/*
 * Read the addresses of an IP header, len bytes, into both ends.
 *
 * Returns whether TCP may follow: for IPv4 it does, for IPv6 other headers may
 * stand before it. The ports stay as they are.
 */
bool sw_packet_addresses(const uint8_t *header, size_t len,
			 struct sw_endpoint *client,
			 struct sw_endpoint *server);

/* Read ports, sequence number and flags of a TCP header, at least SW_TCP_START
 * bytes. */
void sw_packet_tcp(const uint8_t *header, struct sw_endpoint *client,
		   struct sw_endpoint *server, uint32_t *seq, uint8_t *flags);

/* The TCP header of a whole packet, len bytes from its IP header on; NULL where
 * it carries something else, or is cut before the flags. */
const uint8_t *sw_packet_find_tcp(const uint8_t *packet, size_t len);

#endif
