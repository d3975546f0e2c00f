/* audit_kernel.h - what the kernel's audit would do with a record of ours. */

#ifndef SSHWHY_AUDIT_KERNEL_H
#define SSHWHY_AUDIT_KERNEL_H

#include "sshwhy/err.h"

#include <stdbool.h>
#include <stdint.h>

struct sw_audit_kernel {
	bool enabled;
	uint32_t pid; /* of the auditd; 0: nobody reads the records */
	uint32_t backlog_limit;
	uint32_t backlog_wait; /* in the kernel's own ticks */
	uint32_t lost;
	uint32_t excluded; /* the first of our types that a rule leaves out */
};

/*
 * Ask the kernel, among its rules too.
 *
 * Returns SW_OK, SW_E_NOTSUP (a kernel without audit) or SW_E_IO (errno set;
 * EPERM without CAP_AUDIT_CONTROL, ECONNREFUSED in a user namespace).
 */
SW_MUST_CHECK
enum sw_err sw_audit_kernel_ask(struct sw_audit_kernel *out);

/*
 * Send a record that is no rejection, with word in it, in a type of ours.
 *
 * Returns SW_OK, which is no proof that it was recorded, or SW_E_IO (errno
 * set).
 */
SW_MUST_CHECK
enum sw_err sw_audit_probe(const char *word);

#endif
