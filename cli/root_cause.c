#include "root_cause.h"

#include "banned.h"
#include "heard.h"

#include "sshwhy/num.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>

#define HELD_BY " slots held by "
#define HELD 6000      /* ms that libwrap keeps a slot for, and a moment */
#define EARNED 1800000 /* ms before a penalty that an offence may lie */

static void take(struct sw_root_cause *root, enum sw_cause cause,
		 const struct sw_rule *rule)
{
	root->found = true;
	root->cause = cause;
	root->rule = *rule;
}

static const struct sw_layer *
rejecting(const struct sw_explanation *explanation, enum sw_stage stage)
{
	for (size_t i = 0; i < SW_LAYERS; i++) {
		const struct sw_layer *now = &explanation->layers[i];
		const struct sw_layer *behind = &explanation->behind[i];

		if (now->stage != stage)
			continue;
		if (now->outcome == SW_LAYER_REJECT)
			return now;
		return behind->outcome == SW_LAYER_REJECT ? behind : NULL;
	}
	return NULL;
}

/* The newest refusal of the client in one of the stages, before a time. */
static bool newest(const struct sw_explanation *explanation,
		   enum sw_stage first, enum sw_stage last, int64_t since,
		   int64_t until, struct sw_record *out)
{
	const struct sw_records *records = explanation->records;
	struct sw_record record;

	for (size_t i = records != NULL ? records->count : 0; i-- > 0;) {
		if (records->rows[i].dropped || records->rows[i].time > until)
			continue;
		if (records->rows[i].time < since)
			return false;
		sw_records_get(records, &records->rows[i], &record);
		if (record.event == SW_EVENT_REJECTION &&
		    sw_cause_stage(record.cause) >= first &&
		    sw_cause_stage(record.cause) <= last) {
			*out = record;
			return true;
		}
	}
	return false;
}

/* The rule that stands today is the one to change. */
static void take_wrapper(struct sw_explanation *explanation)
{
	const struct sw_layer *layer = rejecting(explanation, SW_STAGE_WRAPPER);
	struct sw_record record;

	if (layer != NULL)
		take(&explanation->root, layer->cause, &layer->rule);
	else if (newest(explanation, SW_STAGE_WRAPPER, SW_STAGE_WRAPPER,
			INT64_MIN, INT64_MAX, &record))
		take(&explanation->root, record.cause, &record.rule);
}

static void look_behind_fail2ban(struct sw_explanation *explanation)
{
	const struct sw_fail2ban_ban *ban = sw_banned_by_fail2ban(explanation);
	size_t counted = 0;

	for (size_t i = 0; ban != NULL && i < ban->line_count; i++)
		counted +=
			strstr(ban->lines[i], "refused connect from") != NULL;
	if (counted == 0)
		return;
	take_wrapper(explanation);
	(void)snprintf(explanation->root.why, sizeof(explanation->root.why),
		       "fail2ban, jail %s, counted its refusals", ban->jail);
}

static void look_behind_penalty(struct sw_explanation *explanation)
{
	const struct sw_record *last = &explanation->last;
	bool now = rejecting(explanation, SW_STAGE_PENALTY) != NULL;
	int64_t until = now ? explanation->now : last->time;
	struct sw_record record;

	if (!now && last->cause != SW_CAUSE_BAN_PENALTY)
		return;
	if (!newest(explanation, SW_STAGE_WRAPPER, SW_STAGE_SESSION,
		    until - EARNED, until, &record) ||
	    record.cause == SW_CAUSE_CLIENT_CLOSED)
		return;
	take(&explanation->root, record.cause, &record.rule);
	(void)sw_text_copy(explanation->root.why, sizeof(explanation->root.why),
			   "that earned the client a penalty");
}

/* "7 of 10 slots held by wrapper.deny /etc/hosts.deny:4", as sshwhyd writes
 * it. */
