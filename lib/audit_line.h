/* audit_line.h - one line of an audit log, taken apart. */

#ifndef AUDIT_LINE_H
#define AUDIT_LINE_H

#include "sshwhy/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of a line; not NUL-terminated. */
struct sw_piece {
	const char *at;
	size_t len;
};

struct sw_audit_line {
	struct sw_piece node;	 /* len 0: there was no node= */
	struct sw_piece type;	 /* such as USER_ERR, or UNKNOWN[2213] */
	struct sw_piece event;	 /* SECONDS.MS:SERIAL */
	int64_t time;		 /* milliseconds since 1970, UTC */
	struct sw_piece message; /* between msg=' and the last apostrophe */
	bool whole;		 /* the last apostrophe was there */
};

bool sw_piece_equals(struct sw_piece piece, const char *word);

/*
 * Take a record of user space apart. What auditd's enrichment adds behind the
 * byte 0x1d is cut off. The pieces point into line.
 *
 * Returns SW_OK or SW_E_SYNTAX (another kind of line). On failure *out keeps
 * its old value.
 */
SW_MUST_CHECK
enum sw_err sw_audit_line_parse(const char *line, size_t len,
				struct sw_audit_line *out);

/*
 * Take the next NAME=VALUE off the front of rest.
 *
 * Returns SW_OK, SW_E_RANGE (rest is empty) or SW_E_SYNTAX (a field without
 * name or "="). On failure nothing changes.
 */
SW_MUST_CHECK
enum sw_err sw_audit_line_field(struct sw_piece *rest,
				struct sw_piece *out_name,
				struct sw_piece *out_value);

/* Read SECONDS.MS, milliseconds with three digits.
 * Returns SW_OK or SW_E_SYNTAX. On failure *out_ms keeps its old value. */
SW_MUST_CHECK
enum sw_err sw_audit_time_parse(struct sw_piece text, int64_t *out_ms);

#endif
