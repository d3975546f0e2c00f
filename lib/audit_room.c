#include "sshwhy/audit_room.h"

#include "sshwhy/auto.h"
#include "sshwhy/num.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define NETLINK "/proc/net/netlink"
#define AUDIT 9	       /* NETLINK_AUDIT */
#define PIECE_MAX 4096 /* bytes; a line has some 110 */
/* An idle auditd has read everything; a socket takes some 200 KiB. */
#define ROOM UINT64_C(32768) /* bytes */

/* Columns: sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode */
#define PROTOCOL 1
#define PORT 2
#define UNREAD 4

/* Column n of a line as a number; UINT64_MAX: it is none. */
static uint64_t column(const char *line, size_t len, int n)
{
	uint64_t number = UINT64_MAX;
	size_t start = 0, end = 0;

	for (int i = 0; i <= n; i++) {
		start = end;
		while (start < len && line[start] == ' ')
			start++;
		end = start;
		while (end < len && line[end] != ' ')
			end++;
	}
	(void)!sw_num_parse_n(line + start, end - start, UINT32_MAX, &number);
	return number;
}

uint64_t sw_audit_unread(const char *line, size_t len, uint32_t port)
{
	uint64_t unread;

	if (column(line, len, PROTOCOL) != AUDIT ||
	    column(line, len, PORT) != port)
		return 0;
	unread = column(line, len, UNREAD);
	return unread != UINT64_MAX ? unread : 0;
}

bool sw_audit_has_room(uint32_t port)
{
	sw_autofd int fd = open(NETLINK, O_RDONLY | O_CLOEXEC);
	char piece[PIECE_MAX];
	size_t len = 0;
	ssize_t got;

	/* The kernel's own sockets have port 0. */
	if (fd < 0 || port == 0)
		return true;
	while ((got = read(fd, piece + len, sizeof(piece) - len)) > 0) {
		const char *line = piece, *end;

		len += (size_t)got;
		while ((end = memchr(line, '\n',
				     len - (size_t)(line - piece))) != NULL) {
			if (sw_audit_unread(line, (size_t)(end - line), port) >=
			    ROOM)
				return false;
			line = end + 1;
		}
		len -= (size_t)(line - piece);
		memmove(piece, line, len);
	}
	return true;
}
