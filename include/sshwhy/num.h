/* num.h - whole numbers as written in files and on the command line. */

#ifndef SSHWHY_NUM_H
#define SSHWHY_NUM_H

#include "sshwhy/err.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Read an unsigned decimal number: digits only, no sign, no blank, nothing
 * behind it.
 *
 * Returns SW_OK, SW_E_SYNTAX, or SW_E_RANGE when the value exceeds max. On
 * failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_num_parse(const char *text, uint64_t max, uint64_t *out);

/* The same for the len bytes at text, which need no NUL behind them. */
SW_MUST_CHECK
enum sw_err sw_num_parse_n(const char *text, size_t len, uint64_t max,
			   uint64_t *out);

/* Read a port number, 1 to 65535. Codes as sw_num_parse(). */
SW_MUST_CHECK
enum sw_err sw_num_parse_port(const char *text, uint16_t *out);

#endif
