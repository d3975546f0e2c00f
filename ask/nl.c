#include "nl.h"

#include "sshwhy/auto.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define CHUNK 65536		/* bytes by which a blob grows */
#define ANSWER_MAX (256 * 1024) /* bytes of one datagram */

enum sw_err sw_blob_reserve(struct sw_blob *blob, size_t more)
{
	size_t size = blob->size;
	uint8_t *larger;

	if (blob->size - blob->len >= more)
		return SW_OK;
	size += size / 2 + more + CHUNK;
	larger = realloc(blob->bytes, size);
	if (larger == NULL)
		return SW_E_NOMEM;
	blob->bytes = larger;
	blob->size = size;
	return SW_OK;
}

enum sw_err sw_blob_add(struct sw_blob *blob, const void *bytes, size_t len)
{
	enum sw_err err = sw_blob_reserve(blob, len);

	if (err != SW_OK)
		return err;
	memcpy(blob->bytes + blob->len, bytes, len);
	blob->len += len;
	return SW_OK;
}

void sw_blob_free(struct sw_blob *blob)
{
	free(blob->bytes);
	*blob = (struct sw_blob){0};
}

const struct nlmsghdr *sw_blob_next(const struct sw_blob *blob,
				    const struct nlmsghdr *message)
{
	size_t at = 0;

	if (message != NULL)
		at = (size_t)((const uint8_t *)message - blob->bytes) +
		     sw_nl_align(message->nlmsg_len);
	if (at >= blob->len)
		return NULL;
	return (const struct nlmsghdr *)(const void *)(blob->bytes + at);
}

int sw_nl_open(int protocol)
{
	struct sockaddr_nl local = {.nl_family = AF_NETLINK};
	sw_autofd int fd =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);

	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&local, sizeof(local)) != 0)
		return -1;
	return sw_take_fd(&fd);
}

/* Takes one message of an answer. done: nothing follows. */
static enum sw_err take(const struct nlmsghdr *message, struct sw_blob *out,
			bool *done)
{
	const struct nlmsgerr *error;

	if ((message->nlmsg_flags & NLM_F_DUMP_INTR) != 0) {
		errno = EINTR;
		return SW_E_IO;
	}
	*done = message->nlmsg_type == NLMSG_DONE ||
		message->nlmsg_type == NLMSG_ERROR;
	if (message->nlmsg_type != NLMSG_ERROR)
		return *done ? SW_OK
			     : sw_blob_add(out, message,
					   sw_nl_align(message->nlmsg_len));
	error = mnl_nlmsg_get_payload(message);
	errno = -error->error;
	return error->error == 0 ? SW_OK : SW_E_IO;
}

static enum sw_err take_all(const uint8_t *bytes, ssize_t len, uint32_t seq,
			    struct sw_blob *out, bool *done)
{
	const struct nlmsghdr *message = (const void *)bytes;
	enum sw_err err = SW_OK;
	int left = (int)len;

	while (err == SW_OK && !*done && mnl_nlmsg_ok(message, left)) {
		if (message->nlmsg_seq == seq)
			err = take(message, out, done);
		message = mnl_nlmsg_next(message, &left);
	}
	return err;
}

enum sw_err sw_nl_ask(int fd, struct nlmsghdr *request, struct sw_blob *out)
{
	static uint32_t seq;
	sw_autofree uint8_t *bytes = malloc(ANSWER_MAX);
	enum sw_err err = SW_OK;
	bool done = false;

	if (bytes == NULL)
		return SW_E_NOMEM;
	request->nlmsg_seq = ++seq;
	request->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	if (send(fd, request, request->nlmsg_len, 0) < 0)
		return SW_E_IO;
	while (err == SW_OK && !done) {
		ssize_t len = recv(fd, bytes, ANSWER_MAX, 0);

		if (len < 0)
			return SW_E_IO;
		err = take_all(bytes, len, request->nlmsg_seq, out, &done);
	}
	return err;
}

const struct nlattr *sw_nl_attr(const struct nlmsghdr *message, size_t header,
				uint16_t type)
{
	const struct nlattr *attr;

	SW_NL_EACH(attr, message, header)
	{
		if (mnl_attr_get_type(attr) == type)
			return attr;
	}
	return NULL;
}

const struct nlattr *sw_nl_nested(const struct nlattr *outer, uint16_t type)
{
	const struct nlattr *attr;

	if (outer == NULL)
		return NULL;
	SW_NL_INSIDE(attr, outer)
	{
		if (mnl_attr_get_type(attr) == type)
			return attr;
	}
	return NULL;
}

const char *sw_nl_text(const struct nlattr *attr)
{
	size_t len = attr == NULL ? 0 : mnl_attr_get_payload_len(attr);
	const char *text = len == 0 ? "" : mnl_attr_get_str(attr);

	return strnlen(text, len) < len ? text : "";
}

uint32_t sw_nl_u32(const struct nlattr *attr)
{
	if (attr == NULL || mnl_attr_get_payload_len(attr) < sizeof(uint32_t))
		return 0;
	return ntohl(mnl_attr_get_u32(attr));
}

uint64_t sw_nl_u64(const struct nlattr *attr)
{
	if (attr == NULL || mnl_attr_get_payload_len(attr) < sizeof(uint64_t))
		return 0;
	return be64toh(mnl_attr_get_u64(attr));
}
