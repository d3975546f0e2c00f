#include "drop_root.h"
#include "shared.h"

#include "sshwhy/audit_room.h"
#include "sshwhy/clock.h"

#include <errno.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOOK_EVERY 100 /* milliseconds */

/* monotonic ms: what could not be written is tried again a minute later */
static uint64_t due_again(void)
{
	return sw_clock_monotonic_ms() + 60000;
}

/*
 * The kernel makes whoever writes to the audit trail wait while its queue is
 * full. That is this process' whole purpose: to wait, where nobody else has to.
 * A queue of the recorder's own grows meanwhile; beyond it is the file.
 */
static void wait_for_room(const struct sw_recorder *recorder)
{
	const struct sw_shared *shared = recorder->shared;

	while (!sw_audit_has_room(atomic_load(&shared->auditd),
				  SW_AUDIT_ROOM_IDLE))
		(void)poll(NULL, 0, LOOK_EVERY);
}

int sw_writer_run(const struct sw_recorder *recorder)
{
	struct sw_state state = recorder->state;
	struct sw_fold fold = recorder->fold;
	struct sw_parcel parcel;

	(void)signal(SIGTERM, SIG_IGN); /* it ends with the worker's socket */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	if (sw_drop_root(UINT64_C(1) << CAP_AUDIT_WRITE) != SW_OK) {
		fprintf(stderr, "sshwhyd: writer: cannot drop root: %s\n",
			strerror(errno));
		return 1;
	}
	for (;;) {
		ssize_t len =
			recv(recorder->writer[1], &parcel, sizeof(parcel), 0);

		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return 0;
		if (len != sizeof(parcel) || parcel.magic != SW_PARCEL_MAGIC)
			continue;
		wait_for_room(recorder);
		if (sw_sink_audit(&parcel.record) != SW_OK) {
			sw_fold_postpone(&fold, parcel.slot, due_again());
			continue;
		}
		sw_state_take(&state, parcel.counted);
		sw_fold_written(&fold, parcel.slot);
	}
}
