#include "render.h"

#include "phrase.h"
#include "when.h"

#include "sshwhy/text.h"

#include <inttypes.h>

static void add_client(struct sw_text *line, const struct sw_endpoint *client)
{
	bool v6 = client->addr.family == SW_FAMILY_V6 && client->port != 0;
	char addr[SW_ADDR_TEXT_MAX];

	if (client->addr.family == SW_FAMILY_NONE) {
		sw_text_put(line, "-");
		return;
	}
	sw_text_put(line, v6 ? "[" : "");
	sw_text_put(line, sw_addr_format(&client->addr, addr));
	sw_text_put(line, v6 ? "]" : "");
	if (client->port != 0)
		sw_text_add(line, ":%u", client->port);
}

static void add_what(struct sw_text *line, const struct sw_record *record)
{
	if (record->event != SW_EVENT_REJECTION)
		sw_text_put(line, sw_event_name(record->event));
	if (record->event != SW_EVENT_REJECTION &&
	    record->cause != SW_CAUSE_NONE)
		sw_text_put(line, " ");
	sw_text_put(line, sw_cause_code(record->cause));
}

static void add_by_cause(struct sw_text *line, const uint64_t *counts)
{
	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++) {
		if (counts[i] != 0)
			sw_text_add(line, "  %s=%" PRIu64, sw_cause_code(i),
				    counts[i]);
	}
}

/* Only what is out of the ordinary takes room. */
static void add_remarks(struct sw_text *line, const struct sw_record *record)
{
	if (record->count > 1)
		sw_text_add(line, "  x%" PRIu64, record->count);
	if (record->rule.owner[0] != '\0') {
		sw_text_put(line, "  by ");
		sw_phrase_add_owner(line, record->rule.owner);
	}
	if (record->conn.user[0] != '\0') {
		sw_text_put(line, "  user ");
		sw_text_add_visible(line, record->conn.user);
	}
	if (record->evidence != SW_EVIDENCE_RECORDED)
		sw_text_add(line, "  (%s)", sw_evidence_name(record->evidence));
	if (record->node[0] != '\0') {
		sw_text_put(line, "  on ");
		sw_text_add_visible(line, record->node);
	}
}

char *sw_render_list_line(const struct sw_record *record, char *buf)
{
	struct sw_text line;
	char when[SW_WHEN_TEXT_MAX];

	sw_text_init(&line, buf, SW_LIST_LINE_MAX);
	sw_text_put(&line, sw_when_format(record->time, when));
	sw_text_put(&line, "  ");
	add_client(&line, &record->conn.client);
	sw_text_put(&line, "  ");
	add_what(&line, record);
	if (record->rule.source[0] != '\0')
		sw_text_put(&line, "  ");
	sw_phrase_add_place(&line, &record->rule);
	sw_phrase_add_rule_text(&line, "  ", &record->rule);
	add_by_cause(&line, record->by_cause);
	add_remarks(&line, record);
	sw_text_put(&line, "\n");
	if (!sw_text_ok(&line))
		buf[0] = '\0';
	return buf;
}
