#include "sw_test.h"

#include "recorder/journal_entry.h"

#include <string.h>

#define NONE ((enum sw_tap) - 1)
#define SSHD "/usr/sbin/sshd"
#define SESSION "/usr/lib/openssh/sshd-session"
#define DROP                                                                   \
	"drop connection #10 from [203.0.113.5]:51234 on [192.0.2.1]:22 past " \
	"MaxStartups"
#define FULL "error: no more sessions"
#define UNIT_FULL                                                              \
	"ssh.socket: Too many incoming connections (64), dropping connection."
#define OURS "ssh@0-192.0.2.1:22-203.0.113.5:51234.service"

static const struct {
	const char *why;
	const char *transport;
	const char *uid;
	const char *comm;
	const char *exe;
	const char *unit;
	const char *message;
	enum sw_tap tap;
} rows[] = {
	{"root's sshd", "syslog", "0", "sshd", SSHD, "ssh.service", DROP,
	 SW_TAP_JOURNAL},
	{"of any unit", "syslog", "0", "sshd", SSHD, "session-3.scope", DROP,
	 SW_TAP_JOURNAL},
	{"and of none", "syslog", "0", "sshd", SSHD, "", DROP, SW_TAP_JOURNAL},
	{"sshd-session", "syslog", "0", "sshd-session", SESSION, "", DROP,
	 SW_TAP_JOURNAL},
	{"sshd-auth", "syslog", "0", "sshd-auth", "/usr/lib/openssh/sshd-auth",
	 "", DROP, SW_TAP_JOURNAL},
	{"on standard error", "stdout", "0", "sshd", SSHD, OURS, DROP,
	 SW_TAP_JOURNAL},
	{"just started", "stdout", "0", "(sshd)", "/usr/lib/systemd/systemd",
	 "ssh.service", DROP, SW_TAP_JOURNAL},
	{"just started, newer", "stdout", "0", "sshd",
	 "/usr/lib/systemd/systemd-executor", OURS, DROP, SW_TAP_JOURNAL},
	{"another just started", "stdout", "0", "(cron)",
	 "/usr/lib/systemd/systemd", "cron.service", DROP, NONE},
	{"the manager's syslog", "syslog", "0", "systemd",
	 "/usr/lib/systemd/systemd", "ssh.service", DROP, NONE},
	{"gone, in its unit", "syslog", "0", "", "", "ssh.service", DROP,
	 SW_TAP_JOURNAL},
	{"gone, in Fedora's", "syslog", "0", "", "", "sshd.service", DROP,
	 SW_TAP_JOURNAL},
	{"gone, in an instance", "syslog", "0", "", "", OURS, DROP,
	 SW_TAP_JOURNAL},
	{"gone, its name left", "syslog", "0", "sshd", "", "", DROP,
	 SW_TAP_SYSLOG},
	{"gone, nothing left", "syslog", "0", "", "", "", DROP, NONE},
	{"gone, another unit", "syslog", "0", "", "", "cron.service", DROP,
	 NONE},
	{"a unit like ours", "syslog", "0", "", "", "xssh.service", DROP, NONE},
	{"no service", "syslog", "0", "", "", "ssh@1.scope", DROP, NONE},
	{"too short a unit", "syslog", "0", "", "", "ssh@.servic", DROP, NONE},
	{"logger of root", "syslog", "0", "logger", "/usr/bin/logger", "", DROP,
	 NONE},
	{"logger in the unit", "syslog", "0", "logger", "/usr/bin/logger",
	 "ssh.service", DROP, NONE},
	{"logger with the name", "syslog", "0", "sshd", "/usr/bin/logger",
	 "ssh.service", DROP, NONE},
	{"a path too long", "syslog", "0", "sshd", SW_JOURNAL_LONG,
	 "ssh.service", DROP, NONE},
	{"sshd is a folder", "syslog", "0", "x", "/usr/sbin/sshd/x", "", DROP,
	 NONE},
	{"another program", "syslog", "0", "sshd", "/usr/sbin/sshdx", "", DROP,
	 NONE},
	{"logger of a user", "syslog", "65534", "logger", "/usr/bin/logger", "",
	 DROP, NONE},
	{"a user's sshd", "syslog", "1000", "sshd", SSHD, "ssh.service", DROP,
	 NONE},
	{"a user's sshd, gone", "syslog", "1000", "sshd", "", "ssh.service",
	 DROP, NONE},
	{"a user, MaxSessions", "syslog", "1000", "sshd", SSHD,
	 "session-3.scope", FULL, SW_TAP_SYSLOG},
	{"not by logger", "syslog", "1000", "sshd", "/usr/bin/logger", "", FULL,
	 NONE},
	{"MaxSessions of root", "syslog", "0", "sshd", SSHD, "", FULL,
	 SW_TAP_JOURNAL},
	{"no user at all", "syslog", "", "sshd", SSHD, "ssh.service", FULL,
	 NONE},
	{"user 00", "syslog", "00", "sshd", SSHD, "ssh.service", DROP, NONE},
	{"an audit record", "audit", "0", "sshd", SSHD, "ssh.service", DROP,
	 NONE},
	{"the kernel", "kernel", "0", "sshd", SSHD, "", DROP, NONE},
	{"no transport", "", "0", "sshd", SSHD, "", DROP, NONE},
};

