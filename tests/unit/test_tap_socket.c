#include "sw_test.h"

#include "recorder/tap_socket.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SESSION 4123

static struct sw_fact got[16];
static size_t count;
static pid_t ended;
static sd_event *event;
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static int listening;

static void on_fact(void *context SW_UNUSED, const struct sw_fact *fact)
{
	assert_true(count < SW_ROWS(got));
	got[count++] = *fact;
}

static void on_end(void *context SW_UNUSED, pid_t pid)
{
	ended = pid;
}

static struct sw_socket_tap tap = {.fact = on_fact, .end = on_end};

static int start(void **state SW_UNUSED)
{
	socklen_t len = sizeof(address);

	count = 0;
	ended = 0;
	address.sun_path[0] = '\0';
	(void)snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1,
		       "sshwhy-tap-%ld", (long)getpid());
	listening = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);
	if (bind(listening, (struct sockaddr *)&address, len) != 0 ||
	    listen(listening, 4) != 0 || sd_event_new(&event) < 0)
		return -1;
	return sw_socket_tap_start(event, listening, &tap) == SW_OK ? 0 : -1;
}

static int end(void **state SW_UNUSED)
{
	sw_socket_tap_stop(&tap);
	(void)sd_event_unref(event);
	return close(listening);
}

static void run(void)
{
	while (sd_event_run(event, 0) > 0)
		;
}

static int connected(void)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	assert_int_equal(
		connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void say(int fd, enum sw_fact_kind kind, pid_t pid, const char *text)
{
	struct sw_fact fact;

	sw_fact_init(&fact, kind, 1, pid);
	sw_fact_set_text(&fact, text);
	assert_true(send(fd, &fact, sw_fact_length(&fact), MSG_NOSIGNAL) > 0);
}

static void only_roots_connections_are_read(void **state SW_UNUSED)
{
	bool is_root = geteuid() == 0;
	int fd;

	if (is_root)
		assert_int_equal(seteuid(65534), 0);
	fd = connected();
	if (is_root)
		assert_int_equal(seteuid(0), 0);
	say(fd, SW_FACT_SESSION, SESSION, "");
	run();
	assert_int_equal(count, 0);
	(void)close(fd);
}

/* The user's processes hold it from then on. */
static void behind_an_authentication_little_is_believed(void **state SW_UNUSED)
{
	static const char sessions[] = "error: no more sessions";
	int fd;

	if (geteuid() != 0)
		skip();
	fd = connected();
	say(fd, SW_FACT_LOG, SESSION, "fatal: before");
	say(fd, SW_FACT_ADMITTED, SESSION, "");
	run();
	assert_int_equal(count, 2);
	say(fd, SW_FACT_WRAPPER, SESSION, "");
	say(fd, SW_FACT_PORT, SESSION, "");
	say(fd, SW_FACT_LOG, SESSION,
	    "User root from 203.0.113.5 not allowed because listed in "
	    "DenyUsers");
	say(fd, SW_FACT_LOG, SESSION + 1, sessions);
	run();
	assert_int_equal(count, 2);
	say(fd, SW_FACT_LOG, SESSION, sessions);
	run();
	assert_int_equal(count, 3);
	(void)close(fd);
}

static void all_is_read_before_an_end_is_told(void **state SW_UNUSED)
{
	int status;
	pid_t pid;

	if (geteuid() != 0)
		skip();
	pid = fork();
	if (pid == 0) {
		int fd = connected();

		for (int i = 0; i < 5; i++)
			say(fd, SW_FACT_SESSION, SESSION, "");
		(void)send(fd, "rubbish", 7, MSG_NOSIGNAL);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	run();
	assert_int_equal(count, 5);
	assert_int_equal(ended, pid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_roots_connections_are_read,
						start, end),
		cmocka_unit_test_setup_teardown(
			behind_an_authentication_little_is_believed, start,
			end),
		cmocka_unit_test_setup_teardown(
			all_is_read_before_an_end_is_told, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
