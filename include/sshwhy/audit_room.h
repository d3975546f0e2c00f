/* audit_room.h - is there room for a record between the kernel and auditd? */

#ifndef SSHWHY_AUDIT_ROOM_H
#define SSHWHY_AUDIT_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How many bytes the busiest netlink socket of audit has not read, from the
 * text of /proc/net/netlink; 0 where it says nothing of one.
 */
uint64_t sw_audit_unread(const char *text, size_t len);

/*
 * False while an auditd does not read what the kernel has for it. Once its
 * socket is full the kernel's own queue fills, and then everyone who writes to
 * the audit trail has to wait: sshd and PAM at each login, too. We leave the
 * room to them. True where the kernel does not tell.
 */
bool sw_audit_has_room(void);

#endif
