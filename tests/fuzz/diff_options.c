#include "diff_case.h"

#include <dlfcn.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <syslog.h>
#include <tcpd.h>
#include <unistd.h>

/*
 * libwrap's own process_options() is let run here, and whatever it would do to
 * this process is replaced: the program's definitions stand before libc's.
 */
SW_EXPORT void tcpd_jump(char *format, ...) SW_PRINTF(1, 2);
SW_EXPORT void __syslog_chk(int priority, int flag, const char *format, ...);
SW_EXPORT struct passwd *getpwnam(const char *name);
SW_EXPORT struct group *getgrnam(const char *name);
SW_EXPORT int setenv(const char *name, const char *value, int overwrite);
SW_EXPORT int setuid(uid_t uid);
SW_EXPORT int setgid(gid_t gid);
SW_EXPORT int setgroups(size_t size, const gid_t *list);
SW_EXPORT int initgroups(const char *user, gid_t group);
SW_EXPORT mode_t umask(mode_t mask);
SW_EXPORT pid_t fork(void);
extern jmp_buf tcpd_buf;
extern int dry_run;

#define JUMP_ERROR (-1)

typedef void (*process_options_fn)(char *options, struct request_info *request);

static bool was_error;

void tcpd_jump(char *format SW_UNUSED, ...)
{
	was_error = true;
	longjmp(tcpd_buf, JUMP_ERROR);
}

void __syslog_chk(int priority SW_UNUSED, int flag SW_UNUSED,
		  const char *format SW_UNUSED, ...)
{
}

struct passwd *getpwnam(const char *name)
{
	static struct passwd account;

	return diff_ask(SW_ASK_USER, name, NULL) == SW_ANSWER_YES ? &account
								  : NULL;
}

struct group *getgrnam(const char *name)
{
	static struct group group;

	return diff_ask(SW_ASK_GROUP, name, NULL) == SW_ANSWER_YES ? &group
								   : NULL;
}

/* As the manual has it; nothing is set. */
int setenv(const char *name, const char *value SW_UNUSED,
	   int overwrite SW_UNUSED)
{
	return *name == '\0' || strchr(name, '=') != NULL ? -1 : 0;
}

int setuid(uid_t uid SW_UNUSED)
{
	return 0;
}

int setgid(gid_t gid SW_UNUSED)
{
	return 0;
}

int setgroups(size_t size SW_UNUSED, const gid_t *list SW_UNUSED)
{
	return 0;
}

int initgroups(const char *user SW_UNUSED, gid_t group SW_UNUSED)
{
	return 0;
}

mode_t umask(mode_t mask SW_UNUSED)
{
	return 022;
}

/* With dry_run nothing is executed; if it is, this says so. */
pid_t fork(void)
{
	abort();
}

static enum sw_wrapper_option ask_libwrap(const char *options)
{
	static process_options_fn real;
	static struct request_info request;
	char text[DIFF_OPTIONS_MAX];
	int jump;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "process_options");
	(void)snprintf(text, sizeof(text), "%s", options);
	(void)request_init(&request, RQ_DAEMON, "sshd", RQ_USER, "unknown",
			   RQ_CLIENT_NAME, "host.example", RQ_CLIENT_ADDR,
			   "192.0.2.1", RQ_SERVER_NAME, "server.example",
			   RQ_SERVER_ADDR, "192.0.2.2", 0);
	was_error = false;
	dry_run = 1;
	jump = setjmp(tcpd_buf);
	if (jump == 0) {
		real(text, &request);
		return dry_run == 0 ? SW_OPTION_TWIST : SW_OPTION_OTHER;
	}
	if (was_error)
		return SW_OPTION_ERROR;
	return jump == 1 ? SW_OPTION_ALLOW : SW_OPTION_DENY;
}

static const char *const names[] = {
	[SW_OPTION_NONE] = "none",   [SW_OPTION_OTHER] = "other",
	[SW_OPTION_ALLOW] = "allow", [SW_OPTION_DENY] = "deny",
	[SW_OPTION_TWIST] = "twist", [SW_OPTION_ERROR] = "error",
};

bool diff_options_agree(const char *options, char *why, size_t size)
{
	static const struct sw_wrapper_query query = {.ask = diff_ask};
	enum sw_wrapper_option libwrap = ask_libwrap(options);
	struct sw_wrapper_options ours;

	sw_wrapper_options_judge(&query, options, &ours);
	if (ours.option == libwrap)
		return true;
	(void)snprintf(why, size, "libwrap: %s, ours: %s by \"%s\"",
		       names[libwrap], names[ours.option], ours.word);
	return false;
}
