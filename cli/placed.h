/* placed.h - when a tool placed a rule, where it left a note. */

#ifndef SSHWHY_PLACED_H
#define SSHWHY_PLACED_H

#include "sshwhy/verdict.h"

#include <stdbool.h>

#define SW_PLACED_MAX 40 /* bytes, with the NUL */

/*
 * Take the date out of the comment that DenyHosts writes above its rule,
 * "# DenyHosts: Sun Nov 22 08:02:29 2026 | sshd: 203.0.113.5", as it stands.
 *
 * Returns true and fills out_date (SW_PLACED_MAX bytes) when the file still
 * holds that comment above that rule, else false.
 */
bool sw_placed_when(const struct sw_rule *rule, char *out_date);

#endif
