/* rule_owner.h - whose a rule without a mark is, asked of the tools that ban.
 */

#ifndef RECORDER_RULE_OWNER_H
#define RECORDER_RULE_OWNER_H

#include "sshwhy/record.h"

#include <stdint.h>

#define SW_OWNERS_KEPT 16

/* Answers are good for a moment: who is refused comes again. Zeroed before
 * use. */
struct sw_rule_owners {
	struct sw_known_owner {
		uint64_t due; /* monotonic ms; 0: a free place */
		struct sw_addr client;
		struct sw_rule rule; /* with the owner that was found */
	} known[SW_OWNERS_KEPT];
	unsigned int next;
};

/* Set the owner of record's rule, where one is found; now is monotonic, in
 * milliseconds. */
void sw_rule_owners_ask(struct sw_rule_owners *owners, struct sw_record *record,
			uint64_t now);

#endif
