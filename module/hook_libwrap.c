#include "hook.h"
#include "hook_process.h"

#include "sshwhy/clock.h"
#include "sshwhy/wrapper.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#pragma weak hosts_allow_table
#pragma weak hosts_deny_table
#pragma weak tcpd_context

/* Its longest complaint quotes a line. */
#define COMPLAINT_MAX (SW_WATCH_LINE_MAX + 256)

typedef int hosts_access_fn(struct request_info *request);
typedef char *xgets_fn(char *buf, int size, FILE *file);
typedef void process_options_fn(char *options, struct request_info *request);
typedef char *eval_hostname_fn(struct host_info *host);
typedef void complain_fn(char *format, ...);

/* sshd asks libwrap once in the life of a process, and has one thread. */
static struct sw_watch watch;
static struct request_info *asked; /* NULL: nothing is being decided */
static pid_t decider;		   /* not a child that runs an option */
static bool recorded;

/* A table without a line is the reason only if it is hosts.deny: the other one
 * is passed over when it cannot be opened. */
static bool blames_allow(const struct sw_rule *rule)
{
	return rule->line == 0 && strcmp(rule->source, hosts_deny_table) != 0;
}

SW_EXPORT int hosts_access(struct request_info *request)
{
	hosts_access_fn *real = sw_hook_real(SW_REAL_HOSTS_ACCESS);
	struct sw_verdict verdict;
	int granted;

	if (real == NULL)
		return 1;
	sw_hook_becomes_session();
	if (sw_hook_process() == SW_PROCESS_SESSION &&
	    sw_hook_own_refuses(request))
		return 0;
	if (!sw_hook_is_armed())
		return real(request);

	sw_watch_begin(&watch);
	asked = request;
	decider = getpid();
	recorded = false;
	granted = real(request);
	asked = NULL;
	if (granted || recorded)
		return granted;
	sw_watch_verdict(&watch, false, &verdict);
	if (blames_allow(&verdict.rule))
		verdict.outcome = SW_UNKNOWN;
	sw_hook_record(&watch, request, &verdict);
	return granted;
}

/* Of a decision that hosts_access() will not return from. */
static void record_leaving(enum sw_cause cause)
{
	struct sw_verdict verdict;

	if (asked == NULL || recorded || getpid() != decider)
		return;
	recorded = true;
	sw_watch_leaving(&watch, cause, &verdict);
	sw_hook_record(&watch, asked, &verdict);
}

void sw_hook_gives_up(void)
{
	record_leaving(SW_CAUSE_WRAPPER_BROKEN_RULE);
}

static enum sw_table table_of(const char *file)
{
	if (file == hosts_allow_table)
		return SW_TABLE_ALLOW;
	return file == hosts_deny_table ? SW_TABLE_DENY : SW_TABLE_NONE;
}

SW_EXPORT char *xgets(char *buf, int size, FILE *file)
{
	xgets_fn *real = sw_hook_real(SW_REAL_XGETS);
	enum sw_table table;
	int before;
	char *got;

	if (real == NULL)
		return NULL;
	if (asked == NULL)
		return real(buf, size, file);

	before = tcpd_context.line;
	got = real(buf, size, file);
	table = table_of(tcpd_context.file);
	if (table != SW_TABLE_NONE)
		sw_watch_read(&watch, table, tcpd_context.file, got,
			      (unsigned int)before,
			      (unsigned int)tcpd_context.line);
	return got;
}

static bool will_twist(const char *options)
{
	static const struct sw_wrapper_query nobody;
	struct sw_wrapper_options judged;

	sw_wrapper_options_judge(&nobody, options, &judged);
	return judged.option == SW_OPTION_TWIST;
}

/* Does not return where an option decides, or ends the process. */
SW_EXPORT void process_options(char *options, struct request_info *request)
{
	process_options_fn *real = sw_hook_real(SW_REAL_PROCESS_OPTIONS);

	if (real == NULL)
		return;
	if (asked != NULL) {
		sw_watch_options(&watch, true);
		/* sshd becomes another command: there is no later. */
		if (will_twist(options))
			record_leaving(SW_CAUSE_WRAPPER_TWIST);
	}
	real(options, request);
	sw_watch_options(&watch, false);
}

SW_EXPORT char *eval_hostname(struct host_info *host)
{
	eval_hostname_fn *real = sw_hook_real(SW_REAL_EVAL_HOSTNAME);
	uint64_t start;
	char *name;
	int saved;

	if (real == NULL)
		return host->name;
	/* libwrap keeps what it has found: only an empty name is looked up. */
	if (asked == NULL || host->name[0] != '\0')
		return real(host);

	start = sw_clock_monotonic_ns();
	name = real(host);
	saved = errno;
	sw_watch_lookup(&watch, (uint32_t)((sw_clock_monotonic_ns() - start) /
					   1000000));
	errno = saved;
	return name;
}

/* A va_list cannot be handed on to libwrap, finished words can. */
SW_PRINTF(2, 0)
static void complain(enum sw_real which, const char *format, va_list args)
{
	static char words[COMPLAINT_MAX];
	complain_fn *real = sw_hook_real(which);
	int saved = errno;
	char plain[] = "%s";

	(void)vsnprintf(words, sizeof(words), format, args);
	if (asked != NULL)
		sw_watch_complaint(&watch, which == SW_REAL_TCPD_JUMP, words);
	errno = saved;
	if (real != NULL)
		real(plain, words);
}

SW_EXPORT SW_PRINTF(1, 2) void tcpd_warn(char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(SW_REAL_TCPD_WARN, format, args);
	va_end(args);
}

/* libwrap longjmps past us, so va_end() is not reached; it does nothing. */
SW_EXPORT SW_PRINTF(1, 2) void tcpd_jump(char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(SW_REAL_TCPD_JUMP, format, args);
	va_end(args);
}
