/* clients.h - the addresses that a word on the command line stands for. */

#ifndef SSHWHY_CLIENTS_H
#define SSHWHY_CLIENTS_H

#include "sshwhy/addr.h"
#include "sshwhy/err.h"

#include <stddef.h>

#define SW_CLIENTS_MAX 32 /* addresses of one name; more are left out */

struct sw_clients {
	struct sw_prefix rows[SW_CLIENTS_MAX];
	size_t count; /* at least 1 */
};

/*
 * An address, a range such as 10.0.0.0/8, or a name, which is looked up.
 *
 * Returns SW_OK, SW_E_RANGE (a prefix length that is too long) or SW_E_IO (the
 * name has no address); one line on stderr has then said so. On failure *out
 * keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_clients_find(const char *word, struct sw_clients *out);

#endif
