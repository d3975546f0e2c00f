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
	[SW_REAL_EVAL_HOSTNAME] = "eval_hostname",
	[SW_REAL_HOSTS_ACCESS] = "hosts_access",
	[SW_REAL_PROCESS_OPTIONS] = "process_options",
	[SW_REAL_SLEEP] = "sleep",
	[SW_REAL_TCPD_JUMP] = "tcpd_jump",
	[SW_REAL_TCPD_WARN] = "tcpd_warn",
	[SW_REAL_XGETS] = "xgets",
};

void *sw_hook_reals[SW_REAL_COUNT_];
static bool armed;

static bool is_sshd(const char *program)
{
	return strcmp(program, "sshd") == 0 ||
	       strcmp(program, "sshd-session") == 0;
}

/* argv[0] is the caller's to choose, the executable is not. */
static bool runs_sshd(void)
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
	return name != NULL && is_sshd(name + 1);
}

void *sw_hook_find(enum sw_real which)
{
	int saved = errno;

	sw_hook_reals[which] = dlsym(RTLD_NEXT, names[which]);
	errno = saved;
	return sw_hook_reals[which];
}

__attribute__((constructor)) static void arm(void)
{
	int saved = errno;

	if (&tcpd_context != NULL && geteuid() == 0 && runs_sshd()) {
		armed = true;
		for (enum sw_real i = 0; i < SW_REAL_COUNT_; i++)
			armed &= sw_hook_real(i) != NULL;
	}
	errno = saved;
}

bool sw_hook_is_armed(void)
{
	return armed;
}
