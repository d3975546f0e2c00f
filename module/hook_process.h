/* hook_process.h - which of sshd's processes this is, and what it tells. */

#ifndef SSHWHY_HOOK_PROCESS_H
#define SSHWHY_HOOK_PROCESS_H

#include "sshwhy/logline.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <sys/types.h>

enum sw_process {
	SW_PROCESS_NONE = 0, /* not ours: every call is only handed on */
	SW_PROCESS_LISTENER,
	SW_PROCESS_SESSION, /* root's part of one session, and its children */
	SW_PROCESS_CONFINED /* behind chroot(): not one call more than sshd's */
};

/* Where this process stands now; a listener's child has become a session. */
enum sw_process sw_hook_process(void);

/* The process by which a session is known; its children answer the same. */
pid_t sw_hook_session_pid(void);

/* True in the newer sshd, whose session process is a program of its own. */
bool sw_hook_is_split(void);

/* True where sshd was started with -d, to serve one connection itself. */
bool sw_hook_is_debugged(void);

/* What sshd 9's limit for the login tells; always false in the newer one, and
 * both may be asked in a signal handler. */
bool sw_hook_user_is_in(void);
bool sw_hook_time_is_over(void);

/* This process serves one connection from now on (libwrap is asked in it). */
void sw_hook_becomes_session(void);

/* The ends of the session are known. Only the first call counts. */
void sw_hook_meet(const struct sw_conn *conn);
const struct sw_conn *sw_hook_session(void);

/* The name that the client gives, which may be no account. */
void sw_hook_meet_user(const char *user);

/* Close what is open for the recorder. */
void sw_hook_forget(void);

/* Tell the recorder, or write a record where there is none. None waits. */
void sw_hook_tell_line(const struct sw_logline *said, const char *text);
/* What may be one, if sshd's configuration says so. */
void sw_hook_tell_failure(const struct sw_logline *said, const char *text);
void sw_hook_tell_admitted(const char *user);
void sw_hook_tell_port(const struct sw_endpoint *own);
void sw_hook_tell_pam(int code, const char *words, const char *user);

/* Write what was kept for the end of the session; not for a signal handler. */
void sw_hook_write_pending(void);

/* The signal that ended the unprivileged child before its user was in. */
void sw_hook_tell_crash(int number);

/* The only one for a signal handler. */
void sw_hook_tell_grace(void);

#endif
