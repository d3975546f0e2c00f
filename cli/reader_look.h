/* reader_look.h - the client of a line that has not been parsed. */

#ifndef SSHWHY_READER_LOOK_H
#define SSHWHY_READER_LOOK_H

#include "sshwhy/addr.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Read the address of the client out of a line of ours, at a small part of what
 * parsing costs.
 *
 * Returns false when there is none where our writers put it: such a line has to
 * be parsed. Otherwise parsing finds the same address, unless it refuses the
 * line. On failure *out keeps its old value.
 */
bool sw_look_audit(const char *line, size_t len, struct sw_addr *out);
bool sw_look_json(const char *line, size_t len, struct sw_addr *out);

#endif
