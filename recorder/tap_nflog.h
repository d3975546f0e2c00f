/* tap_nflog.h - what rules log to a group of netfilter (NFLOG): for tables of
 * iptables-legacy, which the kernel does not trace. */

#ifndef RECORDER_TAP_NFLOG_H
#define RECORDER_TAP_NFLOG_H

#include "tap_nft.h"

/* Zeroed before use, but for nft, found and context. */
struct sw_nflog_tap {
	struct sw_nft_tap *nft; /* whose ports and attempts are ours, too */
	int fd;
	bool is_on;
	bool failed; /* said once, until the configuration changes */
	uint32_t group;
	uint32_t per_second;
	uint64_t room;	  /* packets that may be read, times 1000 */
	uint64_t read_at; /* monotonic ms */
	bool has_number;
	uint32_t next_number;
	uint64_t lost;	   /* packets of the group that were not read */
	uint64_t reported; /* of those */
	uint64_t reported_at;
	sw_nft_fn found;
	void *context;
};

/*
 * Be on or off as config says, and read what came since the last call, but no
 * more than firewall-rate packets a second. now is monotonic, in milliseconds.
 * What is in the way is said on standard error, and everything else goes on.
 */
void sw_nflog_tap_tick(struct sw_nflog_tap *tap, const struct sw_config *config,
		       uint64_t now);

void sw_nflog_tap_stop(struct sw_nflog_tap *tap);

#endif
