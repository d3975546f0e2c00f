/* The paths of lib/report.c and lib/sink.c are set for this program to where
 * it is built. */

#include "record_samples.h"

#include "sshwhy/clock.h"
#include "sshwhy/node.h"
#include "sshwhy/paths.h"
#include "sshwhy/report.h"
#include "sshwhy/state.h"

#include <errno.h>
#include <fcntl.h>
#include <libaudit.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define STARTED SW_LOCALSTATEDIR "/started" /* the sink tells about itself */
#define GO SW_LOCALSTATEDIR "/go"	    /* it ends when this is opened */

/* What a writer says of itself. */
struct witness {
	pid_t pid;
	pid_t session;
	bool term_blocked;
	int descriptors; /* above 2 that are open */
	bool foreign;	 /* one of them is a socket, or 0 to 2 no /dev/null */
};

static bool is_null(int fd)
{
	struct stat null;
	struct stat st;

	return stat("/dev/null", &null) == 0 && fstat(fd, &st) == 0 &&
	       st.st_rdev == null.st_rdev;
}

static void look_around(struct witness *out)
{
	sigset_t mask;
	struct stat st;

	*out = (struct witness){.pid = getpid(), .session = getsid(0)};
	(void)sigprocmask(SIG_BLOCK, NULL, &mask);
	out->term_blocked = sigismember(&mask, SIGTERM) == 1;
	for (int fd = 0; fd < 1024; fd++) {
		if (fstat(fd, &st) != 0)
			continue;
		out->descriptors += fd > 2;
		out->foreign |= S_ISSOCK(st.st_mode);
	}
	for (int fd = 0; fd <= 2; fd++)
		out->foreign |= !is_null(fd);
}

/* Stands for a kernel that keeps its writers: it runs in the writer. */
int audit_open(void)
{
	struct witness witness;
	int fd;

	look_around(&witness);
	fd = open(STARTED, O_WRONLY | O_CLOEXEC);
	if (write(fd, &witness, sizeof(witness)) != sizeof(witness))
		return -1;
	(void)close(fd);
	/* The FIFO opens when the test opens its other end. */
	fd = open(GO, O_RDONLY | O_CLOEXEC);
	(void)close(fd);
	errno = EPERM;
	return -1;
}

static struct sw_config to_file;
static struct sw_config to_audit; /* where the writer hangs */

static int remove_all(void **state SW_UNUSED)
{
	static const char *const files[] = {SW_PATH_LOG, SW_PATH_STATE, STARTED,
					    GO};
	static const char *const folders[] = {SW_PATH_LOG_DIR, SW_PATH_RUN_DIR,
					      SW_LOCALSTATEDIR "/log",
					      SW_LOCALSTATEDIR, SW_RUNSTATEDIR};

	for (size_t i = 0; i < SW_ROWS(files); i++)
		(void)unlink(files[i]);
	for (size_t i = 0; i < SW_ROWS(folders); i++)
		(void)rmdir(folders[i]);
	return 0;
}

static int make_all(void **state)
{
	(void)remove_all(state);
	sw_config_defaults(&to_file);
	to_audit = to_file;
	to_file.sinks = SW_SINK_FILE;
	to_audit.sinks = SW_SINK_AUDIT;
	if (mkdir(SW_LOCALSTATEDIR, 0755) != 0 ||
	    mkdir(SW_LOCALSTATEDIR "/log", 0755) != 0 ||
	    mkdir(SW_RUNSTATEDIR, 0755) != 0)
		return -1;
	return mkfifo(STARTED, 0600) != 0 || mkfifo(GO, 0600) != 0 ? -1 : 0;
}

static void report(const struct sw_config *config)
{
	struct sw_record record;

	sample_record(&record);
	sw_report(&record, config);
}

/* Those of the writers that hang: read when each of them has begun. */
static int witnesses = -1;

static void open_witnesses(void)
{
	witnesses = open(STARTED, O_RDWR | O_CLOEXEC);
	assert_true(witnesses >= 0);
}

static struct witness next_witness(void)
{
	struct witness witness;

	assert_int_equal(read(witnesses, &witness, sizeof(witness)),
			 sizeof(witness));
	return witness;
}

static struct sw_state opened(void)
{
	struct sw_state state = SW_STATE_INIT;

	assert_int_equal(sw_state_open(SW_PATH_STATE, geteuid(), &state),
			 SW_OK);
	return state;
}

/* Until the kernel has freed a place; it is not kept. */
static void wait_for_place(void)
{
	struct sw_state state = opened();

	for (int i = 0; i < 5000; i++) {
		if (sw_state_take_writer(&state) == SW_OK)
			break;
		(void)poll(NULL, 0, 1);
	}
	sw_state_close(&state);
}

