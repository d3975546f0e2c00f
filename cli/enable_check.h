/* enable_check.h - whether sshd, PAM and systemd take what is planned. */

#ifndef SSHWHY_ENABLE_CHECK_H
#define SSHWHY_ENABLE_CHECK_H

#include "enable_change.h"

/*
 * Try the plan on copies: sshd reads the configuration it would have, with the
 * hook in it where that is planned; root's account passes the PAM stack it
 * would have as it passes the present one; systemd reads the units. Nothing
 * that they use is changed.
 *
 * Returns SW_OK; SW_E_NOTSUP when one of them objects, SW_E_IO (errno set),
 * SW_E_NOMEM or SW_E_RANGE: one line on stderr has said what.
 */
SW_MUST_CHECK
enum sw_err sw_plan_check(const struct sw_plan *plan);

/* True where sshd -T says that LogVerbose is set. */
bool sw_check_has_log_verbose(void);

/* True where SELinux is there and enforces. */
bool sw_check_selinux_enforces(void);

#endif
