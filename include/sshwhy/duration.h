/* duration.h - lengths of time as written in the configuration. */

#ifndef SSHWHY_DURATION_H
#define SSHWHY_DURATION_H

#include "sshwhy/err.h"

#include <stddef.h>
#include <stdint.h>

#define SW_DURATION_MAX UINT32_C(31536000) /* seconds; one year */
#define SW_DURATION_TEXT_MAX 24		   /* bytes, with the NUL */

/*
 * Read a duration such as "90", "90s", "15m", "12h" or "7d".
 *
 * A number without a unit is in seconds. Nothing may follow the unit.
 *
 * Returns SW_OK, SW_E_SYNTAX, or SW_E_RANGE when the value exceeds
 * SW_DURATION_MAX. On failure *out_seconds keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_duration_parse(const char *text, uint32_t *out_seconds);

/*
 * Write a duration for people, rounded down to its largest unit: "2 min",
 * "3 h", "45 s", "12 d". Returns buf, which holds SW_DURATION_TEXT_MAX bytes.
 */
char *sw_duration_format(uint64_t seconds, char *buf);

#endif
