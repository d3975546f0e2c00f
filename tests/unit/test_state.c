#include "sw_test.h"

#include "sshwhy/state.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATE_BYTES 65536

static char root[] = "test_state.XXXXXX";
static char folder[64];
static char path[80];

static int make_root(void **state SW_UNUSED)
{
	if (mkdtemp(root) == NULL)
		return -1;
	(void)snprintf(folder, sizeof(folder), "%s/run", root);
	(void)snprintf(path, sizeof(path), "%s/state", folder);
	return 0;
}

static int remove_state(void **state SW_UNUSED)
{
	(void)unlink(path);
	(void)rmdir(path);
	(void)unlink(folder);
	(void)rmdir(folder);
	return 0;
}

static int remove_root(void **state SW_UNUSED)
{
	return rmdir(root);
}

static struct sw_state opened(void)
{
	struct sw_state state = SW_STATE_INIT;

	assert_int_equal(sw_state_open(path, geteuid(), &state), SW_OK);
	return state;
}

/* A file that somebody else left in our place. */
static void leave_file(const void *bytes, size_t len, off_t size)
{
	int fd;

	assert_int_equal(mkdir(folder, 0755), 0);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(ftruncate(fd, size), 0);
	assert_int_equal(close(fd), 0);
}

static void open_gives(enum sw_err wanted)
{
	struct sw_state state = {7, (void *)&state};

	assert_int_equal(sw_state_open(path, geteuid(), &state), wanted);
	assert_int_equal(state.fd, -1);
	assert_null(state.map);
}

