/* tap_nft.h - what netfilter drops before sshd can see it. */

#ifndef RECORDER_TAP_NFT_H
#define RECORDER_TAP_NFT_H

#include "attempts.h"

#include "sshwhy/config.h"
#include "sshwhy/nft_trace.h"
#include "sshwhy/record.h"

#include <systemd/sd-event.h>

#define SW_NFT_WAYS 256 /* packets that are followed at once */
#define SW_NFT_RULES 64 /* rules whose text is kept */

typedef void (*sw_nft_fn)(void *context, const struct sw_record *record);

/* A packet on its way through the chains. */
struct sw_nft_way {
	uint32_t id;
	uint32_t seq;
	struct sw_endpoint client; /* SW_FAMILY_NONE: a free place */
	struct sw_endpoint server;
};

struct sw_nft_known {
	uint64_t table; /* sw_tracer_table(); 0: a free place */
	uint64_t handle;
	bool rejects;
	struct sw_rule rule;
};

/* Zeroed before use. */
struct sw_nft_tap {
	sd_event *event;
	sd_event_source *source;
	int table;  /* the socket that the table belongs to */
	int events; /* of the trace */
	bool is_on;
	bool failed; /* said once, until the configuration changes */
	uint32_t per_second;
	struct sw_nft_way ways[SW_NFT_WAYS];
	struct sw_nft_known known[SW_NFT_RULES];
	size_t next_known;
	struct sw_attempts attempts;
	uint16_t ports[16];
	size_t port_count;
	uint64_t reported; /* packets not traced that were told of */
	uint64_t reported_at;
	sw_nft_fn found;
	void *context;
};

/* Be on or off as config says; now is monotonic, in milliseconds. What is in
 * the way is said on standard error, and everything else goes on. */
void sw_nft_tap_follow(struct sw_nft_tap *tap, const struct sw_config *config,
		       uint64_t now);

/* Read what has been traced, now and not when the event loop says so. */
void sw_nft_tap_read(struct sw_nft_tap *tap);

/* The ports that sshd listens on now. */
void sw_nft_tap_ports(struct sw_nft_tap *tap, const uint16_t *ports,
		      size_t count);

/* Say how many packets were not traced. */
void sw_nft_tap_report(struct sw_nft_tap *tap);

void sw_nft_tap_stop(struct sw_nft_tap *tap);

#endif
