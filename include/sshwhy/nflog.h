/* nflog.h - packets that a rule of netfilter logs to a group (NFLOG). */

#ifndef SSHWHY_NFLOG_H
#define SSHWHY_NFLOG_H

#include "sshwhy/addr.h"
#include "sshwhy/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_NFLOG_PREFIX_MAX 128 /* bytes, with the NUL; iptables takes 64 */
#define SW_NFLOG_WHY_MAX 160	/* bytes, with the NUL */

struct sw_nflog {
	char prefix[SW_NFLOG_PREFIX_MAX]; /* without blanks at its end */
	bool has_number;
	uint32_t number; /* of the packets of this group, from 0 on */
	bool is_tcp;	 /* the fields below are known */
	uint8_t flags;
	uint32_t seq; /* host byte order, as are the ports */
	struct sw_endpoint client;
	struct sw_endpoint server;
};

/*
 * Listen to a group: the returned socket gets its packets, several in one
 * message, and does not wait. Needs CAP_NET_ADMIN, and nobody else may listen
 * to the group.
 *
 * out_why  SW_NFLOG_WHY_MAX bytes; on failure, what was in the way
 *
 * Returns the socket, or -1 (errno set).
 */
int sw_nflog_open(uint16_t group, char *out_why);

typedef void (*sw_nflog_fn)(void *context, const struct sw_nflog *packet);

/*
 * Hand over each packet in what was read from the socket.
 *
 * bytes  len bytes, aligned for a struct nlmsghdr
 *
 * Returns how many there were; what cannot be read is passed over.
 */
size_t sw_nflog_read(const void *bytes, size_t len, sw_nflog_fn found,
		     void *context);

#endif
