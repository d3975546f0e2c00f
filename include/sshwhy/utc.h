/* utc.h - points in time as JSON holds them: 2026-11-22T07:37:03.230Z. */

#ifndef SSHWHY_UTC_H
#define SSHWHY_UTC_H

#include "sshwhy/err.h"

#include <stddef.h>
#include <stdint.h>

#define SW_UTC_TEXT_MAX 25 /* bytes, with the NUL */
/* 9999-12-31T23:59:59.999Z */
#define SW_UTC_MAX INT64_C(253402300799999)

/*
 * Write a time in milliseconds since 1970, without a look at the time zone or
 * its files, which gmtime_r() would read. buf holds SW_UTC_TEXT_MAX bytes.
 * Returns buf, an empty text when ms is not between 0 and SW_UTC_MAX.
 */
char *sw_utc_format(int64_t ms, char *buf);

/*
 * Read exactly that form.
 *
 * Returns SW_OK, SW_E_SYNTAX, or SW_E_RANGE (no such date or hour, or before
 * 1970). On failure *out_ms keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_utc_parse(const char *text, int64_t *out_ms);

#endif
