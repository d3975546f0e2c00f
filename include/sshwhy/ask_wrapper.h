/* ask_wrapper.h - what libwrap itself says of a client, beside our matcher. */

#ifndef SSHWHY_ASK_WRAPPER_H
#define SSHWHY_ASK_WRAPPER_H

#include "sshwhy/err.h"
#include "sshwhy/wrapper.h"

#include <stdbool.h>

/* Seconds after which libwrap is thought to wait for ever, as it does for a
 * FIFO: where nothing is looked up, and where the DNS may be slow. */
#define SW_ASK_LIBWRAP_SECONDS 10
#define SW_ASK_NAMES_SECONDS 120

struct sw_ask_libwrap {
	struct sw_verdict verdict; /* SW_NOMATCH: let in by default */
	bool options;		   /* some took part in the decision */
	bool asked_name;	   /* a name was asked for */
	int died_of; /* the signal that libwrap died of; 0: it did not */
};

struct sw_ask_wrapper {
	struct sw_wrapper_result ours;
	struct sw_ask_libwrap libwrap;
	bool agree; /* on verdict, file and lines */
};

/*
 * Have the installed libwrap decide in this process, its reading watched and
 * its options judged by sw_wrapper_options_judge() instead of executed. Names
 * come from query alone, addresses are never resolved. Not thread-safe.
 *
 * Returns SW_OK or SW_E_NOTSUP (this libwrap does not let itself be watched).
 * On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_ask_libwrap_here(const struct sw_wrapper_query *query,
				struct sw_ask_libwrap *out);

/*
 * The same in a child: there are files that libwrap crashes on (it refuses
 * then, as sshd dies of it) and some that it waits for.
 *
 * Returns SW_OK, SW_E_IO (errno set; ETIMEDOUT)
 * or SW_E_NOTSUP. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_ask_libwrap(const struct sw_wrapper_query *query,
			   struct sw_ask_libwrap *out);

/* Ask both. Codes as sw_ask_libwrap(); out->ours is set in any case, and
 * nothing else of *out on failure. */
SW_MUST_CHECK
enum sw_err sw_ask_wrapper(const struct sw_wrapper_query *query,
			   struct sw_ask_wrapper *out);

/* For query->resolve: by libwrap's own code, that is by the DNS. The last
 * address of each end is not looked up again. */
void sw_ask_name(const struct sw_wrapper_query *query, bool is_server,
		 char *out);

/*
 * For query->ask: from this system's accounts, groups, interfaces and
 * netgroups. No command is executed, so only those whose answer is fixed have
 * one ("/bin/true", "exit 1").
 */
enum sw_wrapper_answer sw_ask_system(enum sw_wrapper_question question,
				     const char *word, const char *host);

#endif
