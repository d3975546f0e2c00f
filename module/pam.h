/* pam.h - the steps of pam_sshwhy.so: gather, decide, record once. */

#ifndef MODULE_PAM_H
#define MODULE_PAM_H

#include "sshwhy/config.h"
#include "sshwhy/err.h"
#include "sshwhy/verdict.h"
#include "sshwhy/wrapper.h"

#include <net/if.h>
#include <security/pam_modules.h>
#include <stdbool.h>

/* What the wrapper rules may do to a login. */
enum sw_pam_wrapper {
	SW_PAM_AUTO = 0, /* observe, or off where libwrap decides itself */
	SW_PAM_OFF,
	SW_PAM_OBSERVE, /* record what would be refused, refuse nobody */
	SW_PAM_ENFORCE
};

/* The arguments of one line of pam.d; the texts are the caller's argv. */
struct sw_pam_args {
	enum sw_pam_wrapper wrapper;
	const char *daemon;
	const char *conf;
};

/* Why an argument was refused. */
struct sw_pam_args_error {
	const char *argument;
	const char *reason; /* static */
};

/* What holds without arguments; it never refuses anyone. */
void sw_pam_args_defaults(struct sw_pam_args *args);

/*
 * Read the arguments. A single bad or repeated one refuses them all.
 *
 * Returns SW_OK, SW_E_SYNTAX or SW_E_RANGE (a name or path that is too long);
 * out_error is set for both. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_pam_args_read(int argc, const char **argv,
			     struct sw_pam_args *out,
			     struct sw_pam_args_error *out_error);

/* The arguments and the configuration file, as they hold for one connection. */
struct sw_pam_policy {
	enum sw_pam_wrapper wrapper; /* never SW_PAM_AUTO */
	const char *daemon;
	struct sw_config config;
};

/*
 * Settle what holds. Bad arguments and a refused file are told to the system
 * log once for each connection, and leave what refuses nobody.
 */
void sw_pam_policy_read(pam_handle_t *pamh, const struct sw_conn *conn,
			int argc, const char **argv, struct sw_pam_policy *out);

/*
 * Take both ends of the connection from SSH_CONNECTION ("IP PORT IP PORT"), as
 * sshd puts it into the PAM environment, and the pid of its session process.
 *
 * out_scope  the interface of a link-local client; "" none
 *
 * Returns SW_OK or SW_E_SYNTAX (not sshd, or not a socket). Both outputs are
 * filled in either case, with no address in the second.
 */
SW_MUST_CHECK
enum sw_err sw_pam_conn_read(pam_handle_t *pamh, struct sw_conn *out,
			     char out_scope[IF_NAMESIZE]);

/*
 * Fill in the user. A name that is no account may be a password typed too
 * early: it is taken only when unknown_users says so.
 */
void sw_pam_conn_add_user(pam_handle_t *pamh, bool unknown_users,
			  struct sw_conn *conn);

/*
 * True once for each connection and topic, a constant text. Password retries
 * repeat the auth stack, keyboard-interactive runs it in forked children: the
 * state file knows them all. Without it the PAM handle remembers, which a
 * forked child takes with it.
 */
bool sw_pam_first_time(pam_handle_t *pamh, const struct sw_conn *conn,
		       const char *topic);

/* PAM's denial of this connection is recorded: sshd's own is no second one. */
void sw_pam_note_denial(const struct sw_conn *conn);

/*
 * Ask hosts.allow and hosts.deny. The outcome is SW_DENY or something that lets
 * the client pass.
 *
 * scope  as sw_pam_conn_read() gives it
 */
void sw_pam_wrapper_decide(pam_handle_t *pamh,
			   const struct sw_pam_policy *policy,
			   const struct sw_conn *conn, const char *scope,
			   struct sw_verdict *out);

/*
 * Answer what a rule asks about this machine, as the functions that libwrap
 * calls would. No command is executed: that answer is always unknown.
 */
enum sw_wrapper_answer sw_pam_system_ask(pam_handle_t *pamh,
					 enum sw_wrapper_question question,
					 const char *word, const char *host);

/*
 * Find the name of addr as libwrap does: the name of its pointer record, when
 * that is canonical and leads back to addr; "unknown" when there is no such
 * record and "paranoid" when name and address disagree. Waits for the resolver.
 * out holds SW_WRAPPER_NAME_MAX bytes.
 */
void sw_pam_name_find(const struct sw_addr *addr, char *out);

#endif
