#include "sw_test.h"

#include "sshwhy/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char *text;
static size_t len;
static int status;

static enum sw_err shell(const char *script, const char *input,
			 enum sw_run_output want, uint32_t deadline, size_t max)
{
	const char *const argv[] = {"/bin/sh", "-c", script, NULL};
	const struct sw_run run = {argv, input, want, deadline, max, NULL};

	text = NULL;
	len = 4711;
	status = 4711;
	return sw_run(&run, &text, &len, &status);
}

static void the_wanted_output_and_the_status_come_back(void **state SW_UNUSED)
{
	assert_int_equal(shell("echo out; echo err >&2; exit 3", NULL,
			       SW_RUN_STDERR, 5000, 1000),
			 SW_OK);
	assert_string_equal(text, "err\n");
	assert_int_equal(len, 4);
	assert_int_equal(WEXITSTATUS(status), 3);
	free(text);
	assert_int_equal(shell("echo out; echo err >&2", NULL, SW_RUN_STDOUT,
			       5000, 1000),
			 SW_OK);
	assert_string_equal(text, "out\n");
	free(text);
}

static void the_input_is_read_even_when_it_is_large(void **state SW_UNUSED)
{
	size_t size = 1 << 20;
	char *input = malloc(size + 1);

	memset(input, 'x', size);
	input[size] = '\0';
	assert_int_equal(shell("cat", input, SW_RUN_STDOUT, 10000, 2 * size),
			 SW_OK);
	assert_int_equal(len, size);
	assert_string_equal(text, input);
	free(text);
	free(input);
}

static void nothing_of_ours_is_inherited(void **state SW_UNUSED)
{
	assert_int_equal(setenv("LD_PRELOAD_TEST", "x", 1), 0);
	assert_int_equal(dup2(STDERR_FILENO, 42), 42);
	assert_int_equal(shell("env | grep -c LD_; ls /proc/self/fd | "
			       "grep -c 42",
			       NULL, SW_RUN_STDOUT, 5000, 1000),
			 SW_OK);
	assert_string_equal(text, "0\n0\n");
	free(text);
	(void)close(42);
}

static void one_that_hangs_is_ended_with_its_children(void **state SW_UNUSED)
{
	assert_int_equal(
		shell("sleep 1000 & sleep 1000", NULL, SW_RUN_STDOUT, 50, 1000),
		SW_E_RANGE);
	assert_null(text);
	assert_int_equal(len, 4711);
	assert_int_equal(status, 4711);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void
one_that_closes_its_output_and_hangs_is_ended(void **state SW_UNUSED)
{
	assert_int_equal(shell("exec >&- 2>&-; sleep 1000", NULL, SW_RUN_STDOUT,
			       50, 1000),
			 SW_E_RANGE);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void one_that_talks_too_much_is_ended(void **state SW_UNUSED)
{
	assert_int_equal(shell("while :; do echo x; done", NULL, SW_RUN_STDOUT,
			       10000, 1000),
			 SW_E_RANGE);
	assert_null(text);
}

static void a_program_that_is_not_there_is_an_io_error(void **state SW_UNUSED)
{
	const char *const argv[] = {"/no/such/program", NULL};
	const struct sw_run run = {
		.argv = argv, .deadline = 1000, .max_output = 1000};

	text = NULL;
	assert_int_equal(sw_run(&run, &text, &len, &status), SW_E_IO);
	assert_int_equal(errno, ENOENT);
	assert_null(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_wanted_output_and_the_status_come_back),
		cmocka_unit_test(the_input_is_read_even_when_it_is_large),
		cmocka_unit_test(nothing_of_ours_is_inherited),
		cmocka_unit_test(one_that_hangs_is_ended_with_its_children),
		cmocka_unit_test(one_that_closes_its_output_and_hangs_is_ended),
		cmocka_unit_test(one_that_talks_too_much_is_ended),
		cmocka_unit_test(a_program_that_is_not_there_is_an_io_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
