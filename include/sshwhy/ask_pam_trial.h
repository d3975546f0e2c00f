/* ask_pam_trial.h - what a PAM stack says, before it is the machine's. */

#ifndef SSHWHY_ASK_PAM_TRIAL_H
#define SSHWHY_ASK_PAM_TRIAL_H

#include "sshwhy/err.h"

#include <stdint.h>

struct sw_pam_trial {
	const char *folder;  /* in the place of /etc/pam.d */
	const char *service; /* a file in it */
	const char *user;    /* an account that exists */
	const char *host;    /* the client's address */
	uint32_t deadline;   /* milliseconds */
};

/*
 * Ask the account stack, in a process of its own. Nobody is asked for anything.
 *
 * out_answer  libpam's own number; 0 is PAM_SUCCESS
 *
 * Returns SW_OK, SW_E_IO (errno set: no process), SW_E_RANGE (deadline) or
 * SW_E_NOTSUP (the process died). On failure *out_answer keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_ask_pam_trial(const struct sw_pam_trial *trial, int *out_answer);

#endif
