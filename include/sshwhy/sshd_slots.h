/* sshd_slots.h - the connections of a daemon that nobody has logged in on. */

#ifndef SSHWHY_SSHD_SLOTS_H
#define SSHWHY_SSHD_SLOTS_H

#include "sshwhy/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define SW_SSHD_SLOTS_MAX 1024

/* Each of them counts for MaxStartups and PerSourceMaxStartups. */
struct sw_sshd_slot {
	pid_t pid;		   /* of its process */
	struct sw_endpoint client; /* SW_FAMILY_NONE: it has hung up */
	bool sleeps; /* as libwrap does for 5 s when it has refused a client */
};

/*
 * Look at the processes of the listener pid; root only.
 *
 * Returns how many were stored in out, which has room for max.
 */
size_t sw_sshd_slots(pid_t listener, struct sw_sshd_slot *out, size_t max);

#endif
