/* explain.h - what explain and test have in common. */

#ifndef SSHWHY_EXPLAIN_H
#define SSHWHY_EXPLAIN_H

#include "clients.h"
#include "options.h"
#include "records.h"

#include "sshwhy/err.h"

/*
 * Find the clients that the one word behind a command stands for.
 *
 * Returns 0, or the exit status when one line on stderr has said what is
 * wrong. On failure *out keeps its old value.
 */
int sw_explain_clients(const struct sw_options *options,
		       struct sw_clients *out);

/*
 * Ask every layer about each client, and print the answers.
 *
 * records  what the logs hold of the clients, and maybe of others; NULL: no log
 *          was asked for
 *
 * Returns the exit status: the heaviest verdict, or above SW_EXIT_UNKNOWN when
 * one line on stderr has said why.
 */
int sw_explain(const struct sw_options *options,
	       const struct sw_clients *clients,
	       const struct sw_records *records);

#endif
