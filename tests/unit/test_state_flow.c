#include "sw_test.h"

#include "sshwhy/state.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW UINT64_C(50000000000)

static char folder[] = "flow-XXXXXX";
static char path[PATH_MAX];

static int make_folder(void **state SW_UNUSED)
{
	char here[PATH_MAX - 64];

	if (mkdtemp(folder) == NULL || getcwd(here, sizeof(here)) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/%s/state", here, folder);
	return 0;
}

static int remove_folder(void **state SW_UNUSED)
{
	(void)unlink(path);
	return rmdir(folder);
}

static struct sw_state opened(void)
{
	struct sw_state state = SW_STATE_INIT;

	assert_int_equal(sw_state_open(path, getuid(), &state), SW_OK);
	return state;
}

static void
what_was_offered_and_not_taken_is_seen_by_all(void **unused SW_UNUSED)
{
	struct sw_state state = opened();
	int status;

	if (fork() == 0) {
		struct sw_state theirs = opened();

		for (int i = 0; i < 1000; i++)
			sw_state_offer(&theirs);
		_exit(0);
	}
	for (int i = 0; i < 1000; i++)
		sw_state_offer(&state);
	assert_true(wait(&status) > 0);
	sw_state_take(&state, 1500);
	assert_int_equal(sw_state_offered(&state), 2000);
	assert_int_equal(sw_state_taken(&state), 1500);
	sw_state_close(&state);
}

static void a_recorder_is_alive_while_its_heart_beats(void **unused SW_UNUSED)
{
	struct sw_state state = opened();

	assert_false(sw_state_is_alive(&state, NOW));
	sw_state_beat(&state, NOW);
	assert_true(sw_state_is_alive(&state, NOW));
	assert_true(sw_state_is_alive(&state, NOW + SW_STATE_STALE - 1));
	assert_false(sw_state_is_alive(&state, NOW + SW_STATE_STALE));
	/* The beat came after the caller had looked at its clock. */
	assert_true(sw_state_is_alive(&state, NOW - 1));
	assert_false(sw_state_is_alive(&state, NOW - SW_STATE_STALE));
	sw_state_close(&state);
}

static void a_state_that_is_not_open_counts_nothing(void **unused SW_UNUSED)
{
	struct sw_state state = SW_STATE_INIT;

	sw_state_offer(&state);
	sw_state_take(&state, 1);
	sw_state_beat(&state, NOW);
	assert_int_equal(sw_state_offered(&state), 0);
	assert_int_equal(sw_state_taken(&state), 0);
	assert_false(sw_state_is_alive(&state, NOW));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_offered_and_not_taken_is_seen_by_all),
		cmocka_unit_test(a_recorder_is_alive_while_its_heart_beats),
		cmocka_unit_test(a_state_that_is_not_open_counts_nothing),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
