/* drop_root.h - go on with almost no rights. */

#ifndef RECORDER_DROP_ROOT_H
#define RECORDER_DROP_ROOT_H

#include "sshwhy/err.h"

#include <stdint.h>

/* The account that the worker and the writer run as. */
#define SW_RECORDER_USER "sshwhy"
/* What serves where nobody has made that account. */
#define SW_RECORDER_USER_ELSE "nobody"

/*
 * Become the recorder's account for good, with the capabilities in the mask
 * keep (bits of CAP_*) and none else, able to read logs through the groups adm
 * and systemd-journal, and to end with the parent.
 *
 * Returns SW_OK, SW_E_NOTSUP (no such account) or SW_E_IO (errno set). After a
 * failure the process has to end.
 */
SW_MUST_CHECK
enum sw_err sw_drop_root(uint64_t keep);

#endif
