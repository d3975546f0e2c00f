/* pam_modules.h - which modules can be asked, and what else they read. */

#ifndef ASK_PAM_MODULES_H
#define ASK_PAM_MODULES_H

#include "sshwhy/pam_stack.h"

#include <stdbool.h>

/* What is done about a module in one of the two stacks. */
enum sw_pam_manner {
	SW_PAM_LEAVE = 0, /* it may have side effects, or nobody knows it */
	SW_PAM_ASK,
	SW_PAM_RIGHT, /* it checks a secret: the right one is assumed */
	SW_PAM_OURS   /* pam_sshwhy: the other layers tell */
};

struct sw_pam_module {
	const char *name;
	enum sw_pam_manner auth, account;
	bool needs_user;
	/* A file of which one line decides: the argument that names it, and
	 * where it is without one; NULL: none. */
	const char *argument, *file;
	const char *more; /* a pattern of files read behind that; or NULL */
};

/* What is known about the module that a line names, by its file's name; NULL
 * for a module that nothing is known of. */
const struct sw_pam_module *sw_pam_module_find(const char *path);

/* True when libpam will not find the module's file. */
bool sw_pam_module_missing(const char *path);

#endif
