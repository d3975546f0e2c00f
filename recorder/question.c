#include "question.h"

#include <string.h>

static void terminate_rule(struct sw_rule *rule)
{
	rule->source[sizeof(rule->source) - 1] = '\0';
	rule->text[sizeof(rule->text) - 1] = '\0';
	rule->owner[sizeof(rule->owner) - 1] = '\0';
}

static bool is_endpoint(const struct sw_endpoint *end)
{
	return end->addr.family == SW_FAMILY_NONE ||
	       end->addr.family == SW_FAMILY_V4 ||
	       end->addr.family == SW_FAMILY_V6;
}

static bool is_sound(const struct sw_record *record)
{
	return record->event < SW_EVENT_COUNT_ &&
	       record->cause < SW_CAUSE_COUNT_ &&
	       record->evidence < SW_EVIDENCE_COUNT_ &&
	       record->via < SW_VIA_COUNT_ &&
	       is_endpoint(&record->conn.client) &&
	       is_endpoint(&record->conn.server);
}

enum sw_err sw_question_read(const void *bytes, size_t len,
			     struct sw_question *out)
{
	struct sw_question question;
	struct sw_record *record = &question.record;

	if (len != sizeof(question))
		return SW_E_SYNTAX;
	memcpy(&question, bytes, sizeof(question));
	if (question.magic != SW_QUESTION_MAGIC ||
	    question.kind == SW_QUESTION_NONE ||
	    question.kind >= SW_QUESTION_COUNT_ || !is_sound(record))
		return SW_E_SYNTAX;
	terminate_rule(&record->rule);
	record->node[sizeof(record->node) - 1] = '\0';
	record->boot[sizeof(record->boot) - 1] = '\0';
	record->root[sizeof(record->root) - 1] = '\0';
	record->audit[sizeof(record->audit) - 1] = '\0';
	record->conn.user[sizeof(record->conn.user) - 1] = '\0';
	*out = question;
	return SW_OK;
}

enum sw_err sw_answer_read(const void *bytes, size_t len, struct sw_answer *out)
{
	struct sw_answer answer;

	if (len != sizeof(answer))
		return SW_E_SYNTAX;
	memcpy(&answer, bytes, sizeof(answer));
	if (answer.magic != SW_QUESTION_MAGIC ||
	    answer.kind >= SW_QUESTION_COUNT_ || answer.err >= SW_E_COUNT_ ||
	    answer.port_count > 16)
		return SW_E_SYNTAX;
	terminate_rule(&answer.rule);
	*out = answer;
	return SW_OK;
}
