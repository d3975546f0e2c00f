#include "sshwhy/audit_room.h"

#include "sshwhy/auto.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>

#define NETLINK "/proc/net/netlink"
#define AUDIT "9"      /* NETLINK_AUDIT */
#define TEXT_MAX 65536 /* bytes */
/* An idle auditd has read everything; a socket takes some 200 KiB. */
#define ROOM UINT64_C(32768) /* bytes */

/* Columns: sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode */
#define PROTOCOL 1
#define UNREAD 4

/* Word number n of a line; its length in *out_len, 0: there is none. */
static const char *word(const char *line, size_t len, int n, size_t *out_len)
{
	size_t start = 0, end = 0;

	for (int i = 0; i <= n; i++) {
		start = end;
		while (start < len && line[start] == ' ')
			start++;
		end = start;
		while (end < len && line[end] != ' ')
			end++;
	}
	*out_len = end - start;
	return line + start;
}

static uint64_t unread_of(const char *line, size_t len)
{
	size_t size;
	const char *text = word(line, len, PROTOCOL, &size);
	uint64_t unread = 0;

	if (size != strlen(AUDIT) || memcmp(text, AUDIT, size) != 0)
		return 0;
	text = word(line, len, UNREAD, &size);
	for (size_t i = 0; i < size; i++) {
		if (text[i] < '0' || text[i] > '9' || unread > UINT32_MAX)
			return 0;
		unread = unread * 10 + (uint64_t)(text[i] - '0');
	}
	return unread;
}

uint64_t sw_audit_unread(const char *text, size_t len)
{
	uint64_t most = 0;

	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t size = end != NULL ? (size_t)(end - text) : len;
		uint64_t unread = unread_of(text, size);

		most = unread > most ? unread : most;
		if (end == NULL)
			break;
		text += size + 1;
		len -= size + 1;
	}
	return most;
}

bool sw_audit_has_room(void)
{
	char text[TEXT_MAX];
	sw_autofd int fd = open(NETLINK, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t got;

	if (fd < 0)
		return true;
	while (len < sizeof(text) &&
	       (got = read(fd, text + len, sizeof(text) - len)) > 0)
		len += (size_t)got;
	return sw_audit_unread(text, len) < ROOM;
}