/* Runs work in a process of its own that exits with what it returns. */
static pid_t started(int (*work)(void))
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		/* A failed assertion leaves no process behind. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(work());
	}
	return pid;
}

static int status_of(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void folder_and_file_are_made_whatever_the_umask(void **unused SW_UNUSED)
{
	mode_t mask = umask(077);
	struct sw_state state = opened();
	struct stat st;

	(void)umask(mask);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(fstat(state.fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, STATE_BYTES);
	assert_int_equal(fcntl(state.fd, F_GETFD), FD_CLOEXEC);
	sw_state_close(&state);
	assert_int_equal(state.fd, -1);
	sw_state_close(&state);
}

static void
the_file_has_no_hole_that_a_full_disk_could_hit(void **unused SW_UNUSED)
{
	struct sw_state state = SW_STATE_INIT;
	struct stat st;

	leave_file("", 0, STATE_BYTES);
	state = opened();
	assert_int_equal(fstat(state.fd, &st), 0);
	assert_true(st.st_blocks >= STATE_BYTES / 512);
	sw_state_close(&state);
}

static void numbers_go_on_after_a_reopening(void **unused SW_UNUSED)
{
	struct sw_state state = opened();

	assert_int_equal(sw_state_next_seqno(&state), 1);
	assert_int_equal(sw_state_next_seqno(&state), 2);
	sw_state_count_lost(&state);
	sw_state_close(&state);
	state = opened();
	assert_int_equal(sw_state_seqno(&state), 2);
	assert_int_equal(sw_state_next_seqno(&state), 3);
	assert_int_equal(sw_state_lost(&state), 1);
	sw_state_close(&state);
}

static void
a_state_that_is_not_open_answers_and_harms_nobody(void **unused SW_UNUSED)
{
	struct sw_state state = SW_STATE_INIT;

	assert_int_equal(sw_state_next_seqno(&state), 0);
	assert_int_equal(sw_state_seqno(&state), 0);
	assert_true(sw_state_first_time(&state, 1));
	assert_true(sw_state_first_time(&state, 1));
	assert_false(sw_state_was_seen(&state, 1));
	sw_state_count_lost(&state);
	assert_int_equal(sw_state_lost(&state), 0);
	assert_int_equal(sw_state_take_writer(&state), SW_E_IO);
	assert_int_equal(errno, EBADF);
	sw_state_close(&state);
}

static void
asking_whether_a_key_was_seen_remembers_nothing(void **unused SW_UNUSED)
{
	struct sw_state state = opened();

	assert_false(sw_state_was_seen(&state, 42));
	assert_true(sw_state_first_time(&state, 42));
	assert_true(sw_state_was_seen(&state, 42));
	assert_false(sw_state_first_time(&state, 42));
	sw_state_close(&state);
}

static void a_file_of_another_size_is_refused(void **unused SW_UNUSED)
{
	static const off_t sizes[] = {1, 8, 4096, 65535, 65537, 131072};

	for (size_t i = 0; i < SW_ROWS(sizes); i++) {
		leave_file("", 0, sizes[i]);
		open_gives(SW_E_SYNTAX);
		(void)remove_state(NULL);
	}
}

static void a_file_of_another_layout_is_refused(void **unused SW_UNUSED)
{
	leave_file("SSHWHY\0002", 8, STATE_BYTES);
	open_gives(SW_E_SYNTAX);
}

static void a_file_of_another_owner_is_refused(void **unused SW_UNUSED)
{
	struct sw_state state = opened();

	sw_state_close(&state);
	assert_int_equal(sw_state_open(path, geteuid() + 1, &state),
			 SW_E_UNSAFE);
	assert_int_equal(state.fd, -1);
	assert_null(state.map);
}

static void what_others_may_write_is_refused(void **unused SW_UNUSED)
{
	static const struct {
		const char *of;
		mode_t mode;
	} cases[] = {
		{path, 0620}, {path, 0602}, {folder, 0775}, {folder, 01777}};

	for (size_t i = 0; i < SW_ROWS(cases); i++) {
		leave_file("", 0, 0);
		assert_int_equal(chmod(cases[i].of, cases[i].mode), 0);
		open_gives(SW_E_UNSAFE);
		(void)remove_state(NULL);
	}
}

static void what_is_no_regular_file_is_refused_at_once(void **unused SW_UNUSED)
{
	assert_int_equal(mkdir(folder, 0755), 0);
	assert_int_equal(symlink("/dev/null", path), 0);
	open_gives(SW_E_UNSAFE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	open_gives(SW_E_UNSAFE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	open_gives(SW_E_UNSAFE);
}

static void a_folder_that_is_a_link_is_refused(void **unused SW_UNUSED)
{
	assert_int_equal(symlink(".", folder), 0);
	open_gives(SW_E_UNSAFE);
}

static void a_missing_parent_is_an_io_failure(void **unused SW_UNUSED)
{
	struct sw_state state = SW_STATE_INIT;

	assert_int_equal(
		sw_state_open("no/such/folder/state", geteuid(), &state),
		SW_E_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(state.fd, -1);
}

/* Everything behind the version is arbitrary; the fields start there. */
static void
a_hostile_file_costs_numbers_and_nothing_else(void **unused SW_UNUSED)
{
	static unsigned char bytes[STATE_BYTES];
	static const int fills[] = {0xff, 0x01, 0x5a};

	for (size_t i = 0; i < SW_ROWS(fills); i++) {
		struct sw_state state = SW_STATE_INIT;

		memset(bytes, fills[i], sizeof(bytes));
		memcpy(bytes, "SSHWHY\0001", 8);
		leave_file(bytes, sizeof(bytes), STATE_BYTES);
		state = opened();
		(void)sw_state_next_seqno(&state);
		(void)sw_state_next_seqno(&state);
		(void)sw_state_lost(&state);
		for (uint64_t key = 0; key < SW_STATE_SEEN * 2; key++)
			(void)sw_state_first_time(&state, key);
		assert_false(
			sw_state_first_time(&state, SW_STATE_SEEN * 2 - 1));
		assert_int_equal(sw_state_take_writer(&state), SW_OK);
		sw_state_close(&state);
		(void)remove_state(NULL);
	}
}

