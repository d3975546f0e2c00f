#include "nl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define ROOM (128 * 1024) /* bytes that one message may take */

/* Where messages are written that there is no memory for. */
static uint8_t nowhere[ROOM] __attribute__((aligned(8)));

const struct nlattr *sw_nft_attr(const struct nlmsghdr *message, uint16_t type)
{
	return sw_nl_attr(message, sizeof(struct nfgenmsg), type);
}

uint8_t sw_nft_family(const struct nlmsghdr *message)
{
	const struct nfgenmsg *header = mnl_nlmsg_get_payload(message);

	return header->nfgen_family;
}

static struct nlmsghdr *open_message(struct sw_batch *batch, uint16_t type,
				     uint16_t flags, uint8_t family,
				     uint16_t resource)
{
	struct nlmsghdr *message;
	struct nfgenmsg *header;
	void *place = nowhere;

	if (sw_blob_reserve(&batch->blob, ROOM) == SW_OK)
		place = batch->blob.bytes + batch->blob.len;
	else
		batch->failed = true;
	message = mnl_nlmsg_put_header(place);
	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	message->nlmsg_seq = batch->seq++;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->nfgen_family = family;
	header->version = NFNETLINK_V0;
	header->res_id = htons(resource);
	return message;
}

struct nlmsghdr *sw_batch_open(struct sw_batch *batch, uint16_t type,
			       uint16_t flags, uint8_t family)
{
	return open_message(batch, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type),
			    flags, family, 0);
}

void sw_batch_close(struct sw_batch *batch, struct nlmsghdr *message)
{
	if (!batch->failed)
		batch->blob.len += sw_nl_align(message->nlmsg_len);
}

void sw_batch_start(struct sw_batch *batch)
{
	batch->blob.len = 0;
	batch->seq = 0;
	batch->failed = false;
	sw_batch_close(batch, open_message(batch, NFNL_MSG_BATCH_BEGIN, 0,
					   AF_UNSPEC, NFNL_SUBSYS_NFTABLES));
}

static const char *const kinds[] = {
	[NFT_MSG_NEWTABLE] = "table",
	[NFT_MSG_NEWCHAIN] = "chain",
	[NFT_MSG_NEWRULE] = "rule",
	[NFT_MSG_NEWSET] = "set",
	[NFT_MSG_NEWSETELEM] = "element",
	[NFT_MSG_NEWOBJ] = "object",
	[NFT_MSG_NEWFLOWTABLE] = "flow table",
};

/* The first two texts of all these messages are the table and the name of the
 * object, or of what holds it. */
static void say_what_was_refused(const struct sw_blob *blob, uint32_t seq,
				 char *why)
{
	const struct nlmsghdr *message = NULL;
	const char *kind = NULL;
	unsigned int type;

	while ((message = sw_blob_next(blob, message)) != NULL) {
		type = message->nlmsg_type & 0xff;
		if (message->nlmsg_seq != seq ||
		    type >= sizeof(kinds) / sizeof(kinds[0]) ||
		    (kind = kinds[type]) == NULL)
			continue;
		(void)snprintf(
			why, SW_NL_WHY_MAX,
			"the kernel refuses a copy of a %s of %.32s %.40s: %s",
			kind, sw_nl_text(sw_nft_attr(message, 1)),
			type == NFT_MSG_NEWCHAIN
				? sw_nl_text(
					  sw_nft_attr(message, NFTA_CHAIN_NAME))
			: type == NFT_MSG_NEWTABLE
				? ""
				: sw_nl_text(sw_nft_attr(message, 2)),
			strerror(errno));
		return;
	}
	(void)snprintf(why, SW_NL_WHY_MAX,
		       "the kernel refuses a copy of the ruleset: %s",
		       strerror(errno));
}

/* Whatever was wrong has been said when the call to send returned. */
static enum sw_err first_error(int fd, const struct sw_blob *blob, char *why)
{
	static uint8_t bytes[65536] __attribute__((aligned(8)));
	ssize_t len = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	const struct nlmsghdr *message = (const void *)bytes;
	const struct nlmsgerr *error;

	if (len < 0)
		return errno == EAGAIN ? SW_OK : SW_E_IO;
	if (!mnl_nlmsg_ok(message, (int)len) ||
	    message->nlmsg_type != NLMSG_ERROR)
		return SW_OK;
	error = mnl_nlmsg_get_payload(message);
	if (error->error == 0)
		return SW_OK;
	errno = -error->error;
	say_what_was_refused(blob, message->nlmsg_seq, why);
	return SW_E_IO;
}

enum sw_err sw_batch_send(struct sw_batch *batch, int fd, char *out_why)
{
	int size;

	sw_batch_close(batch, open_message(batch, NFNL_MSG_BATCH_END, 0,
					   AF_UNSPEC, NFNL_SUBSYS_NFTABLES));
	if (batch->failed)
		return SW_E_NOMEM;
	size = (int)batch->blob.len + 65536;
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	if (send(fd, batch->blob.bytes, batch->blob.len, 0) < 0) {
		(void)snprintf(out_why, SW_NL_WHY_MAX,
			       "the ruleset cannot be sent: %s",
			       strerror(errno));
		return SW_E_IO;
	}
	return first_error(fd, &batch->blob, out_why);
}
