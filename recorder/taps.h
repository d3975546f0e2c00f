/* taps.h - sshd's log, where no hook tells us: the journal or a syslog file. */

#ifndef RECORDER_TAPS_H
#define RECORDER_TAPS_H

#include "correlate.h"
#include "shared.h"

#include "sshwhy/err.h"

#include <systemd/sd-event.h>

typedef void (*sw_line_fn)(void *context, const struct sw_line *line);

struct sw_journal_tap; /* private to tap_journal.c */
struct sw_file_tap;    /* private to tap_file.c */

struct sw_taps {
	struct sw_journal_tap *journal; /* NULL: not followed */
	struct sw_file_tap *file;	/* NULL: not followed */
	struct sw_delay *delay;
	sw_line_fn line;
	void *context;
};

/*
 * Follow what recorder asks for. Only lines with trusted fields of root's sshd
 * (or of the service manager about its socket) are brought from the journal;
 * whatever comes from a file is marked SW_TAP_SYSLOG. Lines are held back for a
 * moment, so that what the hook says of the same process comes first.
 *
 * Returns SW_OK, SW_E_NOMEM or SW_E_IO (errno set); a log that cannot be opened
 * is said on standard error and is no failure.
 */
SW_MUST_CHECK
enum sw_err sw_taps_start(struct sw_taps *taps, sd_event *event,
			  const struct sw_recorder *recorder, sw_line_fn line,
			  void *context);

/* Deliver what was held back for long enough; now in ms UTC. */
void sw_taps_tick(struct sw_taps *taps, int64_t now);

void sw_taps_stop(struct sw_taps *taps);

#endif
