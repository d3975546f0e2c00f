/* audit_room.h - is there room for a record between the kernel and auditd? */

#ifndef SSHWHY_AUDIT_ROOM_H
#define SSHWHY_AUDIT_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that auditd may have left unread: a busy one is behind by 100 KiB at
 * times, and a socket takes some 200 KiB. */
#define SW_AUDIT_ROOM UINT64_C(131072)
/* For whoever can wait: an idle auditd has read everything. */
#define SW_AUDIT_ROOM_IDLE UINT64_C(32768)

/*
 * The inode of the audit socket of the process pid, auditd's, for root; 0: it
 * has none, or may not be looked at. Neither the port of a socket nor how much
 * is unread in it says whose it is: any user may open one and not read it.
 */
uint32_t sw_audit_socket(uint32_t pid);

/*
 * False while that socket holds room bytes or more that are not read. Once it
 * is full the kernel's own queue fills, and then everyone who writes to the
 * audit trail has to wait, sshd and PAM at each login, too; and in the end the
 * kernel gives auditd up. True where the kernel does not tell, and for inode 0.
 */
bool sw_audit_has_room(uint32_t inode, uint64_t room);

/* What a line of /proc/net/netlink, without its newline, says of an audit
 * socket: its inode in *out_inode, and how many bytes it has not read. False,
 * and the outputs are as they were: it is of no audit socket of a process. */
bool sw_audit_line_read(const char *line, size_t len, uint32_t *out_inode,
			uint64_t *out_unread);

#endif
