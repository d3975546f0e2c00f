#include "heard.h"

#define APART 2000     /* ms between two clocks' tellings of one moment */
#define SESSION 120000 /* ms that one process refuses one client in */
#define FOLD 600000 /* ms behind its first rejection that a fold is written */

/* True when line, of a log, tells of what record has. */
static bool is_known_by(const struct sw_record *record,
			const struct sw_record *line)
{
	int64_t first = record->first != 0 ? record->first : record->time;
	int64_t last = record->last != 0 ? record->last : record->time;
	bool in_time =
		line->time >= first - APART && line->time <= last + APART;
	bool near_time =
		line->time >= first - SESSION && line->time <= last + SESSION;
	const struct sw_conn *a = &record->conn, *b = &line->conn;

	if (record->event != SW_EVENT_REJECTION ||
	    !sw_addr_equal(&a->client.addr, &b->client.addr))
		return false;
	if (a->client.port != 0 && a->client.port == b->client.port)
		return near_time;
	if (record->cause == line->cause)
		return in_time ||
		       (near_time && a->pid != 0 && a->pid == b->pid);
	/* The log has one word for both, and for a rule's kinds. */
	return in_time &&
	       sw_cause_stage(record->cause) == sw_cause_stage(line->cause);
}

/* The first row that was written at time or later. */
static size_t row_at(const struct sw_records *records, size_t count,
		     int64_t time)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (records->rows[middle].time < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_known(const struct sw_records *records, size_t count,
		     const struct sw_record *line)
{
	struct sw_record record;

	for (size_t i = row_at(records, count, line->time - SESSION);
	     i < count && records->rows[i].time <= line->time + FOLD; i++) {
		if (records->rows[i].dropped)
			continue;
		sw_records_get(records, &records->rows[i], &record);
		if (is_known_by(&record, line))
			return true;
	}
	return false;
}

enum sw_err sw_heard_merge(const struct sw_heard *heard,
			   const struct sw_options *options,
			   const struct sw_prefix *client,
			   struct sw_records *records)
{
	size_t recorded = records->count;
	struct sw_record line;
	enum sw_err err = SW_OK;

	for (size_t i = 0; i < heard->records.count && err == SW_OK; i++) {
		sw_records_get(&heard->records, &heard->records.rows[i], &line);
		if (sw_prefix_contains(client, &line.conn.client.addr) &&
		    sw_options_want(options, &line) &&
		    sw_options_in_time(options, &line) &&
		    !is_known(records, recorded, &line))
			err = sw_records_add(records, &line, false);
	}
	if (err == SW_OK && records->count > recorded)
		sw_records_sort(records);
	return err;
}
