/* check.h - the parts of sshwhy check: one function for a layer. */

#ifndef SSHWHY_CHECK_H
#define SSHWHY_CHECK_H

#include "findings.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct sw_checking {
	struct sw_findings *findings;
	const char *root; /* put before every path; "" on this system */
	bool is_live;	  /* programs that run here may be asked */
};

/*
 * Look at the configuration of one layer.
 *
 * file  the one to look at, as it is to be opened; NULL: all that the layer
 *       reads on the asked-for system
 */
typedef void (*sw_check_fn)(struct sw_checking *checking, const char *file);

void sw_check_conf(struct sw_checking *checking, const char *file);
void sw_check_fail2ban(struct sw_checking *checking, const char *file);
void sw_check_firewall(struct sw_checking *checking, const char *file);
void sw_check_pam(struct sw_checking *checking, const char *file);
void sw_check_sshd(struct sw_checking *checking, const char *file);
void sw_check_wrapper(struct sw_checking *checking, const char *file);

/* root and path joined in out, which has PATH_MAX bytes; "" where they do not
 * fit. Returns out. */
const char *sw_check_path(const struct sw_checking *checking, const char *path,
			  char out[PATH_MAX]);

#endif