static void a_key_is_known_while_it_is_among_the_last(void **unused SW_UNUSED)
{
	struct sw_state state = opened();

	assert_true(sw_state_first_time(&state, 0));
	assert_false(sw_state_first_time(&state, 0));
	for (uint64_t key = 1; key < SW_STATE_SEEN; key++)
		assert_true(sw_state_first_time(&state, key));
	for (uint64_t key = 0; key < SW_STATE_SEEN; key++)
		assert_false(sw_state_first_time(&state, key));
	assert_true(sw_state_first_time(&state, SW_STATE_SEEN));
	assert_true(sw_state_first_time(&state, 0));
	assert_false(sw_state_first_time(&state, SW_STATE_SEEN));
	assert_false(sw_state_first_time(&state, 2));
	sw_state_close(&state);
}

#define RACERS 8
#define RACES 500

static int first_times_of_the_same_keys(void)
{
	struct sw_state state = SW_STATE_INIT;
	int firsts = 0;

	if (sw_state_open(path, geteuid(), &state) != SW_OK)
		return 255;
	for (uint64_t key = 0; key < RACES; key++)
		firsts += sw_state_first_time(&state, key);
	/* The others count themselves in it, as an exit status is too small. */
	for (int i = 0; i < firsts; i++)
		sw_state_count_lost(&state);
	return 0;
}

static void
of_processes_that_race_for_a_key_one_is_first(void **unused SW_UNUSED)
{
	struct sw_state state = opened();
	pid_t pids[RACERS];

	for (int i = 0; i < RACERS; i++)
		pids[i] = started(first_times_of_the_same_keys);
	for (int i = 0; i < RACERS; i++)
		assert_int_equal(status_of(pids[i]), 0);
	assert_int_equal(sw_state_lost(&state), RACES);
	sw_state_close(&state);
}

#define COUNTERS 4
#define COUNTS 20000

static int count(void)
{
	struct sw_state state = SW_STATE_INIT;
	uint64_t before = 0;

	if (sw_state_open(path, geteuid(), &state) != SW_OK)
		return 1;
	for (int i = 0; i < COUNTS; i++) {
		uint64_t now = sw_state_next_seqno(&state);

		if (now <= before)
			return 2;
		before = now;
	}
	return 0;
}

static void
processes_that_start_together_share_one_count(void **unused SW_UNUSED)
{
	struct sw_state state = SW_STATE_INIT;
	pid_t pids[COUNTERS];

	for (int i = 0; i < COUNTERS; i++)
		pids[i] = started(count);
	for (int i = 0; i < COUNTERS; i++)
		assert_int_equal(status_of(pids[i]), 0);
	state = opened();
	assert_int_equal(sw_state_seqno(&state), COUNTERS * COUNTS);
	sw_state_close(&state);
}

static int use_it_until_killed(void)
{
	struct sw_state state = SW_STATE_INIT;

	if (sw_state_open(path, geteuid(), &state) != SW_OK ||
	    sw_state_take_writer(&state) != SW_OK)
		return 1;
	for (uint64_t key = 0;; key++) {
		(void)sw_state_next_seqno(&state);
		(void)sw_state_first_time(&state, key);
	}
}

static void wait_for_more_numbers(struct sw_state *state)
{
	uint64_t start = sw_state_seqno(state);

	while (sw_state_seqno(state) < start + 1000)
		(void)sched_yield();
}

static void
a_kill_in_the_middle_leaves_everything_usable(void **unused SW_UNUSED)
{
	struct sw_state state = opened();

	for (int i = 0; i < 20; i++) {
		pid_t pid = started(use_it_until_killed);
		uint64_t key = UINT64_MAX - (uint64_t)i;
		uint64_t count_before;

		wait_for_more_numbers(&state);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(WTERMSIG(status_of(pid)), SIGKILL);
		count_before = sw_state_seqno(&state);
		assert_int_equal(sw_state_next_seqno(&state), count_before + 1);
		assert_true(sw_state_first_time(&state, key));
		assert_false(sw_state_first_time(&state, key));
	}
	sw_state_close(&state);
}

static int to_parent[2];

