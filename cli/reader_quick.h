/* reader_quick.h - lines of JSON that are exactly as we write them. */

#ifndef SSHWHY_READER_QUICK_H
#define SSHWHY_READER_QUICK_H

#include "sshwhy/record.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Read a line as sw_record_to_json() writes it, at a small part of what a
 * reader of any JSON costs.
 *
 * Returns false when the line is not written exactly so, or has what is seldom:
 * a string that is not plain ASCII or is escaped, or counts by cause. Such a
 * line may be right all the same. On failure *out keeps its old value.
 */
bool sw_record_quick(const char *line, size_t len, struct sw_record *out);

#endif
