/* nft_ruleset.h - the ruleset of a network namespace, and copies of it. */

#ifndef ASK_NFT_RULESET_H
#define ASK_NFT_RULESET_H

#include "nl.h"

#include "sshwhy/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Our own table, in the live ruleset and in the copy. */
#define SW_NFT_TABLE "sshwhy"

/* Of a set, its declaration and its elements. */
struct sw_nft_set {
	const struct nlmsghdr *message;
	struct sw_blob elements; /* messages */
	bool is_anonymous;
	uint32_t id;
};

/* A rule that stands in ip, ip6 or inet. */
struct sw_nft_rule {
	const struct nlmsghdr *message;
	uint64_t handle; /* in the copy; 0: not loaded */
	bool is_stateful;
	bool is_opaque; /* cannot be answered for both ways of its state */
};

/* The kernel's own messages: nothing goes through anybody's grammar. */
struct sw_ruleset {
	struct sw_blob tables, chains, objects, flowtables, set_messages,
		rule_messages;
	struct sw_nft_set *sets;
	size_t set_count;
	struct sw_nft_rule *rules; /* in the kernel's order */
	size_t rule_count;
	bool has_device_chains; /* of netdev, or ingress of inet: left out */
};

/*
 * Read everything of ip, ip6 and inet but our own table. fd is a socket of
 * NETLINK_NETFILTER.
 *
 * Returns SW_OK, SW_E_NOMEM or SW_E_IO (errno set; EPERM without
 * CAP_NET_ADMIN). *out is to be freed in any case.
 */
SW_MUST_CHECK
enum sw_err sw_ruleset_read(int fd, struct sw_ruleset *out);
void sw_ruleset_free(struct sw_ruleset *ruleset);

/* Read the rules only, into an empty blob. */
SW_MUST_CHECK
enum sw_err sw_ruleset_read_rules(int fd, struct sw_blob *out);

/* True when this message is one that sw_ruleset_read() keeps. */
bool sw_ruleset_is_wanted(const struct nlmsghdr *message);

/* The set of that name in the table of that family; NULL: there is none. */
const struct sw_nft_set *sw_ruleset_set(const struct sw_ruleset *ruleset,
					uint8_t family, const char *table,
					const char *name);

/* --- the copy --------------------------------------------------------------*/

/* What is left of a rule that depends on state. */
enum sw_nft_variant {
	SW_NFT_WHOLE,
	SW_NFT_PROBE, /* matches where the state is asked for, decides nothing*/
	SW_NFT_FORCED /* as if the state said: match */
};

/* Which ipset of the copy stands for one of the live ruleset. */
struct sw_ipsets {
	uint16_t live[256];
	uint16_t copy[256];
	size_t count;
};

/*
 * Load it into the namespace of fd: rules with state as probes. Fills handle
 * of all rules.
 *
 * Returns SW_OK, SW_E_NOMEM or SW_E_IO; out_why (SW_NL_WHY_MAX bytes) says on
 * failure what was refused.
 */
SW_MUST_CHECK
enum sw_err sw_ruleset_load(struct sw_ruleset *ruleset,
			    const struct sw_ipsets *ipsets, int fd,
			    char *out_why);

/* Exchange one loaded rule for another variant of it. Codes as above. */
SW_MUST_CHECK
enum sw_err sw_ruleset_exchange(struct sw_ruleset *ruleset, size_t rule,
				enum sw_nft_variant variant,
				const struct sw_ipsets *ipsets, int fd,
				char *out_why);

/* Append a rule, and the sets that are its own. handle: which one it replaces;
 * 0: it comes last in its chain. */
void sw_ruleset_put_rule(struct sw_batch *batch,
			 const struct sw_ruleset *ruleset,
			 const struct sw_nft_rule *rule,
			 enum sw_nft_variant variant,
			 const struct sw_ipsets *ipsets, uint64_t handle);
void sw_ruleset_put_set(struct sw_batch *batch, const struct sw_nft_set *set);
void sw_ruleset_put_elements(struct sw_batch *batch,
			     const struct sw_nft_set *set);

/* The table that traces: everything that comes in, and what is let in. */
SW_MUST_CHECK
enum sw_err sw_ruleset_load_tracer(int fd, char *out_why);
#define SW_NFT_CHAIN_ARRIVED "arrived"

#endif