static void copy(char *out, size_t size, const char *text)
{
	assert_true(strlen(text) < size);
	strcpy(out, text);
}

static void set_message(struct sw_journal_entry *entry, const char *message)
{
	entry->message_len = strlen(message);
	assert_true(entry->message_len <= sizeof(entry->message));
	memcpy(entry->message, message, entry->message_len);
}

static struct sw_journal_entry entry_of(size_t i)
{
	struct sw_journal_entry entry = {.pid = "4123"};

	copy(entry.transport, sizeof(entry.transport), rows[i].transport);
	copy(entry.uid, sizeof(entry.uid), rows[i].uid);
	copy(entry.comm, sizeof(entry.comm), rows[i].comm);
	copy(entry.exe, sizeof(entry.exe), rows[i].exe);
	copy(entry.unit, sizeof(entry.unit), rows[i].unit);
	set_message(&entry, rows[i].message);
	return entry;
}

static const struct sw_line untouched = {
	.tap = NONE, .origin = SW_LOG_FOREIGN, .pid = 77, .time = 5};

static void an_entry_is_believed_for_what_journald_says(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		struct sw_journal_entry entry = entry_of(i);
		struct sw_line line = untouched;
		bool believed = sw_journal_believe(&entry, &line);

		if (believed != (rows[i].tap != NONE) ||
		    line.tap != rows[i].tap)
			fail_msg("%s: %d, tap %d", rows[i].why, believed,
				 (int)line.tap);
		assert_int_equal(line.time, 5);
		if (!believed) {
			assert_int_equal(line.pid, 77);
			continue;
		}
		assert_int_equal(line.origin, SW_LOG_SSHD);
		assert_int_equal(line.pid, 4123);
		assert_ptr_equal(line.text, entry.message);
		assert_int_equal(line.len, strlen(rows[i].message));
	}
}

static const struct {
	const char *why;
	const char *uid;
	const char *pid;
	const char *about;
	bool believed;
} units[] = {
	{"the service manager", "0", "1", "ssh.socket", true},
	{"under Fedora's name", "0", "1", "sshd.socket", true},
	{"about another socket", "0", "1", "cups.socket", false},
	{"about nothing", "0", "1", "", false},
	{"another process", "0", "77", "ssh.socket", false},
	{"process 1 of a user", "1000", "1", "ssh.socket", false},
	{"a user's manager", "1000", "900", "ssh.socket", false},
};

static void only_process_1_speaks_for_the_socket(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(units); i++) {
		struct sw_journal_entry entry = {.transport = "journal",
						 .comm = "systemd",
						 .exe = "/lib/systemd/systemd",
						 .unit = "init.scope"};
		struct sw_line line = untouched;

		copy(entry.uid, sizeof(entry.uid), units[i].uid);
		copy(entry.pid, sizeof(entry.pid), units[i].pid);
		copy(entry.about, sizeof(entry.about), units[i].about);
		set_message(&entry, UNIT_FULL);
		if (sw_journal_believe(&entry, &line) != units[i].believed)
			fail_msg("%s", units[i].why);
		assert_int_equal(line.tap,
				 units[i].believed ? SW_TAP_JOURNAL : NONE);
		assert_int_equal(line.origin, units[i].believed
						      ? SW_LOG_SYSTEMD
						      : SW_LOG_FOREIGN);
	}
}

static void an_entry_without_a_process_is_nobodys(void **state SW_UNUSED)
{
	static const char *const pids[] = {"", "-1", "41x", "2147483648"};

	for (size_t i = 0; i < SW_ROWS(pids); i++) {
		struct sw_journal_entry entry = entry_of(0);
		struct sw_line line = untouched;

		copy(entry.pid, sizeof(entry.pid), pids[i]);
		assert_false(sw_journal_believe(&entry, &line));
		assert_int_equal(line.pid, 77);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_is_believed_for_what_journald_says),
		cmocka_unit_test(only_process_1_speaks_for_the_socket),
		cmocka_unit_test(an_entry_without_a_process_is_nobodys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
