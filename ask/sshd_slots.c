#include "sshwhy/sshd_slots.h"

#include "sshwhy/auto.h"
#include "sshwhy/num.h"
#include "sshwhy/tcp_table.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define SLEEPING "hrtimer_nanosleep" /* where in the kernel it waits */
#define TEXT_MAX 1024		     /* bytes of a file in /proc */
#define INODES 8		     /* sockets of a process */

struct process {
	pid_t pid;
	pid_t parent;
};

struct processes {
	struct process *rows;
	size_t count;
};

static bool read_text(pid_t pid, const char *name, char *buf, size_t size)
{
	sw_autofd int fd = -1;
	char path[64];
	ssize_t len;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd < 0 ? -1 : read(fd, buf, size - 1);
	buf[len > 0 ? len : 0] = '\0';
	return len > 0;
}

/* Field 4 of stat, behind the name in brackets and the state. */
static pid_t parent_of(pid_t pid)
{
	char text[TEXT_MAX];
	const char *end;
	uint64_t parent;

	if (!read_text(pid, "stat", text, sizeof(text)))
		return 0;
	end = strrchr(text, ')');
	if (end == NULL || strlen(end) < 5 ||
	    sw_num_parse_n(end + 4, strcspn(end + 4, " "), INT_MAX, &parent) !=
		    SW_OK)
		return 0;
	return (pid_t)parent;
}

static void list_processes(struct processes *processes)
{
	struct dirent *entry;
	DIR *dir = opendir("/proc");

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		struct process *larger;
		uint64_t pid;

		if (sw_num_parse(entry->d_name, INT_MAX, &pid) != SW_OK)
			continue;
		larger = reallocarray(processes->rows, processes->count + 1,
				      sizeof(struct process));
		if (larger == NULL)
			break;
		processes->rows = larger;
		larger[processes->count++] =
			(struct process){(pid_t)pid, parent_of((pid_t)pid)};
	}
	if (dir != NULL)
		(void)closedir(dir);
}

/* "sshd: alice@pts/0" is a session; "[priv]", "[net]" and "[accepted]" end the
 * titles of the processes before it. */
static bool is_session(pid_t pid)
{
	char title[TEXT_MAX];

	return read_text(pid, "cmdline", title, sizeof(title)) &&
	       strncmp(title, "sshd", 4) == 0 && strchr(title, '@') != NULL &&
	       strchr(title, '[') == NULL;
}

static bool has_session(pid_t pid, const struct processes *processes)
{
	if (is_session(pid))
		return true;
	for (size_t i = 0; i < processes->count; i++) {
		if (processes->rows[i].parent == pid &&
		    is_session(processes->rows[i].pid))
			return true;
	}
	return false;
}

static uint64_t inode_of(int dir, const char *name)
{
	static const char head[] = "socket:[";
	char target[64];
	uint64_t inode = 0;
	ssize_t len = readlinkat(dir, name, target, sizeof(target) - 1);

	if (len <= (ssize_t)sizeof(head) ||
	    memcmp(target, head, sizeof(head) - 1) != 0 ||
	    sw_num_parse_n(target + sizeof(head) - 1,
			   (size_t)len - sizeof(head), UINT64_MAX,
			   &inode) != SW_OK)
		return 0;
	return inode;
}

/* The sockets that a slot's process has open, in whatever place. */
static void find_inodes(pid_t pid, uint64_t inodes[INODES])
{
	struct dirent *entry;
	char path[64];
	size_t count = 0;
	DIR *dir;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	while (dir != NULL && count < INODES &&
	       (entry = readdir(dir)) != NULL) {
		inodes[count] = inode_of(dirfd(dir), entry->d_name);
		count += inodes[count] != 0 ? 1 : 0;
	}
	if (dir != NULL)
		(void)closedir(dir);
}

static bool sleeps(pid_t pid)
{
	char place[TEXT_MAX];

	return read_text(pid, "wchan", place, sizeof(place)) &&
	       strcmp(place, SLEEPING) == 0;
}

/* The slots found so far, and the sockets that they are compared with. */
struct search {
	struct sw_sshd_slot *rows;
	uint64_t inodes[SW_SSHD_SLOTS_MAX][INODES];
	size_t count;
};

static void name_client(void *context, const struct sw_tcp_socket *row)
{
	struct search *search = context;

	for (size_t i = 0; row->inode != 0 && i < search->count; i++) {
		for (size_t n = 0; n < INODES; n++) {
			if (search->inodes[i][n] == row->inode)
				search->rows[i].client = row->remote;
		}
	}
}

size_t sw_sshd_slots(pid_t listener, struct sw_sshd_slot *out, size_t max)
{
	struct processes processes = {NULL, 0};
	static struct search search; /* large */

	memset(&search, 0, sizeof(search));
	search.rows = out;
	list_processes(&processes);
	for (size_t i = 0; i < processes.count; i++) {
		pid_t pid = processes.rows[i].pid;
		size_t n = search.count;

		if (processes.rows[i].parent != listener || n == max ||
		    n == SW_SSHD_SLOTS_MAX || has_session(pid, &processes))
			continue;
		out[n] = (struct sw_sshd_slot){.pid = pid,
					       .sleeps = sleeps(pid)};
		find_inodes(pid, search.inodes[n]);
		search.count++;
	}
	free(processes.rows);
	if (search.count > 0)
		sw_tcp_table_read(0, name_client, &search);
	return search.count;
}
