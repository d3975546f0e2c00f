#include "sshwhy/ask_wrapper.h"

#include "libwrap.h"

#include "sshwhy/auto.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* libwrap takes 8 KiB of it for each list. */
#define STACK (2048 * 1024) /* bytes */

/* What the child leaves behind for its parent. */
struct shared {
	struct sw_libwrap_session session;
	struct sw_verdict verdict;
};

enum { CHILD_DONE = 0, CHILD_CANNOT_WATCH = 1 };

bool sw_libwrap_begin(struct sw_libwrap_session *session,
		      const struct sw_wrapper_query *query)
{
	memset(session, 0, sizeof(*session));
	session->query = query;
	return sw_text_copy(session->allow, sizeof(session->allow),
			    query->allow) &&
	       sw_text_copy(session->deny, sizeof(session->deny), query->deny);
}

static void take_over(const struct sw_libwrap_session *session,
		      const struct sw_verdict *verdict,
		      struct sw_ask_libwrap *out)
{
	memset(out, 0, sizeof(*out));
	out->verdict = *verdict;
	if (verdict->rule.line != 0)
		(void)sw_text_copy(out->verdict.rule.owner,
				   sizeof(out->verdict.rule.owner),
				   sw_watch_owner(&session->watch));
	out->asked_name = session->asked_name;
	out->options = session->options && verdict->rule.first_line != 0;
}

enum sw_err sw_ask_libwrap_here(const struct sw_wrapper_query *query,
				struct sw_ask_libwrap *out)
{
	static struct sw_libwrap_session session;
	struct sw_verdict verdict;

	if (!sw_libwrap_begin(&session, query) ||
	    !sw_libwrap_run(&session, &verdict))
		return SW_E_NOTSUP;
	take_over(&session, &verdict, out);
	return SW_OK;
}

/* Waits for the child, but not for ever. */
static enum sw_err wait_for(pid_t child, int seconds, int *out_status)
{
	sw_autofd int fd = (int)syscall(SYS_pidfd_open, child, 0);
	struct pollfd waiting = {.fd = fd, .events = POLLIN};
	int ready = 0;

	if (fd >= 0)
		ready = poll(&waiting, 1, seconds * 1000);
	if (ready != 1)
		(void)kill(child, SIGKILL);
	if (waitpid(child, out_status, 0) != child)
		return SW_E_IO;
	if (ready == 1)
		return SW_OK;
	errno = ETIMEDOUT;
	return SW_E_IO;
}

/* A crash is an answer: no core of it is wanted, nor what libc says of it. */
static void run_child(struct shared *shared)
{
	const struct rlimit no_core = {0, 0};
	struct rlimit stack;
	int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
	bool watched;

	(void)setrlimit(RLIMIT_CORE, &no_core);
	/* A list that names itself ends in a crash everywhere, not at one place
	 * at the limit of descriptors. */
	if (getrlimit(RLIMIT_STACK, &stack) == 0 &&
	    (stack.rlim_cur == RLIM_INFINITY || stack.rlim_cur > STACK)) {
		stack.rlim_cur = STACK;
		(void)setrlimit(RLIMIT_STACK, &stack);
	}
	/* Nobody who reports crashes may turn it into something else. */
	(void)signal(SIGSEGV, SIG_DFL);
	(void)signal(SIGABRT, SIG_DFL);
	(void)signal(SIGBUS, SIG_DFL);
	if (nothing >= 0)
		(void)dup2(nothing, STDERR_FILENO);
	watched = sw_libwrap_run(&shared->session, &shared->verdict);

	_exit(watched ? CHILD_DONE : CHILD_CANNOT_WATCH);
}

static enum sw_err read_answer(struct shared *shared, int status,
			       struct sw_ask_libwrap *out)
{
	bool died = WIFSIGNALED(status);

	if (died)
		sw_watch_leaving(&shared->session.watch,
				 SW_CAUSE_WRAPPER_BROKEN_RULE,
				 &shared->verdict);
	else if (WEXITSTATUS(status) != CHILD_DONE)
		return SW_E_NOTSUP;
	take_over(&shared->session, &shared->verdict, out);
	out->died_of = died ? WTERMSIG(status) : 0;
	return SW_OK;
}

static enum sw_err ask_child(struct shared *shared,
			     const struct sw_wrapper_query *query,
			     struct sw_ask_libwrap *out)
{
	int status = 0;
	enum sw_err err;
	pid_t child;

	if (!sw_libwrap_begin(&shared->session, query))
		return SW_E_NOTSUP;
	child = fork();
	if (child == 0)
		run_child(shared);
	if (child < 0)
		return SW_E_IO;
	err = wait_for(child,
		       query->resolve == NULL ? SW_ASK_LIBWRAP_SECONDS
					      : SW_ASK_NAMES_SECONDS,
		       &status);
	return err == SW_OK ? read_answer(shared, status, out) : err;
}

enum sw_err sw_ask_libwrap(const struct sw_wrapper_query *query,
			   struct sw_ask_libwrap *out)
{
	struct shared *shared;
	enum sw_err err;
	int saved;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return SW_E_IO;
	err = ask_child(shared, query, out);
	saved = errno;
	(void)munmap(shared, sizeof(*shared));
	errno = saved;
	return err;
}

static bool is_same(const struct sw_verdict *a, const struct sw_verdict *b)
{
	return (a->outcome == SW_DENY) == (b->outcome == SW_DENY) &&
	       strcmp(a->rule.source, b->rule.source) == 0 &&
	       a->rule.first_line == b->rule.first_line &&
	       a->rule.line == b->rule.line;
}

enum sw_err sw_ask_wrapper(const struct sw_wrapper_query *query,
			   struct sw_ask_wrapper *out)
{
	enum sw_err err;

	sw_wrapper_decide(query, &out->ours);
	err = sw_ask_libwrap(query, &out->libwrap);
	if (err == SW_OK)
		out->agree = is_same(&out->ours.verdict, &out->libwrap.verdict);
	return err;
}
