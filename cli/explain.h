/* explain.h - what explain and test have in common. */

#ifndef SSHWHY_EXPLAIN_H
#define SSHWHY_EXPLAIN_H

#include "options.h"
#include "records.h"

#include "sshwhy/err.h"

/*
 * Read the one word behind a command, ask every layer about each client that
 * it stands for, and print the answers.
 *
 * records  what the logs hold, of any client; NULL: no log was asked for
 *
 * Returns the exit status: the heaviest verdict, or above SW_EXIT_UNKNOWN when
 * one line on stderr has said why.
 */
int sw_explain(const struct sw_options *options,
	       const struct sw_records *records);

#endif
