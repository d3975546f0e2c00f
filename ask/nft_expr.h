/* nft_expr.h - what an expression of a rule does. */

#ifndef ASK_NFT_EXPR_H
#define ASK_NFT_EXPR_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>

#define SW_NFT_EXPRS_MAX 128 /* of one rule, by the kernel's own limit */

enum sw_nft_role {
	SW_NFT_PLAIN,	/* says the same of the same packet at any time */
	SW_NFT_STATE,	/* a condition on what was before, or on chance */
	SW_NFT_UNKNOWN, /* loads a value that we do not know of the client */
	SW_NFT_BETWEEN, /* works on a value that was loaded */
	SW_NFT_TEST,	/* takes a value and says whether to go on */
	SW_NFT_CHOOSE,	/* takes a value and gives another, or a verdict */
	SW_NFT_ACT	/* a verdict, or something done */
};

enum sw_nft_role sw_nft_expr_role(const struct nlattr *expr);

/* Collect the expressions of a rule's message. Returns how many; 0 also for
 * more than SW_NFT_EXPRS_MAX. */
size_t sw_nft_exprs(const struct nlmsghdr *rule, const struct nlattr **out);

const char *sw_nft_expr_name(const struct nlattr *expr);
/* An attribute of the expression's own, or NULL. */
const struct nlattr *sw_nft_expr_attr(const struct nlattr *expr, uint16_t type);
/* True for the xt match (or target) of that name; NULL: of any. */
bool sw_nft_expr_is_match(const struct nlattr *expr, const char *name);
bool sw_nft_expr_is_target(const struct nlattr *expr, const char *name);

/* Mark those that are left in a variant without its state. is_probe: without
 * what is done behind it, too. Returns false where that changes what the rest
 * means. */
bool sw_nft_exprs_strip(const struct nlattr *const *exprs, size_t count,
			bool is_probe, bool *keep);

/* Does the rule depend on state, and can it be forced not to? */
void sw_nft_rule_judge(const struct nlmsghdr *rule, bool *out_is_stateful,
		       bool *out_is_opaque);

/* True when it rejects, so that the client is told. */
bool sw_nft_rule_rejects(const struct nlmsghdr *rule);

#endif
