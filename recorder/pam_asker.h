/* pam_asker.h - which PAM line denied, asked beside everything else. */

#ifndef RECORDER_PAM_ASKER_H
#define RECORDER_PAM_ASKER_H

#include "question.h"

#include "sshwhy/sshd_daemon.h"

#include <stdbool.h>
#include <sys/types.h>

#define SW_PAM_ASKERS_MAX 4 /* at once */

struct sw_pam_askers {
	pid_t pids[SW_PAM_ASKERS_MAX]; /* 0: a free place */
};

/* True for a rejection by PAM whose rule is not known and whose user is. */
bool sw_pam_asker_wants(const struct sw_question *question);

/*
 * Ask in a process of its own, which sends the answer on fd and ends: modules
 * may take seconds, and other questions do not wait for them.
 *
 * daemon  the sshd that the question is about; one that shares our namespaces
 *
 * False when too many are at it, or there is no process to be had: nothing is
 * sent then.
 */
bool sw_pam_asker_start(struct sw_pam_askers *askers, int fd,
			const struct sw_daemon *daemon,
			const struct sw_question *question);

/* The process pid has ended; false when it is none of these. */
bool sw_pam_asker_ended(struct sw_pam_askers *askers, pid_t pid);

#endif
