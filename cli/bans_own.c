/* Who sits at the other end of the session that this command was typed in. */

#include "bans.h"

#include "sshwhy/auto.h"
#include "sshwhy/num.h"

#include <dirent.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define PATH_MAX_ 64
#define ANCESTORS_MAX 64
#define INODES_MAX 64

struct found {
	struct sw_addr *addrs;
	size_t count;
	size_t max;
};

static void add(struct found *found, const struct sw_addr *addr)
{
	for (size_t i = 0; i < found->count; i++) {
		if (sw_addr_equal(&found->addrs[i], addr))
			return;
	}
	if (found->count < found->max)
		found->addrs[found->count++] = *addr;
}

/* "ADDRESS PORT ..." */
static void add_from_words(struct found *found, const char *words)
{
	char text[SW_ADDR_TEXT_MAX + 16];
	size_t len = strcspn(words, " ");
	struct sw_addr addr;

	if (len >= sizeof(text))
		return;
	memcpy(text, words, len);
	text[len] = '\0';
	if (sw_addr_parse(text, &addr) == SW_OK)
		add(found, &addr);
}

static void read_environment(struct found *found)
{
	static const char *const names[] = {"SSH_CONNECTION", "SSH_CLIENT"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *words = getenv(names[i]);

		if (words != NULL)
			add_from_words(found, words);
	}
}

/* The parent of a process and whether it is one of sshd's; 0: there is none. */
static pid_t parent_of(pid_t pid, bool *out_is_sshd)
{
	char path[PATH_MAX_];
	char line[512];
	FILE *file;
	char *name;
	char *end;
	size_t len;
	uint64_t parent = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	len = fread(line, 1, sizeof(line) - 1, file);
	(void)fclose(file);
	line[len] = '\0';
	/* The name stands in brackets, and may hold some. */
	name = strchr(line, '(');
	end = strrchr(line, ')');
	if (name == NULL || end == NULL || strlen(end) < 5)
		return 0;
	*out_is_sshd = strncmp(name, "(sshd", 5) == 0;
	end += 4;
	if (sw_num_parse_n(end, strcspn(end, " "), INT32_MAX, &parent) != SW_OK)
		return 0;
	return (pid_t)parent;
}

static size_t sockets_of(pid_t pid, uint64_t *inodes)
{
	static const char mark[] = "socket:[";
	char path[PATH_MAX_];
	size_t count = 0;
	struct dirent *entry;
	DIR *dir;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	if (dir == NULL)
		return 0;
	while (count < INODES_MAX && (entry = readdir(dir)) != NULL) {
		char link[PATH_MAX_];
		ssize_t len = readlinkat(dirfd(dir), entry->d_name, link,
					 sizeof(link) - 1);
		size_t start = sizeof(mark) - 1;

		if (len <= (ssize_t)start || memcmp(link, mark, start) != 0)
			continue;
		if (sw_num_parse_n(link + start, (size_t)len - start - 1,
				   UINT64_MAX, &inodes[count]) == SW_OK)
			count++;
	}
	(void)closedir(dir);
	return count;
}

static bool is_hex(const char *text, size_t len)
{
	return strspn(text, "0123456789ABCDEFabcdef") >= len;
}

static uint8_t nibble(char digit)
{
	return (uint8_t)(digit <= '9' ? digit - '0'
				      : (digit | 0x20) - 'a' + 10);
}

/* 8 or 32 digits: words of 4 bytes, each as the machine holds it. */
static bool read_kernel_addr(const char *digits, size_t len,
			     struct sw_addr *out)
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	uint8_t bytes[16];
	struct sw_endpoint end;

	if ((len != 8 && len != 32) || !is_hex(digits, len))
		return false;
	for (size_t i = 0; i < len / 8; i++) {
		uint32_t word = 0;

		for (size_t j = 0; j < 8; j++)
			word = word << 4 | nibble(digits[i * 8 + j]);
		memcpy(bytes + i * 4, &word, sizeof(word));
	}
	memcpy(&v4.sin_addr, bytes, sizeof(v4.sin_addr));
	memcpy(&v6.sin6_addr, bytes, len / 2);
	if (sw_endpoint_from_sockaddr(len == 8 ? (const struct sockaddr *)&v4
					       : (const struct sockaddr *)&v6,
				      len == 8 ? sizeof(v4) : sizeof(v6),
				      &end) != SW_OK)
		return false;
	*out = end.addr;
	return true;
}

/* "N: LOCAL:PORT REMOTE:PORT STATE ... INODE ..." */
static void read_socket(struct found *found, char *line, const uint64_t *inodes,
			size_t count)
{
	char *words[10];
	size_t word_count = 0;
	uint64_t inode = 0;
	struct sw_addr addr;
	char *save = NULL;

	for (char *word = strtok_r(line, " \n", &save);
	     word != NULL && word_count < 10;
	     word = strtok_r(NULL, " \n", &save))
		words[word_count++] = word;
	if (word_count < 10 || strcmp(words[3], "0A") == 0 ||
	    sw_num_parse(words[9], UINT64_MAX, &inode) != SW_OK)
		return;
	for (size_t i = 0; i < count; i++) {
		if (inodes[i] == inode &&
		    read_kernel_addr(words[2], strcspn(words[2], ":"), &addr))
			add(found, &addr);
	}
}

static void read_sockets(struct found *found, pid_t pid)
{
	static const char *const tables[] = {"tcp", "tcp6"};
	uint64_t inodes[INODES_MAX];
	size_t count = sockets_of(pid, inodes);

	for (size_t i = 0; count > 0 && i < 2; i++) {
		char path[PATH_MAX_];
		char line[512];
		FILE *file;

		(void)snprintf(path, sizeof(path), "/proc/%d/net/%s", (int)pid,
			       tables[i]);
		file = fopen(path, "re");
		if (file == NULL)
			continue;
		while (fgets(line, sizeof(line), file) != NULL)
			read_socket(found, line, inodes, count);
		(void)fclose(file);
	}
}

size_t sw_bans_own_clients(struct sw_addr *out, size_t max)
{
	struct found found = {.addrs = out, .max = max};
	pid_t pid = getpid();

	read_environment(&found);
	for (int i = 0; pid > 1 && i < ANCESTORS_MAX; i++) {
		bool is_sshd = false;
		pid_t parent = parent_of(pid, &is_sshd);

		if (is_sshd)
			read_sockets(&found, pid);
		pid = parent;
	}
	return found.count;
}
