/* tap_socket.h - facts from the modules inside sshd. */

#ifndef RECORDER_TAP_SOCKET_H
#define RECORDER_TAP_SOCKET_H

#include "sshwhy/err.h"
#include "sshwhy/fact.h"

#include <systemd/sd-event.h>

/* Receives what modules of root's processes say, and that a process ended. */
struct sw_socket_tap {
	void (*fact)(void *context, const struct sw_fact *fact);
	void (*end)(void *context, pid_t pid);
	void *context;
	struct sw_peer *peers; /* the open connections; NULL at the start */
};

/*
 * Accept connections on listening and read them, as part of event. tap has to
 * outlive event. A connection of another user than root is closed. Once a
 * session's user was authenticated, its connection is only believed about what
 * happens behind that: the user's own processes have inherited it.
 *
 * Returns SW_OK or SW_E_IO (errno set).
 */
SW_MUST_CHECK
enum sw_err sw_socket_tap_start(sd_event *event, int listening,
				struct sw_socket_tap *tap);

/* Let all connections go; before event is let go, which they hold. */
void sw_socket_tap_stop(struct sw_socket_tap *tap);

#endif
