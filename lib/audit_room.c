#include "sshwhy/audit_room.h"

#include "sshwhy/auto.h"
#include "sshwhy/num.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NETLINK "/proc/net/netlink"
#define AUDIT 9	       /* NETLINK_AUDIT */
#define PIECE_MAX 4096 /* bytes; a line has some 110 */
#define FDS_MAX 64     /* auditd opens its audit socket early */
#define SOCKET "socket:["

/* Columns: sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode */
#define PROTOCOL 1
#define PORT 2
#define UNREAD 4
#define INODE 9

/* The audit socket that is looked for, and what was found. */
struct search {
	uint32_t wanted[FDS_MAX]; /* inodes */
	size_t count;
	uint32_t inode; /* 0: it is not there */
	uint64_t unread;
};

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

bool sw_audit_line_read(const char *line, size_t len, uint32_t *out_inode,
			uint64_t *out_unread)
{
	uint64_t inode, unread;

	/* The kernel's own sockets have port 0. */
	if (column(line, len, PROTOCOL) != AUDIT ||
	    column(line, len, PORT) == 0)
		return false;
	inode = column(line, len, INODE);
	unread = column(line, len, UNREAD);
	if (inode == UINT64_MAX || inode == 0 || unread == UINT64_MAX)
		return false;
	*out_inode = (uint32_t)inode;
	*out_unread = unread;
	return true;
}

static void look_at(const char *line, size_t len, struct search *search)
{
	uint32_t inode;
	uint64_t unread;

	if (!sw_audit_line_read(line, len, &inode, &unread))
		return;
	for (size_t i = 0; i < search->count; i++) {
		if (search->wanted[i] != inode)
			continue;
		search->inode = inode;
		search->unread = unread;
	}
}

static void find(struct search *search)
{
	sw_autofd int fd = open(NETLINK, O_RDONLY | O_CLOEXEC);
	char piece[PIECE_MAX];
	size_t len = 0;
	ssize_t got;

	while (fd >= 0 && search->inode == 0 &&
	       (got = read(fd, piece + len, sizeof(piece) - len)) > 0) {
		const char *line = piece, *end;

		len += (size_t)got;
		while ((end = memchr(line, '\n',
				     len - (size_t)(line - piece))) != NULL) {
			look_at(line, (size_t)(end - line), search);
			line = end + 1;
		}
		len -= (size_t)(line - piece);
		memmove(piece, line, len);
	}
}

/* The inode of the socket behind a descriptor of a process; 0: it is none. */
static uint32_t socket_behind(uint32_t pid, int fd)
{
	char path[64], target[64];
	uint64_t inode = 0;
	ssize_t len;

	(void)snprintf(path, sizeof(path), "/proc/%u/fd/%d", pid, fd);
	len = readlink(path, target, sizeof(target));
	if (len <= (ssize_t)strlen(SOCKET) + 1 ||
	    memcmp(target, SOCKET, strlen(SOCKET)) != 0)
		return 0;
	(void)!sw_num_parse_n(target + strlen(SOCKET),
			      (size_t)len - strlen(SOCKET) - 1, UINT32_MAX,
			      &inode);
	return (uint32_t)inode;
}

uint32_t sw_audit_socket(uint32_t pid)
{
	struct search search = {.count = 0};

	for (int fd = 0; pid != 0 && fd < FDS_MAX; fd++) {
		uint32_t inode = socket_behind(pid, fd);

		if (inode != 0)
			search.wanted[search.count++] = inode;
	}
	if (search.count > 0)
		find(&search);
	return search.inode;
}

bool sw_audit_has_room(uint32_t inode, uint64_t room)
{
	struct search search = {.wanted = {inode}, .count = 1};

	if (inode == 0)
		return true;
	find(&search);
	return search.unread < room;
}
