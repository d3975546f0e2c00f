#include "sshwhy/audit_kernel.h"

#include "sshwhy/auto.h"
#include "sshwhy/clock.h"

#include <errno.h>
#include <libaudit.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define WAIT UINT64_C(500000000) /* nanoseconds for all of an answer */
#define NS_PER_MS 1000000
#define PROBE_TYPE 1109 /* USER_ERR */

/* The types of cause.def, and those of bans. */
static const uint32_t types[] = {2104, 2102, 2103, 2120,
				 1109, 2213, 2214, 2215};

/* Takes one reply; true when it was the last. */
typedef bool (*reply_fn)(const struct audit_reply *reply,
			 struct sw_audit_kernel *out);

static bool take_status(const struct audit_reply *reply,
			struct sw_audit_kernel *out)
{
	if (reply->type != AUDIT_GET)
		return false;
	out->enabled = reply->status->enabled != 0;
	out->pid = reply->status->pid;
	out->backlog_limit = reply->status->backlog_limit;
	out->backlog_wait = reply->status->backlog_wait_time;
	out->lost = reply->status->lost;
	return true;
}

static bool compares(uint32_t type, uint32_t operator, uint32_t value)
{
	switch (operator) {
	case AUDIT_EQUAL:
		return type == value;
	case AUDIT_NOT_EQUAL:
		return type != value;
	case AUDIT_LESS_THAN:
		return type < value;
	case AUDIT_LESS_THAN_OR_EQUAL:
		return type <= value;
	case AUDIT_GREATER_THAN:
		return type > value;
	case AUDIT_GREATER_THAN_OR_EQUAL:
		return type >= value;
	default:
		return false;
	}
}

/* Conditions on something else than the type may hold for us as well. */
static bool excludes(const struct audit_rule_data *rule, uint32_t type)
{
	/* Of this list the kernel obeys each rule, whatever its action. */
	if ((rule->flags & AUDIT_FILTER_MASK) != AUDIT_FILTER_EXCLUDE)
		return false;
	for (uint32_t i = 0; i < rule->field_count && i < AUDIT_MAX_FIELDS;
	     i++) {
		if (rule->fields[i] == AUDIT_MSGTYPE &&
		    !compares(type, rule->fieldflags[i] & AUDIT_OPERATORS,
			      rule->values[i]))
			return false;
	}
	return true;
}

static bool take_rule(const struct audit_reply *reply,
		      struct sw_audit_kernel *out)
{
	if (reply->type == NLMSG_DONE)
		return true;
	for (size_t i = 0; reply->type == AUDIT_LIST_RULES &&
			   i < sizeof(types) / sizeof(types[0]);
	     i++) {
		if (out->excluded == 0 && excludes(reply->ruledata, types[i]))
			out->excluded = types[i];
	}
	return false;
}

static enum sw_err read_replies(int fd, reply_fn take,
				struct sw_audit_kernel *out)
{
	uint64_t end = sw_clock_monotonic_ns() + WAIT;
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	struct audit_reply reply;
	uint64_t now;

	while ((now = sw_clock_monotonic_ns()) < end) {
		if (poll(&ready, 1, (int)((end - now) / NS_PER_MS) + 1) <= 0)
			continue;
		if (audit_get_reply(fd, &reply, GET_REPLY_NONBLOCKING, 0) <= 0)
			continue;
		if (reply.type == NLMSG_ERROR && reply.error->error != 0) {
			errno = -reply.error->error;
			return SW_E_IO;
		}
		if (take(&reply, out))
			return SW_OK;
	}
	errno = ETIMEDOUT;
	return SW_E_IO;
}

static enum sw_err open_audit(int *out_fd)
{
	*out_fd = audit_open();
	if (*out_fd >= 0)
		return SW_OK;
	return errno == EINVAL || errno == EPROTONOSUPPORT ||
			       errno == EAFNOSUPPORT
		       ? SW_E_NOTSUP
		       : SW_E_IO;
}

enum sw_err sw_audit_kernel_ask(struct sw_audit_kernel *out)
{
	struct sw_audit_kernel kernel = {.enabled = false};
	sw_autofd int fd = -1;
	enum sw_err err = open_audit(&fd);

	if (err != SW_OK)
		return err;
	if (audit_request_status(fd) <= 0)
		return SW_E_IO;
	err = read_replies(fd, take_status, &kernel);
	if (err != SW_OK)
		return err;
	if (audit_request_rules_list_data(fd) <= 0)
		return SW_E_IO;
	err = read_replies(fd, take_rule, &kernel);
	if (err == SW_OK)
		*out = kernel;
	return err;
}

enum sw_err sw_audit_probe(const char *word)
{
	sw_autofd int fd = -1;
	char message[128];
	int sent;

	if (open_audit(&fd) != SW_OK)
		return SW_E_IO;
	(void)snprintf(message, sizeof(message),
		       "op=sshwhy-doctor probe=%s acct=\"(unknown)\"", word);
	sent = audit_log_user_comm_message(fd, PROBE_TYPE, message, NULL, "?",
					   "?", "ssh", 1);
	if (sent > 0)
		return SW_OK;
	if (sent < 0)
		errno = -sent;
	return SW_E_IO;
}
