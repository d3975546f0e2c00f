#include "answers.h"

#include "correlate.h"

#include "sshwhy/text.h"

#include <string.h>
#include <strings.h>

#define CACHE_TIME 3000 /* ms that an answer is good for */

/* sshd named the line, and the answer is what stands there. */
static bool lacks_text_of(const struct sw_rule *rule,
			  const struct sw_rule *answered)
{
	return rule->source[0] != '\0' && rule->text[0] == '\0' &&
	       rule->line == answered->line &&
	       strcmp(rule->source, answered->source) == 0;
}

void sw_answer_apply(const struct sw_config *config, struct sw_record *record,
		     const struct sw_answer *answer)
{
	struct sw_text root;
	char text[SW_ROOT_MAX];

	if (!answer->is_account && !config->unknown_users)
		record->conn.user[0] = '\0';
	if (answer->err == SW_OK && answer->rule.owner[0] != '\0')
		memcpy(record->rule.owner, answer->rule.owner,
		       sizeof(record->rule.owner));
	if (answer->err == SW_OK && lacks_text_of(&record->rule, &answer->rule))
		record->rule = answer->rule;
	if (answer->err != SW_OK || record->rule.source[0] != '\0')
		return;
	record->rule = answer->rule;
	if (!answer->stale)
		return;
	sw_text_init(&root, text, sizeof(text));
	sw_text_add(&root, "%s%sfile newer than the daemon's settings",
		    record->root, record->root[0] != '\0' ? "; " : "");
	if (sw_text_ok(&root))
		memcpy(record->root, text, sizeof(record->root));
}

bool sw_answer_corrects(struct sw_record *record,
			const struct sw_answer *answer)
{
	if (record->cause != SW_CAUSE_LIMIT_MAX_STARTUPS || record->open == 0 ||
	    record->open >= answer->begin)
		return false;
	record->cause = SW_CAUSE_LIMIT_PER_SOURCE;
	record->root[0] = '\0'; /* who holds the slots does not matter */
	return true;
}

bool sw_answer_refutes(const struct sw_record *record)
{
	if (record->cause != SW_CAUSE_CONFIG_ROOT_LOGIN ||
	    strncmp(record->root, SW_SUSPICION, strlen(SW_SUSPICION)) != 0)
		return false;
	return record->rule.source[0] == '\0' ||
	       strcasecmp(record->rule.text, "PermitRootLogin yes") == 0;
}

bool sw_answer_is_for_all(enum sw_cause cause)
{
	return cause == SW_CAUSE_LIMIT_MAX_STARTUPS ||
	       cause == SW_CAUSE_LIMIT_MAX_STARTUPS_RANDOM ||
	       cause == SW_CAUSE_LIMIT_PER_SOURCE ||
	       cause == SW_CAUSE_BAN_PENALTY ||
	       cause == SW_CAUSE_CONFIG_GRACE_TIME;
}

const struct sw_answer *sw_answers_find(const struct sw_cached *cache,
					const struct sw_record *record,
					pid_t listener, uint64_t now)
{
	for (size_t i = 0; i < SW_CACHE_MAX; i++) {
		const struct sw_cached *entry = &cache[i];

		if (entry->cause == record->cause &&
		    entry->listener == listener &&
		    entry->port == record->conn.server.port && entry->due > now)
			return &entry->answer;
	}
	return NULL;
}

void sw_answers_keep(struct sw_cached *cache, const struct sw_record *record,
		     pid_t listener, const struct sw_answer *answer,
		     uint64_t now)
{
	struct sw_cached *entry = &cache[0];

	for (size_t i = 1; i < SW_CACHE_MAX; i++) {
		if (cache[i].due < entry->due)
			entry = &cache[i];
	}
	*entry = (struct sw_cached){.cause = record->cause,
				    .listener = listener,
				    .port = record->conn.server.port,
				    .due = now + CACHE_TIME,
				    .answer = *answer};
}
