#include "hook.h"
#include "hook_process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_STATUS 1	     /* how sshd 9.2 ends at LoginGraceTime */
#define GRACE_STATUS_SPLIT 3 /* and how the newer sshd-session does */
#define BROKEN_STATUS 255    /* sshd's fatal(), or a peer that went away */

/* A process that ends closes its sockets before it can be waited for. */
#define CRASH_WAIT 10 /* milliseconds */

typedef int getpeername_fn(int fd, struct sockaddr *sa, socklen_t *len);
typedef int listen_fn(int fd, int backlog);
typedef void exit_fn(int status);

/* sshd asks who the peer is before it does anything else with it. */
SW_EXPORT int getpeername(int fd, struct sockaddr *sa, socklen_t *len)
{
	getpeername_fn *real = sw_hook_real(SW_REAL_GETPEERNAME);
	struct sw_conn conn;
	int answer, saved;

	if (real == NULL) {
		errno = ENOSYS;
		return -1;
	}
	answer = real(fd, sa, len);
	if (answer != 0 || sw_hook_process() != SW_PROCESS_SESSION ||
	    getpid() != sw_hook_session_pid() ||
	    sw_hook_session()->client.addr.family != SW_FAMILY_NONE)
		return answer;
	saved = errno;
	sw_hook_conn(fd, &conn);
	if (conn.client.addr.family != SW_FAMILY_NONE)
		sw_hook_meet(&conn);
	errno = saved;
	return answer;
}

SW_EXPORT int listen(int fd, int backlog)
{
	listen_fn *real = sw_hook_real(SW_REAL_LISTEN);
	struct sw_conn conn;
	int answer, saved;

	if (real == NULL) {
		errno = ENOSYS;
		return -1;
	}
	answer = real(fd, backlog);
	if (answer != 0 || sw_hook_process() != SW_PROCESS_LISTENER)
		return answer;
	saved = errno;
	sw_hook_conn(fd, &conn);
	if (conn.server.port != 0)
		sw_hook_tell_port(&conn.server);
	errno = saved;
	return answer;
}

static bool is_crash(const siginfo_t *end)
{
	switch (end->si_status) {
	case SIGABRT:
	case SIGBUS:
	case SIGFPE:
	case SIGILL:
	case SIGSEGV:
	case SIGSYS:
	case SIGTRAP:
		return end->si_code == CLD_KILLED || end->si_code == CLD_DUMPED;
	default: /* an operator's doing, or the kernel's for want of memory */
		return false;
	}
}

/* sshd 9 does not ask how its child ended, nor say a word; newer listeners
 * do both. The child stays to be waited for. */
static void look_for_crash(void)
{
	siginfo_t end;
	int saved = errno;

	for (int i = 0; i <= CRASH_WAIT; i++) {
		end.si_pid = 0;
		if (waitid(P_ALL, 0, &end, WEXITED | WNOHANG | WNOWAIT) != 0 ||
		    end.si_pid != 0)
			break;
		(void)poll(NULL, 0, 1);
	}
	if (end.si_pid != 0 && is_crash(&end))
		sw_hook_tell_crash(end.si_status);
	errno = saved;
}

/*
 * The session's own process ends with the expected status in the handler of
 * SIGALRM: no more than a send may happen there.
 */
SW_EXPORT __attribute__((noreturn)) void _exit(int status)
{
	exit_fn *real = sw_hook_reals[SW_REAL_EXIT];
	int expected = sw_hook_is_split() ? GRACE_STATUS_SPLIT : GRACE_STATUS;

	if (sw_hook_process() == SW_PROCESS_SESSION) {
		bool is_own = getpid() == sw_hook_session_pid();

		if (status == BROKEN_STATUS && is_own && !sw_hook_is_split() &&
		    !sw_hook_user_is_in())
			look_for_crash();
		if (status != expected)
			sw_hook_write_pending();
		else if (is_own &&
			 (sw_hook_is_split() || sw_hook_time_is_over()))
			sw_hook_tell_grace();
	}
	if (real != NULL)
		real(status);
	for (;;)
		(void)syscall(SYS_exit_group, status);
}
