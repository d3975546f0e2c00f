/* deliver.h - a fact's way out of sshd, whether a recorder runs or not. */

#ifndef SSHWHY_DELIVER_H
#define SSHWHY_DELIVER_H

#include "sshwhy/channel.h"
#include "sshwhy/fact.h"
#include "sshwhy/spill.h"
#include "sshwhy/state.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What one process holds open for its facts: one descriptor and two mappings.
 * Nothing is kept across exec, and a forked child gets no mapping: the user's
 * own processes must not write to what root's believe.
 */
struct sw_courier {
	struct sw_channel channel;
	struct sw_state state;
	struct sw_spill spill;
	pid_t owner; /* whose mappings they are */
};

#define SW_COURIER_INIT                                                        \
	{                                                                      \
		SW_CHANNEL_INIT, SW_STATE_INIT, SW_SPILL_INIT, 0               \
	}

enum sw_delivery {
	SW_DELIVERY_SENT, /* it is in the recorder's socket */
	SW_DELIVERY_KEPT, /* it is in the ring, for this recorder or the next */
	SW_DELIVERY_NOBODY /* there is no recorder */
};

/*
 * Open what is needed, as root; once for each process is enough, but it may be
 * called for each connection: a recorder that was started later is found.
 *
 * now  nanoseconds of CLOCK_MONOTONIC
 */
void sw_courier_open(struct sw_courier *courier, uint64_t now);

/* Close everything: in a process that goes on as somebody else. In a forked
 * child it lets go of what the child has inherited. */
void sw_courier_close(struct sw_courier *courier);

/*
 * Hand over a fact, opened or not. Never waits. A fact with SW_FACT_COUNTED is
 * counted as offered first, and sent without that flag where there is nothing
 * to count in; a caller that then writes the rejection itself
 * (SW_DELIVERY_NOBODY) has to count it as taken. Keeps errno.
 */
enum sw_delivery sw_courier_deliver(struct sw_courier *courier,
				    struct sw_fact *fact, uint64_t now);

/*
 * The same for a signal handler, with what is open already: one send, or a
 * place in the ring.
 */
enum sw_delivery sw_courier_deliver_now(struct sw_courier *courier,
					struct sw_fact *fact);

#endif
