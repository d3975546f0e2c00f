#include "sw_test.h"

#include "sshwhy/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "channel-XXXXXX";
static char path[64];

static int make_folder(void **state SW_UNUSED)
{
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/socket", folder);
	return 0;
}

static int remove_folder(void **state SW_UNUSED)
{
	(void)unlink(path);
	return rmdir(folder);
}

static int listen_at(int backlog)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	(void)unlink(path);
	memcpy(sa.sun_path, path, strlen(path));
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

static struct sw_fact sample(void)
{
	struct sw_fact fact;

	sw_fact_init(&fact, SW_FACT_LOG, 1, getpid());
	sw_fact_set_text(&fact, "text");
	return fact;
}

static void
a_fact_arrives_with_the_credentials_of_its_sender(void **state SW_UNUSED)
{
	struct sw_channel channel = SW_CHANNEL_INIT;
	struct sw_fact fact = sample(), got;
	struct ucred cred;
	socklen_t len = sizeof(cred);
	char bytes[sizeof(fact)];
	int fd = listen_at(4), peer;
	ssize_t n;

	assert_int_equal(sw_channel_open(&channel, path), SW_OK);
	assert_int_equal(sw_channel_send(&channel, &fact), SW_OK);
	peer = accept(fd, NULL, NULL);
	assert_int_equal(getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &cred, &len),
			 0);
	assert_int_equal(cred.pid, getpid());
	n = recv(peer, bytes, sizeof(bytes), 0);
	assert_true(n > 0);
	assert_int_equal(sw_fact_read(bytes, (size_t)n, &got), SW_OK);
	assert_string_equal(got.text, "text");
	sw_channel_close(&channel);
	(void)close(peer);
	(void)close(fd);
}

static void a_forked_child_gets_a_connection_of_its_own(void **state SW_UNUSED)
{
	struct sw_channel channel = SW_CHANNEL_INIT;
	int fd = listen_at(4), status, parent, child;
	struct ucred cred;
	socklen_t len = sizeof(cred);
	pid_t pid;

	assert_int_equal(sw_channel_open(&channel, path), SW_OK);
	pid = fork();
	if (pid == 0)
		_exit(sw_channel_open(&channel, path) == SW_OK ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	parent = accept(fd, NULL, NULL);
	child = accept(fd, NULL, NULL);
	assert_int_equal(
		getsockopt(child, SOL_SOCKET, SO_PEERCRED, &cred, &len), 0);
	assert_int_equal(cred.pid, pid);
	sw_channel_close(&channel);
	(void)close(parent);
	(void)close(child);
	(void)close(fd);
}

static void
nobody_there_is_an_io_error_and_leaves_it_closed(void **state SW_UNUSED)
{
	struct sw_channel channel = SW_CHANNEL_INIT;
	struct sw_fact fact = sample();

	(void)close(listen_at(1));
	assert_int_equal(sw_channel_open(&channel, path), SW_E_IO);
	assert_int_equal(errno, ECONNREFUSED);
	assert_int_equal(channel.fd, -1);
	assert_int_equal(sw_channel_send(&channel, &fact), SW_E_IO);
}

static void a_full_queue_is_reported_without_waiting(void **state SW_UNUSED)
{
	struct sw_channel channel = SW_CHANNEL_INIT;
	struct sw_fact fact = sample();
	int fd = listen_at(4), peer, sent = 0;

	assert_int_equal(sw_channel_open(&channel, path), SW_OK);
	peer = accept(fd, NULL, NULL);
	while (sw_channel_send(&channel, &fact) == SW_OK)
		sent++;
	assert_int_equal(errno, EAGAIN);
	assert_true(sent > 10);
	sw_channel_close(&channel);
	(void)close(peer);
	(void)close(fd);
}

static void
a_peer_that_left_is_reported_without_a_signal(void **state SW_UNUSED)
{
	struct sw_channel channel = SW_CHANNEL_INIT;
	struct sw_fact fact = sample();
	int fd = listen_at(4);

	assert_int_equal(sw_channel_open(&channel, path), SW_OK);
	(void)close(accept(fd, NULL, NULL));
	assert_int_equal(sw_channel_send(&channel, &fact), SW_E_IO);
	assert_int_equal(errno, EPIPE);
	sw_channel_close(&channel);
	(void)close(fd);
}

static void
a_number_that_became_another_file_is_left_alone(void **state SW_UNUSED)
{
	struct sw_channel channel = SW_CHANNEL_INIT;
	struct sw_fact fact = sample();
	int fd = listen_at(4), ends[2];
	char byte;

	assert_int_equal(sw_channel_open(&channel, path), SW_OK);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(dup2(ends[1], channel.fd), channel.fd);
	assert_int_equal(sw_channel_send(&channel, &fact), SW_E_IO);
	assert_int_equal(errno, ENOTCONN);
	assert_int_equal(read(ends[0], &byte, 1), -1);
	fd = channel.fd;
	sw_channel_close(&channel);
	assert_true(fcntl(fd, F_GETFD) >= 0);
	(void)close(fd);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static void a_path_too_long_for_a_socket_is_refused(void **state SW_UNUSED)
{
	struct sw_channel channel = SW_CHANNEL_INIT;
	char name[200];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(sw_channel_open(&channel, name), SW_E_RANGE);
	assert_int_equal(channel.fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_fact_arrives_with_the_credentials_of_its_sender),
		cmocka_unit_test(a_forked_child_gets_a_connection_of_its_own),
		cmocka_unit_test(
			nobody_there_is_an_io_error_and_leaves_it_closed),
		cmocka_unit_test(a_full_queue_is_reported_without_waiting),
		cmocka_unit_test(a_peer_that_left_is_reported_without_a_signal),
		cmocka_unit_test(
			a_number_that_became_another_file_is_left_alone),
		cmocka_unit_test(a_path_too_long_for_a_socket_is_refused),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
