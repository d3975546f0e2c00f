#include "sw_test.h"

#include "sshwhy/sshd_daemon.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define ROW(text) text, sizeof(text) - 1

static const struct {
	const char *cmdline;
	size_t len;
	enum sw_err err;
	const char *config, *option;
	unsigned int startups, begin, full;
} rows[] = {
	{ROW("sshd: /usr/sbin/sshd -D [listener] 3 of 10-100 startups\0\0"),
	 SW_OK, SW_SYSCONFDIR "/ssh/sshd_config", NULL, 3, 10, 100},
	{ROW("sshd: /usr/sbin/sshd -D -f /etc/ssh/b -p 2222 -o "
	     "MaxStartups=3:30:5 [listener] 0 of 3-5 startups"),
	 SW_OK, "/etc/ssh/b", "MaxStartups=3:30:5", 0, 3, 5},
	{ROW("/usr/sbin/sshd\0-Def\0/etc/ssh/c\0-oUsePAM=yes\0"), SW_OK,
	 "/etc/ssh/c", "UsePAM=yes", 0, 0, 0},
	{ROW("/opt/ssh/sbin/sshd\0-4\0"), SW_OK,
	 SW_SYSCONFDIR "/ssh/sshd_config", NULL, 0, 0, 0},
	{ROW("/usr/sbin/sshd\0-f\0relative\0"), SW_OK,
	 SW_SYSCONFDIR "/ssh/sshd_config", NULL, 0, 0, 0},
	{ROW("/usr/sbin/sshd\0-i\0"), SW_E_NOTSUP, "", NULL, 0, 0, 0},
	{ROW("/usr/sbin/sshd\0-D\0-R\0"), SW_E_NOTSUP, "", NULL, 0, 0, 0},
	{ROW("/usr/sbin/sshd\0-T\0"), SW_E_NOTSUP, "", NULL, 0, 0, 0},
	{ROW("sshd: alice [priv]"), SW_E_NOTSUP, "", NULL, 0, 0, 0},
	{ROW("sshd: [listener] /usr/sbin/sshd"), SW_E_NOTSUP, "", NULL, 0, 0,
	 0},
	{ROW("/usr/bin/ssh\0host\0"), SW_E_NOTSUP, "", NULL, 0, 0, 0},
	{ROW(""), SW_E_NOTSUP, "", NULL, 0, 0, 0},
};

static bool is_as_row(size_t i, const struct sw_daemon *daemon)
{
	const char *option = daemon->option_count > 0 ? daemon->options[0] : "";

	return strcmp(daemon->config, rows[i].config) == 0 &&
	       strcmp(option, rows[i].option ? rows[i].option : "") == 0 &&
	       daemon->startups == rows[i].startups &&
	       daemon->begin == rows[i].begin && daemon->full == rows[i].full;
}

static void a_listener_is_read_from_its_command_line(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		struct sw_daemon daemon = {0};

		if (sw_daemon_parse(rows[i].cmdline, rows[i].len, &daemon) !=
			    rows[i].err ||
		    !is_as_row(i, &daemon))
			fail_msg("row %zu: config %s, %zu options, %u of %u-%u",
				 i, daemon.config, daemon.option_count,
				 daemon.startups, daemon.begin, daemon.full);
	}
}

static void a_command_line_that_is_too_long_is_refused(void **state SW_UNUSED)
{
	static char cmdline[8192] = "/usr/sbin/sshd";
	struct sw_daemon daemon = {.pid = 7};

	assert_int_equal(sw_daemon_parse(cmdline, sizeof(cmdline), &daemon),
			 SW_E_NOTSUP);
	assert_int_equal(daemon.pid, 7);
}

static void a_process_that_is_no_sshd_is_not_described(void **state SW_UNUSED)
{
	struct sw_daemon daemon = {.pid = 7};

	assert_int_equal(sw_daemon_describe(getpid(), &daemon), SW_E_NOTSUP);
	errno = 0;
	assert_int_equal(sw_daemon_describe(-1, &daemon), SW_E_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(daemon.pid, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_listener_is_read_from_its_command_line),
		cmocka_unit_test(a_command_line_that_is_too_long_is_refused),
		cmocka_unit_test(a_process_that_is_no_sshd_is_not_described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
