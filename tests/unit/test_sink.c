/* The paths of lib/sink.c are set for this program to where it is built. */

#include "record_samples.h"

#include "fake_audit.h"
#include "sshwhy/paths.h"
#include "sshwhy/sink.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

static int lines_to_logger;
static int logger_error;

/* In the place of the C library's: there is a logger, or there is none. */
ssize_t sendto(int fd SW_UNUSED, const void *bytes SW_UNUSED, size_t len,
	       int flags SW_UNUSED, __CONST_SOCKADDR_ARG to SW_UNUSED,
	       socklen_t to_len SW_UNUSED)
{
	lines_to_logger++;
	errno = logger_error;
	return logger_error == 0 ? (ssize_t)len : -1;
}

static int remove_log(void **state SW_UNUSED)
{
	(void)unlink(SW_PATH_LOG);
	(void)rmdir(SW_PATH_LOG);
	(void)rmdir(SW_PATH_LOG_DIR);
	return 0;
}

static int make_root(void **state)
{
	(void)mkdir(SW_LOCALSTATEDIR, 0755);
	(void)mkdir(SW_LOCALSTATEDIR "/log", 0755);
	return remove_log(state);
}

static int remove_root(void **state)
{
	(void)remove_log(state);
	(void)rmdir(SW_LOCALSTATEDIR "/log");
	return rmdir(SW_LOCALSTATEDIR);
}

static struct audit_status off = {.enabled = 0, .pid = 0};
static struct audit_status unread = {.enabled = 1, .pid = 0};
static struct audit_status on = {.enabled = 1, .pid = 7};

#define ALL (SW_SINK_AUDIT | SW_SINK_FILE | SW_SINK_SYSLOG)

static const struct {
	uint32_t sinks;
	struct audit_status *status; /* NULL: the kernel does not say */
	int audit_errno;	     /* of writing; 0: it succeeds */
	bool file_fails;
	int logger_errno;
	uint32_t reached; /* the sinks that were tried */
	enum sw_err err;
} cases[] = {
	{SW_SINK_AUTO, &on, 0, false, 0, SW_SINK_AUDIT | SW_SINK_SYSLOG, SW_OK},
	{SW_SINK_AUTO, &on, EPERM, false, 0, ALL, SW_OK},
	{SW_SINK_AUTO, &on, EPERM, true, 0, ALL, SW_E_UNSAFE},
	{SW_SINK_AUTO, &off, 0, false, 0, SW_SINK_FILE | SW_SINK_SYSLOG, SW_OK},
	{SW_SINK_AUTO, &off, 0, false, ENOENT, SW_SINK_FILE | SW_SINK_SYSLOG,
	 SW_OK},
	{SW_SINK_AUTO, &off, 0, true, 0, SW_SINK_FILE | SW_SINK_SYSLOG,
	 SW_E_UNSAFE},
	{SW_SINK_AUTO, &unread, 0, false, 0, ALL, SW_OK},
	{SW_SINK_AUTO, &unread, EPERM, false, 0, ALL, SW_OK},
	{SW_SINK_AUTO, &unread, 0, true, 0, ALL, SW_E_UNSAFE},
	{SW_SINK_AUTO, NULL, 0, false, 0, ALL, SW_OK},
	{SW_SINK_AUTO, NULL, EPERM, false, 0, ALL, SW_OK},
	{SW_SINK_AUTO, NULL, 0, true, 0, ALL, SW_OK},
	{SW_SINK_AUTO, NULL, EPERM, true, 0, ALL, SW_E_IO},
	{SW_SINK_AUDIT, &off, 0, false, 0, SW_SINK_AUDIT, SW_OK},
	{SW_SINK_AUDIT, &on, EPERM, false, 0, SW_SINK_AUDIT, SW_E_IO},
	{SW_SINK_FILE, &on, 0, false, 0, SW_SINK_FILE, SW_OK},
	{SW_SINK_FILE, &on, 0, true, 0, SW_SINK_FILE, SW_E_UNSAFE},
	{SW_SINK_SYSLOG, &on, 0, false, 0, SW_SINK_SYSLOG, SW_OK},
	{SW_SINK_SYSLOG, &on, 0, false, ENOENT, SW_SINK_SYSLOG, SW_E_IO},
	{SW_SINK_AUDIT | SW_SINK_FILE, &on, EPERM, false, 0,
	 SW_SINK_AUDIT | SW_SINK_FILE, SW_OK},
	{ALL, &on, 0, false, 0, ALL, SW_OK},
	{0, &on, 0, false, 0, 0, SW_E_NOTSUP},
};

static void prepare(size_t i, struct audit_reply *reply)
{
	fake_audit_reset();
	*reply = (struct audit_reply){.type = AUDIT_GET,
				      .status = cases[i].status};
	fake.replies = reply;
	fake.reply_count = cases[i].status != NULL;
	fake.ask = cases[i].status != NULL ? 1 : -EPERM;
	fake.sent = cases[i].audit_errno == 0 ? 1 : 0;
	fake.sent_error = cases[i].audit_errno;
	logger_error = cases[i].logger_errno;
	lines_to_logger = 0;
	(void)remove_log(NULL);
	if (cases[i].file_fails) {
		assert_int_equal(mkdir(SW_PATH_LOG_DIR, 0755), 0);
		assert_int_equal(mkdir(SW_PATH_LOG, 0755), 0);
	}
}

static uint32_t reached(bool file_fails)
{
	uint32_t sinks = 0;

	if (fake.writes == 1)
		sinks |= SW_SINK_AUDIT;
	/* A file that cannot be written shows in the result alone. */
	if (file_fails || access(SW_PATH_LOG, F_OK) == 0)
		sinks |= SW_SINK_FILE;
	if (lines_to_logger == 1)
		sinks |= SW_SINK_SYSLOG;
	return sinks;
}

static void
every_choice_of_sinks_reaches_them_and_no_other(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(cases); i++) {
		struct sw_config config;
		struct audit_reply reply;
		struct sw_record record;
		enum sw_err err;

		sw_config_defaults(&config);
		config.sinks = cases[i].sinks;
		sample_record(&record);
		prepare(i, &reply);
		err = sw_sink_write(&record, &config);
		if (err != cases[i].err ||
		    reached(cases[i].file_fails) != cases[i].reached)
			fail_msg("case %zu: %s, sinks %u", i, sw_strerror(err),
				 reached(cases[i].file_fails));
	}
}

static void the_configured_size_limits_the_file(void **state SW_UNUSED)
{
	struct sw_config config;
	struct sw_record record;
	enum sw_err err = SW_OK;
	struct stat st;

	sw_config_defaults(&config);
	config.sinks = SW_SINK_FILE;
	config.file_size = SW_RECORD_JSON_MAX;
	(void)remove_log(NULL);
	sample_record(&record);
	for (int i = 0; i < 100 && err == SW_OK; i++)
		err = sw_sink_write(&record, &config);
	assert_int_equal(err, SW_E_RANGE);
	assert_int_equal(stat(SW_PATH_LOG, &st), 0);
	assert_true(st.st_size <= SW_RECORD_JSON_MAX &&
		    st.st_size > SW_RECORD_JSON_MAX / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_choice_of_sinks_reaches_them_and_no_other),
		cmocka_unit_test(the_configured_size_limits_the_file),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
