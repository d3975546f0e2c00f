/* socket_unit.h - the service manager's socket that listens in place of sshd.
 */

#ifndef SSHWHY_SOCKET_UNIT_H
#define SSHWHY_SOCKET_UNIT_H

#include "sshwhy/err.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_UNIT_NAME_MAX 32 /* bytes, with the NUL */
#define SW_UNIT_FILES_MAX 8
#define SW_UNIT_PORTS_MAX 16

struct sw_socket_unit {
	char name[SW_UNIT_NAME_MAX]; /* "ssh.socket" */
	bool is_active;		     /* it listens, or what it started does */
	bool hit_trigger_limit;	     /* it was given up for TriggerLimit */
	bool accepts;		     /* a process for each connection */
	uint64_t connections;	     /* now, where it accepts */
	uint64_t max_connections;    /* for all sources, where it accepts */
	uint64_t max_per_source;     /* 0: as many as for all */
	char files[SW_UNIT_FILES_MAX][SW_SOURCE_MAX]; /* the last one wins */
	size_t file_count;
	uint16_t ports[SW_UNIT_PORTS_MAX]; /* where it listens, TCP */
	size_t port_count;
};

/*
 * Ask the service manager (systemctl show) for ssh.socket or sshd.socket.
 *
 * Returns SW_OK, SW_E_NOTSUP (systemd does not run here, or has neither of
 * them active or failed), or what sw_run() returns. On failure *out keeps its
 * old value.
 */
SW_MUST_CHECK
enum sw_err sw_socket_unit_ask(struct sw_socket_unit *out);

/* Take the output of systemctl show apart. Returns SW_OK or SW_E_NOTSUP. */
SW_MUST_CHECK
enum sw_err sw_socket_unit_parse(const char *text, struct sw_socket_unit *out);

/* The key that a refusal by the unit is about, by the words of its record:
 * "MaxConnectionsPerSource: 8 connections". */
const char *sw_socket_unit_key(const char *words);

/*
 * Find the line that sets a key such as "MaxConnections": the last one of the
 * files. Where none does it is "systemd:default", without a line.
 */
void sw_socket_unit_rule(const struct sw_socket_unit *unit, const char *key,
			 struct sw_rule *out);

#endif
