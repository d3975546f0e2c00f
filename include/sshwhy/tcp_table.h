/* tcp_table.h - the TCP sockets of a network namespace, as anyone may see. */

#ifndef SSHWHY_TCP_TABLE_H
#define SSHWHY_TCP_TABLE_H

#include "sshwhy/addr.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* States as /proc/net/tcp numbers them; the others do not matter here. */
enum sw_tcp_state { SW_TCP_ESTABLISHED = 1, SW_TCP_LISTEN = 10 };

struct sw_tcp_socket {
	struct sw_endpoint local;
	struct sw_endpoint remote;
	bool is_v6;	      /* of the IPv6 table, whatever its addresses */
	unsigned int state;   /* enum sw_tcp_state, or another one */
	unsigned int waiting; /* of a listener: connections not yet accepted */
	uint64_t inode;	      /* 0: it has no owner any more */
};

typedef void (*sw_tcp_socket_fn)(void *context,
				 const struct sw_tcp_socket *row);

/* Hand out every socket of the network namespace of process pid (0: ours).
 * A table that cannot be read is taken for empty. */
void sw_tcp_table_read(pid_t pid, sw_tcp_socket_fn take, void *context);

/*
 * Take one row apart: "sl local remote st queues tr:tm retrnsmt uid timeout
 * inode ...". The row is cut into pieces.
 *
 * Returns false when it is none; then *out is not to be read.
 */
bool sw_tcp_table_parse(char *row, bool is_v6, struct sw_tcp_socket *out);

#endif
