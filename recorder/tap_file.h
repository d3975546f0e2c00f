/* tap_file.h - sshd's lines in a syslog file, as they are written. */

#ifndef RECORDER_TAP_FILE_H
#define RECORDER_TAP_FILE_H

#include "taps.h"

/*
 * Follow the file at path from its end on, through rotation by another name and
 * by copying. It may be missing: then the next one is read as a whole.
 *
 * path  has to live as long as the tap
 * line  receives each line of sshd's and the service manager's with context,
 *       from within event and from sw_file_tap_tick()
 * now   milliseconds UTC: the year of lines that do not say theirs
 *
 * Returns SW_OK, SW_E_NOMEM, SW_E_UNSAFE (no regular file) or SW_E_IO (errno
 * set; its directory or the file cannot be read). On failure *out keeps its old
 * value.
 */
SW_MUST_CHECK
enum sw_err sw_file_tap_start(sd_event *event, const char *path,
			      sw_line_fn line, void *context, int64_t now,
			      struct sw_file_tap **out);

/* Look at the file where inotify may have been silent: when it is in another
 * directory now, or on a file server. now in milliseconds UTC. */
void sw_file_tap_tick(struct sw_file_tap *tap, int64_t now);

/* Stop and free; tap may be NULL. */
void sw_file_tap_stop(struct sw_file_tap *tap);

#endif
