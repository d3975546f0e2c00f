/*
 * tap_backlog.h - an sshd whose queue of connections overflows.
 *
 * The kernel drops what does not fit and tells nobody: it raises a counter of
 * the network namespace. Where that grows while the queue of one of sshd's
 * ports is full, it is that port's. No address is known, and a packet that is
 * sent again is counted again: so there is one record each time that a queue
 * begins to overflow, and it is inferred.
 */

#ifndef RECORDER_TAP_BACKLOG_H
#define RECORDER_TAP_BACKLOG_H

#include "sshwhy/err.h"
#include "sshwhy/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_BACKLOG_PORTS 16

/* A port whose queue is full. */
struct sw_backlog_full {
	uint16_t port;
	uint32_t waiting; /* connections in the queue */
	uint32_t room;	  /* sshd's backlog */
};

struct sw_backlog_tap {
	void (*found)(void *context, const struct sw_record *record);
	void *context;
	/* The state; begun with zeros. */
	bool has_count;
	uint64_t count;	  /* of packets that did not fit */
	uint64_t dropped; /* since the last look without any */
	uint64_t looked;  /* monotonic ms */
	uint64_t grown;	  /* when the counter last grew, monotonic ms */
	struct sw_backlog_full full[SW_BACKLOG_PORTS];
	size_t full_count;
	uint16_t told[SW_BACKLOG_PORTS]; /* of what goes on */
	size_t told_count;
};

/*
 * Look at the counter, every second; now in monotonic milliseconds. True when
 * queues overflow: then the caller gives sshd's ports to
 * sw_backlog_tap_ports().
 */
bool sw_backlog_tap_tick(struct sw_backlog_tap *tap, uint64_t now);

/* Which ports sshd listens on. Hands out what tick() has found. */
void sw_backlog_tap_ports(struct sw_backlog_tap *tap, const uint16_t *ports,
			  size_t count);

/*
 * Find a counter of TcpExt in the text of /proc/net/netstat.
 *
 * Returns SW_OK or SW_E_SYNTAX (it is not there). On failure *out keeps its old
 * value.
 */
SW_MUST_CHECK
enum sw_err sw_backlog_count(const char *text, const char *name, uint64_t *out);

#endif