static int take_a_place_and_stay(void)
{
	struct sw_state state = SW_STATE_INIT;
	char answer;

	if (sw_state_open(path, geteuid(), &state) != SW_OK)
		return 1;
	answer = (char)('0' + (int)sw_state_take_writer(&state));
	if (write(to_parent[1], &answer, 1) != 1)
		return 1;
	for (;;)
		(void)pause();
}

static pid_t started_with_place(char wanted)
{
	pid_t pid = started(take_a_place_and_stay);
	char answer = 0;

	assert_int_equal(read(to_parent[0], &answer, 1), 1);
	assert_int_equal(answer, wanted);
	return pid;
}

static void end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	(void)status_of(pid);
}

static void a_place_of_a_killed_writer_is_free_again(void **unused SW_UNUSED)
{
	struct sw_state state = SW_STATE_INIT;
	pid_t pids[SW_STATE_WRITERS];

	assert_int_equal(pipe(to_parent), 0);
	for (int i = 0; i < SW_STATE_WRITERS; i++)
		pids[i] = started_with_place('0' + SW_OK);
	end(started_with_place('0' + SW_E_RANGE));
	/* Only now: whoever inherits it would keep its place as well. */
	state = opened();
	assert_int_equal(sw_state_take_writer(&state), SW_E_RANGE);
	end(pids[3]);
	assert_int_equal(sw_state_take_writer(&state), SW_OK);
	end(started_with_place('0' + SW_E_RANGE));
	sw_state_close(&state);
	end(started_with_place('0' + SW_OK));
	for (int i = 0; i < SW_STATE_WRITERS; i++) {
		if (i != 3)
			end(pids[i]);
	}
	(void)close(to_parent[0]);
	(void)close(to_parent[1]);
}

static int stay(void)
{
	return pause();
}

static void
a_place_is_kept_by_the_child_that_inherits_it(void **unused SW_UNUSED)
{
	struct sw_state others[SW_STATE_WRITERS];
	struct sw_state state = opened();
	pid_t pid;

	assert_int_equal(sw_state_take_writer(&state), SW_OK);
	for (int i = 1; i < SW_STATE_WRITERS; i++) {
		others[i] = opened();
		assert_int_equal(sw_state_take_writer(&others[i]), SW_OK);
	}
	others[0] = opened();
	pid = started(stay);
	sw_state_close(&state);
	assert_int_equal(sw_state_take_writer(&others[0]), SW_E_RANGE);
	end(pid);
	assert_int_equal(sw_state_take_writer(&others[0]), SW_OK);
	for (int i = 0; i < SW_STATE_WRITERS; i++)
		sw_state_close(&others[i]);
}

#define STATE_TEST(name) cmocka_unit_test_teardown(name, remove_state)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STATE_TEST(folder_and_file_are_made_whatever_the_umask),
		STATE_TEST(the_file_has_no_hole_that_a_full_disk_could_hit),
		STATE_TEST(numbers_go_on_after_a_reopening),
		STATE_TEST(a_state_that_is_not_open_answers_and_harms_nobody),
		STATE_TEST(asking_whether_a_key_was_seen_remembers_nothing),
		STATE_TEST(a_file_of_another_size_is_refused),
		STATE_TEST(a_file_of_another_layout_is_refused),
		STATE_TEST(a_file_of_another_owner_is_refused),
		STATE_TEST(what_others_may_write_is_refused),
		STATE_TEST(what_is_no_regular_file_is_refused_at_once),
		STATE_TEST(a_folder_that_is_a_link_is_refused),
		STATE_TEST(a_missing_parent_is_an_io_failure),
		STATE_TEST(a_hostile_file_costs_numbers_and_nothing_else),
		STATE_TEST(a_key_is_known_while_it_is_among_the_last),
		STATE_TEST(of_processes_that_race_for_a_key_one_is_first),
		STATE_TEST(processes_that_start_together_share_one_count),
		STATE_TEST(a_kill_in_the_middle_leaves_everything_usable),
		STATE_TEST(a_place_of_a_killed_writer_is_free_again),
		STATE_TEST(a_place_is_kept_by_the_child_that_inherits_it),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
