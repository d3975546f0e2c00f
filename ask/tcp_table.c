#include "sshwhy/tcp_table.h"

#include "sshwhy/num.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define FIELDS 10

/* Hex digits, at most eight of them. */
static bool read_hex(const char *text, size_t len, uint32_t *out)
{
	static const char digits[] = "0123456789ABCDEF";
	uint32_t value = 0;

	if (len == 0 || len > 8)
		return false;
	for (size_t i = 0; i < len; i++) {
		const char *digit = memchr(digits, text[i], 16);

		if (digit == NULL)
			return false;
		value = value << 4 | (uint32_t)(digit - digits);
	}
	*out = value;
	return true;
}

/* "0100007F:0016": words of the address in the byte order of the machine. */
static bool read_end(const char *text, bool is_v6, struct sw_endpoint *out)
{
	size_t words = is_v6 ? 4 : 1;
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	uint32_t port;

	if (strlen(text) != words * 8 + 5 || text[words * 8] != ':' ||
	    !read_hex(text + words * 8 + 1, 4, &port))
		return false;
	for (size_t i = 0; i < words; i++) {
		uint32_t word;

		if (!read_hex(text + 8 * i, 8, &word))
			return false;
		if (is_v6)
			memcpy(&v6.sin6_addr.s6_addr[4 * i], &word, 4);
		else
			v4.sin_addr.s_addr = word;
	}
	v6.sin6_port = v4.sin_port = htons((uint16_t)port);
	return sw_endpoint_from_sockaddr(
		       is_v6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4,
		       is_v6 ? sizeof(v6) : sizeof(v4), out) == SW_OK;
}

bool sw_tcp_table_parse(char *row, bool is_v6, struct sw_tcp_socket *out)
{
	struct sw_tcp_socket found = {.is_v6 = is_v6};
	char *field[FIELDS], *rest = NULL;
	uint32_t state, waiting;
	size_t count = 0;

	for (char *word = strtok_r(row, " \n", &rest);
	     word != NULL && count < FIELDS;
	     word = strtok_r(NULL, " \n", &rest))
		field[count++] = word;
	if (count < FIELDS || !read_end(field[1], is_v6, &found.local) ||
	    !read_end(field[2], is_v6, &found.remote) ||
	    !read_hex(field[3], strlen(field[3]), &state) ||
	    strlen(field[4]) != 17 || !read_hex(field[4] + 9, 8, &waiting) ||
	    sw_num_parse(field[9], UINT64_MAX, &found.inode) != SW_OK)
		return false;
	found.state = state;
	found.waiting = waiting;
	*out = found;
	return true;
}

static void read_table(pid_t pid, bool is_v6, sw_tcp_socket_fn take,
		       void *context)
{
	char path[64], row[512];
	struct sw_tcp_socket socket;
	FILE *file;

	if (pid == 0)
		(void)snprintf(path, sizeof(path), "/proc/self/net/tcp%s",
			       is_v6 ? "6" : "");
	else
		(void)snprintf(path, sizeof(path), "/proc/%d/net/tcp%s",
			       (int)pid, is_v6 ? "6" : "");
	file = fopen(path, "re");
	if (file == NULL)
		return;
	while (fgets(row, sizeof(row), file) != NULL) {
		if (sw_tcp_table_parse(row, is_v6, &socket))
			take(context, &socket);
	}
	(void)fclose(file);
}

void sw_tcp_table_read(pid_t pid, sw_tcp_socket_fn take, void *context)
{
	read_table(pid, false, take, context);
	read_table(pid, true, take, context);
}
