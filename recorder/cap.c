#include "cap.h"

#include <string.h>

#define MS_PER_SECOND UINT64_C(1000)
#define MS_PER_HOUR UINT64_C(3600000)

void sw_cap_init(struct sw_cap *cap, uint32_t per_second, uint32_t per_hour,
		 uint64_t now)
{
	memset(cap, 0, sizeof(*cap));
	cap->per_second = per_second;
	cap->per_hour = per_hour;
	cap->updated = now;
}

/* A level is what was used, times the period: it drains by limit each ms. */
static uint64_t drained(uint64_t level, uint64_t limit, uint64_t elapsed)
{
	uint64_t drain;

	if (elapsed > MS_PER_HOUR)
		return 0;
	drain = limit * elapsed;
	return level > drain ? level - drain : 0;
}

static bool has_room(uint64_t level, uint64_t limit, uint64_t period)
{
	return limit == 0 || level + period <= limit * period;
}

bool sw_cap_take(struct sw_cap *cap, const struct sw_record *record,
		 uint64_t now)
{
	uint64_t elapsed = now > cap->updated ? now - cap->updated : 0;

	cap->second_level =
		drained(cap->second_level, cap->per_second, elapsed);
	cap->hour_level = drained(cap->hour_level, cap->per_hour, elapsed);
	cap->updated = now;
	if (has_room(cap->second_level, cap->per_second, MS_PER_SECOND) &&
	    has_room(cap->hour_level, cap->per_hour, MS_PER_HOUR)) {
		cap->second_level += MS_PER_SECOND;
		cap->hour_level += MS_PER_HOUR;
		return true;
	}
	if (cap->count == 0)
		cap->first = record->first;
	cap->last = record->last;
	cap->count += record->count;
	cap->by_cause[record->cause] += record->count;
	return false;
}

bool sw_cap_report(struct sw_cap *cap, int64_t now_utc, struct sw_record *out)
{
	if (cap->count == 0)
		return false;
	memset(out, 0, sizeof(*out));
	out->event = SW_EVENT_SUPPRESSED;
	out->via = SW_VIA_LOG;
	out->time = now_utc;
	out->first = cap->first;
	out->last = cap->last;
	out->count = cap->count;
	memcpy(out->by_cause, cap->by_cause, sizeof(out->by_cause));
	cap->count = 0;
	memset(cap->by_cause, 0, sizeof(cap->by_cause));
	return true;
}
