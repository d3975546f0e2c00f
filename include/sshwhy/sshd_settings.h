/* sshd_settings.h - all settings of a daemon for one connection, asked once. */

#ifndef SSHWHY_SSHD_SETTINGS_H
#define SSHWHY_SSHD_SETTINGS_H

#include "sshwhy/err.h"
#include "sshwhy/sshd_daemon.h"
#include "sshwhy/sshd_dump.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What sshd prints, as it is. sw_sshd_settings_free() releases it. */
struct sw_sshd_settings {
	const struct sw_daemon *daemon;
	char *values; /* every setting in force, "keyword value" a line */
	char *dump;   /* which line says so */
	size_t dump_len;
};

/*
 * Ask the program of a daemon (-G, or -T where it does not know that) for its
 * settings for a connection.
 *
 * daemon  as sw_daemon_describe() found it; it has to outlive *out
 * conn    client, server and user; without a user, Match User blocks do not
 *         match
 *
 * Returns SW_OK, SW_E_SYNTAX (it prints no settings: its configuration or its
 * keys are broken; sw_sshd_complaint() has its words), or what sw_run()
 * returns. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_sshd_settings_ask(const struct sw_daemon *daemon,
				 const struct sw_conn *conn,
				 struct sw_sshd_settings *out);

void sw_sshd_settings_free(struct sw_sshd_settings *settings);

/*
 * Copy the value of keyword, those of a list with blanks between them. False
 * where this sshd does not know it, or the value does not fit into size bytes.
 */
bool sw_sshd_value(const struct sw_sshd_settings *settings, const char *keyword,
		   char *out, size_t size);

/* The same for a whole number; false where it is none ("none", "no"). */
bool sw_sshd_number(const struct sw_sshd_settings *settings,
		    const char *keyword, uint64_t *out);

/* Find the lines that set keyword. Returns as sw_sshd_dump_find(). */
SW_MUST_CHECK
enum sw_err sw_sshd_lines(const struct sw_sshd_settings *settings,
			  const char *keyword, bool is_list,
			  struct sw_sshd_setting *out);

/*
 * Write which line sets keyword: "sshd:command-line" where an option does,
 * "sshd:default" where none does. The text is the keyword with its value.
 */
void sw_sshd_rule(const struct sw_sshd_settings *settings, const char *keyword,
		  struct sw_rule *out);

/* True when a file that sets something was changed after loaded (milliseconds
 * UTC), so that the daemon may not know the settings yet. */
bool sw_sshd_is_stale(const struct sw_sshd_settings *settings, int64_t loaded);

/*
 * Check a daemon's configuration, host keys and privilege separation (-t).
 *
 * out  size bytes: its complaint, possibly several lines and cut; "" when it
 *      has nothing against starting
 *
 * Returns SW_OK or what sw_run() returns.
 */
SW_MUST_CHECK
enum sw_err sw_sshd_complaint(const struct sw_daemon *daemon, char *out,
			      size_t size);

#endif
