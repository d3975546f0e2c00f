/* fake_audit.h - the kernel's audit as a test wants it to be. */

#ifndef FAKE_AUDIT_H
#define FAKE_AUDIT_H

#include "sw_test.h"

#include <errno.h>
#include <libaudit.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct fake_audit {
	/* what it answers */
	int open_error; /* errno of audit_open(); 0: it succeeds */
	int ask;	/* what audit_request_status() returns */
	const struct audit_reply *replies; /* one each time; then none */
	int reply_count;
	int sent;	/* what the write returns */
	int sent_error; /* its errno */
	/* what it was given */
	int writes;
	int type;
	int result;
	char message[2048];
	char comm[32];
	char hostname[64];
	char addr[64];
	char tty[32];
};

static struct fake_audit fake;

static inline void fake_audit_reset(void)
{
	memset(&fake, 0, sizeof(fake));
	fake.ask = 1;
	fake.sent = 1;
}

/* One that is always readable. */
int audit_open(void)
{
	int ends[2];

	if (fake.open_error != 0) {
		errno = fake.open_error;
		return -1;
	}
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(close(ends[1]), 0);
	return ends[0];
}

int audit_request_status(int fd SW_UNUSED)
{
	return fake.ask;
}

int audit_get_reply(int fd SW_UNUSED, struct audit_reply *reply, reply_t block,
		    int peek SW_UNUSED)
{
	assert_int_equal(block, GET_REPLY_NONBLOCKING);
	if (fake.reply_count == 0)
		return -EAGAIN;
	*reply = *fake.replies;
	fake.replies++;
	fake.reply_count--;
	return 1;
}

static inline void fake_audit_copy(char *out, size_t size, const char *text)
{
	(void)snprintf(out, size, "%s", text != NULL ? text : "NULL");
}

int audit_log_user_comm_message(int fd SW_UNUSED, int type, const char *message,
				const char *comm, const char *hostname,
				const char *addr, const char *tty, int result)
{
	fake.writes++;
	fake.type = type;
	fake.result = result;
	fake_audit_copy(fake.message, sizeof(fake.message), message);
	fake_audit_copy(fake.comm, sizeof(fake.comm), comm);
	fake_audit_copy(fake.hostname, sizeof(fake.hostname), hostname);
	fake_audit_copy(fake.addr, sizeof(fake.addr), addr);
	fake_audit_copy(fake.tty, sizeof(fake.tty), tty);
	errno = fake.sent_error;
	return fake.sent;
}

#endif
