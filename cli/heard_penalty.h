/* heard_penalty.h - what sshd's log tells of its penalties. */

#ifndef SSHWHY_HEARD_PENALTY_H
#define SSHWHY_HEARD_PENALTY_H

#include "heard.h"
#include "import.h"

#include "sshwhy/addr.h"

#include <stdbool.h>

#define SW_HEARD_PENALTY " penalty of " /* N seconds for ... */

/* True when the penalty is one of the client's block: whoever offends, sshd
 * punishes all of PerSourceNetBlockSize. */
bool sw_heard_is_in_block(const struct sw_import_seen *seen,
			  const struct sw_prefix *client);

/* Note a penalty that is active; a deferred one refuses nobody. */
void sw_heard_note_penalty(struct sw_heard *heard,
			   const struct sw_import_seen *seen);

#endif
