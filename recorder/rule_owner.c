#include "rule_owner.h"

#include "sshwhy/ask_blocks.h"

#include <string.h>

#define KEPT 3000 /* ms that an answer is good for */

static const struct sw_known_owner *find(const struct sw_rule_owners *owners,
					 const struct sw_record *record,
					 uint64_t now)
{
	for (size_t i = 0; i < SW_OWNERS_KEPT; i++) {
		const struct sw_known_owner *known = &owners->known[i];

		if (known->due > now &&
		    sw_addr_equal(&known->client, &record->conn.client.addr) &&
		    known->rule.line == record->rule.line &&
		    strcmp(known->rule.source, record->rule.source) == 0 &&
		    strcmp(known->rule.text, record->rule.text) == 0)
			return known;
	}
	return NULL;
}

void sw_rule_owners_ask(struct sw_rule_owners *owners, struct sw_record *record,
			uint64_t now)
{
	static const struct sw_fail2ban_paths paths = SW_FAIL2BAN_PATHS;
	const struct sw_addr *client = &record->conn.client.addr;
	const struct sw_known_owner *known;
	struct sw_known_owner *place;

	known = find(owners, record, now);
	if (known == NULL) {
		place = &owners->known[owners->next++ % SW_OWNERS_KEPT];
		*place = (struct sw_known_owner){now + KEPT, *client,
						 record->rule};
		sw_ask_rule_tool(&paths, &record->rule, client, record->time,
				 place->rule.owner);
		known = place;
	}
	if (known->rule.owner[0] != '\0')
		memcpy(record->rule.owner, known->rule.owner,
		       sizeof(record->rule.owner));
}
