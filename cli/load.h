/* load.h - all records that a command asked for. */

#ifndef SSHWHY_LOAD_H
#define SSHWHY_LOAD_H

#include "clients.h"
#include "options.h"
#include "records.h"

#include "sshwhy/err.h"

#include <stdbool.h>
#include <stdint.h>

struct sw_loaded {
	struct sw_records records; /* in order of time; some are dropped */
	uint64_t missing;	   /* numbers that no log holds; see below */
	bool partial;		   /* a log could not be read */
};

/*
 * Read the audit trail and the JSON file, or options->log alone ("-" is
 * stdin), merge them, and drop what the options do not ask for. A log that
 * does not exist is as good as an empty one, unless it was named.
 *
 * Whatever is wrong with a log is said on stderr.
 *
 * Returns SW_OK (free out->records) or SW_E_NOMEM. On failure *out keeps its
 * old value.
 */
SW_MUST_CHECK
enum sw_err sw_load(const struct sw_options *options, struct sw_loaded *out);

/*
 * The same for a command that is about some clients, or does not say what is
 * missing: out->missing stays 0. Lines that name other clients are passed over
 * unread; what is wrong with them is not said.
 *
 * clients  whose records are wanted; NULL: those of options->client
 */
SW_MUST_CHECK
enum sw_err sw_load_of(const struct sw_options *options,
		       const struct sw_clients *clients, struct sw_loaded *out);

#endif