/* Lets all writers that hang go on. They count what they lose as the last. */
static void let_go(int count)
{
	struct sw_state state = opened();
	uint64_t lost = sw_state_lost(&state);
	int go = open(GO, O_RDWR | O_CLOEXEC);

	assert_true(go >= 0);
	for (int i = 0; i < 5000; i++) {
		if (sw_state_lost(&state) == lost + (uint64_t)count)
			break;
		(void)poll(NULL, 0, 1);
	}
	assert_int_equal(sw_state_lost(&state), lost + (uint64_t)count);
	assert_int_equal(close(go), 0);
	assert_int_equal(close(witnesses), 0);
	sw_state_close(&state);
}

static char text[32768];

static const char *text_of_file(void)
{
	FILE *file = fopen(SW_PATH_LOG, "r");
	size_t len;

	assert_non_null(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	assert_int_equal(fclose(file), 0);
	text[len] = '\0';
	return text;
}

static void has_no_child(void)
{
	assert_int_equal(waitpid(-1, NULL, __WALL | WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void a_record_gets_its_number_node_and_boot(void **state SW_UNUSED)
{
	char node[SW_NODE_MAX];
	char boot[SW_BOOT_MAX];
	char wanted[256];

	(void)snprintf(wanted, sizeof(wanted),
		       "\"node\":\"%s\",\"boot\":\"%s\",\"seqno\":2,",
		       sw_node_name(node), sw_node_boot(boot));
	report(&to_file);
	report(&to_file);
	assert_int_equal(strlen(boot), SW_BOOT_MAX - 1);
	assert_non_null(strstr(text_of_file(), "\"seqno\":1,"));
	assert_non_null(strstr(text, wanted));
	has_no_child();
}

static void errno_and_the_heap_stay_as_they_were(void **state SW_UNUSED)
{
	struct mallinfo2 before;
	struct mallinfo2 after;

	report(&to_file);
	before = mallinfo2();
	errno = EXDEV;
	report(&to_file);
	assert_int_equal(errno, EXDEV);
	after = mallinfo2();
	assert_int_equal(before.uordblks, after.uordblks);
	assert_int_equal(before.fordblks, after.fordblks);
}

static void no_descriptor_is_left_open(void **state SW_UNUSED)
{
	int before = dup(0);

	assert_int_equal(close(before), 0);
	report(&to_file);
	assert_int_equal(dup(0), before);
	assert_int_equal(close(before), 0);
}

static volatile sig_atomic_t signals;

static void count_signal(int number SW_UNUSED)
{
	signals++;
}

static void the_host_never_hears_of_the_child(void **state SW_UNUSED)
{
	signals = 0;
	assert_true(signal(SIGCHLD, count_signal) != SIG_ERR);
	report(&to_file);
	assert_int_equal(signals, 0);
	has_no_child();
	assert_true(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
	report(&to_file);
	has_no_child();
	assert_true(signal(SIGCHLD, SIG_DFL) != SIG_ERR);
	assert_non_null(strstr(text_of_file(), "\"seqno\":2,"));
}

static void a_writer_holds_nothing_of_its_host(void **state SW_UNUSED)
{
	struct witness witness;
	char byte;
	int client[2];
	int high;

	open_witnesses();
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, client), 0);
	high = dup2(client[0], 900);
	assert_int_equal(high, 900);
	report(&to_audit);
	witness = next_witness();
	assert_int_not_equal(witness.session, getsid(0));
	assert_true(witness.term_blocked);
	assert_false(witness.foreign);
	/* The state file and the end of the pipe. */
	assert_int_equal(witness.descriptors, 2);
	assert_int_equal(close(client[0]), 0);
	assert_int_equal(close(high), 0);
	assert_int_equal(read(client[1], &byte, 1), 0);
	assert_int_equal(close(client[1]), 0);
	has_no_child();
	let_go(1);
}

static void a_writer_that_hangs_is_waited_for_a_moment(void **state SW_UNUSED)
{
	uint64_t start;
	uint64_t took;

	open_witnesses();
	start = sw_clock_monotonic_ns();
	report(&to_audit);
	took = (sw_clock_monotonic_ns() - start) / 1000000;
	assert_true(took >= SW_REPORT_WAIT);
	assert_true(took < 2000);
	(void)next_witness();
	let_go(1);
}

static void signals_neither_end_nor_stretch_the_wait(void **state SW_UNUSED)
{
	const struct itimerval often = {{0, 2000}, {0, 2000}};
	const struct itimerval never = {{0, 0}, {0, 0}};
	struct sigaction action = {.sa_handler = count_signal};
	uint64_t start;
	uint64_t took;

	open_witnesses();
	signals = 0;
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	start = sw_clock_monotonic_ns();
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	report(&to_audit);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	took = (sw_clock_monotonic_ns() - start) / 1000000;
	assert_true(signals > 0);
	assert_true(took >= SW_REPORT_WAIT);
	assert_true(took < 2000);
	assert_true(signal(SIGALRM, SIG_DFL) != SIG_ERR);
	(void)next_witness();
	let_go(1);
}

static void more_writers_than_places_are_only_counted(void **state SW_UNUSED)
{
	struct sw_state places = SW_STATE_INIT;
	struct witness writers[SW_STATE_WRITERS];

	open_witnesses();
	for (int i = 0; i < SW_STATE_WRITERS; i++) {
		report(&to_audit);
		writers[i] = next_witness();
	}
	places = opened();
	assert_int_equal(sw_state_lost(&places), 0);
	report(&to_audit);
	report(&to_file);
	assert_int_equal(sw_state_lost(&places), 2);
	assert_int_equal(sw_state_seqno(&places), SW_STATE_WRITERS + 2);
	assert_int_equal(access(SW_PATH_LOG, F_OK), -1);
	/* The kernel frees the place of one that is killed. */
	assert_int_equal(kill(writers[5].pid, SIGKILL), 0);
	wait_for_place();
	report(&to_file);
	assert_non_null(strstr(text_of_file(), "\"seqno\":11,"));
	assert_int_equal(sw_state_lost(&places), 2);
	sw_state_close(&places);
	let_go(SW_STATE_WRITERS - 1);
}

static void a_sink_that_fails_counts_as_lost(void **state SW_UNUSED)
{
	struct sw_state counters = opened();

	assert_int_equal(rmdir(SW_LOCALSTATEDIR "/log"), 0);
	report(&to_file);
	assert_int_equal(sw_state_lost(&counters), 1);
	sw_state_close(&counters);
}

static void close_copy_of(int original, int fd)
{
	struct stat wanted;
	struct stat st;

	assert_int_equal(fstat(original, &wanted), 0);
	if (fstat(fd, &st) == 0 && st.st_ino == wanted.st_ino)
		(void)close(fd);
}

static void too_few_descriptors_count_as_lost(void **state SW_UNUSED)
{
	struct sw_state counters = opened();
	struct rlimit old;
	struct rlimit low;
	int next;

	/* No free one below. */
	while ((next = dup(counters.fd)) < 100)
		assert_true(next > 0);
	assert_int_equal(close(next), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	low = old;
	/* Enough for the state file, not for a pipe beside it. */
	low.rlim_cur = (rlim_t)next + 2;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	report(&to_file);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	for (int fd = counters.fd + 1; fd < next; fd++)
		close_copy_of(counters.fd, fd);
	assert_int_equal(sw_state_seqno(&counters), 1);
	assert_int_equal(sw_state_lost(&counters), 1);
	sw_state_close(&counters);
}

static void
a_state_that_cannot_be_used_costs_only_the_number(void **state SW_UNUSED)
{
	assert_int_equal(mkdir(SW_PATH_RUN_DIR, 0777), 0);
	assert_int_equal(chmod(SW_PATH_RUN_DIR, 0777), 0);
	report(&to_file);
	assert_non_null(strstr(text_of_file(), "\"seqno\":null,"));
	assert_int_equal(access(SW_PATH_STATE, F_OK), -1);
}

static void
a_host_without_standard_descriptors_can_report(void **state SW_UNUSED)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		for (int fd = 0; fd <= 2; fd++)
			(void)close(fd);
		report(&to_file);
		_exit(fcntl(0, F_GETFD) < 0 && fcntl(2, F_GETFD) < 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_non_null(strstr(text_of_file(), "\"seqno\":1,"));
}

#define REPORT_TEST(name)                                                      \
	cmocka_unit_test_setup_teardown(name, make_all, remove_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		REPORT_TEST(a_record_gets_its_number_node_and_boot),
		REPORT_TEST(errno_and_the_heap_stay_as_they_were),
		REPORT_TEST(no_descriptor_is_left_open),
		REPORT_TEST(the_host_never_hears_of_the_child),
		REPORT_TEST(a_writer_holds_nothing_of_its_host),
		REPORT_TEST(a_writer_that_hangs_is_waited_for_a_moment),
		REPORT_TEST(signals_neither_end_nor_stretch_the_wait),
		REPORT_TEST(more_writers_than_places_are_only_counted),
		REPORT_TEST(a_sink_that_fails_counts_as_lost),
		REPORT_TEST(too_few_descriptors_count_as_lost),
		REPORT_TEST(a_state_that_cannot_be_used_costs_only_the_number),
		REPORT_TEST(a_host_without_standard_descriptors_can_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