static bool read_holder(const char *text, enum sw_cause *cause,
			struct sw_rule *rule)
{
	const char *code = strstr(text, HELD_BY);
	const char *place, *colon;
	uint64_t line = 0;

	if (code == NULL)
		return false;
	code += strlen(HELD_BY);
	place = strchr(code, ' ');
	if (place == NULL ||
	    sw_cause_parse(code, (size_t)(place - code), cause) != SW_OK)
		return false;
	colon = strrchr(++place, ':');
	memset(rule, 0, sizeof(*rule));
	if (colon == NULL || (size_t)(colon - place) >= sizeof(rule->source) ||
	    sw_num_parse_n(colon + 1, strspn(colon + 1, "0123456789"),
			   UINT32_MAX, &line) != SW_OK)
		return false;
	memcpy(rule->source, place, (size_t)(colon - place));
	rule->line = rule->first_line = (unsigned int)line;
	return true;
}

/* How many clients libwrap had refused shortly before, by the log. */
static size_t refused_before(const struct sw_records *records, int64_t time,
			     struct sw_record *out)
{
	size_t count = 0;

	for (size_t i = records->count; i-- > 0;) {
		struct sw_record record;

		if (records->rows[i].time > time ||
		    records->rows[i].time < time - HELD)
			continue;
		sw_records_get(records, &records->rows[i], &record);
		if (sw_cause_stage(record.cause) != SW_STAGE_WRAPPER)
			continue;
		if (count++ == 0)
			*out = record;
	}
	return count;
}

/* The log does not name it; libwrap does, if it still stands. */
static void ask_rule(const struct sw_question *question,
		     struct sw_record *record)
{
	struct sw_question other = *question;
	struct sw_layer answer;

	memset(&answer, 0, sizeof(answer));
	other.client = sw_prefix_of(&record->conn.client.addr, 32, 128);
	other.name = NULL;
	sw_layer_ask_wrapper(&other, &answer);
	if (answer.outcome != SW_LAYER_REJECT)
		return;
	record->cause = answer.cause;
	record->rule = answer.rule;
}

static void look_behind_limit(struct sw_explanation *explanation,
			      const struct sw_heard *heard)
{
	const struct sw_record *last = &explanation->last;
	struct sw_record record;
	enum sw_cause cause;
	struct sw_rule rule;
	size_t count;

	/* What others hold is nothing to a limit of one source. */
	if (sw_cause_stage(last->cause) != SW_STAGE_STARTUPS ||
	    last->cause == SW_CAUSE_LIMIT_PER_SOURCE)
		return;
	if (read_holder(last->root, &cause, &rule)) {
		take(&explanation->root, cause, &rule);
		(void)snprintf(explanation->root.why,
			       sizeof(explanation->root.why),
			       "%.*s its "
			       "clients",
			       (int)(strstr(last->root, HELD_BY) - last->root +
				     (int)strlen(HELD_BY) - 1),
			       last->root);
		return;
	}
	/* Where it was recorded, the record would name who held them. */
	if (heard == NULL || last->evidence == SW_EVIDENCE_RECORDED)
		return;
	count = refused_before(&heard->records, last->time, &record);
	if (count == 0)
		return;
	if (record.rule.source[0] == '\0')
		ask_rule(&explanation->question, &record);
	take(&explanation->root, record.cause, &record.rule);
	(void)snprintf(explanation->root.why, sizeof(explanation->root.why),
		       "%zu slots held by clients that it had refused", count);
}

void sw_root_cause_find(struct sw_explanation *explanation,
			const struct sw_heard *heard)
{
	const struct sw_layer *layer = sw_layers_rejecting(explanation->layers);

	look_behind_fail2ban(explanation);
	if (!explanation->root.found && explanation->has_last)
		look_behind_penalty(explanation);
	/* Another layer that rejects now is what keeps the client out. */
	if (!explanation->root.found && explanation->has_last &&
	    (layer == NULL || layer->stage == SW_STAGE_STARTUPS))
		look_behind_limit(explanation, heard);
}
