/* channel.h - the way of a fact out of sshd: never waits, never allocates. */

#ifndef SSHWHY_CHANNEL_H
#define SSHWHY_CHANNEL_H

#include "sshwhy/err.h"
#include "sshwhy/fact.h"
#include "sshwhy/state.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * One connection of one process to the recorder. It belongs to the process
 * that opened it: a forked child closes its copy and opens its own, because the
 * recorder trusts the credentials of the moment of connecting.
 */
struct sw_channel {
	int fd;	     /* -1: not open */
	pid_t owner; /* who opened it */
	ino_t inode; /* of the socket: sshd closes what it does not know */
};

#define SW_CHANNEL_INIT                                                        \
	{                                                                      \
		-1, 0, 0                                                       \
	}

/*
 * Make sure that this process has a connection of its own, non-blocking and
 * close-on-exec.
 *
 * Returns SW_OK, SW_E_IO (errno set: nobody listens, or its queue is full) or
 * SW_E_RANGE (path too long for a socket). On failure the channel is closed.
 */
SW_MUST_CHECK
enum sw_err sw_channel_open(struct sw_channel *channel, const char *path);

void sw_channel_close(struct sw_channel *channel);

/*
 * Send a fact. Two system calls on an open descriptor, nothing else: right in a
 * signal handler, when the channel is open and the fact was built before. A
 * descriptor that has become somebody else's is not written to.
 *
 * Returns SW_OK or SW_E_IO (errno set; EAGAIN when the recorder does not keep
 * up, EPIPE when it is gone, ENOTCONN when the channel is not open any more).
 */
SW_MUST_CHECK
enum sw_err sw_channel_send(const struct sw_channel *channel,
			    const struct sw_fact *fact);

#endif
