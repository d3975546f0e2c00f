/* pam_eval.h - what libpam makes of the answers of a stack's modules. */

#ifndef ASK_PAM_EVAL_H
#define ASK_PAM_EVAL_H

#include "sshwhy/pam_stack.h"

#include <stdbool.h>
#include <stddef.h>

#define SW_PAM_UNKNOWN (-1)

/* What the module of a line answers, a PAM code, or SW_PAM_UNKNOWN. It is
 * called at most once for a line, and only for those that are reached. */
typedef int (*sw_pam_answer_fn)(void *context, size_t line);

struct sw_pam_result {
	bool passes, denies; /* both: it depends on unknown answers */
	bool gave_up;	     /* too many of them to tell */
	int status;	     /* of the first ending that denies, else passes */
	int decider;	     /* the line that decided it; -1: none grants */
	int unknown;	     /* the first line without an answer; -1: none */
};

/*
 * Walk a stack as libpam does. A line without an answer is taken with every
 * kind of answer: success, ignore, and a denial.
 */
void sw_pam_evaluate(const struct sw_pam_stack *stack, sw_pam_answer_fn answer,
		     void *context, struct sw_pam_result *out);

#endif
