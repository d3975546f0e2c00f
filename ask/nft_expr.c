#include "nft_expr.h"

#include "nl.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/xt_recent.h>
#include <net/ethernet.h>
#include <string.h>

#define ROWS(array) (sizeof(array) / sizeof((array)[0]))

const char *sw_nft_expr_name(const struct nlattr *expr)
{
	return sw_nl_text(sw_nl_nested(expr, NFTA_EXPR_NAME));
}

const struct nlattr *sw_nft_expr_attr(const struct nlattr *expr, uint16_t type)
{
	return sw_nl_nested(sw_nl_nested(expr, NFTA_EXPR_DATA), type);
}

static bool is_xt(const struct nlattr *expr, const char *kind, const char *name)
{
	/* The name is the first attribute of both. */
	return strcmp(sw_nft_expr_name(expr), kind) == 0 &&
	       (name == NULL ||
		strcmp(sw_nl_text(sw_nft_expr_attr(expr, NFTA_MATCH_NAME)),
		       name) == 0);
}

bool sw_nft_expr_is_match(const struct nlattr *expr, const char *name)
{
	return is_xt(expr, "match", name);
}

bool sw_nft_expr_is_target(const struct nlattr *expr, const char *name)
{
	return is_xt(expr, "target", name);
}

static bool has(const struct nlattr *expr, uint16_t type)
{
	return sw_nft_expr_attr(expr, type) != NULL;
}

/* "--set" alone only remembers the client: it always matches. */
static bool asks_the_past(const struct nlattr *expr)
{
	const struct nlattr *info = sw_nft_expr_attr(expr, NFTA_MATCH_INFO);
	struct xt_recent_mtinfo recent;

	if (info == NULL || mnl_attr_get_payload_len(info) < sizeof(recent))
		return true;
	memcpy(&recent, mnl_attr_get_payload(info), sizeof(recent));
	return (recent.check_set &
		(XT_RECENT_CHECK | XT_RECENT_UPDATE | XT_RECENT_REMOVE)) != 0;
}

static enum sw_nft_role role_of_match(const struct nlattr *expr)
{
	static const char *const states[] = {
		"connbytes", "connlimit", "cpu",    "hashlimit",
		"limit",     "mac",	  "nfacct", "osf",
		"quota",     "rateest",	  "recent", "statistic",
	};
	const char *name = sw_nl_text(sw_nft_expr_attr(expr, NFTA_MATCH_NAME));

	for (size_t i = 0; i < ROWS(states); i++) {
		if (strcmp(name, states[i]) != 0)
			continue;
		if (strcmp(name, "recent") == 0 && !asks_the_past(expr))
			return SW_NFT_PLAIN;
		return SW_NFT_STATE;
	}
	return SW_NFT_PLAIN;
}

static bool is_stateful_name(const char *name)
{
	return strcmp(name, "limit") == 0 || strcmp(name, "connlimit") == 0 ||
	       strcmp(name, "quota") == 0;
}

/* "update @set { ip saddr limit rate over 3/minute }" */
static enum sw_nft_role role_of_dynset(const struct nlattr *expr)
{
	const struct nlattr *list =
		sw_nft_expr_attr(expr, NFTA_DYNSET_EXPRESSIONS);
	const struct nlattr *one = sw_nft_expr_attr(expr, NFTA_DYNSET_EXPR);
	const struct nlattr *inner;

	if (one != NULL && is_stateful_name(sw_nft_expr_name(one)))
		return SW_NFT_STATE;
	if (list == NULL)
		return SW_NFT_ACT;
	SW_NL_INSIDE(inner, list)
	{
		if (is_stateful_name(sw_nft_expr_name(inner)))
			return SW_NFT_STATE;
	}
	return SW_NFT_ACT;
}

static enum sw_nft_role role_of_objref(const struct nlattr *expr)
{
	uint32_t type = sw_nl_u32(sw_nft_expr_attr(expr, NFTA_OBJREF_IMM_TYPE));

	if (has(expr, NFTA_OBJREF_SET_NAME))
		return SW_NFT_STATE;
	return type == NFT_OBJECT_LIMIT || type == NFT_OBJECT_QUOTA ||
			       type == NFT_OBJECT_CONNLIMIT
		       ? SW_NFT_STATE
		       : SW_NFT_PLAIN;
}

/* The client's hardware address, or that of its router. */
static bool is_source_of_frame(const struct nlattr *expr)
{
	uint32_t offset =
		sw_nl_u32(sw_nft_expr_attr(expr, NFTA_PAYLOAD_OFFSET));
	uint32_t len = sw_nl_u32(sw_nft_expr_attr(expr, NFTA_PAYLOAD_LEN));

	return sw_nl_u32(sw_nft_expr_attr(expr, NFTA_PAYLOAD_BASE)) ==
		       NFT_PAYLOAD_LL_HEADER &&
	       offset < 2 * ETH_ALEN && offset + len > ETH_ALEN;
}

static enum sw_nft_role role_of_payload(const struct nlattr *expr)
{
	if (has(expr, NFTA_PAYLOAD_SREG))
		return SW_NFT_ACT;
	return is_source_of_frame(expr) ? SW_NFT_UNKNOWN : SW_NFT_PLAIN;
}

static enum sw_nft_role role_of_meta(const struct nlattr *expr)
{
	uint32_t key = sw_nl_u32(sw_nft_expr_attr(expr, NFTA_META_KEY));

	if (has(expr, NFTA_META_SREG))
		return SW_NFT_ACT;
	return key == NFT_META_PRANDOM || key == NFT_META_CPU ? SW_NFT_UNKNOWN
							      : SW_NFT_PLAIN;
}

