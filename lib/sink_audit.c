#include "sshwhy/sink.h"

#include "sshwhy/auto.h"
#include "sshwhy/clock.h"

#include <errno.h>
#include <libaudit.h>
#include <poll.h>

#define STATUS_WAIT 200 /* milliseconds */

/* libaudit takes it as it is; it looks names up for NULL and "". */
#define NO_ADDRESS "?"

/* sshd names it the same as PAM_TTY. */
#define TERMINAL "ssh"

/* The answer to one question, in which the kernel's acknowledgement of the
 * question comes first. */
static bool is_answer(const struct audit_reply *reply,
		      enum sw_audit_status *out, uint32_t *out_daemon)
{
	if (reply->type == AUDIT_GET) {
		*out_daemon = reply->status->pid;
		if (reply->status->enabled == 0)
			*out = SW_AUDIT_OFF;
		else if (reply->status->pid == 0)
			*out = SW_AUDIT_UNREAD;
		else
			*out = SW_AUDIT_ON;
		return true;
	}
	return reply->type == NLMSG_ERROR && reply->error->error != 0;
}

static int milliseconds_until(uint64_t deadline_ns)
{
	uint64_t now = sw_clock_monotonic_ns();

	return now < deadline_ns ? (int)((deadline_ns - now) / 1000000) + 1 : 0;
}

static enum sw_audit_status wait_for_answer(int fd, uint32_t *out_daemon)
{
	uint64_t deadline =
		sw_clock_monotonic_ns() + STATUS_WAIT * UINT64_C(1000000);
	enum sw_audit_status status = SW_AUDIT_UNKNOWN;
	struct pollfd answer = {.fd = fd, .events = POLLIN};
	struct audit_reply reply;
	int wait;

	while ((wait = milliseconds_until(deadline)) > 0) {
		if (poll(&answer, 1, wait) <= 0)
			continue;
		if (audit_get_reply(fd, &reply, GET_REPLY_NONBLOCKING, 0) > 0 &&
		    is_answer(&reply, &status, out_daemon))
			break;
	}
	return status;
}

enum sw_audit_status sw_audit_status(uint32_t *out_daemon)
{
	sw_autofd int fd = audit_open();
	uint32_t daemon = 0;

	if (out_daemon == NULL)
		out_daemon = &daemon;
	*out_daemon = 0;

	/* The protocol is missing in a kernel that was built without audit. */
	if (fd < 0)
		return errno == EINVAL || errno == EPROTONOSUPPORT ||
				       errno == EAFNOSUPPORT
			       ? SW_AUDIT_OFF
			       : SW_AUDIT_UNKNOWN;
	if (audit_request_status(fd) <= 0)
		return SW_AUDIT_UNKNOWN;
	return wait_for_answer(fd, out_daemon);
}

static const char *address_of(const struct sw_record *record, char *buf)
{
	sw_addr_format(&record->conn.client.addr, buf);
	return buf[0] != '\0' ? buf : NO_ADDRESS;
}

enum sw_err sw_sink_audit(const struct sw_record *record)
{
	int type = sw_record_audit_type(record);
	char message[SW_RECORD_AUDIT_MAX];
	char addr[SW_ADDR_TEXT_MAX];
	sw_autofd int fd = -1;
	const char *client;
	enum sw_err err;
	int sent;

	if (type == 0)
		return SW_E_NOTSUP;
	err = sw_record_to_audit(record, message, sizeof(message));
	if (err != SW_OK)
		return err;
	fd = audit_open();
	if (fd < 0)
		return SW_E_IO;
	client = address_of(record, addr);
	/* Without a name for comm= libaudit takes that of the process, and
	 * only with comm= "ausearch -c" finds the record. */
	sent = audit_log_user_comm_message(fd, type, message, NULL, client,
					   client, TERMINAL,
					   sw_record_audit_result(record));
	if (sent > 0)
		return SW_OK;
	/* 0 comes with errno, a negative one is errno. */
	if (sent < 0)
		errno = -sent;
	return SW_E_IO;
}
