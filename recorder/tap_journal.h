/* tap_journal.h - sshd's lines in the systemd journal, as they are written. */

#ifndef RECORDER_TAP_JOURNAL_H
#define RECORDER_TAP_JOURNAL_H

#include "taps.h"

/*
 * Follow the journal of this machine from its end on. Rotated and deleted files
 * are followed, too.
 *
 * line  receives each line with context, from within event
 *
 * Returns SW_OK, SW_E_NOMEM, or SW_E_IO (errno set; ENODATA when there is no
 * file that may be read). On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_journal_tap_start(sd_event *event, sw_line_fn line,
				 void *context, struct sw_journal_tap **out);

/* Stop and free; tap may be NULL. */
void sw_journal_tap_stop(struct sw_journal_tap *tap);

#endif
