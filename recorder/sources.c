#include "sources.h"

#include "sshwhy/text.h"

#include <string.h>
#include <time.h>

#define V4_BITS 32
#define V6_BITS 64

static bool is_same(const struct sw_prefix *a, const struct sw_prefix *b)
{
	return a->len == b->len && sw_addr_equal(&a->base, &b->base);
}

static struct sw_source *get(struct sw_source *sources,
			     const struct sw_addr *addr, int64_t now)
{
	struct sw_prefix prefix = sw_prefix_of(addr, V4_BITS, V6_BITS);
	struct sw_source *oldest = &sources[0];

	for (size_t i = 0; i < SW_SOURCES_MAX; i++) {
		if (is_same(&sources[i].prefix, &prefix)) {
			sources[i].touched = now;
			return &sources[i];
		}
		if (sources[i].touched < oldest->touched)
			oldest = &sources[i];
	}
	memset(oldest, 0, sizeof(*oldest));
	oldest->prefix = prefix;
	oldest->touched = now;
	return oldest;
}

void sw_sources_add(struct sw_source *sources, const struct sw_record *record)
{
	struct sw_source *source;

	if (record->conn.client.addr.family == SW_FAMILY_NONE ||
	    record->cause == SW_CAUSE_BAN_PENALTY)
		return;
	source = get(sources, &record->conn.client.addr, record->time);
	if (source->first == 0)
		source->first = record->first;
	source->records[source->next] = (struct sw_source_record){
		record->seqno, record->cause, record->count};
	source->next = (source->next + 1) % SW_SOURCE_RECORDS;
}

void sw_sources_penalise(struct sw_source *sources, const struct sw_addr *addr,
			 const char *reason, int64_t now)
{
	struct sw_source *source = get(sources, addr, now);

	if (source->offences++ == 0)
		source->offended = now;
	(void)sw_text_copy(source->offence, sizeof(source->offence), reason);
}

static void add_time(struct sw_text *text, int64_t time)
{
	time_t seconds = (time_t)(time / 1000);
	struct tm parts;
	char buf[16];

	if (gmtime_r(&seconds, &parts) != NULL &&
	    strftime(buf, sizeof(buf), "%H:%M:%SZ", &parts) > 0)
		sw_text_add(text, " since %s", buf);
}

void sw_sources_describe(const struct sw_source *sources,
			 const struct sw_addr *addr, const char *reason,
			 char *out, size_t size)
{
	struct sw_prefix prefix = sw_prefix_of(addr, V4_BITS, V6_BITS);
	struct sw_text text;

	sw_text_init(&text, out, size);
	if (reason[0] != '\0')
		sw_text_add(&text, "earned by: %s", reason);
	for (size_t i = 0; i < SW_SOURCES_MAX; i++) {
		const struct sw_source *source = &sources[i];

		if (!is_same(&source->prefix, &prefix))
			continue;
		if (source->offences > 0) {
			sw_text_add(&text, ", %u times", source->offences);
			add_time(&text, source->offended);
		}
		for (size_t r = 0; r < SW_SOURCE_RECORDS; r++) {
			const struct sw_source_record *record =
				&source->records[r];

			if (record->seqno != 0)
				sw_text_add(&text, "; record %llu %s",
					    (unsigned long long)record->seqno,
					    sw_cause_code(record->cause));
		}
	}
}
