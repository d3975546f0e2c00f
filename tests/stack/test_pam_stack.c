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

/* One login that runs auth and account. */
struct scene {
	const char *name;
	const char *args;
	const char *allow; /* "" for an empty file */
	const char *deny;
	const char *connection;
	int answer;	      /* of both stacks */
	const char *record;   /* a part of the only one; NULL: none */
	const char *evidence; /* of that record */
};

static const struct scene scenes[] = {
	{"enforce refuses and records the rule", "wrapper=enforce", "",
	 "# ours\n" DENY_NET, MACHINE_CONNECTION, PAM_PERM_DENIED,
	 "2104 0 203.0.113.5 op=ssh-reject reason=wrapper.deny "
	 "rule=/etc/hosts.deny:2 ",
	 RECORDED},
	{"observe records what enforce would refuse", "wrapper=observe", "",
	 DENY_NET, MACHINE_CONNECTION, PAM_SUCCESS,
	 "2104 1 203.0.113.5 op=ssh-reject reason=wrapper.deny "
	 "rule=/etc/hosts.deny:1 ",
	 SIMULATED},
	{"no argument observes where libwrap is not mapped", "", "", DENY_NET,
	 MACHINE_CONNECTION, PAM_SUCCESS, "rule=/etc/hosts.deny:1", SIMULATED},
	{"off leaves the rules alone", "wrapper=off", "", DENY_NET,
	 MACHINE_CONNECTION, PAM_SUCCESS, NULL, NULL},
	{"a client that hosts.allow names passes", "wrapper=enforce",
	 "sshd: 203.0.113.5\n", "ALL: ALL\n", MACHINE_CONNECTION, PAM_SUCCESS,
	 NULL, NULL},
	{"a client that nothing names passes", "wrapper=enforce", "",
	 "sshd: 198.51.100.\n", MACHINE_CONNECTION, PAM_SUCCESS, NULL, NULL},
	{"an option deny of hosts.allow refuses", "wrapper=enforce",
	 "sshd: 203.0.113.5 : deny\n", "", MACHINE_CONNECTION, PAM_PERM_DENIED,
	 "reason=wrapper.option-deny rule=/etc/hosts.allow:1 ", RECORDED},
	{"a twist refuses", "wrapper=enforce", "",
	 "sshd: ALL : twist /bin/echo no\n", MACHINE_CONNECTION,
	 PAM_PERM_DENIED, "reason=wrapper.twist rule=/etc/hosts.deny:1 ",
	 RECORDED},
	{"an unterminated hosts.deny refuses", "wrapper=enforce", "",
	 "# nothing", MACHINE_CONNECTION, PAM_PERM_DENIED,
	 "reason=wrapper.broken-rule rule=/etc/hosts.deny:1 ", RECORDED},
	{"rules of another daemon do not bind", "wrapper=enforce", "",
	 "vsftpd: ALL\n", MACHINE_CONNECTION, PAM_SUCCESS, NULL, NULL},
	{"daemon= names the rules that bind", "wrapper=enforce daemon=sftpd",
	 "", "sshd: ALL\nsftpd: ALL\n", MACHINE_CONNECTION, PAM_PERM_DENIED,
	 "rule=/etc/hosts.deny:2 ", RECORDED},
	{"the server's end is known to the rules", "wrapper=enforce", "",
	 "sshd@192.0.2.1: ALL\n", MACHINE_CONNECTION, PAM_PERM_DENIED,
	 "laddr=192.0.2.1 lport=22 ", RECORDED},
	{"observe says nothing where a name would decide", "wrapper=observe",
	 "sshd: .example\n", "ALL: ALL\n", MACHINE_CONNECTION, PAM_SUCCESS,
	 NULL, NULL},
	{"a program that is not sshd is let alone", "wrapper=enforce", "",
	 "ALL: ALL\n", NULL, PAM_SUCCESS, NULL, NULL},
	{"a client of the other family is recorded", "wrapper=enforce", "",
	 "ALL: [2001:db8::]/64\n", "2001:DB8::0:5 1024 2001:db8::1 22",
	 PAM_PERM_DENIED, "2104 0 2001:db8::5 ", RECORDED},
	{"a mapped address is the one it stands for", "wrapper=enforce", "",
	 DENY_NET, "::ffff:203.0.113.5 1024 ::ffff:192.0.2.1 22",
	 PAM_PERM_DENIED, "2104 0 203.0.113.5 ", RECORDED},
	{"a scope id is dropped", "wrapper=enforce", "", "ALL: [fe80::]/10\n",
	 "fe80::1%eth0 1024 fe80::2%eth0 22", PAM_PERM_DENIED,
	 "2104 0 fe80::1 ", RECORDED},
};

