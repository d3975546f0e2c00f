#include "pam_log.h"

#include "sshwhy/err.h"

#include <stdarg.h>

/*
 * libpam and its modules call these through the PLT: the definitions of the
 * program come before those of libc. Which of them depends on whether a module
 * was built with fortified headers. Such headers define two of them as well;
 * behind that, clang exports nothing, so this comes first.
 */
SW_EXPORT void syslog(int priority, const char *format, ...) SW_PRINTF(2, 3);
SW_EXPORT void vsyslog(int priority, const char *format, va_list args)
	SW_PRINTF(2, 0);
SW_EXPORT void __syslog_chk(int priority, int flag, const char *format, ...)
	SW_PRINTF(3, 4);
SW_EXPORT void __vsyslog_chk(int priority, int flag, const char *format,
			     va_list args) SW_PRINTF(3, 0);

#include <dlfcn.h>
#include <stdio.h>
#include <syslog.h>

#undef syslog
#undef vsyslog

typedef void (*vsyslog_fn)(int priority, const char *format, va_list args);

/* NULL while the system log is the right place. */
static char *caught;
static size_t caught_size;

static void write_line(int priority, const char *format, va_list args)
	SW_PRINTF(2, 0);

static void write_line(int priority, const char *format, va_list args)
{
	static vsyslog_fn real;

	if (caught != NULL) {
		if (LOG_PRI(priority) != LOG_DEBUG)
			(void)vsnprintf(caught, caught_size, format, args);
		return;
	}
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "vsyslog");
	if (real != NULL)
		real(priority, format, args);
}

void syslog(int priority, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(priority, format, args);
	va_end(args);
}

void vsyslog(int priority, const char *format, va_list args)
{
	write_line(priority, format, args);
}

void __syslog_chk(int priority, int flag SW_UNUSED, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(priority, format, args);
	va_end(args);
}

void __vsyslog_chk(int priority, int flag SW_UNUSED, const char *format,
		   va_list args)
{
	write_line(priority, format, args);
}

void sw_pam_log_catch(char *buf, size_t size)
{
	buf[0] = '\0';
	caught = buf;
	caught_size = size;
}
