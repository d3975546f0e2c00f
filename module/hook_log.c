#include "hook.h"
#include "hook_process.h"

#include "sshwhy/logline.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX 1024 /* bytes; sshd cuts its messages at 500 */

typedef void vsyslog_chk_fn(int priority, int flag, const char *format,
			    va_list args);
typedef void vsyslog_fn(int priority, const char *format, va_list args);

/* <syslog.h> makes inline functions of them, which cannot be defined again.
 * The first two are what it calls in place of the others. */
void __syslog_chk(int priority, int flag, const char *format, ...)
	SW_PRINTF(3, 4);
void __vsyslog_chk(int priority, int flag, const char *format, va_list args)
	SW_PRINTF(3, 0);

void syslog(int priority, const char *format, ...) SW_PRINTF(2, 3);
void vsyslog(int priority, const char *format, va_list args) SW_PRINTF(2, 0);

static bool starts_with(const char *text, const char *words)
{
	return strncmp(text, words, strlen(words)) == 0;
}

/* Everything that tells nothing about a rejection ends here. */
static void look_at(const char *text, size_t len)
{
	static struct sw_logline said;
	enum sw_log_kind kind =
		sw_logline_classify(SW_LOG_SSHD, text, len, &said);

	/* Not "Accepted key": that is said of a mere offer, unsigned. */
	if (kind == SW_LOG_CONTEXT && starts_with(text, "Accepted ") &&
	    sw_hook_process() == SW_PROCESS_SESSION)
		sw_hook_tell_admitted(said.conn.user);
	switch (kind) {
	case SW_LOG_OTHER:
		return;
	case SW_LOG_CONTEXT:
		if (said.cause != SW_CAUSE_NONE &&
		    sw_hook_process() == SW_PROCESS_SESSION)
			sw_hook_tell_failure(&said, text);
		return;
	case SW_LOG_FACT:
	case SW_LOG_SUMMARY:
		if (sw_hook_process() == SW_PROCESS_LISTENER)
			sw_hook_tell_line(&said, text);
		return;
	case SW_LOG_COMPANION:
	case SW_LOG_REJECTION:
		break;
	}
	/* The wrapper's own record says more than libwrap's words. */
	if (sw_cause_stage(said.cause) != SW_STAGE_WRAPPER ||
	    !sw_hook_is_armed())
		sw_hook_tell_line(&said, text);
}

SW_PRINTF(1, 0)
static void overhear(const char *format, va_list args)
{
	static char text[TEXT_MAX];
	static volatile sig_atomic_t busy; /* what we log is no news to us */
	enum sw_process process = sw_hook_process();
	int saved = errno;
	int len;

	if (busy != 0 ||
	    (process != SW_PROCESS_LISTENER && process != SW_PROCESS_SESSION))
		return;
	busy = 1;
	len = vsnprintf(text, sizeof(text), format, args);
	if (len > 0)
		look_at(text, strlen(text));
	busy = 0;
	errno = saved;
}

/* sshd's words go to the logger first: what we do with them is our own. */
SW_EXPORT void __vsyslog_chk(int priority, int flag, const char *format,
			     va_list args)
{
	vsyslog_chk_fn *real = sw_hook_real(SW_REAL_VSYSLOG_CHK);
	int saved = errno;
	va_list again;

	va_copy(again, args);
	if (real != NULL)
		real(priority, flag, format, args);
	errno = saved;
	overhear(format, again);
	va_end(again);
}

SW_EXPORT void __syslog_chk(int priority, int flag, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	__vsyslog_chk(priority, flag, format, args);
	va_end(args);
}

SW_EXPORT void vsyslog(int priority, const char *format, va_list args)
{
	vsyslog_fn *real = sw_hook_real(SW_REAL_VSYSLOG);
	int saved = errno;
	va_list again;

	va_copy(again, args);
	if (real != NULL)
		real(priority, format, args);
	errno = saved;
	overhear(format, again);
	va_end(again);
}

SW_EXPORT void syslog(int priority, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsyslog(priority, format, args);
	va_end(args);
}
