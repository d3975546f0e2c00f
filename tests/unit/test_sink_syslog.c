#include "record_samples.h"

#include "sshwhy/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static char root[] = "test_sink_syslog.XXXXXX";
static struct sockaddr_un logger = {.sun_family = AF_UNIX};
static char asked_for[sizeof(logger.sun_path)];

/* The C library's, with a logger of our own in the place of /dev/log. */
ssize_t sendto(int fd, const void *bytes, size_t len, int flags,
	       __CONST_SOCKADDR_ARG to, socklen_t to_len)
{
	const struct sockaddr_un *wanted =
		(const struct sockaddr_un *)to.__sockaddr__;

	assert_true(to_len <= sizeof(*wanted));
	memcpy(asked_for, wanted->sun_path, sizeof(asked_for));
	return syscall(SYS_sendto, fd, bytes, len, flags, &logger,
		       sizeof(logger));
}

static int make_root(void **state SW_UNUSED)
{
	if (mkdtemp(root) == NULL)
		return -1;
	(void)snprintf(logger.sun_path, sizeof(logger.sun_path), "%s/log",
		       root);
	return setenv("TZ", "EST5", 1);
}

static int remove_root(void **state SW_UNUSED)
{
	return rmdir(root);
}

static int start_logger(void **state)
{
	static int fd;

	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	*state = &fd;
	return bind(fd, (struct sockaddr *)&logger, sizeof(logger));
}

static int stop_logger(void **state)
{
	(void)unlink(logger.sun_path);
	return close(**(int **)state);
}

static char received[SW_RECORD_SYSLOG_MAX * 2];

static const char *next_line(void **state)
{
	ssize_t got = recv(**(int **)state, received, sizeof(received) - 1, 0);

	received[got > 0 ? got : 0] = '\0';
	return received;
}

static void a_record_is_one_datagram_in_local_time(void **state)
{
	char words[SW_RECORD_SYSLOG_MAX];
	struct sw_record record;
	char wanted[SW_RECORD_SYSLOG_MAX + 64];

	sample_record(&record);
	assert_int_equal(sw_record_to_syslog(&record, words, sizeof(words)),
			 SW_OK);
	(void)snprintf(wanted, sizeof(wanted),
		       "<85>Nov 22 02:37:03 sshwhy[%ld]: %s", (long)getpid(),
		       words);
	assert_int_equal(sw_sink_syslog(&record), SW_OK);
	assert_string_equal(asked_for, "/dev/log");
	assert_string_equal(next_line(state), wanted);
	assert_string_equal(next_line(state), "");
}

static void a_day_below_ten_has_a_blank_before_it(void **state)
{
	struct sw_record record;

	sample_record(&record);
	record.time = INT64_C(1772607845000);
	assert_int_equal(sw_sink_syslog(&record), SW_OK);
	assert_memory_equal(next_line(state), "<85>Mar  4 02:04:05 ", 20);
}

static void a_hostile_record_stays_one_visible_line(void **state)
{
	struct sw_record record;

	sample_record(&record);
	fill_hostile(record.rule.text, sizeof(record.rule.text));
	fill_hostile(record.conn.user, sizeof(record.conn.user));
	assert_int_equal(sw_sink_syslog(&record), SW_OK);
	(void)next_line(state);
	for (const char *c = received; *c != '\0'; c++)
		assert_true(*c >= ' ' && *c < 0x7f);
}

static void the_largest_record_is_sent_whole(void **state)
{
	char words[SW_RECORD_SYSLOG_MAX];
	struct sw_record record;

	largest_record(&record);
	assert_int_equal(sw_record_to_syslog(&record, words, sizeof(words)),
			 SW_OK);
	assert_int_equal(sw_sink_syslog(&record), SW_OK);
	assert_non_null(strstr(next_line(state), words));
}

static void a_logger_that_does_not_read_blocks_nobody(void **state SW_UNUSED)
{
	struct sw_record record;
	enum sw_err err = SW_OK;

	sample_record(&record);
	for (int i = 0; i < 100000 && err == SW_OK; i++)
		err = sw_sink_syslog(&record);
	assert_int_equal(err, SW_E_IO);
	assert_int_equal(errno, EAGAIN);
}

static void no_logger_is_an_io_failure(void **state SW_UNUSED)
{
	struct sw_record record;

	sample_record(&record);
	assert_int_equal(sw_sink_syslog(&record), SW_E_IO);
	assert_int_equal(errno, ENOENT);
}

static void no_descriptor_is_left_open(void **state SW_UNUSED)
{
	struct sw_record record;
	int before = dup(0);

	assert_int_equal(close(before), 0);
	sample_record(&record);
	assert_int_equal(sw_sink_syslog(&record), SW_OK);
	assert_int_equal(dup(0), before);
	assert_int_equal(close(before), 0);
}

#define LOGGER_TEST(name)                                                      \
	cmocka_unit_test_setup_teardown(name, start_logger, stop_logger)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOGGER_TEST(a_record_is_one_datagram_in_local_time),
		LOGGER_TEST(a_day_below_ten_has_a_blank_before_it),
		LOGGER_TEST(a_hostile_record_stays_one_visible_line),
		LOGGER_TEST(the_largest_record_is_sent_whole),
		LOGGER_TEST(a_logger_that_does_not_read_blocks_nobody),
		cmocka_unit_test(no_logger_is_an_io_failure),
		LOGGER_TEST(no_descriptor_is_left_open),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
