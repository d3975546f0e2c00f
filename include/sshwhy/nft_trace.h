/* nft_trace.h - what the kernel says of a traced packet, rule by rule. */

#ifndef SSHWHY_NFT_TRACE_H
#define SSHWHY_NFT_TRACE_H

#include "sshwhy/addr.h"
#include "sshwhy/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_NFT_NAME_MAX 256 /* bytes, with the NUL: of a table or chain */

enum sw_trace_kind {
	SW_TRACE_POLICY = 1, /* a base chain ended: verdict is its policy */
	SW_TRACE_RETURN,     /* a chain was left by return */
	SW_TRACE_RULE	     /* a rule matched */
};

/* One event. The packet stands in the first event of each base chain only. */
struct sw_trace {
	enum sw_trace_kind kind;
	uint32_t id;	 /* the same for all events of one packet */
	uint8_t family;	 /* NFPROTO_* of the table */
	int32_t verdict; /* NF_DROP, NF_ACCEPT, ..., NFT_CONTINUE, ... */
	uint64_t handle; /* of the rule; 0: none */
	char table[SW_NFT_NAME_MAX];
	char chain[SW_NFT_NAME_MAX];
	bool is_tcp; /* the fields below are known */
	uint8_t flags;
	uint32_t seq; /* host byte order, as are the ports */
	struct sw_endpoint client;
	struct sw_endpoint server;
};

/*
 * Read one netlink message of nf_tables.
 *
 * bytes  len bytes, aligned for a struct nlmsghdr, from its header on
 *
 * Returns SW_OK, SW_E_NOTSUP (another message than a trace event) or
 * SW_E_SYNTAX. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_trace_read(const void *bytes, size_t len, struct sw_trace *out);

/* The word that nft has for a family, such as "inet"; "" for others. */
const char *sw_nft_family_name(uint8_t family);

#endif
