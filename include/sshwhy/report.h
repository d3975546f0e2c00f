/* report.h - hand a rejection over, from inside sshd. */

#ifndef SSHWHY_REPORT_H
#define SSHWHY_REPORT_H

#include "sshwhy/config.h"
#include "sshwhy/record.h"

/* How long a refused session waits for its record, in milliseconds. */
#define SW_REPORT_WAIT 50

/*
 * Hand the record to the recorder. Where none is alive, complete it (seqno,
 * node, boot) and have it written by a child that
 * is nobody's: forked twice, without any of sshd's descriptors, waited for at
 * most SW_REPORT_WAIT. When SW_STATE_WRITERS such children are at work it is
 * only counted as lost. Keeps errno; allocates nothing in the caller.
 *
 * Only for processes of a session that has been refused (or observed), never
 * for the listener. Whatever fails here changes no verdict.
 */
void sw_report(const struct sw_record *record, const struct sw_config *config);

/* The same without looking for a recorder. */
void sw_report_directly(const struct sw_record *record,
			const struct sw_config *config);

#endif
