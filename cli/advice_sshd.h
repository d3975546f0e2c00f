/* advice_sshd.h - what changes in sshd's files and accounts let a client in. */

#ifndef SSHWHY_ADVICE_SSHD_H
#define SSHWHY_ADVICE_SSHD_H

#include "render.h"

/*
 * Append the lines of advice about a refusal by sshd itself: its limits, its
 * configuration, its accounts and keys, or what it lacks. Each is a line for a
 * file, with its place, or a command; the last one makes sshd read its files.
 *
 * Returns false where there is none for this cause.
 */
bool sw_advise_sshd(struct sw_explanation *explanation, enum sw_cause cause,
		    const struct sw_rule *rule);

/* Append a line; true when there was room for it. */
bool sw_advice_add(struct sw_explanation *explanation, const char *format, ...)
	SW_PRINTF(2, 3);

/* Set a single value, in the place of the line that holds, else before all
 * others: the first line wins. True when there is something to do. */
bool sw_advise_set(struct sw_explanation *explanation,
		   const struct sw_rule *rule, const char *text);

/* Have sw_advise_end() append the command that makes sshd read its files
 * again. */
void sw_advise_reload(struct sw_explanation *explanation);
void sw_advise_end(struct sw_explanation *explanation);

/* The file that sshd reads first, and which it is told to change. */
const char *sw_advice_config(const struct sw_explanation *explanation);

/* What is advised on a cause; false: nothing can be. */
struct sw_sshd_advice {
	enum sw_cause cause;
	bool (*advise)(struct sw_explanation *explanation,
		       const struct sw_rule *rule);
};

/* About users, PAM, our own lists, what sshd lacks, what a client speaks and
 * ssh.socket; a row without function ends each. */
extern const struct sw_sshd_advice sw_account_advice[];
extern const struct sw_sshd_advice sw_pam_advice[];
extern const struct sw_sshd_advice sw_own_advice[];
extern const struct sw_sshd_advice sw_server_advice[];
extern const struct sw_sshd_advice sw_protocol_advice[];
extern const struct sw_sshd_advice sw_unit_advice[];

#endif
