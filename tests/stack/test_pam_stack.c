#include "tests/unit/sw_test.h"

#include "machine.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DENY_NET "sshd: 203.0.113.0/255.255.255.0\n"
#define RECORDED "evidence=recorded"
#define SIMULATED "evidence=simulated"

static void
credentials_and_sessions_are_nobody_s_business(void **state SW_UNUSED)
{
	pam_handle_t *pamh;

	machine_rules("", "ALL: ALL\n");
	machine_stack("wrapper=enforce");
	pamh = machine_login("root", MACHINE_CONNECTION);
	assert_int_equal(pam_setcred(pamh, PAM_ESTABLISH_CRED), PAM_SUCCESS);
	assert_int_equal(pam_open_session(pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_close_session(pamh, 0), PAM_SUCCESS);
	machine_logout(pamh);
	assert_string_equal(machine_trail(), "");
	assert_string_equal(machine_log(), "");
}

static void password_retries_give_one_record(void **state SW_UNUSED)
{
	pam_handle_t *pamh;
	int i;

	machine_rules("", DENY_NET);
	machine_stack("wrapper=enforce");
	pamh = machine_login("root", MACHINE_CONNECTION);
	for (i = 0; i < 3; i++)
		machine_expect(pamh, PAM_PERM_DENIED, "a retry");
	machine_logout(pamh);
	assert_int_equal(machine_count(machine_trail(), "op="), 1);
}

static void without_the_state_the_handle_remembers(void **state SW_UNUSED)
{
	pam_handle_t *pamh;

	machine_break_state();
	machine_rules("", DENY_NET);
	machine_stack("wrapper=enforce");
	pamh = machine_login("root", MACHINE_CONNECTION);
	machine_expect(pamh, PAM_PERM_DENIED, "the first time");
	machine_expect(pamh, PAM_PERM_DENIED, "a retry");
	machine_logout(pamh);
	assert_int_equal(machine_count(machine_trail(), "op="), 1);
}

static void each_connection_gives_its_own_record(void **state SW_UNUSED)
{
	static const char *const connections[] = {
		"203.0.113.5 51234 192.0.2.1 22",
		"203.0.113.6 51234 192.0.2.1 22",
		"203.0.113.5 51235 192.0.2.1 22",
		"203.0.113.5 51234 192.0.2.2 22",
		"203.0.113.5 51234 192.0.2.1 23",
	};
	size_t i;

	machine_rules("", DENY_NET);
	machine_stack("wrapper=enforce");
	for (i = 0; i < SW_ROWS(connections); i++) {
		pam_handle_t *pamh = machine_login("root", connections[i]);

		machine_expect(pamh, PAM_PERM_DENIED, connections[i]);
		machine_logout(pamh);
	}
	assert_int_equal(machine_count(machine_trail(), "op="),
			 SW_ROWS(connections));
}

/* sshd runs each keyboard-interactive attempt in a child of the process that
 * leads the session; what the handle learns there is lost. */
static void run_attempts_in_children(pam_handle_t *pamh)
{
	int status;
	int i;

	for (i = 0; i < 3; i++) {
		pid_t child = fork();

		if (child == 0)
			_exit(pam_authenticate(pamh, 0) != PAM_PERM_DENIED);
		if (child < 0 || waitpid(child, &status, 0) != child ||
		    status != 0)
			_exit(1);
	}
}

static void keyboard_interactive_retries_give_one_record(void **state SW_UNUSED)
{
	char pid[32];
	pid_t session;
	int status = -1;

	machine_rules("", DENY_NET);
	machine_stack("wrapper=enforce");
	session = fork();
	assert_true(session >= 0);
	if (session == 0) {
		pam_handle_t *pamh = machine_login("root", MACHINE_CONNECTION);

		if (setsid() != getpid())
			_exit(1);
		run_attempts_in_children(pamh);
		_exit(0);
	}
	assert_int_equal(waitpid(session, &status, 0), session);
	assert_int_equal(status, 0);
	assert_int_equal(machine_count(machine_trail(), "op="), 1);
	(void)snprintf(pid, sizeof(pid), " spid=%d ", (int)session);
	assert_non_null(strstr(machine_trail(), pid));
}

static void
an_unknown_user_is_written_only_when_asked_for(void **state SW_UNUSED)
{
	static const struct {
		const char *user;
		const char *config;
		const char *acct;
	} cases[] = {
		{"root", "sinks = audit\n", "acct=\"root\""},
		{"hunter2", "sinks = audit\n", "acct=\"(unknown)\""},
		{"hunter2", "sinks = audit\nunknown-users = yes\n",
		 "acct=\"hunter2\""},
	};
	char connection[64];
	size_t i;

	machine_rules("", DENY_NET);
	machine_stack("wrapper=enforce");
	for (i = 0; i < SW_ROWS(cases); i++) {
		pam_handle_t *pamh;

		machine_write("sshwhy.conf", cases[i].config);
		(void)snprintf(connection, sizeof(connection),
			       MACHINE_CLIENT " %zu 192.0.2.1 22", 1024 + i);
		pamh = machine_login(cases[i].user, connection);
		machine_expect(pamh, PAM_PERM_DENIED, cases[i].user);
		machine_logout(pamh);
		if (machine_count(machine_trail(), "op=") != i + 1 ||
		    strstr(machine_trail(), cases[i].acct) == NULL)
			fail_msg("row %zu: %s", i, machine_trail());
	}
}

/* One login with a policy that is refused as a whole. */
static void assert_policy_is_refused(const char *args, const char *log)
{
	pam_handle_t *pamh;

	machine_rules("", DENY_NET);
	machine_stack(args);
	pamh = machine_login("root", MACHINE_CONNECTION);
	machine_expect(pamh, PAM_SUCCESS, args);
	machine_expect(pamh, PAM_SUCCESS, args);
	machine_logout(pamh);
	if (strstr(machine_log(), log) == NULL ||
	    machine_count(machine_log(), "\n") != 1)
		fail_msg("wanted once: %s\ngot: %s", log, machine_log());
	assert_null(strstr(machine_trail(), RECORDED));
}

static void
a_bad_argument_is_logged_once_and_refuses_nobody(void **state SW_UNUSED)
{
	assert_policy_is_refused("wrapper=enforce deamon=sshd",
				 "3 pam_sshwhy(sshd:auth): argument "
				 "\"deamon=sshd\": no such argument; ");
	assert_int_equal(machine_count(machine_trail(), SIMULATED), 1);
}

static void
a_broken_configuration_is_named_and_refuses_nobody(void **state SW_UNUSED)
{
	machine_write("sshwhy.conf", "# ours\nsinks = audit\nsinks\n");
	assert_policy_is_refused("wrapper=enforce", "sshwhy.conf:3: ");
}

static void
a_configuration_that_others_may_write_is_not_obeyed(void **state SW_UNUSED)
{
	assert_int_equal(chmod(machine_path("sshwhy.conf"), 0666), 0);
	assert_policy_is_refused("wrapper=enforce", "sshwhy.conf: ");
}

static void a_broken_configuration_turns_nothing_on(void **state SW_UNUSED)
{
	machine_write("sshwhy.conf", "sinks\n");
	assert_policy_is_refused("wrapper=off", "sshwhy.conf:1: ");
	assert_string_equal(machine_trail(), "");
}

static void conf_names_another_file(void **state SW_UNUSED)
{
	char args[4096];

	machine_write("other.conf", "nonsense\n");
	(void)snprintf(args, sizeof(args), "wrapper=enforce conf=%s",
		       machine_path("other.conf"));
	assert_policy_is_refused(args, "other.conf:1: ");
}

static void a_missing_configuration_is_no_fault(void **state SW_UNUSED)
{
	pam_handle_t *pamh;

	machine_remove("sshwhy.conf");
	machine_rules("", DENY_NET);
	machine_stack("wrapper=enforce");
	pamh = machine_login("root", MACHINE_CONNECTION);
	machine_expect(pamh, PAM_PERM_DENIED, "no configuration");
	machine_logout(pamh);
	assert_string_equal(machine_log(), "");
}

static void assert_records(const char *args, unsigned int records)
{
	pam_handle_t *pamh;

	machine_stack(args);
	pamh = machine_login("root", MACHINE_CONNECTION);
	machine_expect(pamh, PAM_SUCCESS, args);
	machine_logout(pamh);
	assert_int_equal(machine_count(machine_trail(), "op="), records);
}

static void
where_libwrap_is_mapped_only_an_explicit_word_counts(void **state SW_UNUSED)
{
	void *libwrap = dlopen("libwrap.so.0", RTLD_NOW | RTLD_LOCAL);

	assert_non_null(libwrap);
	machine_rules("", DENY_NET);
	assert_records("", 0);
	assert_records("daemon=sshd", 0);
	assert_records("wrapper=observe", 1);
	assert_int_equal(dlclose(libwrap), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(credentials_and_sessions_are_nobody_s_business),
		MACHINE_TEST(password_retries_give_one_record),
		MACHINE_TEST(without_the_state_the_handle_remembers),
		MACHINE_TEST(each_connection_gives_its_own_record),
		MACHINE_TEST(keyboard_interactive_retries_give_one_record),
		MACHINE_TEST(an_unknown_user_is_written_only_when_asked_for),
		MACHINE_TEST(a_bad_argument_is_logged_once_and_refuses_nobody),
		MACHINE_TEST(
			a_broken_configuration_is_named_and_refuses_nobody),
		MACHINE_TEST(a_broken_configuration_turns_nothing_on),
		MACHINE_TEST(
			a_configuration_that_others_may_write_is_not_obeyed),
		MACHINE_TEST(conf_names_another_file),
		MACHINE_TEST(a_missing_configuration_is_no_fault),
		MACHINE_TEST(
			where_libwrap_is_mapped_only_an_explicit_word_counts),
	};

	return cmocka_run_group_tests_name("pam_stack", tests, NULL, NULL);
}
