#include "hook_process.h"
#include "hook.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The letters of sshd's options that take a value. */
#define WITH_VALUE "CEbcfghkopu"
/* Those of runs that serve nobody: they answer questions. */
#define NO_SERVICE "tTGV"

static enum sw_process kind;
static pid_t loaded_by; /* the process that the hook was loaded into */
static pid_t session_pid;
static bool split;
static bool debugged;

/* What the letters of one argument say; the rest is a value from *value on. */
static enum sw_process kind_of_letters(const char *letter, bool *next_is_value)
{
	*next_is_value = false;
	for (; *letter != '\0'; letter++) {
		if (*letter == 'R' || *letter == 'i')
			return SW_PROCESS_SESSION;
		if (strchr(NO_SERVICE, *letter) != NULL)
			return SW_PROCESS_NONE;
		debugged |= *letter == 'd';
		if (strchr(WITH_VALUE, *letter) != NULL) {
			*next_is_value = letter[1] == '\0';
			break;
		}
	}
	return SW_PROCESS_LISTENER;
}

static enum sw_process kind_of_arguments(int argc, char *const *argv)
{
	bool is_value = false;

	for (int i = 1; i < argc; i++) {
		enum sw_process said;

		if (is_value || argv[i][0] != '-') {
			is_value = false;
			continue;
		}
		said = kind_of_letters(argv[i] + 1, &is_value);
		if (said != SW_PROCESS_LISTENER)
			return said;
	}
	return SW_PROCESS_LISTENER;
}

/* glibc hands main()'s arguments to constructors. */
__attribute__((constructor)) static void look(int argc, char **argv)
{
	int saved = errno;

	loaded_by = getpid();
	split = sw_hook_runs("sshd-session");
	if (geteuid() == 0 && split)
		kind = SW_PROCESS_SESSION;
	else if (geteuid() == 0 && sw_hook_runs("sshd"))
		kind = kind_of_arguments(argc, argv);
	if (kind == SW_PROCESS_SESSION)
		session_pid = loaded_by;
	errno = saved;
}

enum sw_process sw_hook_process(void)
{
	/* sshd -r and -d serve a connection without a program of its own. */
	if (kind == SW_PROCESS_LISTENER && getpid() != loaded_by)
		sw_hook_becomes_session();
	return kind;
}

pid_t sw_hook_session_pid(void)
{
	return session_pid != 0 ? session_pid : getpid();
}

bool sw_hook_is_debugged(void)
{
	return debugged;
}

bool sw_hook_is_split(void)
{
	return split;
}

void sw_hook_becomes_session(void)
{
	if (kind != SW_PROCESS_LISTENER)
		return;
	kind = SW_PROCESS_SESSION;
	session_pid = getpid();
}

typedef int daemon_fn(int nochdir, int noclose);

/* sshd without -D listens in a child of the process it was started as. */
SW_EXPORT int daemon(int nochdir, int noclose)
{
	daemon_fn *real = sw_hook_real(SW_REAL_DAEMON);
	enum sw_process before = sw_hook_process();
	int answer;

	if (real == NULL) {
		errno = ENOSYS;
		return -1;
	}
	answer = real(nochdir, noclose);
	if (answer == 0 && before == SW_PROCESS_LISTENER)
		loaded_by = getpid();
	return answer;
}

typedef int chroot_fn(const char *path);

/*
 * Behind it the unprivileged child of sshd 9 lives in a sandbox that kills for
 * a socket call, and everything it holds belongs to whoever breaks into it.
 */
SW_EXPORT int chroot(const char *path)
{
	chroot_fn *real = sw_hook_real(SW_REAL_CHROOT);

	if (real == NULL) {
		errno = ENOSYS;
		return -1;
	}
	if (kind == SW_PROCESS_SESSION && getpid() != session_pid) {
		kind = SW_PROCESS_CONFINED;
		sw_hook_forget();
	}
	return real(path);
}
