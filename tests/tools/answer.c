/*
 * answer PORT COMMAND... - an inetd for one connection.
 *
 * Listens on PORT of every address, writes "ready" to standard error, accepts
 * one connection and becomes COMMAND with it as standard input and output.
 */

#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int listen_on(uint16_t port)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6,
				   .sin6_port = htons(port)};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int yes = 1;
	int no = 0;

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no)) != 0 ||
	    bind(fd, (struct sockaddr *)&any, sizeof(any)) != 0 ||
	    listen(fd, 1) != 0)
		return -1;
	return fd;
}

int main(int argc, char **argv)
{
	int listener;
	int fd;

	if (argc < 3) {
		(void)fprintf(stderr, "usage: answer PORT COMMAND...\n");
		return 2;
	}
	listener = listen_on((uint16_t)strtoul(argv[1], NULL, 10));
	if (listener < 0) {
		perror("answer");
		return 1;
	}
	(void)fprintf(stderr, "ready\n");
	fd = accept(listener, NULL, NULL);
	if (fd < 0 || dup2(fd, 0) < 0 || dup2(fd, 1) < 0)
		return 1;
	if (fd > 1)
		(void)close(fd);
	(void)execv(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}
