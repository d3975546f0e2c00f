/* The line that people find in the system log. */

#include "sshwhy/record.h"

#include "sshwhy/text.h"
#include "sshwhy/utc.h"

#include <inttypes.h>
#include <stdbool.h>

static const char *verb_of(const struct sw_record *record)
{
	static const char *const verbs[SW_EVENT_COUNT_] = {
		[SW_EVENT_REJECTION] = "rejected",
		[SW_EVENT_BAN] = "banned",
		[SW_EVENT_UNBAN] = "unbanned",
		[SW_EVENT_SUPPRESSED] = "not recorded one by one",
	};

	if (record->event == SW_EVENT_REJECTION &&
	    record->evidence == SW_EVIDENCE_SIMULATED)
		return "would reject";
	return record->event < SW_EVENT_COUNT_ ? verbs[record->event] : "";
}

static void add_endpoint(struct sw_text *line, const char *before,
			 const struct sw_endpoint *end)
{
	char buf[SW_ADDR_TEXT_MAX];

	if (end->addr.family == SW_FAMILY_NONE)
		return;
	sw_text_add(line, "%s%s", before, sw_addr_format(&end->addr, buf));
	if (end->port != 0)
		sw_text_add(line, " port %u", end->port);
}

static void add_source(struct sw_text *line, const struct sw_rule *rule)
{
	if (rule->source[0] == '\0')
		return;
	sw_text_add(line, " at ");
	sw_text_add_visible(line, rule->source);
	if (rule->line != 0)
		sw_text_add(line, ":%u", rule->line);
}

static void add_until(struct sw_text *line, int64_t until)
{
	char buf[SW_UTC_TEXT_MAX];

	if (until > 0)
		sw_text_add(line, " until %s", sw_utc_format(until, buf));
}

static void add_by_cause(struct sw_text *line, const uint64_t *counts)
{
	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++) {
		if (counts[i] != 0)
			sw_text_add(line, ", %s %" PRIu64, sw_cause_code(i),
				    counts[i]);
	}
}

static void add_provenance(struct sw_text *line, const struct sw_record *record)
{
	sw_text_add(line, " (%s via %s", sw_evidence_name(record->evidence),
		    sw_via_name(record->via));
	if (record->conn.pid > 0)
		sw_text_add(line, ", sshd[%ld]", (long)record->conn.pid);
	sw_text_add(line, ", seqno %" PRIu64 ", count %" PRIu64 ")",
		    record->seqno, record->count);
}

static void add_labelled(struct sw_text *line, const char *before,
			 const char *value, const char *behind)
{
	struct sw_text kept = *line;

	if (value[0] == '\0')
		return;
	sw_text_add(line, "%s", before);
	sw_text_add_visible(line, value);
	sw_text_add(line, "%s", behind);
	/* What comes from outside may be left out, the rest must stand. */
	if (!line->ok && kept.ok) {
		*line = kept;
		line->buf[line->len] = '\0';
	}
}

static void add_record(struct sw_text *line, const struct sw_record *record)
{
	sw_text_add(line, "%s", verb_of(record));
	add_endpoint(line, " ", &record->conn.client);
	add_endpoint(line, " on ", &record->conn.server);
	sw_text_add(line, ": %s",
		    record->cause == SW_CAUSE_NONE
			    ? "several causes"
			    : sw_cause_code(record->cause));
	add_source(line, &record->rule);
	add_until(line, record->until);
	add_provenance(line, record);
	add_by_cause(line, record->by_cause);
	add_labelled(line, ", owner ", record->rule.owner, "");
	add_labelled(line, ", user ", record->conn.user, "");
	add_labelled(line, ", because of ", record->root, "");
	add_labelled(line, ", rule \"", record->rule.text, "\"");
}

enum sw_err sw_record_to_syslog(const struct sw_record *record, char *buf,
				size_t size)
{
	struct sw_text line;

	if (size < SW_RECORD_SYSLOG_MAX) {
		if (size > 0)
			buf[0] = '\0';
		return SW_E_RANGE;
	}
	sw_text_init(&line, buf, SW_RECORD_SYSLOG_MAX);
	add_record(&line, record);
	if (sw_text_ok(&line))
		return SW_OK;
	buf[0] = '\0';
	return SW_E_RANGE;
}
