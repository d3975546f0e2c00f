/* syslog_name.h - the words of a log line's header that name who wrote it. */

#ifndef SSHWHY_SYSLOG_NAME_H
#define SSHWHY_SYSLOG_NAME_H

#include "sshwhy/syslog_line.h"

/* What is left of a line; no NUL behind it. */
struct sw_log_rest {
	const char *at;
	size_t len;
};

/* Leave out the first len bytes. */
void sw_rest_drop(struct sw_log_rest *rest, size_t len);

bool sw_rest_starts(const struct sw_log_rest *rest, const char *words);

/* The bytes before the next blank; blanks behind it are dropped too. */
struct sw_log_rest sw_rest_word(struct sw_log_rest *rest);

/* The text between two brackets at the front, which are dropped with it; of
 * length 0 when there are none. */
struct sw_log_rest sw_rest_bracketed(struct sw_log_rest *rest, char open,
				     char close);

/* A process id; 0 when it is none. */
pid_t sw_log_pid(struct sw_log_rest digits);

/* "auth.info", "auth|security:info" */
bool sw_log_is_priority(struct sw_log_rest word);

/*
 * Read "sshd[41]:", "sshd(pam_unix)[41]:", "sshd:", "[sshd]:", the unit that
 * journalctl may give instead, "ssh.service[41]:", or sshd's own without the
 * colon. Of another program only that it is another one is kept.
 *
 * Returns false when the word names no program; then *out is as before.
 */
bool sw_log_read_name(struct sw_log_rest word, struct sw_syslog_line *out);

/* The same of RFC 5424, where it stands alone. */
enum sw_log_origin sw_log_origin(struct sw_log_rest name);

#endif
