#include "sshwhy/report.h"

#include "detach.h"
#include "sshwhy/auto.h"
#include "sshwhy/clock.h"
#include "sshwhy/deliver.h"
#include "sshwhy/node.h"
#include "sshwhy/paths.h"
#include "sshwhy/sink.h"
#include "sshwhy/state.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A sink that hangs does not keep its place among the writers for ever. */
#define WRITER_LIFE 60 /* seconds */

/* exit() and _exit() are sshd's, or a hook's: none of that is ours to run. */
static _Noreturn void leave(int status)
{
	for (;;)
		(void)syscall(SYS_exit_group, status);
}

/* All signals stay blocked: neither the end of the session nor a service
 * manager that cleans up behind it takes the record away. */
static void limit_life(void)
{
	const struct sigaction standard = {.sa_handler = SIG_DFL};
	sigset_t one;

	(void)sigemptyset(&one);
	(void)sigaddset(&one, SIGALRM);
	(void)sigaction(SIGALRM, &standard, NULL);
	(void)sigprocmask(SIG_UNBLOCK, &one, NULL);
	(void)alarm(WRITER_LIFE);
}

static _Noreturn void write_record(struct sw_state *state,
				   const struct sw_record *record,
				   const struct sw_config *config)
{
	struct sw_record complete = *record;

	limit_life();
	(void)sw_node_name(complete.node);
	(void)sw_node_boot(complete.boot);
	if (sw_sink_write(&complete, config) != SW_OK)
		sw_state_count_lost(state);
	leave(0);
}

/*
 * Like fork(), but the child's end sends no SIGCHLD and waitpid(-1) does not
 * see it: sshd's handlers and loops never learn of a child they did not start.
 */
static pid_t fork_unseen(void)
{
	return (pid_t)syscall(SYS_clone, 0L, NULL, NULL, NULL, NULL);
}

/* The child of sshd: lets go of all that is sshd's and starts the writer,
 * which becomes nobody's child when this one ends. */
static _Noreturn void become_nobodys(struct sw_state *state, int done,
				     const struct sw_record *record,
				     const struct sw_config *config)
{
	pid_t pid;

	if (!detach(&state->fd, &done))
		leave(1);
	pid = fork_unseen(); /* nor are pthread_atfork() handlers run */
	if (pid == 0)
		write_record(state, record, config);
	leave(pid > 0 ? 0 : 1);
}

static bool ended_well(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, __WALL) < 0) {
		if (errno != EINTR)
			return false;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Until the writer, who holds the other end, has gone; or the time is up. */
static void wait_for_writer(int done)
{
	uint64_t deadline =
		sw_clock_monotonic_ns() + SW_REPORT_WAIT * UINT64_C(1000000);
	struct pollfd end = {.fd = done};
	uint64_t now;

	while ((now = sw_clock_monotonic_ns()) < deadline) {
		int wait = (int)((deadline - now) / 1000000) + 1;

		if (poll(&end, 1, wait) >= 0 || errno != EINTR)
			return;
	}
}

static bool write_in_child(struct sw_state *state,
			   const struct sw_record *record,
			   const struct sw_config *config)
{
	sw_autofd int done = -1;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	done = ends[0];
	pid = fork_unseen();
	if (pid == 0)
		become_nobodys(state, ends[1], record, config);
	(void)close(ends[1]);
	if (pid < 0 || !ended_well(pid))
		return false;
	/* A client that was only observed is let in: it waits for nobody. */
	if (record->evidence != SW_EVIDENCE_SIMULATED)
		wait_for_writer(done);
	return true;
}

void sw_report_directly(const struct sw_record *record,
			const struct sw_config *config)
{
	struct sw_record numbered = *record;
	struct sw_state state = SW_STATE_INIT;
	int saved = errno;

	/* Without a state file the record has no number and the writers have
	 * no limit but their life: that beats losing every record. */
	(void)!sw_state_open(SW_PATH_STATE, geteuid(), &state);
	numbered.seqno = sw_state_next_seqno(&state);
	if (sw_state_take_writer(&state) == SW_E_RANGE ||
	    !write_in_child(&state, &numbered, config))
		sw_state_count_lost(&state);
	sw_state_close(&state);
	errno = saved;
}

static void make_fact(const struct sw_record *record, struct sw_fact *fact)
{
	sw_fact_init(fact, SW_FACT_WRAPPER, record->time, record->conn.pid);
	fact->flags = SW_FACT_COUNTED;
	if (record->evidence == SW_EVIDENCE_SIMULATED)
		fact->flags |= SW_FACT_SIMULATED;
	fact->cause = (uint16_t)record->cause;
	fact->via = (uint16_t)record->via;
	fact->client = record->conn.client;
	fact->server = record->conn.server;
	memcpy(fact->user, record->conn.user, sizeof(fact->user));
	fact->rule = record->rule;
	fact->lookup = record->lookup;
	fact->until = record->until;
}

void sw_report(const struct sw_record *record, const struct sw_config *config)
{
	struct sw_courier courier = SW_COURIER_INIT;
	struct sw_fact fact;
	int saved = errno;

	make_fact(record, &fact);
	if (sw_courier_deliver(&courier, &fact, sw_clock_monotonic_ns()) ==
	    SW_DELIVERY_NOBODY) {
		sw_report_directly(record, config);
		/* Offered, and not left for a recorder to find missing. */
		sw_state_take(&courier.state, 1);
	}
	/* The session may go on (observed), and its children would inherit a
	 * connection that the recorder takes for root's. */
	sw_courier_close(&courier);
	errno = saved;
}
