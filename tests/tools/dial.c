/*
 * dial [-e] FROM LOCAL-PORT TO PORT - a connection with a port of its own.
 *
 * Connects from the numeric address FROM and LOCAL-PORT, and copies standard
 * input to the server and the server's words to standard output until the
 * server ends the connection. The end of standard input ends nothing, so that
 * dial holds a connection open when it has nothing to say. With -e it is told
 * to the server, and what was said before still arrives: so ssh can use dial as
 * its ProxyCommand, and leave it behind.
 */

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct addrinfo *numeric(const char *host, const char *port)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
				 .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;

	if (getaddrinfo(host, port, &hints, &found) != 0) {
		(void)fprintf(stderr, "dial: %s:%s is no address\n", host,
			      port);
		exit(2);
	}
	return found;
}

static int dial(const struct addrinfo *from, const struct addrinfo *to)
{
	int fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const int yes = 1;

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
	    bind(fd, from->ai_addr, from->ai_addrlen) != 0 ||
	    connect(fd, to->ai_addr, to->ai_addrlen) != 0) {
		perror("dial");
		exit(1);
	}
	return fd;
}

/* False at the end of from, or when to takes no more. */
static bool copies(int from, int to)
{
	char bytes[16384];
	ssize_t got = read(from, bytes, sizeof(bytes));
	ssize_t put = 0;

	while (put < got) {
		ssize_t n = write(to, bytes + put, (size_t)(got - put));

		if (n < 0)
			return false;
		put += n;
	}
	return got > 0;
}

int main(int argc, char **argv)
{
	struct pollfd ends[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
				 {.events = POLLIN}};
	bool tells_end = argc == 6 && strcmp(argv[1], "-e") == 0;
	char **args = argv + (tells_end ? 2 : 1);
	struct addrinfo *from, *to;

	if (argc != (tells_end ? 6 : 5)) {
		(void)fprintf(stderr,
			      "usage: dial [-e] FROM LOCAL-PORT TO PORT\n");
		return 2;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	if (tells_end)
		(void)signal(SIGHUP, SIG_IGN);
	from = numeric(args[0], args[1]);
	to = numeric(args[2], args[3]);
	ends[1].fd = dial(from, to);
	freeaddrinfo(from);
	freeaddrinfo(to);
	while (poll(ends, 2, -1) >= 0 || errno == EINTR) {
		if (ends[1].revents != 0 && !copies(ends[1].fd, STDOUT_FILENO))
			break;
		if (ends[0].revents == 0 || copies(STDIN_FILENO, ends[1].fd))
			continue;
		ends[0].fd = -1;
		if (tells_end)
			(void)shutdown(ends[1].fd, SHUT_WR);
	}
	return 0;
}
