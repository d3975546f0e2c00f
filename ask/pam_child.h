/* pam_child.h - one module, asked by the real libpam, without a trace. */

#ifndef ASK_PAM_CHILD_H
#define ASK_PAM_CHILD_H

#include "sshwhy/pam_stack.h"

#include "sshwhy/addr.h"
#include "sshwhy/err.h"

#include <stdint.h>

#define SW_PAM_WORDS_MAX 256 /* bytes, with the NUL */

/* A file that the module finds in a folder of its own; see argument. */
struct sw_pam_file {
	const char *name;     /* below that folder; "a" or "a/b"; NULL: none */
	const char *argument; /* put in front of its path, as "file=" */
	bool folder;	      /* the argument names the folder of the file */
	const char *bytes;
	size_t len;
};

struct sw_pam_call {
	const char *service;
	enum sw_pam_type type; /* SW_PAM_AUTH or SW_PAM_ACCOUNT */
	const char *module;
	const char *args; /* as written */
	const char *user;
	const char *rhost;
	struct sw_endpoint client, server;
	struct sw_pam_file file;
	uint32_t deadline; /* milliseconds */
};

struct sw_pam_said {
	int code;		      /* the module's own */
	char words[SW_PAM_WORDS_MAX]; /* the last it had to say, or "" */
};

/*
 * Ask in a child process: it has a mount namespace of its own in which nothing
 * can be written and the system log leads nowhere, and no capability but that
 * of reading; what the module logs is caught. Its conversation answers nothing.
 *
 * Returns SW_OK, SW_E_NOTSUP (no private namespace: not root, or a container
 * that forbids it), SW_E_RANGE (the deadline passed), SW_E_SYNTAX (the module
 * crashed) or SW_E_IO (errno set). On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_pam_call(const struct sw_pam_call *call,
			struct sw_pam_said *out);

#endif
