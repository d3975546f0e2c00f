/* import.h - the rejections in the log of a system logger. */

#ifndef SSHWHY_IMPORT_H
#define SSHWHY_IMPORT_H

#include "sshwhy/err.h"
#include "sshwhy/record.h"

#include <stdint.h>

struct sw_import {
	int year;	  /* of the first line that has none; 0: find out */
	const char *node; /* instead of the host in each line; NULL: that one */
	int64_t now;	  /* milliseconds UTC */
	void (*take)(void *context, const struct sw_record *record);
	void *context;
};

/*
 * Read a log and hand out one record for each rejection. All of them are
 * inferred: anyone can write to a system log.
 *
 * out_unlogged  drops that sshd only counts in summaries
 *
 * Returns SW_OK, SW_E_IO (errno set) or SW_E_NOMEM. On failure some records may
 * have been handed out, and *out_unlogged keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_import_read(int fd, const struct sw_import *import,
			   uint64_t *out_unlogged);

#endif
