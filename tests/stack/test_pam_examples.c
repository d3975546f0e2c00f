/*
 * Each file of pam.d-examples in the real libpam. The other modules of a stack
 * are replaced by one that answers the same everywhere: pam_permit or pam_deny.
 */

#include "tests/unit/sw_test.h"

#include "machine.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 16384
#define OURS "pam_sshwhy.so"
#define REFUSED "203.0.113.5 51234 192.0.2.1 22"
#define WELCOME "198.51.100.1 51234 192.0.2.1 22"

/* What stands in place of pam_sshwhy.so. */
enum module {
	MODULE_BUILT,
	MODULE_GONE,
	MODULE_DAMAGED,
	LINES_REMOVED,
};

static const char *const module_names[] = {"built", "gone", "damaged",
					   "never mentioned"};

static const struct {
	const char *file;
	int answer; /* to a client that the rules refuse */
	const char *evidence;
} examples[] = {
	{"sshd.observe", PAM_SUCCESS, "evidence=simulated"},
	{"sshd.enforce", PAM_PERM_DENIED, "evidence=recorded"},
	{"sshd.debian", PAM_SUCCESS, "evidence=simulated"},
	{"sshd.rhel", PAM_SUCCESS, "evidence=simulated"},
};

/* What the examples include: of Debian, one file for each type of line; of
 * RHEL, files with all of them. */
static const struct {
	const char *name;
	const char *types[4];
} included[] = {
	{"pam.d/common-auth", {"auth"}},
	{"pam.d/common-account", {"account"}},
	{"pam.d/common-password", {"password"}},
	{"pam.d/common-session", {"session"}},
	{"pam.d/password-auth", {"auth", "account", "password", "session"}},
	{"pam.d/postlogin", {"auth", "account", "password", "session"}},
};

struct answers {
	int auth;
	int account;
	int open;
};

static const char *path_of(enum module module)
{
	static const char *const paths[] = {NULL, "gone.so", "damaged.so"};

	return module == MODULE_BUILT ? machine_module()
				      : machine_path(paths[module]);
}

/* Copies one line, with the name of its module replaced. */
static void add_line(FILE *out, const char *line, enum module module,
		     const char *other)
{
	const char *name = strstr(line, " pam_");
	const char *end = name == NULL ? NULL : strstr(name, ".so");
	bool is_ours;

	if (line[0] == '#' || end == NULL) {
		assert_true(fputs(line, out) >= 0);
		return;
	}
	is_ours = strncmp(name + 1, OURS, strlen(OURS)) == 0;
	if (is_ours && module == LINES_REMOVED)
		return;
	assert_true(fprintf(out, "%.*s %s%s", (int)(name - line), line,
			    is_ours ? path_of(module) : other,
			    end + strlen(".so")) > 0);
}

static void write_includes(const char *other)
{
	size_t i;
	size_t j;

	for (i = 0; i < SW_ROWS(included); i++) {
		FILE *out = fopen(machine_path(included[i].name), "we");

		assert_non_null(out);
		for (j = 0; j < 4 && included[i].types[j] != NULL; j++)
			assert_true(fprintf(out, "%s required %s\n",
					    included[i].types[j], other) > 0);
		assert_int_equal(fclose(out), 0);
	}
}

static void load(const char *example, enum module module, const char *other)
{
	char line[TEXT_MAX];
	FILE *out;
	FILE *in;

	assert_non_null(getenv("srcdir"));
	(void)snprintf(line, sizeof(line), "%s/pam.d-examples/%s",
		       getenv("srcdir"), example);
	in = fopen(line, "re");
	out = fopen(machine_path("pam.d/" MACHINE_SERVICE), "we");
	assert_non_null(in);
	assert_non_null(out);
	while (fgets(line, sizeof(line), in) != NULL)
		add_line(out, line, module, other);
	assert_int_equal(fclose(in), 0);
	assert_int_equal(fclose(out), 0);
	write_includes(other);
	machine_write("damaged.so", "no module\n");
}

static struct answers log_in(const char *connection)
{
	pam_handle_t *pamh = machine_login("root", connection);
	struct answers answers;

	answers.auth = pam_authenticate(pamh, 0);
	answers.account = pam_acct_mgmt(pamh, 0);
	answers.open = pam_open_session(pamh, 0);
	machine_logout(pamh);
	return answers;
}

static void each_example_does_what_its_name_says(void **state)
{
	size_t i;

	for (i = 0; i < SW_ROWS(examples); i++) {
		struct answers answers;

		assert_int_equal(machine_begin(state), 0);
		machine_rules("", "sshd: 203.0.113.\n");
		load(examples[i].file, MODULE_BUILT, "pam_permit.so");
		answers = log_in(REFUSED);
		if (answers.auth != examples[i].answer ||
		    answers.account != examples[i].answer ||
		    answers.open != PAM_SUCCESS)
			fail_msg("%s: %d %d %d\n%s", examples[i].file,
				 answers.auth, answers.account, answers.open,
				 machine_log());
		if (machine_count(machine_trail(), "op=ssh-reject") != 1 ||
		    strstr(machine_trail(), examples[i].evidence) == NULL)
			fail_msg("%s: %s", examples[i].file, machine_trail());
		assert_int_equal(machine_end(state), 0);
	}
}

/* A stack answers as if we were not mentioned in it. */
static void assert_no_difference(const char *example, enum module module,
				 const char *connection, const char *other)
{
	struct answers without;
	struct answers with;

	load(example, LINES_REMOVED, other);
	without = log_in(connection);
	load(example, module, other);
	with = log_in(connection);
	if (memcmp(&with, &without, sizeof(with)) != 0)
		fail_msg("%s with %s, module %s: %d %d %d, not %d %d %d",
			 example, other, module_names[module], with.auth,
			 with.account, with.open, without.auth, without.account,
			 without.open);
	assert_int_equal(without.auth == PAM_SUCCESS,
			 strcmp(other, "pam_permit.so") == 0);
}

static void without_the_module_each_stack_is_what_it_was(void **state SW_UNUSED)
{
	static const char *const others[] = {"pam_permit.so", "pam_deny.so"};
	size_t i;
	size_t j;

	machine_rules("", "sshd: 203.0.113.\n");
	for (i = 0; i < SW_ROWS(examples); i++) {
		for (j = 0; j < SW_ROWS(others); j++) {
			assert_no_difference(examples[i].file, MODULE_GONE,
					     REFUSED, others[j]);
			assert_no_difference(examples[i].file, MODULE_DAMAGED,
					     REFUSED, others[j]);
			assert_no_difference(examples[i].file, MODULE_BUILT,
					     WELCOME, others[j]);
		}
	}
	assert_string_equal(machine_trail(), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_example_does_what_its_name_says),
		cmocka_unit_test_setup_teardown(
			without_the_module_each_stack_is_what_it_was,
			machine_begin, machine_end),
	};

	return cmocka_run_group_tests_name("pam_examples", tests, NULL, NULL);
}
