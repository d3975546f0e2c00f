#include "tests/unit/sw_test.h"

#include "machine.h"

#include <string.h>

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
	{"an interface of the rule is one of this machine", "wrapper=enforce",
	 "", "ALL: [fe80::1%nosuch]\nALL: [fe80::1%lo]\n",
	 "fe80::1%lo 1024 fe80::2%lo 22", PAM_PERM_DENIED,
	 "rule=/etc/hosts.deny:2 ", RECORDED},
	{"an account that an option names is there", "wrapper=enforce",
	 "sshd: ALL : user root\n", "ALL: ALL\n", MACHINE_CONNECTION,
	 PAM_SUCCESS, NULL, NULL},
	{"an account that is not there refuses", "wrapper=enforce",
	 "sshd: ALL : user no-such-account\n", "", MACHINE_CONNECTION,
	 PAM_PERM_DENIED, "reason=wrapper.broken-rule rule=/etc/hosts.allow:1 ",
	 RECORDED},
	{"a group that is not there refuses", "wrapper=enforce",
	 "sshd: ALL : group no-such-group\n", "", MACHINE_CONNECTION,
	 PAM_PERM_DENIED, "reason=wrapper.broken-rule rule=/etc/hosts.allow:1 ",
	 RECORDED},
	{"a command is taken for a success and not executed", "wrapper=enforce",
	 "sshd: ALL : aclexec /bin/false\n", "ALL: ALL\n", MACHINE_CONNECTION,
	 PAM_SUCCESS, NULL, NULL},
	{"a netgroup is asked in enforce", "wrapper=enforce", "",
	 "sshd: @nobody\nsshd: @everybody\n", MACHINE_CONNECTION,
	 PAM_PERM_DENIED, "rule=/etc/hosts.deny:2 ", RECORDED},
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
	machine_rules(scene->allow, scene->deny);
	machine_stack(scene->args);
	pamh = machine_login("root", scene->connection);
	machine_expect(pamh, scene->answer, scene->name);
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

	machine_rules("", "ALL: ALL\n");
	machine_stack("wrapper=enforce");
	for (i = 0; i < SW_ROWS(strange_connections); i++) {
		pam_handle_t *pamh =
			machine_login("root", strange_connections[i]);

		machine_expect(pamh, PAM_SUCCESS, strange_connections[i]);
		machine_logout(pamh);
	}
	assert_string_equal(machine_trail(), "");
}

static void the_name_that_sshd_gives_pam_is_not_asked(void **state SW_UNUSED)
{
	pam_handle_t *pamh;

	machine_rules("", DENY_NET);
	machine_stack("wrapper=enforce");
	pamh = machine_login("root", "198.51.100.1 1024 192.0.2.1 22");
	assert_int_equal(pam_set_item(pamh, PAM_RHOST, MACHINE_CLIENT),
			 PAM_SUCCESS);
	machine_expect(pamh, PAM_SUCCESS, "PAM_RHOST");
	machine_logout(pamh);
	assert_string_equal(machine_trail(), "");
}

static void
only_enforce_looks_up_and_only_what_a_rule_needs(void **state SW_UNUSED)
{
	static const struct {
		const char *args;
		const char *deny;
		const char *lookups; /* of one login, which asks twice */
	} cases[] = {
		{"wrapper=observe", "sshd: .example, @staff\n", ""},
		{"wrapper=enforce", "sshd: 198.51.100.1, 10.0.0.0/8\n", ""},
		{"wrapper=enforce", "vsftpd: .example\n", ""},
		{"wrapper=enforce", "sshd: .example, .test\n", "name\n"},
		{"wrapper=enforce", "sshd: @staff\n",
		 "name\nnetgroup\nnetgroup\n"},
	};
	size_t i;

	for (i = 0; i < SW_ROWS(cases); i++) {
		pam_handle_t *pamh;

		machine_rules("", cases[i].deny);
		machine_stack(cases[i].args);
		pamh = machine_login("root", MACHINE_CONNECTION);
		machine_expect(pamh, PAM_SUCCESS, cases[i].deny);
		machine_logout(pamh);
		assert_string_equal(machine_lookups(), cases[i].lookups);
		if (cases[i].lookups[0] != '\0')
			machine_remove("lookups");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_login_ends_as_the_rules_and_the_mode_say),
		MACHINE_TEST(a_connection_that_cannot_be_read_refuses_nobody),
		MACHINE_TEST(the_name_that_sshd_gives_pam_is_not_asked),
		MACHINE_TEST(only_enforce_looks_up_and_only_what_a_rule_needs),
	};

	return cmocka_run_group_tests_name("pam_verdict", tests, NULL, NULL);
}
