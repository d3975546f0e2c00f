#include "timeline.h"

#include "filter.h"

#include <stdlib.h>
#include <time.h>

static const uint32_t round_steps[] = {
	60,    300,   600,   900,   1800,   3600,
	10800, 21600, 43200, 86400, 604800, 2592000,
};

#define ROUND_STEPS (sizeof(round_steps) / sizeof(round_steps[0]))

struct span {
	int64_t first; /* milliseconds UTC */
	int64_t last;
	uint64_t refusals;
};

static int64_t start_of(const struct sw_record *record)
{
	return record->first != 0 ? record->first : record->time;
}

/* Calls each with the refusals among the records. */
static void each_refusal(const struct sw_records *records,
			 void (*each)(void *context,
				      const struct sw_record *record),
			 void *context)
{
	struct sw_record record;

	for (size_t i = 0; i < records->count; i++) {
		if (records->rows[i].dropped)
			continue;
		sw_records_get(records, &records->rows[i], &record);
		if (sw_filter_is_refusal(&record))
			each(context, &record);
	}
}

static void widen(void *context, const struct sw_record *record)
{
	struct span *span = context;
	int64_t start = start_of(record);

	if (span->refusals == 0 || start < span->first)
		span->first = start;
	if (span->refusals == 0 || start > span->last)
		span->last = start;
	span->refusals += record->count;
}

/* Seconds that local time is east of UTC. */
static int64_t east_of_utc(int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm = {0};

	(void)localtime_r(&seconds, &tm);
	return tm.tm_gmtoff;
}

static int64_t round_down(int64_t ms, uint32_t step)
{
	int64_t east = east_of_utc(ms);
	int64_t seconds = ms / 1000 + east;

	return (seconds - seconds % step - east) * 1000;
}

static size_t rows_of(const struct span *span, uint32_t step)
{
	int64_t from = round_down(span->first, step);

	return (size_t)((span->last - from) / ((int64_t)step * 1000)) + 1;
}

static uint32_t fitting_step(const struct span *span, size_t rows)
{
	for (size_t i = 0; i < ROUND_STEPS; i++) {
		if (rows_of(span, round_steps[i]) <= rows)
			return round_steps[i];
	}
	return round_steps[ROUND_STEPS - 1];
}

static void count_in(void *context, const struct sw_record *record)
{
	struct sw_timeline *timeline = context;
	int64_t since = start_of(record) - timeline->rows[0].from;
	struct sw_timeline_row *row =
		&timeline->rows[since / ((int64_t)timeline->step * 1000)];
	uint32_t *of_cause = &row->by_cause[record->cause];

	row->count += record->count;
	*of_cause = record->count > UINT32_MAX - *of_cause
			    ? UINT32_MAX
			    : *of_cause + (uint32_t)record->count;
	timeline->all += record->count;
	if (row->count > timeline->most)
		timeline->most = row->count;
}

enum sw_err sw_timeline_count(const struct sw_records *records, uint32_t step,
			      size_t rows, struct sw_timeline *out)
{
	struct sw_timeline timeline = SW_TIMELINE_INIT;
	struct span span = {0};

	each_refusal(records, widen, &span);
	timeline.step = step != 0 ? step : fitting_step(&span, rows);
	if (span.refusals == 0) {
		*out = timeline;
		return SW_OK;
	}
	timeline.count = rows_of(&span, timeline.step);
	if (timeline.count > SW_TIMELINE_ROWS_MAX)
		return SW_E_RANGE;
	timeline.rows = calloc(timeline.count, sizeof(*timeline.rows));
	if (timeline.rows == NULL)
		return SW_E_NOMEM;
	for (size_t i = 0; i < timeline.count; i++)
		timeline.rows[i].from = round_down(span.first, timeline.step) +
					(int64_t)i * timeline.step * 1000;
	each_refusal(records, count_in, &timeline);
	*out = timeline;
	return SW_OK;
}

enum sw_cause sw_timeline_cause(const struct sw_timeline_row *row)
{
	enum sw_cause most = SW_CAUSE_NONE;

	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++) {
		if (row->by_cause[i] > row->by_cause[most])
			most = i;
	}
	return most;
}

void sw_timeline_free(struct sw_timeline *timeline)
{
	free(timeline->rows);
	*timeline = (struct sw_timeline)SW_TIMELINE_INIT;
}
