#include "sshwhy/sshd_daemon.h"

#include "sshwhy/auto.h"
#include "sshwhy/num.h"
#include "sshwhy/tcp_table.h"
#include "sshwhy/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define FILE_MAX 4096 /* bytes of a file in /proc */
#define INODES_MAX 64
#define HELD_MAX 2048 /* sockets of a service manager */

static void path_of(char *path, size_t size, pid_t pid, const char *name)
{
	(void)snprintf(path, size, "/proc/%d/%s", (int)pid, name);
}

static ssize_t read_proc(pid_t pid, const char *name, char *buf, size_t size)
{
	sw_autofd int fd = -1;
	char path[64];
	ssize_t len;

	path_of(path, sizeof(path), pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	len = read(fd, buf, size - 1);
	if (len >= 0)
		buf[len] = '\0';
	return len;
}

static bool is_same_namespace(pid_t pid, const char *name)
{
	char theirs[64], ours[64];
	struct stat a, b;

	path_of(theirs, sizeof(theirs), pid, name);
	(void)snprintf(ours, sizeof(ours), "/proc/self/%s", name);
	return stat(theirs, &a) == 0 && stat(ours, &b) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool sw_daemon_is_ours(pid_t pid)
{
	static const char *const names[] = {"ns/mnt", "ns/pid", "ns/user",
					    "ns/net"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!is_same_namespace(pid, names[i]))
			return false;
	}
	return true;
}

/* The program's path; " (deleted)" is what an upgrade leaves behind it. */
static bool read_exe(pid_t pid, char *out, size_t size)
{
	static const char deleted[] = " (deleted)";
	char path[64];
	ssize_t len;
	size_t tail = sizeof(deleted) - 1;

	path_of(path, sizeof(path), pid, "exe");
	len = readlink(path, out, size - 1);
	if (len <= 0)
		return false;
	out[len] = '\0';
	if ((size_t)len > tail && strcmp(out + len - tail, deleted) == 0)
		out[(size_t)len - tail] = '\0';
	return true;
}

/* Field 22 of stat counts clock ticks since boot. */
static int64_t start_time(pid_t pid)
{
	char stat_text[FILE_MAX], *at, *dot;
	uint64_t ticks = 0;
	long hz = sysconf(_SC_CLK_TCK);
	struct timespec now, boot;

	if (read_proc(pid, "stat", stat_text, sizeof(stat_text)) <= 0 ||
	    hz <= 0)
		return 0;
	at = strrchr(stat_text, ')');
	for (int field = 2; at != NULL && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (at == NULL)
		return 0;
	at++;
	dot = strchr(at, ' ');
	if (dot == NULL ||
	    sw_num_parse_n(at, (size_t)(dot - at), UINT64_MAX, &ticks) != SW_OK)
		return 0;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)clock_gettime(CLOCK_BOOTTIME, &boot);
	/* The end of the tick: what was written in it was read. */
	return ((int64_t)now.tv_sec - (int64_t)boot.tv_sec) * 1000 +
	       (now.tv_nsec - boot.tv_nsec) / 1000000 +
	       (int64_t)((ticks + 1) * 1000 / (uint64_t)hz);
}

/* The inodes of the sockets that a process holds. */
static size_t socket_inodes(pid_t pid, uint64_t *inodes, size_t max)
{
	char path[64], target[64];
	struct dirent *entry;
	size_t count = 0;
	DIR *dir;

	path_of(path, sizeof(path), pid, "fd");
	dir = opendir(path);
	if (dir == NULL)
		return 0;
	while (count < max && (entry = readdir(dir)) != NULL) {
		ssize_t len = readlinkat(dirfd(dir), entry->d_name, target,
					 sizeof(target) - 1);
		size_t head = strlen("socket:[");

		if (len <= (ssize_t)head || memcmp(target, "socket:[", head))
			continue;
		if (sw_num_parse_n(target + head, (size_t)len - head - 1,
				   UINT64_MAX, &inodes[count]) == SW_OK)
			count++;
	}
	(void)closedir(dir);
	return count;
}

static void add_port(struct sw_daemon *daemon, uint16_t port, bool is_v6)
{
	size_t i = 0;

	while (i < daemon->port_count && daemon->ports[i] != port)
		i++;
	if (i == SW_DAEMON_PORTS_MAX)
		return;
	if (i == daemon->port_count)
		daemon->ports[daemon->port_count++] = port;
	if (is_v6)
		daemon->over_v6[i] = true;
	else
		daemon->over_v4[i] = true;
}

static bool is_among(uint64_t inode, const uint64_t *inodes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (inodes[i] == inode)
			return true;
	}
	return false;
}

/* Whose sockets are looked for. */
struct owner {
	struct sw_daemon *daemon;
	const uint64_t *inodes;
	size_t count;
};

static void take_port(void *context, const struct sw_tcp_socket *row)
{
	const struct owner *owner = context;

	if (row->state == SW_TCP_LISTEN &&
	    is_among(row->inode, owner->inodes, owner->count))
		add_port(owner->daemon, row->local.port, row->is_v6);
}

static void find_ports(struct sw_daemon *daemon, const uint64_t *inodes,
		       size_t count)
{
	struct owner owner = {daemon, inodes, count};

	sw_tcp_table_read(daemon->pid, take_port, &owner);
}

bool sw_daemon_holds_port(pid_t pid)
{
	static uint64_t inodes[HELD_MAX]; /* large */
	static struct sw_daemon holder;	  /* large */
	size_t count = socket_inodes(pid, inodes, HELD_MAX);

	memset(&holder, 0, sizeof(holder));
	holder.pid = pid;
	find_ports(&holder, inodes, count);
	return holder.port_count > 0;
}

enum sw_err sw_daemon_describe(pid_t pid, struct sw_daemon *out)
{
	struct sw_daemon daemon = {.pid = pid};
	uint64_t inodes[INODES_MAX];
	char cmdline[FILE_MAX];
	ssize_t len = read_proc(pid, "cmdline", cmdline, sizeof(cmdline));
	size_t count;

	if (len < 0)
		return SW_E_IO;
	if (sw_daemon_parse(cmdline, (size_t)len, &daemon) != SW_OK)
		return SW_E_NOTSUP;
	if (!sw_daemon_is_ours(pid))
		return SW_E_UNSAFE;
	if (!read_exe(pid, daemon.exe, sizeof(daemon.exe)))
		return SW_E_IO;
	count = socket_inodes(pid, inodes, INODES_MAX);
	find_ports(&daemon, inodes, count);
	if (daemon.port_count == 0)
		return SW_E_NOTSUP;
	daemon.started = start_time(pid);
	*out = daemon;
	return SW_OK;
}

size_t sw_daemon_list(struct sw_daemon *out, size_t max)
{
	struct dirent *entry;
	size_t count = 0;
	DIR *dir = opendir("/proc");

	if (dir == NULL)
		return 0;
	while (count < max && (entry = readdir(dir)) != NULL) {
		uint64_t pid;

		if (sw_num_parse(entry->d_name, INT_MAX, &pid) == SW_OK &&
		    sw_daemon_describe((pid_t)pid, &out[count]) == SW_OK)
			count++;
	}
	(void)closedir(dir);
	return count;
}
