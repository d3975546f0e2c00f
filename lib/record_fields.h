/* record_fields.h - the fields of our audit records, and their readers. */

#ifndef RECORD_FIELDS_H
#define RECORD_FIELDS_H

#include "audit_line.h"
#include "sshwhy/record.h"

#include <stdbool.h>

/* Bytes, with the NUL, of acct=, whose commas and percent signs take three. */
#define SW_ACCT_MAX (3 * (SW_USER_MAX - 1) + 1)

/* In the order of the writer; F_ACCT ends what is ours, libaudit adds the
 * others. */
enum sw_field {
	F_OP,
	F_REASON,
	F_RULE,
	F_CMD,
	F_OWNER,
	F_VIA,
	F_EVIDENCE,
	F_SEQNO,
	F_COUNT,
	F_DADDR,
	F_TIME_OUT,
	F_FIRST_LINE,
	F_LOOKUP,
	F_FIRST,
	F_LAST,
	F_UNTIL,
	F_ROOT,
	F_BY_CAUSE,
	F_BOOT,
	F_SPID,
	F_RPORT,
	F_LADDR,
	F_LPORT,
	F_ACCT,
	F_ADDR,
	F_RES,
	F_COUNT_
};

/* The field of that name among those from start to before end; F_COUNT_: none
 * of them. */
enum sw_field sw_field_find(struct sw_piece name, unsigned int start,
			    unsigned int end);

/*
 * Read the value of one field into its place. False when it is not a value that
 * the writer makes; *out is rubbish then.
 */
bool sw_field_read(enum sw_field id, struct sw_piece value,
		   struct sw_record *out);

#endif
