#include "correlator.h"

#include "sshwhy/text.h"

#include <stdio.h>

static void refine_drop(struct sw_listener *listener, struct sw_logline *line)
{
	if (line->cause == SW_CAUSE_LIMIT_MAX_STARTUPS) {
		if (listener->has_source && listener->open >= listener->limit)
			line->cause = SW_CAUSE_LIMIT_PER_SOURCE;
		else if (listener->has_draw &&
			 listener->draw < listener->chance)
			line->cause = SW_CAUSE_LIMIT_MAX_STARTUPS_RANDOM;
	}
	listener->has_draw = false;
	listener->has_source = false;
}

static void describe_slots(struct sw_correlator *c, uint32_t startups,
			   struct sw_record *record)
{
	struct sw_rule rule;
	struct sw_text text;
	enum sw_cause cause;
	size_t held = sw_sessions_held(&c->all, &cause, &rule);

	/* The end of some is not known yet. */
	if (startups > 0 && held > startups)
		held = startups;
	if (held == 0)
		return;
	sw_text_init(&text, record->root, sizeof(record->root));
	sw_text_add(&text, "%zu of %u slots held by %s", held,
		    startups > held ? startups : (uint32_t)held,
		    sw_cause_code(cause));
	if (rule.source[0] != '\0')
		sw_text_add(&text, " %s:%u", rule.source, rule.line);
}

/* Which of the unit's limits it was: only the one for a source names it. */
static void describe_unit(const struct sw_logline *said,
			  struct sw_record *record)
{
	const char *key = "TriggerLimitBurst";

	if (said->conn.client.addr.family != SW_FAMILY_NONE)
		key = "MaxConnectionsPerSource";
	else if (said->number != 0)
		key = "MaxConnections";
	if (said->number != 0)
		(void)snprintf(record->root, sizeof(record->root),
			       "%s: %u connections", key, said->number);
	else
		(void)snprintf(record->root, sizeof(record->root),
			       "%s: started too often", key);
}

/* Drops have no process; they are the listener's own. */
void sw_drop(struct sw_correlator *c, const struct sw_line *line,
	     struct sw_listener *listener, struct sw_logline *said)
{
	struct sw_record record;

	refine_drop(listener, said);
	sw_line_to_record(line, said, &record);
	if (said->cause == SW_CAUSE_BAN_PENALTY)
		sw_sources_describe(c->sources, &said->conn.client.addr,
				    said->detail, record.root,
				    sizeof(record.root));
	else if (said->cause == SW_CAUSE_LIMIT_SOCKET_UNIT)
		describe_unit(said, &record);
	else
		describe_slots(c, said->number, &record);
	record.open = said->number;
	listener->drops++;
	c->emit(c->context, &record, line->counted, listener->pid,
		listener->loaded);
}

/* "N connections dropped": those that had no line of their own. */
void sw_drop_summary(struct sw_correlator *c, const struct sw_line *line,
		     struct sw_listener *listener,
		     const struct sw_logline *said)
{
	uint64_t seen = listener->drops;
	struct sw_record record;

	listener->drops = 0;
	if (said->count <= seen) {
		c->repeats += line->counted ? 1 : 0;
		return;
	}
	sw_line_to_record(line, said, &record);
	record.count = said->count - seen;
	c->emit(c->context, &record, line->counted, listener->pid,
		listener->loaded);
}