static enum sw_nft_role role_of_ct(const struct nlattr *expr)
{
	return has(expr, NFTA_CT_SREG) ? SW_NFT_ACT : SW_NFT_PLAIN;
}

static enum sw_nft_role role_of_exthdr(const struct nlattr *expr)
{
	return has(expr, NFTA_EXTHDR_SREG) ? SW_NFT_ACT : SW_NFT_PLAIN;
}

static enum sw_nft_role role_of_lookup(const struct nlattr *expr)
{
	return has(expr, NFTA_LOOKUP_DREG) ? SW_NFT_CHOOSE : SW_NFT_TEST;
}

static enum sw_nft_role role_of_immediate(const struct nlattr *expr)
{
	return sw_nl_u32(sw_nft_expr_attr(expr, NFTA_IMMEDIATE_DREG)) ==
			       NFT_REG_VERDICT
		       ? SW_NFT_ACT
		       : SW_NFT_PLAIN;
}

static const struct {
	const char *name;
	enum sw_nft_role role;
	enum sw_nft_role (*judge)(const struct nlattr *expr);
} kinds[] = {
	{"bitwise", SW_NFT_BETWEEN, NULL},
	{"byteorder", SW_NFT_BETWEEN, NULL},
	{"cmp", SW_NFT_TEST, NULL},
	{"connlimit", SW_NFT_STATE, NULL},
	{"counter", SW_NFT_PLAIN, NULL},
	{"ct", SW_NFT_PLAIN, role_of_ct},
	{"dynset", SW_NFT_ACT, role_of_dynset},
	{"exthdr", SW_NFT_PLAIN, role_of_exthdr},
	{"fib", SW_NFT_PLAIN, NULL},
	{"hash", SW_NFT_BETWEEN, NULL},
	{"immediate", SW_NFT_ACT, role_of_immediate},
	{"last", SW_NFT_PLAIN, NULL},
	{"limit", SW_NFT_STATE, NULL},
	{"lookup", SW_NFT_TEST, role_of_lookup},
	{"match", SW_NFT_PLAIN, role_of_match},
	{"meta", SW_NFT_PLAIN, role_of_meta},
	{"numgen", SW_NFT_UNKNOWN, NULL},
	{"objref", SW_NFT_PLAIN, role_of_objref},
	{"osf", SW_NFT_UNKNOWN, NULL},
	{"payload", SW_NFT_PLAIN, role_of_payload},
	{"quota", SW_NFT_STATE, NULL},
	{"range", SW_NFT_TEST, NULL},
	{"rt", SW_NFT_PLAIN, NULL},
	{"socket", SW_NFT_PLAIN, NULL},
	{"tunnel", SW_NFT_PLAIN, NULL},
	{"xfrm", SW_NFT_PLAIN, NULL},
};

/* What is not in the table acts: reject, nat, log, queue, ... */
enum sw_nft_role sw_nft_expr_role(const struct nlattr *expr)
{
	const char *name = sw_nft_expr_name(expr);

	for (size_t i = 0; i < ROWS(kinds); i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return kinds[i].judge == NULL ? kinds[i].role
						      : kinds[i].judge(expr);
	}
	return SW_NFT_ACT;
}

size_t sw_nft_exprs(const struct nlmsghdr *rule, const struct nlattr **out)
{
	const struct nlattr *list = sw_nft_attr(rule, NFTA_RULE_EXPRESSIONS);
	const struct nlattr *expr;
	size_t count = 0;

	if (list == NULL)
		return 0;
	SW_NL_INSIDE(expr, list)
	{
		if (count == SW_NFT_EXPRS_MAX)
			return 0;
		out[count++] = expr;
	}
	return count;
}

bool sw_nft_exprs_strip(const struct nlattr *const *exprs, size_t count,
			bool is_probe, bool *keep)
{
	bool seen = false, unknown = false, whole = true;

	for (size_t i = 0; i < count; i++) {
		enum sw_nft_role role = sw_nft_expr_role(exprs[i]);
		bool consumes = role == SW_NFT_TEST || role == SW_NFT_CHOOSE ||
				role == SW_NFT_ACT;

		if (unknown && (role == SW_NFT_CHOOSE || role == SW_NFT_ACT))
			whole = false;
		keep[i] = role != SW_NFT_STATE && role != SW_NFT_UNKNOWN &&
			  !(unknown && (consumes || role == SW_NFT_BETWEEN)) &&
			  !(seen && is_probe &&
			    (role == SW_NFT_ACT || role == SW_NFT_CHOOSE));
		seen = seen || role == SW_NFT_STATE || role == SW_NFT_UNKNOWN;
		unknown = role == SW_NFT_UNKNOWN || (unknown && !consumes);
	}
	return whole;
}

void sw_nft_rule_judge(const struct nlmsghdr *rule, bool *out_is_stateful,
		       bool *out_is_opaque)
{
	const struct nlattr *exprs[SW_NFT_EXPRS_MAX];
	bool keep[SW_NFT_EXPRS_MAX];
	size_t count = sw_nft_exprs(rule, exprs);

	*out_is_stateful = false;
	for (size_t i = 0; i < count; i++) {
		enum sw_nft_role role = sw_nft_expr_role(exprs[i]);

		if (role == SW_NFT_STATE || role == SW_NFT_UNKNOWN)
			*out_is_stateful = true;
	}
	*out_is_opaque = !sw_nft_exprs_strip(exprs, count, false, keep);
}

bool sw_nft_rule_rejects(const struct nlmsghdr *rule)
{
	const struct nlattr *exprs[SW_NFT_EXPRS_MAX];
	size_t count = sw_nft_exprs(rule, exprs);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(sw_nft_expr_name(exprs[i]), "reject") == 0 ||
		    sw_nft_expr_is_target(exprs[i], "REJECT"))
			return true;
	}
	return false;
}
