#include "sshwhy/nflog.h"

#include "nl.h"
#include "packet.h"

#include "sshwhy/auto.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>

#define PACKET_TYPE ((NFNL_SUBSYS_ULOG << 8) | NFULNL_MSG_PACKET)
#define CONFIG_TYPE ((NFNL_SUBSYS_ULOG << 8) | NFULNL_MSG_CONFIG)
#define COPIED 128  /* bytes of each packet: both headers, with options */
#define TOGETHER 10 /* packets in one message, at most */
#define PATIENCE 20 /* hundredths of a second that the first of them waits */

/* --- the group ------------------------------------------------------------ */

static enum sw_err bind_to(int fd, uint16_t group)
{
	const struct nfulnl_msg_config_cmd command = {NFULNL_CFG_CMD_BIND};
	const struct nfulnl_msg_config_mode mode = {
		.copy_range = htonl(COPIED), .copy_mode = NFULNL_COPY_PACKET};
	uint8_t bytes[256] __attribute__((aligned(8)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(bytes);
	struct sw_blob none = {0};
	struct nfgenmsg *header;
	enum sw_err err;

	request->nlmsg_type = CONFIG_TYPE;
	request->nlmsg_flags = NLM_F_ACK;
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->nfgen_family = AF_UNSPEC;
	header->version = NFNETLINK_V0;
	header->res_id = htons(group);
	mnl_attr_put(request, NFULA_CFG_CMD, sizeof(command), &command);
	mnl_attr_put(request, NFULA_CFG_MODE, sizeof(mode), &mode);
	mnl_attr_put_u32(request, NFULA_CFG_TIMEOUT, htonl(PATIENCE));
	mnl_attr_put_u32(request, NFULA_CFG_QTHRESH, htonl(TOGETHER));
	mnl_attr_put_u16(request, NFULA_CFG_FLAGS, htons(NFULNL_CFG_F_SEQ));
	err = sw_nl_ask(fd, request, &none);
	sw_blob_free(&none);
	return err;
}

static const char *reason(int error)
{
	if (error == EBUSY || error == EPERM)
		return "somebody else listens to it, or CAP_NET_ADMIN is "
		       "missing";
	return "this kernel has no NFLOG";
}

int sw_nflog_open(uint16_t group, char *out_why)
{
	sw_autofd int fd = sw_nl_open(NETLINK_NETFILTER);

	*out_why = '\0';
	if (fd >= 0 && bind_to(fd, group) == SW_OK &&
	    fcntl(fd, F_SETFL, O_NONBLOCK) == 0)
		return sw_take_fd(&fd);
	(void)snprintf(out_why, SW_NFLOG_WHY_MAX, "log group %u: %s: %s", group,
		       reason(errno), strerror(errno));
	return -1;
}

/* --- its packets ---------------------------------------------------------- */

static void read_prefix(const struct nlattr *attr, char *out)
{
	size_t len;

	*out = '\0';
	if (attr == NULL)
		return;
	len = strnlen(mnl_attr_get_str(attr), mnl_attr_get_payload_len(attr));
	if (len >= SW_NFLOG_PREFIX_MAX)
		len = SW_NFLOG_PREFIX_MAX - 1;
	memcpy(out, mnl_attr_get_str(attr), len);
	while (len > 0 && out[len - 1] == ' ')
		len--;
	out[len] = '\0';
}

static void read_payload(const struct nlattr *attr, struct sw_nflog *out)
{
	const uint8_t *packet, *tcp;
	size_t len;

	if (attr == NULL)
		return;
	packet = mnl_attr_get_payload(attr);
	len = mnl_attr_get_payload_len(attr);
	tcp = sw_packet_find_tcp(packet, len);
	if (tcp == NULL ||
	    !sw_packet_addresses(packet, len, &out->client, &out->server))
		return;
	sw_packet_tcp(tcp, &out->client, &out->server, &out->seq, &out->flags);
	out->is_tcp = true;
}

static void read_message(const struct nlmsghdr *message, struct sw_nflog *out)
{
	const size_t header = sizeof(struct nfgenmsg);
	const struct nlattr *number = sw_nl_attr(message, header, NFULA_SEQ);

	memset(out, 0, sizeof(*out));
	read_prefix(sw_nl_attr(message, header, NFULA_PREFIX), out->prefix);
	out->has_number = number != NULL && mnl_attr_get_payload_len(number) ==
						    sizeof(out->number);
	if (out->has_number)
		out->number = ntohl(mnl_attr_get_u32(number));
	read_payload(sw_nl_attr(message, header, NFULA_PAYLOAD), out);
}

static bool is_packet(const struct nlmsghdr *message)
{
	return message->nlmsg_type == PACKET_TYPE &&
	       mnl_nlmsg_get_payload_len(message) >= sizeof(struct nfgenmsg);
}

size_t sw_nflog_read(const void *bytes, size_t len, sw_nflog_fn found,
		     void *context)
{
	const struct nlmsghdr *message = bytes;
	int left = len < INT_MAX ? (int)len : INT_MAX;
	struct sw_nflog packet;
	size_t count = 0;

	/* libmnl takes a length of 2^31 and more for a negative one. */
	while (left >= (int)sizeof(*message) &&
	       message->nlmsg_len <= (uint32_t)left &&
	       mnl_nlmsg_ok(message, left)) {
		if (is_packet(message)) {
			read_message(message, &packet);
			found(context, &packet);
			count++;
		}
		message = mnl_nlmsg_next(message, &left);
	}
	return count;
}