/* What sshd or someone else may have put there; nothing can be said then. */
static const char *const strange_connections[] = {
	"",
	"203.0.113.5",
	"203.0.113.5 51234 192.0.2.1",
	"203.0.113.5 51234 192.0.2.1 22 ",
	"203.0.113.5 51234 192.0.2.1 22 7",
	"203.0.113.5  51234 192.0.2.1 22",
	" 203.0.113.5 51234 192.0.2.1 22",
	"203.0.113.5 0 192.0.2.1 22",
	"203.0.113.5 65536 192.0.2.1 22",
	"203.0.113.5 51234 192.0.2.1 ssh",
	"UNKNOWN 65535 UNKNOWN 65535",
	"client.example 51234 192.0.2.1 22",
	"203.0.113.5\n51234\n192.0.2.1\n22",
};

static void write_tables(const char *allow, const char *deny)
{
	machine_write("hosts.allow", allow);
	machine_write("hosts.deny", deny);
}

static void assert_answers(pam_handle_t *pamh, int answer, const char *name)
{
	int auth = pam_authenticate(pamh, 0);
	int account = pam_acct_mgmt(pamh, 0);

	if (auth != answer || account != answer)
		fail_msg("%s: auth %s, account %s\n%s", name,
			 pam_strerror(pamh, auth), pam_strerror(pamh, account),
			 machine_log());
}

static void assert_trail(const struct scene *scene)
{
	const char *trail = machine_trail();
	unsigned int records = machine_count(trail, "op=ssh-reject");

	if (records != (scene->record == NULL ? 0 : 1))
		fail_msg("%s: %u records\n%s", scene->name, records, trail);
	if (scene->record == NULL)
		return;
	if (strstr(trail, scene->record) == NULL ||
	    strstr(trail, scene->evidence) == NULL ||
	    strstr(trail, " via=pam ") == NULL)
		fail_msg("%s: %s", scene->name, trail);
}

static void run_scene(const struct scene *scene)
{
	void *state = NULL;
	pam_handle_t *pamh;

	assert_int_equal(machine_begin(&state), 0);
	write_tables(scene->allow, scene->deny);
	machine_stack(scene->args);
	pamh = machine_login("root", scene->connection);
	assert_answers(pamh, scene->answer, scene->name);
	machine_logout(pamh);
	assert_trail(scene);
	assert_string_equal(machine_log(), "");
	assert_int_equal(machine_end(&state), 0);
}

static void
each_login_ends_as_the_rules_and_the_mode_say(void **state SW_UNUSED)
{
	size_t i;

	for (i = 0; i < SW_ROWS(scenes); i++)
		run_scene(&scenes[i]);
}

static void
a_connection_that_cannot_be_read_refuses_nobody(void **state SW_UNUSED)
{
	size_t i;

	write_tables("", "ALL: ALL\n");
	machine_stack("wrapper=enforce");
	for (i = 0; i < SW_ROWS(strange_connections); i++) {
		pam_handle_t *pamh =
			machine_login("root", strange_connections[i]);

		assert_answers(pamh, PAM_SUCCESS, strange_connections[i]);
		machine_logout(pamh);
	}
	assert_string_equal(machine_trail(), "");
}

