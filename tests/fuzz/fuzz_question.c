/* Any message between the worker and the root process. */

#include "recorder/question.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#define ENDS(text) (memchr(text, '\0', sizeof(text)) != NULL)

static void check_rule(const struct sw_rule *rule)
{
	if (!ENDS(rule->source) || !ENDS(rule->text) || !ENDS(rule->owner))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sw_question question;
	static struct sw_answer answer;

	if (sw_question_read(data, size, &question) == SW_OK) {
		const struct sw_record *record = &question.record;

		check_rule(&record->rule);
		if (question.kind == SW_QUESTION_NONE ||
		    question.kind >= SW_QUESTION_COUNT_ ||
		    record->cause >= SW_CAUSE_COUNT_ || !ENDS(record->root) ||
		    !ENDS(record->node) || !ENDS(record->conn.user))
			abort();
	}
	if (sw_answer_read(data, size, &answer) == SW_OK) {
		check_rule(&answer.rule);
		if (answer.port_count > 16 || answer.err >= SW_E_COUNT_)
			abort();
	}
	return 0;
}
