/* cap.h - how many records the audit trail is given. */

#ifndef RECORDER_CAP_H
#define RECORDER_CAP_H

#include "sshwhy/cause.h"
#include "sshwhy/record.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Two token buckets, per second and per hour: 50 records a second would push
 * every other record out of Debian's 40 MB of audit trail within an hour. What
 * is over the cap is counted by cause and reported in one record.
 */
struct sw_cap {
	uint32_t per_second;   /* 0: no limit */
	uint32_t per_hour;     /* 0: no limit */
	uint64_t second_level; /* records used, times the period in ms */
	uint64_t hour_level;
	uint64_t updated; /* milliseconds */
	uint64_t count;	  /* suppressed since the last report */
	int64_t first, last;
	uint64_t by_cause[SW_CAUSE_COUNT_];
};

void sw_cap_init(struct sw_cap *cap, uint32_t per_second, uint32_t per_hour,
		 uint64_t now);

/*
 * May one more record go to the audit trail? now in milliseconds, of a clock
 * that only goes forward. A record that may not is counted here.
 */
bool sw_cap_take(struct sw_cap *cap, const struct sw_record *record,
		 uint64_t now);

/*
 * Make the record that reports what was suppressed, and start over. False when
 * nothing was. The caller writes it past the cap, at most one a minute.
 *
 * now_utc  milliseconds UTC, the time of the record
 */
bool sw_cap_report(struct sw_cap *cap, int64_t now_utc, struct sw_record *out);

#endif
