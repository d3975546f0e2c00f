#include "hook.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* Not linked: without a libwrap in the process there is nothing to watch. */
#pragma weak tcpd_context

/* What the kernel appends when the file was replaced under a running sshd. */
#define DELETED " (deleted)"

static const char *const names[SW_REAL_COUNT_] = {
	[SW_REAL_VSYSLOG_CHK] = "__vsyslog_chk",
	[SW_REAL_EXIT] = "_exit",
	[SW_REAL_ALARM] = "alarm",
	[SW_REAL_CHROOT] = "chroot",
	[SW_REAL_DAEMON] = "daemon",
	[SW_REAL_EVAL_HOSTNAME] = "eval_hostname",
	[SW_REAL_GETPEERNAME] = "getpeername",
	[SW_REAL_HOSTS_ACCESS] = "hosts_access",
	[SW_REAL_LISTEN] = "listen",
	[SW_REAL_PAM_ACCT_MGMT] = "pam_acct_mgmt",
	[SW_REAL_PAM_START] = "pam_start",
	[SW_REAL_PROCESS_OPTIONS] = "process_options",
	[SW_REAL_REFUSE] = "refuse",
	[SW_REAL_SLEEP] = "sleep",
	[SW_REAL_TCPD_JUMP] = "tcpd_jump",
	[SW_REAL_TCPD_WARN] = "tcpd_warn",
	[SW_REAL_VSYSLOG] = "vsyslog",
	[SW_REAL_XGETS] = "xgets",
};

void *sw_hook_reals[SW_REAL_COUNT_];
static bool armed;

/* argv[0] is the caller's to choose, the executable is not. */
bool sw_hook_runs(const char *program)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	size_t tail = strlen(DELETED);
	const char *name;

	if (len < 0)
		return false;
	if ((size_t)len > tail &&
	    memcmp(path + (size_t)len - tail, DELETED, tail) == 0)
		len -= (ssize_t)tail;
	path[len] = '\0';
	name = strrchr(path, '/');
	return name != NULL && strcmp(name + 1, program) == 0;
}

void *sw_hook_find(enum sw_real which)
{
	int saved = errno;

	sw_hook_reals[which] = dlsym(RTLD_NEXT, names[which]);
	errno = saved;
	return sw_hook_reals[which];
}

/* What libwrap's decision is watched by. */
static const enum sw_real watched[] = {
	SW_REAL_EVAL_HOSTNAME, SW_REAL_HOSTS_ACCESS, SW_REAL_PROCESS_OPTIONS,
	SW_REAL_SLEEP,	       SW_REAL_TCPD_JUMP,    SW_REAL_TCPD_WARN,
	SW_REAL_XGETS,
};

/* All of them are looked up before sshd does anything: none is in a signal
 * handler, or behind chroot(). */
__attribute__((constructor)) static void arm(void)
{
	int saved = errno;

	if (geteuid() != 0 ||
	    (!sw_hook_runs("sshd") && !sw_hook_runs("sshd-session")))
		return;
	for (enum sw_real i = 0; i < SW_REAL_COUNT_; i++)
		(void)sw_hook_real(i);
	armed = &tcpd_context != NULL;
	for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
		armed &= sw_hook_reals[watched[i]] != NULL;
	errno = saved;
}

bool sw_hook_is_armed(void)
{
	return armed;
}
