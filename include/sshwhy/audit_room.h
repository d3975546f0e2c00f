/* audit_room.h - is there room for a record between the kernel and auditd? */

#ifndef SSHWHY_AUDIT_ROOM_H
#define SSHWHY_AUDIT_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How many bytes the audit socket of a netlink port has not read, from its line
 * of /proc/net/netlink, without the newline; 0 from any other line.
 */
uint64_t sw_audit_unread(const char *line, size_t len, uint32_t port);

/*
 * False while the auditd on that port, which is its pid, does not read what the
 * kernel has for it. Once its socket is full the kernel's own queue fills, and
 * then everyone who writes to the audit trail has to wait: sshd and PAM at each
 * login, too. We leave the room to them. Any user may open an audit socket and
 * not read it: other ports do not count. True where the kernel does not tell.
 */
bool sw_audit_has_room(uint32_t port);

#endif
