/* phrase.h - the words for people. */

#ifndef SSHWHY_PHRASE_H
#define SSHWHY_PHRASE_H

#include "sshwhy/cause.h"
#include "sshwhy/record.h"
#include "sshwhy/text.h"

#include <stddef.h>

/* What refused, such as "TCP wrappers (option deny)"; "" for no cause. */
const char *sw_phrase_refuser(enum sw_cause cause);

/* What an ssh client prints when that happens to it; NULL: not one thing. */
const char *sw_phrase_client_saw(enum sw_cause cause);

/* Who saw it, such as "the wrapper hook". */
const char *sw_phrase_witness(enum sw_via via);

/* Append SOURCE:LINE of a rule, visibly; nothing when no rule is known. */
void sw_phrase_add_place(struct sw_text *text, const struct sw_rule *rule);

/* Append the text of a rule, visibly and in double quotes, when it has one. */
void sw_phrase_add_rule_text(struct sw_text *text, const char *before,
			     const struct sw_rule *rule);

/* Append the name of a rule's owner as its makers write it, visibly. */
void sw_phrase_add_owner(struct sw_text *text, const char *owner);

#endif
