#include "correlator.h"

#include "sshwhy/text.h"

#include <string.h>

/* sshd reads its configuration faster than that. */
#define FRESH 5000 /* milliseconds */

/* It says so, and goes on. */
static bool is_mere_warning(const struct sw_logline *said)
{
	static const char *const words[] = {"Deprecated option",
					    "Unsupported option"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strncmp(said->detail, words[i], strlen(words[i])) == 0)
			return true;
	}
	return false;
}

static void note(struct sw_complaint *known, const struct sw_line *line,
		 const struct sw_logline *said)
{
	if (is_mere_warning(said) ||
	    (known->pid == line->pid && line->time - known->time < FRESH))
		return;
	*known = (struct sw_complaint){
		.pid = line->pid, .time = line->time, .rule = said->rule};
	(void)sw_text_copy(known->words, sizeof(known->words), said->detail);
}

void sw_complaint_hear(struct sw_correlator *c, const struct sw_line *line,
		       const struct sw_logline *said)
{
	struct sw_complaint *known = &c->complaint;
	struct sw_record record;

	if (said->rule.source[0] == '\0')
		return;
	if (said->rule.line > 0) {
		note(known, line, said);
		return;
	}
	sw_line_to_record(line, said, &record);
	if (known->pid == line->pid && line->time - known->time < FRESH) {
		record.rule = known->rule;
		memcpy(record.root, known->words, sizeof(record.root));
	}
	known->pid = 0;
	sw_give(c, &record, line->counted);
}