static void the_name_that_sshd_gives_pam_is_not_asked(void **state SW_UNUSED)
{
	pam_handle_t *pamh;

	write_tables("", DENY_NET);
	machine_stack("wrapper=enforce");
	pamh = machine_login("root", "198.51.100.1 1024 192.0.2.1 22");
	assert_int_equal(pam_set_item(pamh, PAM_RHOST, MACHINE_CLIENT),
			 PAM_SUCCESS);
	assert_answers(pamh, PAM_SUCCESS, "PAM_RHOST");
	machine_logout(pamh);
	assert_string_equal(machine_trail(), "");
}

static void
credentials_and_sessions_are_nobody_s_business(void **state SW_UNUSED)
{
	pam_handle_t *pamh;

	write_tables("", "ALL: ALL\n");
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

	write_tables("", DENY_NET);
	machine_stack("wrapper=enforce");
	pamh = machine_login("root", MACHINE_CONNECTION);
	for (i = 0; i < 3; i++)
		assert_answers(pamh, PAM_PERM_DENIED, "a retry");
	machine_logout(pamh);
	assert_int_equal(machine_count(machine_trail(), "op="), 1);
}

static void without_the_state_the_handle_remembers(void **state SW_UNUSED)
{
	pam_handle_t *pamh;

	machine_break_state();
	write_tables("", DENY_NET);
	machine_stack("wrapper=enforce");
	pamh = machine_login("root", MACHINE_CONNECTION);
	assert_answers(pamh, PAM_PERM_DENIED, "the first time");
	assert_answers(pamh, PAM_PERM_DENIED, "a retry");
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

	write_tables("", DENY_NET);
	machine_stack("wrapper=enforce");
	for (i = 0; i < SW_ROWS(connections); i++) {
		pam_handle_t *pamh = machine_login("root", connections[i]);

		assert_answers(pamh, PAM_PERM_DENIED, connections[i]);
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

	write_tables("", DENY_NET);
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

	write_tables("", DENY_NET);
	machine_stack("wrapper=enforce");
	for (i = 0; i < SW_ROWS(cases); i++) {
		pam_handle_t *pamh;

		machine_write("sshwhy.conf", cases[i].config);
		(void)snprintf(connection, sizeof(connection),
			       MACHINE_CLIENT " %zu 192.0.2.1 22", 1024 + i);
		pamh = machine_login(cases[i].user, connection);
		assert_answers(pamh, PAM_PERM_DENIED, cases[i].user);
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

	write_tables("", DENY_NET);
	machine_stack(args);
	pamh = machine_login("root", MACHINE_CONNECTION);
	assert_answers(pamh, PAM_SUCCESS, args);
	assert_answers(pamh, PAM_SUCCESS, args);
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
	write_tables("", DENY_NET);
	machine_stack("wrapper=enforce");
	pamh = machine_login("root", MACHINE_CONNECTION);
	assert_answers(pamh, PAM_PERM_DENIED, "no configuration");
	machine_logout(pamh);
	assert_string_equal(machine_log(), "");
}

static void assert_records(const char *args, unsigned int records)
{
	pam_handle_t *pamh;

	machine_stack(args);
	pamh = machine_login("root", MACHINE_CONNECTION);
	assert_answers(pamh, PAM_SUCCESS, args);
	machine_logout(pamh);
	assert_int_equal(machine_count(machine_trail(), "op="), records);
}

static void
where_libwrap_is_mapped_only_an_explicit_word_counts(void **state SW_UNUSED)
{
	void *libwrap = dlopen("libwrap.so.0", RTLD_NOW | RTLD_LOCAL);

	assert_non_null(libwrap);
	write_tables("", DENY_NET);
	assert_records("", 0);
	assert_records("daemon=sshd", 0);
	assert_records("wrapper=observe", 1);
	assert_int_equal(dlclose(libwrap), 0);
}

#define MACHINE_TEST(f)                                                        \
	cmocka_unit_test_setup_teardown(f, machine_begin, machine_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_login_ends_as_the_rules_and_the_mode_say),
		MACHINE_TEST(a_connection_that_cannot_be_read_refuses_nobody),
		MACHINE_TEST(the_name_that_sshd_gives_pam_is_not_asked),
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
