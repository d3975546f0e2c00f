/* attempts.h - a SYN that is sent again is the same attempt. */

#ifndef RECORDER_ATTEMPTS_H
#define RECORDER_ATTEMPTS_H

#include "sshwhy/addr.h"

#include <stdbool.h>
#include <stdint.h>

#define SW_ATTEMPT_SETS 1024
#define SW_ATTEMPT_PLACES 4 /* of each set */
/* Linux sends a SYN for the last time 63 s after the first, and gives up at
 * 127 s. */
#define SW_ATTEMPT_AGE UINT64_C(130000) /* milliseconds */

struct sw_attempt {
	uint64_t seen; /* monotonic ms of the last SYN; 0: a free place */
	uint32_t seq;
	struct sw_endpoint client;
	struct sw_endpoint server;
};

/* Zeroed before use. Where there are too many, the oldest are forgotten. */
struct sw_attempts {
	struct sw_attempt places[SW_ATTEMPT_SETS][SW_ATTEMPT_PLACES];
};

/* True for the first SYN of an attempt; now is monotonic, in milliseconds. */
bool sw_attempts_is_new(struct sw_attempts *attempts,
			const struct sw_endpoint *client,
			const struct sw_endpoint *server, uint32_t seq,
			uint64_t now);

#endif
