/* nl.h - netlink: questions, dumps, and batches for nf_tables. */

#ifndef ASK_NL_H
#define ASK_NL_H

#include "sshwhy/err.h"

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that grow; freed by sw_blob_free(). */
struct sw_blob {
	uint8_t *bytes;
	size_t len;
	size_t size;
};

/* Make place for more bytes behind len. Returns SW_OK or SW_E_NOMEM. */
SW_MUST_CHECK
enum sw_err sw_blob_reserve(struct sw_blob *blob, size_t more);
SW_MUST_CHECK
enum sw_err sw_blob_add(struct sw_blob *blob, const void *bytes, size_t len);
void sw_blob_free(struct sw_blob *blob);

/* Walk over the messages of a blob: NULL starts, NULL ends. */
const struct nlmsghdr *sw_blob_next(const struct sw_blob *blob,
				    const struct nlmsghdr *message);

/* A socket of that netlink protocol; -1: none (errno set). */
int sw_nl_open(int protocol);

/* Send one request, complete but for its sequence number, and append all
 * messages of the answer. Returns SW_OK, SW_E_NOMEM or SW_E_IO (errno set;
 * EINTR: a dump was overtaken by a change, and has to be asked again). */
SW_MUST_CHECK
enum sw_err sw_nl_ask(int fd, struct nlmsghdr *request, struct sw_blob *out);

static inline uint32_t sw_nl_align(uint32_t len)
{
	return (len + MNL_ALIGNTO - 1) & ~(uint32_t)(MNL_ALIGNTO - 1);
}

static inline int sw_nl_left(const void *at, const void *end)
{
	return (int)((const char *)end - (const char *)at);
}

/* Walk over the attributes of a message, and over those inside an attribute. */
#define SW_NL_EACH(attr, message, header)                                      \
	for ((attr) = mnl_nlmsg_get_payload_offset(message, header);           \
	     mnl_attr_ok(attr, sw_nl_left(attr, mnl_nlmsg_get_payload_tail(    \
							message)));            \
	     (attr) = mnl_attr_next(attr))
#define SW_NL_INSIDE(attr, nest)                                               \
	for ((attr) = mnl_attr_get_payload(nest);                              \
	     mnl_attr_ok(attr, sw_nl_left(attr, (const char *)(nest) +         \
							(nest)->nla_len));     \
	     (attr) = mnl_attr_next(attr))

/* Attribute type of a message whose own header takes header bytes, or NULL. */
const struct nlattr *sw_nl_attr(const struct nlmsghdr *message, size_t header,
				uint16_t type);
/* The same inside an attribute. */
const struct nlattr *sw_nl_nested(const struct nlattr *attr, uint16_t type);
/* A text attribute, "" when it is missing. */
const char *sw_nl_text(const struct nlattr *attr);
/* A 32-bit attribute in network byte order, 0 when it is missing. */
uint32_t sw_nl_u32(const struct nlattr *attr);
uint64_t sw_nl_u64(const struct nlattr *attr);

/* --- nf_tables ------------------------------------------------------------ */

/* Attribute type of a message of nf_tables, or NULL. */
const struct nlattr *sw_nft_attr(const struct nlmsghdr *message, uint16_t type);
uint8_t sw_nft_family(const struct nlmsghdr *message);

/* Messages that are one transaction. */
struct sw_batch {
	struct sw_blob blob;
	uint32_t seq;
	bool failed; /* there was no memory */
};

void sw_batch_start(struct sw_batch *batch);
/* Begin one message (NFT_MSG_*); attributes are put behind it with mnl_attr_*
 * until sw_batch_close(). */
struct nlmsghdr *sw_batch_open(struct sw_batch *batch, uint16_t type,
			       uint16_t flags, uint8_t family);
void sw_batch_close(struct sw_batch *batch, struct nlmsghdr *message);

/*
 * Hand the transaction to the kernel and empty the batch.
 *
 * out_why  SW_NL_WHY_MAX bytes; on failure, which object was refused and why
 *
 * Returns SW_OK, SW_E_NOMEM or SW_E_IO (errno set).
 */
#define SW_NL_WHY_MAX 160
SW_MUST_CHECK
enum sw_err sw_batch_send(struct sw_batch *batch, int fd, char *out_why);

#endif
