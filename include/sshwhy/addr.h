/* addr.h - numeric addresses and prefixes of both families. */

#ifndef SSHWHY_ADDR_H
#define SSHWHY_ADDR_H

#include "sshwhy/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define SW_ADDR_TEXT_MAX 46   /* bytes, with the NUL */
#define SW_PREFIX_TEXT_MAX 50 /* bytes, with the NUL */

enum sw_family {
	SW_FAMILY_NONE = 0, /* no address known */
	SW_FAMILY_V4 = 4,
	SW_FAMILY_V6 = 6
};

/*
 * An IPv4 address uses the first 4 bytes, the rest is zero, so two addresses
 * are equal when all their bytes are. A v4-mapped IPv6 address
 * (::ffff:192.0.2.1) is stored as the IPv4 address that it stands for; scope
 * ids are not kept.
 */
struct sw_addr {
	uint8_t family; /* enum sw_family */
	uint8_t bytes[16];
};

/* The addresses whose first len bits equal those of base. */
struct sw_prefix {
	struct sw_addr base; /* host bits are zero */
	uint8_t len;	     /* 0 to 32, or 0 to 128 */
};

/* An address and a TCP port; port 0 means not known. */
struct sw_endpoint {
	struct sw_addr addr;
	uint16_t port; /* host byte order */
};

/*
 * Read a numeric address: dotted quad, or IPv6 without brackets; a scope id
 * ("%eth0") is accepted behind a link-local one and dropped. No name is ever
 * looked up.
 *
 * Returns SW_OK or SW_E_SYNTAX. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_addr_parse(const char *text, struct sw_addr *out);

/* Write the canonical text (RFC 5952), "" for SW_FAMILY_NONE. buf holds
 * SW_ADDR_TEXT_MAX bytes. Returns buf. */
char *sw_addr_format(const struct sw_addr *addr, char *buf);

bool sw_addr_equal(const struct sw_addr *a, const struct sw_addr *b);

/*
 * Take address and port out of a socket address.
 *
 * Returns SW_OK, or SW_E_NOTSUP for another family than IPv4 and IPv6, or
 * a len too short for it. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_endpoint_from_sockaddr(const struct sockaddr *sa, socklen_t len,
				      struct sw_endpoint *out);

/*
 * Read "ADDR" or "ADDR/LEN"; without LEN it is the single address. Host bits
 * are cleared. "::ffff:192.0.2.0/120" is 192.0.2.0/24; a shorter prefix of the
 * mapped range is refused.
 *
 * Returns SW_OK, SW_E_SYNTAX or SW_E_RANGE (LEN). On failure *out keeps its
 * old value.
 */
SW_MUST_CHECK
enum sw_err sw_prefix_parse(const char *text, struct sw_prefix *out);

/* Write "ADDR/LEN", or "ADDR" for a single address. buf holds
 * SW_PREFIX_TEXT_MAX bytes. Returns buf. */
char *sw_prefix_format(const struct sw_prefix *prefix, char *buf);

/* True when addr lies in prefix; false for addresses of another family. */
bool sw_prefix_contains(const struct sw_prefix *prefix,
			const struct sw_addr *addr);

/* The prefix of addr with v4_len or v6_len bits (0 to 32, 0 to 128). */
struct sw_prefix sw_prefix_of(const struct sw_addr *addr, uint8_t v4_len,
			      uint8_t v6_len);

#endif
