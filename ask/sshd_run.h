/* sshd_run.h - have a daemon's program print its settings. */

#ifndef SSHWHY_SSHD_RUN_H
#define SSHWHY_SSHD_RUN_H

#include "sshwhy/run.h"
#include "sshwhy/sshd_daemon.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>

/* Holds every specification. */
#define SW_SSHD_SPEC_MAX (SW_USER_MAX + 4 * SW_ADDR_TEXT_MAX + 64)

/* Write what -C takes for a connection. A user that sshd cannot be asked about
 * (it reads a list) is left out. */
void sw_sshd_write_spec(const struct sw_conn *conn, char *buf, size_t size);

/*
 * Run the program with a mode ("-G", "-T") and -ddd, as the daemon was started.
 *
 * out_text  on success: what it wrote, freed by the caller with free()
 *
 * Returns what sw_run() returns; the exit status of the program is not looked
 * at.
 */
SW_MUST_CHECK
enum sw_err sw_sshd_run(const struct sw_daemon *daemon, const char *mode,
			enum sw_run_output want, const char *spec,
			char **out_text, size_t *out_len);

/* Run it with -t: what it complains about, and its status as waitpid() gives
 * it. The rest as above. */
SW_MUST_CHECK
enum sw_err sw_sshd_check(const struct sw_daemon *daemon, char **out_text,
			  size_t *out_len, int *out_status);

/* The value behind keyword, compared without regard to case, in what -T or -G
 * print; it ends before *out_len. NULL: it is not there. */
const char *sw_sshd_value_in(const char *text, const char *keyword,
			     size_t *out_len);

/* The value that an -o option of the daemon gives keyword, NULL: none does.
 * Options come before files. */
const char *sw_sshd_option(const struct sw_daemon *daemon, const char *keyword);

/* True when a value as written in a file is the one that -T or -G print. */
bool sw_sshd_is_value(const char *written, const char *keyword,
		      const char *value, size_t len);

/* True when the file at path was changed after loaded, milliseconds UTC. */
bool sw_sshd_is_newer(const char *path, int64_t loaded);

#endif
