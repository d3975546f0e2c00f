/*
 * hook.h - what the parts of sshwhy_hook.so know of each other.
 *
 * The hook is preloaded into sshd, and so into whatever sshd starts. It acts in
 * root's sshd and sshd-session only: it watches them ask libwrap, and tells the
 * recorder what they log. Everywhere else its functions hand their calls on.
 */

#ifndef SSHWHY_HOOK_H
#define SSHWHY_HOOK_H

#include "sshwhy/config.h"
#include "sshwhy/verdict.h"
#include "sshwhy/watch.h"

#include <stdbool.h>
#include <stddef.h>
#include <tcpd.h>

/* The functions that are interposed. */
enum sw_real {
	SW_REAL_ALARM,
	SW_REAL_CHROOT,
	SW_REAL_DAEMON,
	SW_REAL_EVAL_HOSTNAME,
	SW_REAL_EXIT,
	SW_REAL_GETPEERNAME,
	SW_REAL_HOSTS_ACCESS,
	SW_REAL_LISTEN,
	SW_REAL_PAM_ACCT_MGMT,
	SW_REAL_PAM_START,
	SW_REAL_PROCESS_OPTIONS,
	SW_REAL_REFUSE,
	SW_REAL_SLEEP,
	SW_REAL_TCPD_JUMP,
	SW_REAL_TCPD_WARN,
	SW_REAL_VSYSLOG,
	SW_REAL_VSYSLOG_CHK,
	SW_REAL_XGETS,
	SW_REAL_COUNT_
};

/* True in a process in which libwrap is watched; known since it was loaded. */
bool sw_hook_is_armed(void);

/* True when this process runs a program of that name, whatever argv[0] says. */
bool sw_hook_runs(const char *program);

/* Those that were found; NULL: not asked for yet. */
extern void *sw_hook_reals[SW_REAL_COUNT_];
void *sw_hook_find(enum sw_real which);

/* The next function of that name, NULL when there is none. Keeps errno. */
static inline void *sw_hook_real(enum sw_real which)
{
	void *found = sw_hook_reals[which];

	return found != NULL ? found : sw_hook_find(which);
}

/* Fill out from the socket fd. What is no socket leaves SW_FAMILY_NONE. */
void sw_hook_conn(int fd, struct sw_conn *out);

/* The configuration of this connection: read when first asked for. */
const struct sw_config *sw_hook_config(void);

/* Tell the system log, as an error of ours, without waiting. */
void sw_hook_say(const char *format, ...) SW_PRINTF(1, 2);

/* Record a refusal, its rule completed from what watch has seen above it. */
void sw_hook_record(const struct sw_watch *watch,
		    const struct request_info *request,
		    struct sw_verdict *verdict);

/* Our own ban list and rate limit: true when they refuse the client, which is
 * recorded then; refuse() ends the process without a word. */
bool sw_hook_own_refuses(const struct request_info *request);

/* libwrap gives the client up without an answer to hosts_access(). */
void sw_hook_gives_up(void);

#endif
