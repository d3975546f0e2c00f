/* when.h - points in time, as people write and read them. */

#ifndef SSHWHY_WHEN_H
#define SSHWHY_WHEN_H

#include "sshwhy/err.h"

#include <stdint.h>

#define SW_WHEN_TEXT_MAX 40 /* bytes, with the NUL */

/*
 * Read a point in time: "today" (its local midnight), an age such as "-90s",
 * "-30m", "-2h" or "-7d", or ISO 8601: "2026-11-22", "2026-11-22T07:37",
 * "2026-11-22T07:37:03.250", with a blank for the T if wanted. A zone ("Z",
 * "+01:00", "+0100" or "+01") may follow a time of day; without one it is
 * local.
 *
 * now      milliseconds since 1970, UTC
 * out_ms   the same
 *
 * Returns SW_OK, SW_E_SYNTAX, or SW_E_RANGE (no such day or time of day, an age
 * above SW_DURATION_MAX). On failure *out_ms keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_when_parse(const char *text, int64_t now, int64_t *out_ms);

/* Write local time with its offset, "2026-11-22T07:37:03+01:00". buf holds
 * SW_WHEN_TEXT_MAX bytes. Returns buf. */
char *sw_when_format(int64_t ms, char *buf);

/* The same for a reader who knows what day it is: "07:37:03" when ms and now
 * lie in the same local day, otherwise "2026-11-22 07:37:03". */
char *sw_when_format_near(int64_t ms, int64_t now, char *buf);

#endif
