/*
 * knock [-q] [-r RATE] FROM TO PORT [COUNT] - connect to sshd and see how it
 * ends.
 *
 * Connects COUNT times, one after the other, from the numeric address FROM to
 * TO, says nothing, and reads until the first line is complete or the server
 * has closed. For each connection one line on standard output:
 *
 *	LOCAL-PORT MICROSECONDS banner|closed|reset START
 *
 * The time runs from START, that of connect() in microseconds of the monotonic
 * clock, to the banner or the end. With -q the client sends its own
 * identification first, which turns most ends into a reset. With -r it begins
 * RATE connections a second, or as many as the server ends in time.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define IDENTIFICATION "SSH-2.0-knock\r\n"

static uint64_t now_us(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static struct addrinfo *numeric(const char *host, const char *port)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
				 .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;

	if (getaddrinfo(host, port, &hints, &found) != 0) {
		(void)fprintf(stderr, "knock: %s is no address\n", host);
		exit(2);
	}
	return found;
}

static unsigned int port_of(int fd)
{
	struct sockaddr_storage storage = {0};
	socklen_t len = sizeof(storage);
	char port[NI_MAXSERV];

	if (getsockname(fd, (struct sockaddr *)&storage, &len) != 0 ||
	    getnameinfo((struct sockaddr *)&storage, len, NULL, 0, port,
			sizeof(port), NI_NUMERICSERV) != 0)
		return 0;
	return (unsigned int)strtoul(port, NULL, 10);
}

static const char *end_of(int fd, bool speak)
{
	size_t told = strlen(IDENTIFICATION);
	char byte;
	ssize_t got;

	if (speak && send(fd, IDENTIFICATION, told, MSG_NOSIGNAL) < 0)
		return "reset";
	do
		got = read(fd, &byte, 1);
	while (got == 1 && byte != '\n');
	if (got == 1)
		return "banner";
	return got == 0 ? "closed" : "reset";
}

static int knock(const struct addrinfo *from, const struct addrinfo *to,
		 bool speak)
{
	int fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const char *end;
	unsigned int port;
	uint64_t start;

	if (fd < 0 || bind(fd, from->ai_addr, from->ai_addrlen) != 0) {
		perror("knock: bind");
		return 1;
	}
	start = now_us();
	if (connect(fd, to->ai_addr, to->ai_addrlen) != 0) {
		perror("knock: connect");
		return 1;
	}
	port = port_of(fd);
	end = end_of(fd, speak);
	(void)printf("%u %llu %s %llu\n", port,
		     (unsigned long long)(now_us() - start), end,
		     (unsigned long long)start);
	return close(fd);
}

static void wait_until_us(uint64_t time)
{
	struct timespec until = {.tv_sec = (time_t)(time / 1000000u),
				 .tv_nsec = (long)(time % 1000000u) * 1000};

	(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

static int knock_at_rate(char **args, long times, bool speak, long rate)
{
	struct addrinfo *from = numeric(args[0], NULL);
	struct addrinfo *to = numeric(args[1], args[2]);
	uint64_t start = now_us();
	int status = 0;

	for (long i = 0; i < times && status == 0; i++) {
		if (rate > 0)
			wait_until_us(start +
				      (uint64_t)i * 1000000u / (uint64_t)rate);
		status = knock(from, to, speak);
	}
	freeaddrinfo(from);
	freeaddrinfo(to);
	return status;
}

int main(int argc, char **argv)
{
	bool speak = false;
	long rate = 0;
	int option;

	while ((option = getopt(argc, argv, "qr:")) != -1) {
		if (option == 'q')
			speak = true;
		else
			rate = option == 'r' ? strtol(optarg, NULL, 10) : -1;
	}
	if (argc - optind < 3 || argc - optind > 4 || rate < 0) {
		(void)fprintf(stderr, "usage: knock [-q] [-r RATE] FROM TO "
				      "PORT [COUNT]\n");
		return 2;
	}
	return knock_at_rate(
		argv + optind,
		argc - optind == 4 ? strtol(argv[optind + 3], NULL, 10) : 1,
		speak, rate);
}
