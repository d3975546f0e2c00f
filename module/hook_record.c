#include "hook.h"

#include "sshwhy/clock.h"
#include "sshwhy/paths.h"
#include "sshwhy/report.h"
#include "sshwhy/sink.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SAY_MAX 1024 /* bytes, with the NUL */

/* Not by syslog(): its socket stays open, and the unprivileged child of sshd
 * would inherit it. */
void sw_hook_say(const char *format, ...)
{
	static char words[SAY_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	(void)!sw_sink_syslog_words(SW_SYSLOG_ERR, sw_clock_utc_ms(), words);
}

const struct sw_config *sw_hook_config(void)
{
	static struct sw_config config;
	static bool read;
	struct sw_config_error error;
	int saved = errno;

	if (read)
		return &config;
	read = true;
	sw_config_defaults(&config);
	if (sw_config_read(SW_PATH_CONFIG, 0, &config, &error) != SW_OK) {
		/* It may have said so: nobody is refused by a typing error. */
		config.observe = true;
		sw_hook_say(SW_PATH_CONFIG ":%u: %s; defaults are used",
			    error.line, error.reason);
	}
	errno = saved;
	return &config;
}

/* libwrap said no, but let nobody see what it read. */
static void call_unavailable(struct sw_verdict *verdict)
{
	static const char words[] = "attribution unavailable";

	verdict->outcome = SW_DENY;
	verdict->cause = SW_CAUSE_WRAPPER_DENY;
	verdict->rule = (struct sw_rule){0};
	memcpy(verdict->rule.text, words, sizeof(words));
}

void sw_hook_record(const struct sw_watch *watch,
		    const struct request_info *request,
		    struct sw_verdict *verdict)
{
	static struct sw_record record;
	struct sw_conn conn;
	int saved = errno;

	if (verdict->outcome != SW_DENY)
		call_unavailable(verdict);
	else if (verdict->rule.line > 0)
		(void)sw_text_copy(verdict->rule.owner,
				   sizeof(verdict->rule.owner),
				   sw_watch_owner(watch));
	sw_hook_conn(request->fd, &conn);
	sw_record_init(&record, &conn, verdict, SW_VIA_HOOK, sw_clock_utc_ms());
	sw_report(&record, sw_hook_config());
	errno = saved;
}
