/* The calls of libpam and the module that leave the process. */

#include "machine.h"

#include "sshwhy/err.h"
#include "sshwhy/paths.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libaudit.h>
#include <limits.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4096

static const struct {
	const char *real;
	const char *ours;
} moved[] = {
	{SW_PATH_HOSTS_ALLOW, "hosts.allow"},
	{SW_PATH_HOSTS_DENY, "hosts.deny"},
	{SW_PATH_RUN_DIR, "run"},
	{SW_PATH_LOG_DIR, "logs"},
	{SW_PATH_CONFIG, "sshwhy.conf"},
	/* Debian's @include does not follow pam_start_confdir(). */
	{"/etc/pam.d", "pam.d"},
};

/* Where path is on the machine of the test. */
static const char *translate(const char *path, char *buf)
{
	size_t len;
	size_t i;

	for (i = 0; i < sizeof(moved) / sizeof(moved[0]); i++) {
		len = strlen(moved[i].real);
		if (strncmp(path, moved[i].real, len) != 0 ||
		    (path[len] != '\0' && path[len] != '/'))
			continue;
		(void)snprintf(buf, PATH_MAX, "%s%s",
			       machine_path(moved[i].ours), path + len);
		return buf;
	}
	return path;
}

static int open_moved(const char *path, int flags, mode_t mode)
{
	char buf[PATH_MAX];

	return openat(AT_FDCWD, translate(path, buf), flags, mode);
}

/* Both names of each call: a program has one or the other, by its word size. */
SW_EXPORT int open64(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	if ((flags & O_CREAT) != 0) {
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	return open_moved(path, flags, mode);
}

SW_EXPORT int __open64_2(const char *path, int flags);
SW_EXPORT int __open64_2(const char *path, int flags)
{
	return open_moved(path, flags, 0);
}

/* On its machine the test is root, whoever runs it. */
SW_EXPORT int fstat64(int fd, struct stat64 *out)
{
	int answer = fstatat64(fd, "", out, AT_EMPTY_PATH);

	if (answer == 0 && out->st_uid == geteuid())
		out->st_uid = 0;
	return answer;
}

#ifdef __LP64__
SW_EXPORT int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	if ((flags & O_CREAT) != 0) {
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	return open_moved(path, flags, mode);
}

SW_EXPORT int __open_2(const char *path, int flags);
SW_EXPORT int __open_2(const char *path, int flags)
{
	return open_moved(path, flags, 0);
}

SW_EXPORT int fstat(int fd, struct stat *out)
{
	int answer = fstatat(fd, "", out, AT_EMPTY_PATH);

	if (answer == 0 && out->st_uid == geteuid())
		out->st_uid = 0;
	return answer;
}
#endif

SW_EXPORT FILE *fopen(const char *restrict path, const char *restrict mode)
{
	__typeof__(fopen) *real;
	char buf[PATH_MAX];

	*(void **)&real = dlsym(RTLD_NEXT, "fopen");
	return real(translate(path, buf), mode);
}

SW_EXPORT int mkdir(const char *path, mode_t mode)
{
	char buf[PATH_MAX];

	return mkdirat(AT_FDCWD, translate(path, buf), mode);
}

/* Only the kernel is asked anything; nothing listens on this machine. */
SW_EXPORT ssize_t sendto(int fd, const void *bytes, size_t len, int flags,
			 const struct sockaddr *addr, socklen_t addrlen)
{
	__typeof__(sendto) *real;

	if (addr != NULL && addr->sa_family == AF_UNIX) {
		errno = ENOENT;
		return -1;
	}
	*(void **)&real = dlsym(RTLD_NEXT, "sendto");
	return real(fd, bytes, len, flags, addr, addrlen);
}

static void append(const char *name, const char *format, ...) SW_PRINTF(2, 3);
static void append(const char *name, const char *format, ...)
{
	int fd = openat(AT_FDCWD, machine_path(name),
			O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	va_list args;

	va_start(args, format);
	(void)vdprintf(fd, format, args);
	va_end(args);
	(void)close(fd);
}

/* Nobody has a name here. Who asks is noted. */
SW_EXPORT int getnameinfo(const struct sockaddr *restrict sa SW_UNUSED,
			  socklen_t salen SW_UNUSED,
			  char *restrict host SW_UNUSED,
			  socklen_t hostlen SW_UNUSED,
			  char *restrict serv SW_UNUSED,
			  socklen_t servlen SW_UNUSED, int flags SW_UNUSED)
{
	append("lookups", "name\n");
	return EAI_NONAME;
}

/* One netgroup, which holds everybody. */
SW_EXPORT int innetgr(const char *group, const char *host SW_UNUSED,
		      const char *user SW_UNUSED, const char *domain SW_UNUSED)
{
	append("lookups", "netgroup\n");
	return strcmp(group, "everybody") == 0;
}

/* libpam writes records of its own; only ours are kept. */
SW_EXPORT int audit_open(void)
{
	return openat(AT_FDCWD, "/dev/null", O_WRONLY | O_CLOEXEC);
}

SW_EXPORT void audit_close(int fd)
{
	(void)close(fd);
}

SW_EXPORT int
audit_log_acct_message(int fd SW_UNUSED, int type SW_UNUSED,
		       const char *program SW_UNUSED, const char *op SW_UNUSED,
		       const char *name SW_UNUSED, unsigned int id SW_UNUSED,
		       const char *host SW_UNUSED, const char *addr SW_UNUSED,
		       const char *tty SW_UNUSED, int result SW_UNUSED)
{
	return 1;
}

SW_EXPORT int audit_log_user_comm_message(int fd SW_UNUSED, int type,
					  const char *message,
					  const char *comm SW_UNUSED,
					  const char *hostname SW_UNUSED,
					  const char *addr,
					  const char *tty SW_UNUSED, int result)
{
	append("trail", "%d %d %s %s\n", type, result, addr, message);
	return 1;
}

/* pam_syslog() of libpam ends here. */
SW_EXPORT void __syslog_chk(int priority, int flag, const char *format, ...)
	SW_PRINTF(3, 4);
SW_EXPORT void __syslog_chk(int priority, int flag SW_UNUSED,
			    const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	append("log", "%d %s\n", priority & 7, line);
}
