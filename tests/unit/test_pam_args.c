#include "sw_test.h"

#include "module/pam.h"
#include "sshwhy/paths.h"
#include "sshwhy/wrapper.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#define ARGS_MAX 4

static const struct {
	const char *argv[ARGS_MAX];
	enum sw_pam_wrapper wrapper;
	const char *daemon;
	const char *conf;
} good[] = {
	{{NULL}, SW_PAM_AUTO, "sshd", SW_PATH_CONFIG},
	{{"wrapper=enforce"}, SW_PAM_ENFORCE, "sshd", SW_PATH_CONFIG},
	{{"wrapper=observe"}, SW_PAM_OBSERVE, "sshd", SW_PATH_CONFIG},
	{{"wrapper=off"}, SW_PAM_OFF, "sshd", SW_PATH_CONFIG},
	{{"daemon=sftpd"}, SW_PAM_AUTO, "sftpd", SW_PATH_CONFIG},
	{{"conf=/a/b"}, SW_PAM_AUTO, "sshd", "/a/b"},
	{{"conf=/a", "wrapper=enforce", "daemon=x"}, SW_PAM_ENFORCE, "x", "/a"},
};

static const struct {
	const char *argv[ARGS_MAX];
	int refused; /* index of the argument that is named */
	const char *reason;
} bad[] = {
	{{"wrapper=yes"}, 0, "neither enforce, observe nor off"},
	{{"wrapper="}, 0, "neither enforce, observe nor off"},
	{{"wrapper=enforce "}, 0, "neither enforce, observe nor off"},
	{{"wrapper"}, 0, "no such argument"},
	{{"Wrapper=enforce"}, 0, "no such argument"},
	{{"debug"}, 0, "no such argument"},
	{{""}, 0, "no such argument"},
	{{"daemon="}, 0, "the name is missing"},
	{{"conf="}, 0, "not an absolute path"},
	{{"conf=sshwhy.conf"}, 0, "not an absolute path"},
	{{"wrapper=enforce", "deamon=sshd"}, 1, "no such argument"},
	{{"wrapper=enforce", "wrapper=enforce"}, 1, "given twice"},
	{{"conf=/a", "daemon=x", "conf=/b"}, 2, "given twice"},
};

static int count(const char *const argv[ARGS_MAX])
{
	int argc = 0;

	while (argc < ARGS_MAX && argv[argc] != NULL)
		argc++;
	return argc;
}

static enum sw_err read_row(const char *const row[ARGS_MAX],
			    struct sw_pam_args *out,
			    struct sw_pam_args_error *error)
{
	const char *argv[ARGS_MAX];

	memcpy(argv, row, sizeof(argv));
	return sw_pam_args_read(count(row), argv, out, error);
}

static void arguments_are_read(void **state SW_UNUSED)
{
	size_t i;

	for (i = 0; i < SW_ROWS(good); i++) {
		struct sw_pam_args_error error;
		struct sw_pam_args args = {0};

		assert_int_equal(read_row(good[i].argv, &args, &error), SW_OK);
		if (args.wrapper != good[i].wrapper ||
		    strcmp(args.daemon, good[i].daemon) != 0 ||
		    strcmp(args.conf, good[i].conf) != 0)
			fail_msg("row %zu: %u %s %s", i, args.wrapper,
				 args.daemon, args.conf);
	}
}

static bool is_untouched(const struct sw_pam_args *args)
{
	return args->wrapper == SW_PAM_OBSERVE &&
	       strcmp(args->daemon, "old") == 0 &&
	       strcmp(args->conf, "/old") == 0;
}

static void one_bad_argument_refuses_them_all(void **state SW_UNUSED)
{
	size_t i;

	for (i = 0; i < SW_ROWS(bad); i++) {
		struct sw_pam_args args = {SW_PAM_OBSERVE, "old", "/old"};
		struct sw_pam_args_error error = {"", ""};

		assert_int_equal(read_row(bad[i].argv, &args, &error),
				 SW_E_SYNTAX);
		assert_true(is_untouched(&args));
		assert_string_equal(error.argument,
				    bad[i].argv[bad[i].refused]);
		assert_string_equal(error.reason, bad[i].reason);
	}
}

static void assert_limit(const char *prefix, size_t longest)
{
	struct sw_pam_args args = {SW_PAM_OBSERVE, "old", "/old"};
	size_t len = strlen(prefix);
	struct sw_pam_args_error error = {"", ""};
	char text[PATH_MAX + 16];
	const char *argv[] = {text};

	memset(text, '/', sizeof(text));
	memcpy(text, prefix, len);
	text[len + longest + 1] = '\0';
	assert_int_equal(sw_pam_args_read(1, argv, &args, &error), SW_E_RANGE);
	assert_string_equal(error.reason, "too long");
	assert_true(is_untouched(&args));
	text[len + longest] = '\0';
	assert_int_equal(sw_pam_args_read(1, argv, &args, &error), SW_OK);
}

static void
a_value_that_no_kernel_or_libwrap_takes_is_too_long(void **state SW_UNUSED)
{
	assert_limit("daemon=", SW_WRAPPER_NAME_MAX - 1);
	assert_limit("conf=", PATH_MAX - 1);
}

static void the_defaults_refuse_nobody(void **state SW_UNUSED)
{
	struct sw_pam_args args = {SW_PAM_ENFORCE, NULL, NULL};

	sw_pam_args_defaults(&args);
	assert_int_equal(args.wrapper, SW_PAM_AUTO);
	assert_string_equal(args.daemon, "sshd");
	assert_string_equal(args.conf, SW_PATH_CONFIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_are_read),
		cmocka_unit_test(one_bad_argument_refuses_them_all),
		cmocka_unit_test(
			a_value_that_no_kernel_or_libwrap_takes_is_too_long),
		cmocka_unit_test(the_defaults_refuse_nobody),
	};

	return cmocka_run_group_tests_name("pam_args", tests, NULL, NULL);
}
