/* heard.h - what the system log alone tells of a client. */

#ifndef SSHWHY_HEARD_H
#define SSHWHY_HEARD_H

#include "options.h"
#include "reader.h"
#include "records.h"

#include "sshwhy/addr.h"
#include "sshwhy/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SW_HEARD_USERS 8    /* names that are kept */
#define SW_HEARD_LINES 6    /* of the newest refusal that are kept */
#define SW_HEARD_TEXT 512   /* bytes of a line, with the NUL */
#define SW_HEARD_REASON 128 /* bytes, with the NUL */

/* Penalties that sshd told of; times are milliseconds UTC, 0: none. */
struct sw_heard_penalty {
	pid_t pid;     /* of the listener that has it in its memory; 0: none */
	int64_t told;  /* when the newest became active */
	int64_t until; /* the end of the last one, as it was then */
	int64_t drop;  /* the newest connection that one ended */
	char why[SW_HEARD_REASON];
};

/* Anybody can write to such a log: all of this is inferred. */
struct sw_heard {
	struct sw_records records;  /* of the client; and of wrapper rules */
	int64_t from;		    /* of the first line; 0: no log was read */
	char path[SW_LOG_PATH_MAX]; /* of the newest log */
	char users[SW_HEARD_USERS][SW_USER_MAX]; /* who logged in from there */
	size_t user_count; /* of them and more; a name counts once */
	struct sw_heard_penalty penalty;
	char lines[SW_HEARD_LINES][SW_HEARD_TEXT]; /* the last of the client */
	size_t line_count; /* that were heard; the oldest are overwritten */
};

/*
 * Read the system log: options->log where it is one, else auth.log or secure
 * with the file rotated last, else the journal.
 *
 * client  whose lines are wanted
 *
 * Returns SW_OK or SW_E_NOMEM. Logs that cannot be read are left out. What was
 * read is released by sw_heard_free().
 */
SW_MUST_CHECK
enum sw_err sw_heard_read(const struct sw_options *options,
			  const struct sw_prefix *client, struct sw_heard *out);

void sw_heard_free(struct sw_heard *heard);

/*
 * Add to records, which are in order, what heard knows of the client, the
 * options ask for, and they do not have: a rejection is known when one of the
 * same cause or process was recorded at its time. The result is in order.
 *
 * Returns SW_OK or SW_E_NOMEM.
 */
SW_MUST_CHECK
enum sw_err sw_heard_merge(const struct sw_heard *heard,
			   const struct sw_options *options,
			   const struct sw_prefix *client,
			   struct sw_records *records);

#endif
