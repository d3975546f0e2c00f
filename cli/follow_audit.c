#include "follow.h"

#include "sshwhy/auto.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define MESSAGE_MAX 9216       /* bytes; the kernel sends at most 8970 */
#define ROOM (4 * 1024 * 1024) /* bytes that the kernel keeps for us */

enum sw_err sw_follow_audit_begin(int *out_fd)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = 1u << (AUDIT_NLGRP_READLOG - 1),
	};
	sw_autofd int fd =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       NETLINK_AUDIT);
	int room = ROOM;

	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
		return SW_E_IO;
	/* Without it a burst is dropped sooner; that is told. */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	*out_fd = sw_take_fd(&fd);
	return SW_OK;
}

/* The kernel sends "audit(TIME:SERIAL): ...", auditd writes it behind its type.
 * Only the kernel itself has port 0. */
static enum sw_err take_message(const struct nlmsghdr *header, size_t got,
				const struct sw_log_reader *reader)
{
	char line[MESSAGE_MAX + 64];
	int len;

	if (got < sizeof(*header) || header->nlmsg_len < sizeof(*header))
		return SW_OK;
	/* Kernels have put the length of the text there, without the header. */
	got -= sizeof(*header);
	len = snprintf(line, sizeof(line), "type=UNKNOWN[%u] msg=%.*s",
		       (unsigned int)header->nlmsg_type, (int)got,
		       (const char *)NLMSG_DATA(header));
	if (len < 0 || (size_t)len >= sizeof(line))
		return SW_OK;
	return sw_log_scan_buffer(line, (size_t)len, reader);
}

enum sw_err sw_follow_audit_more(int fd, const struct sw_log_reader *reader,
				 bool *out_lost)
{
	union {
		struct nlmsghdr header;
		char bytes[MESSAGE_MAX];
	} message;

	for (;;) {
		struct sockaddr_nl from = {0};
		socklen_t from_len = sizeof(from);
		ssize_t got = recvfrom(fd, &message, sizeof(message), 0,
				       (struct sockaddr *)&from, &from_len);
		enum sw_err err;

		if (got < 0 && errno == ENOBUFS) {
			*out_lost = true;
			continue;
		}
		if (got < 0)
			return errno == EAGAIN || errno == EINTR ? SW_OK
								 : SW_E_IO;
		if (from.nl_pid != 0)
			continue;
		err = take_message(&message.header, (size_t)got, reader);
		if (err != SW_OK)
			return err;
	}
}
