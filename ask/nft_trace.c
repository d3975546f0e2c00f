#include "sshwhy/nft_trace.h"

#include "nl.h"
#include "packet.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#define TRACE_TYPE ((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_TRACE)

static const struct {
	uint8_t family;
	const char *name;
} families[] = {
	{NFPROTO_INET, "inet"},	    {NFPROTO_IPV4, "ip"},
	{NFPROTO_IPV6, "ip6"},	    {NFPROTO_ARP, "arp"},
	{NFPROTO_BRIDGE, "bridge"}, {NFPROTO_NETDEV, "netdev"},
};

const char *sw_nft_family_name(uint8_t family)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		if (families[i].family == family)
			return families[i].name;
	}
	return "";
}

static int collect(const struct nlattr *attr, void *userdata)
{
	const struct nlattr **attrs = userdata;

	if (mnl_attr_get_type(attr) <= NFTA_TRACE_MAX)
		attrs[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

static bool read_u32(const struct nlattr *attr, uint32_t *out)
{
	if (attr == NULL || mnl_attr_get_payload_len(attr) != sizeof(*out))
		return false;
	*out = ntohl(mnl_attr_get_u32(attr));
	return true;
}

static bool read_name(const struct nlattr *attr, char *out)
{
	size_t len;

	if (attr == NULL)
		return false;
	len = strnlen(mnl_attr_get_str(attr), mnl_attr_get_payload_len(attr));
	if (len == 0 || len >= SW_NFT_NAME_MAX)
		return false;
	memcpy(out, mnl_attr_get_str(attr), len);
	out[len] = '\0';
	return true;
}

static bool read_verdict(const struct nlattr *attr, int32_t *out)
{
	const struct nlattr *inner;
	uint32_t code;

	if (attr == NULL)
		return false;
	SW_NL_INSIDE(inner, attr)
	{
		if (mnl_attr_get_type(inner) == NFTA_VERDICT_CODE &&
		    read_u32(inner, &code)) {
			*out = (int32_t)code;
			return true;
		}
	}
	return false;
}

static bool read_packet(const struct nlattr *network,
			const struct nlattr *transport, struct sw_trace *out)
{
	if (network == NULL || transport == NULL ||
	    mnl_attr_get_payload_len(transport) < SW_TCP_START ||
	    !sw_packet_addresses(mnl_attr_get_payload(network),
				 mnl_attr_get_payload_len(network),
				 &out->client, &out->server))
		return false;
	sw_packet_tcp(mnl_attr_get_payload(transport), &out->client,
		      &out->server, &out->seq, &out->flags);
	return true;
}

static bool read_event(const struct nlattr **attrs, struct sw_trace *out)
{
	uint32_t kind = 0, policy = 0;

	if (!read_u32(attrs[NFTA_TRACE_ID], &out->id) ||
	    !read_u32(attrs[NFTA_TRACE_TYPE], &kind) ||
	    !read_name(attrs[NFTA_TRACE_TABLE], out->table) ||
	    !read_name(attrs[NFTA_TRACE_CHAIN], out->chain) ||
	    kind < NFT_TRACETYPE_POLICY || kind > NFT_TRACETYPE_RULE)
		return false;
	out->kind = (enum sw_trace_kind)kind;
	if (out->kind == SW_TRACE_POLICY) {
		if (!read_u32(attrs[NFTA_TRACE_POLICY], &policy))
			return false;
		out->verdict = (int32_t)policy;
	} else if (!read_verdict(attrs[NFTA_TRACE_VERDICT], &out->verdict)) {
		return false;
	}
	if (attrs[NFTA_TRACE_RULE_HANDLE] != NULL &&
	    mnl_attr_get_payload_len(attrs[NFTA_TRACE_RULE_HANDLE]) ==
		    sizeof(uint64_t))
		out->handle = be64toh(
			mnl_attr_get_u64(attrs[NFTA_TRACE_RULE_HANDLE]));
	out->is_tcp = read_packet(attrs[NFTA_TRACE_NETWORK_HEADER],
				  attrs[NFTA_TRACE_TRANSPORT_HEADER], out);
	return out->kind != SW_TRACE_RULE || out->handle != 0;
}

enum sw_err sw_trace_read(const void *bytes, size_t len, struct sw_trace *out)
{
	const struct nlattr *attrs[NFTA_TRACE_MAX + 1] = {NULL};
	const struct nlmsghdr *message = bytes;
	struct sw_trace trace;

	/* libmnl takes a length of 2^31 and more for a negative one. */
	if (len < sizeof(*message) || message->nlmsg_len < sizeof(*message) ||
	    message->nlmsg_len > len)
		return SW_E_SYNTAX;
	if (message->nlmsg_type != TRACE_TYPE)
		return SW_E_NOTSUP;
	if (mnl_nlmsg_get_payload_len(message) < sizeof(struct nfgenmsg))
		return SW_E_SYNTAX;
	memset(&trace, 0, sizeof(trace));
	if (mnl_attr_parse(message, sizeof(struct nfgenmsg), collect, attrs) <
	    0)
		return SW_E_SYNTAX;
	trace.family = ((const struct nfgenmsg *)mnl_nlmsg_get_payload(message))
			       ->nfgen_family;
	if (!read_event(attrs, &trace))
		return SW_E_SYNTAX;
	*out = trace;
	return SW_OK;
}
