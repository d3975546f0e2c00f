/* enable_trial.h - a private folder in which other programs try our files. */

#ifndef SSHWHY_ENABLE_TRIAL_H
#define SSHWHY_ENABLE_TRIAL_H

#include "enable_change.h"

struct sw_trial {
	char folder[64];
	const char *sshd; /* its program, or NULL: none is installed */
};

/* Returns SW_OK or SW_E_IO (errno set). */
SW_MUST_CHECK
enum sw_err sw_trial_begin(struct sw_trial *out);

/* Remove all that was made. */
void sw_trial_end(const struct sw_trial *trial);

/*
 * Have sshd check its configuration (-t).
 *
 * snippet     a file that stands in front of it, or NULL
 * preload     a shared object to load into it, or NULL
 * out_words   what it said; freed by the caller
 * out_status  as waitpid() gives it
 *
 * Returns what sw_run() and sw_content_put() do.
 */
SW_MUST_CHECK
enum sw_err sw_trial_sshd(const struct sw_trial *trial,
			  const struct sw_change *snippet, const char *preload,
			  char **out_words, int *out_status);

/* What sshd -T prints; codes as above. */
SW_MUST_CHECK
enum sw_err sw_trial_settings(const struct sw_trial *trial, char **out_words);

/* What PAM answers for root from 127.0.0.1 with this stack; codes as
 * sw_ask_pam_trial(), and SW_E_IO. */
SW_MUST_CHECK
enum sw_err sw_trial_pam(const struct sw_trial *trial,
			 const struct sw_content *stack, int *out_answer);

/*
 * Have systemd judge the units of the plan.
 *
 * out_words  its complaints about ours, freed by the caller; NULL where it is
 *            not installed or the plan has no unit
 *
 * Codes as above.
 */
SW_MUST_CHECK
enum sw_err sw_trial_units(const struct sw_trial *trial,
			   const struct sw_plan *plan, char **out_words);

#endif
