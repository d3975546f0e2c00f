/* answers.h - what the root process answered, and what it says of a record. */

#ifndef RECORDER_ANSWERS_H
#define RECORDER_ANSWERS_H

#include "question.h"

#include "sshwhy/config.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SW_CACHE_MAX 64

/* An answer that is good for a moment: floods ask the same again and again. */
struct sw_cached {
	enum sw_cause cause; /* SW_CAUSE_NONE: a free place */
	pid_t listener;
	uint16_t port;
	uint64_t due; /* monotonic ms */
	struct sw_answer answer;
};

/* True for settings that no Match block can change: they are the same for every
 * client of a daemon. */
bool sw_answer_is_for_all(enum sw_cause cause);

/* The answer to the question behind record, NULL when none is known; now is
 * monotonic, in milliseconds. */
const struct sw_answer *sw_answers_find(const struct sw_cached *cache,
					const struct sw_record *record,
					pid_t listener, uint64_t now);
void sw_answers_keep(struct sw_cached *cache, const struct sw_record *record,
		     pid_t listener, const struct sw_answer *answer,
		     uint64_t now);

/* Give the record the rule, unless it has one, and take its user away where
 * that is no account and config does not want those. */
void sw_answer_apply(const struct sw_config *config, struct sw_record *record,
		     const struct sw_answer *answer);

/* True for a drop that sshd words as one of MaxStartups, at fewer connections
 * than that begins at: PerSourceMaxStartups did it, which has to be asked for
 * then. The record gets that cause. */
bool sw_answer_corrects(struct sw_record *record,
			const struct sw_answer *answer);

/* True for a suspicion (see correlate.h) that the rule of the record does not
 * bear out, or that has no rule. To be asked behind sw_answer_apply(). */
bool sw_answer_refutes(const struct sw_record *record);

#endif
