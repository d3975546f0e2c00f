/*
 * flood [-h] FROM TO PORT COUNT [SOURCES] - many connections to sshd at once.
 *
 * Opens COUNT connections from SOURCES addresses in turn, the numeric IPv4
 * address FROM and those after it (1), and reads from each until its first line
 * is complete or the server has closed. Whoever was let in is kept open until
 * all others have their answer, so that it holds its place. Then one line:
 *
 *	COUNT banner N dropped N closed N
 *
 * dropped: sshd said so in its first line; closed: it said nothing. With -h the
 * program prints the line, and holds what is open until its standard input
 *ends.
 */

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT 60000 /* ms that nothing may happen */

enum end { OPEN, BANNER, DROPPED, CLOSED, ENDS };

struct client {
	enum end end;
	char line[64];
	size_t len;
};

static int connect_to(struct in_addr from, const struct sockaddr_in *to)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr = from};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0 ||
	    fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
		perror("flood: bind");
		exit(1);
	}
	/* In progress, as a rule; poll() tells how it went. */
	(void)connect(fd, (const struct sockaddr *)to, sizeof(*to));
	return fd;
}

static enum end read_on(int fd, struct client *client)
{
	ssize_t got = read(fd, client->line + client->len,
			   sizeof(client->line) - client->len);

	if (got > 0)
		client->len += (size_t)got;
	if (client->len >= 4 && memcmp(client->line, "SSH-", 4) == 0)
		return BANNER;
	if (memchr(client->line, '\n', client->len) != NULL)
		return DROPPED;
	return got > 0 && client->len < sizeof(client->line) ? OPEN : CLOSED;
}

static void run(struct pollfd *fds, struct client *clients, nfds_t count)
{
	nfds_t open = count;

	while (open > 0 && poll(fds, count, WAIT) > 0) {
		for (nfds_t i = 0; i < count; i++) {
			struct client *client = &clients[i];

			if (fds[i].revents == 0 || client->end != OPEN)
				continue;
			client->end = read_on(fds[i].fd, client);
			if (client->end == OPEN)
				continue;
			open--;
			if (client->end != BANNER)
				(void)close(fds[i].fd);
			fds[i].fd = -1; /* poll() looks at it no more */
		}
	}
}

static void print(const struct client *clients, nfds_t count)
{
	unsigned int sums[ENDS] = {0};

	for (nfds_t i = 0; i < count; i++)
		sums[clients[i].end]++;
	(void)printf("%lu banner %u dropped %u closed %u\n",
		     (unsigned long)count, sums[BANNER], sums[DROPPED],
		     sums[CLOSED] + sums[OPEN]);
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	bool hold = argc > 1 && strcmp(argv[1], "-h") == 0;
	char **args = argv + (hold ? 2 : 1);
	int words = argc - (hold ? 2 : 1);
	struct sockaddr_in to = {.sin_family = AF_INET};
	struct in_addr from;
	uint32_t sources;
	struct client *clients;
	struct pollfd *fds;
	nfds_t count;
	char byte;

	if (words < 4 || inet_pton(AF_INET, args[0], &from) != 1 ||
	    inet_pton(AF_INET, args[1], &to.sin_addr) != 1) {
		(void)fprintf(stderr, "usage: flood [-h] FROM TO PORT COUNT "
				      "[SOURCES]\n");
		return 2;
	}
	to.sin_port = htons((uint16_t)strtoul(args[2], NULL, 10));
	count = strtoul(args[3], NULL, 10);
	sources = words > 4 ? (uint32_t)strtoul(args[4], NULL, 10) : 1;
	clients = calloc(count, sizeof(*clients));
	fds = calloc(count, sizeof(*fds));
	if (clients == NULL || fds == NULL || sources == 0)
		return 1;
	for (nfds_t i = 0; i < count; i++) {
		uint32_t next = ntohl(from.s_addr) + (uint32_t)i % sources;

		fds[i].fd = connect_to((struct in_addr){htonl(next)}, &to);
		fds[i].events = POLLIN;
	}
	run(fds, clients, count);
	print(clients, count);
	while (hold && read(STDIN_FILENO, &byte, 1) > 0)
		;
	free(clients);
	free(fds);
	return 0;
}
