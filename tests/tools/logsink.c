/*
 * logsink SOCKET FILE - a system logger for tests.
 *
 * Appends each message that arrives at the datagram socket SOCKET to FILE, one
 * a line, its priority in front as sent. Writes "ready" to standard output once
 * it listens, and ends by a signal.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define MESSAGE_MAX 65536

static int listen_at(const char *path)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof(un.sun_path))
		return -1;
	memcpy(un.sun_path, path, strlen(path));
	(void)unlink(path);
	if (bind(fd, (struct sockaddr *)&un, sizeof(un)) != 0)
		return -1;
	return chmod(path, 0666) == 0 ? fd : -1;
}

static int copy_messages(int from, int to)
{
	static char message[MESSAGE_MAX + 1];
	ssize_t len;

	for (;;) {
		len = recv(from, message, MESSAGE_MAX, 0);
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return 1;
		while (len > 0 &&
		       (message[len - 1] == '\n' || message[len - 1] == '\0'))
			len--;
		for (ssize_t i = 0; i < len; i++) {
			if (message[i] == '\n')
				message[i] = ' ';
		}
		message[len] = '\n';
		if (write(to, message, (size_t)len + 1) != len + 1)
			return 1;
	}
}

int main(int argc, char **argv)
{
	int from;
	int to;

	if (argc != 3) {
		(void)fprintf(stderr, "usage: logsink SOCKET FILE\n");
		return 2;
	}
	to = open(argv[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	from = listen_at(argv[1]);
	if (to < 0 || from < 0) {
		perror("logsink");
		return 1;
	}
	if (printf("ready\n") < 0 || fflush(stdout) != 0)
		return 1;
	return copy_messages(from, to);
}
