#include "nft_expr.h"
#include "nft_ruleset.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/xt_set.h>
#include <stdlib.h>
#include <string.h>

#define ELEMENTS_MAX 60000 /* bytes in one message: a length is 16 bits */
#define NO_NAME "-"	   /* the id is what counts */

/* An attribute as it stands, with the flags of its type. */
static void put_copy(struct nlmsghdr *message, const struct nlattr *attr)
{
	uint8_t *end = mnl_nlmsg_get_payload_tail(message);

	memset(end, 0, sw_nl_align(attr->nla_len));
	memcpy(end, attr, attr->nla_len);
	message->nlmsg_len += sw_nl_align(attr->nla_len);
}

static const char *text_of(const struct nlmsghdr *message, uint16_t type)
{
	return sw_nl_text(sw_nft_attr(message, type));
}

/* --- sets ------------------------------------------------------------------*/

/* Everything but what the kernel gives itself. */
static bool is_copied_of_set(uint16_t type)
{
	static const uint16_t types[] = {
		NFTA_SET_TABLE,	    NFTA_SET_KEY_TYPE,	  NFTA_SET_KEY_LEN,
		NFTA_SET_DATA_TYPE, NFTA_SET_DATA_LEN,	  NFTA_SET_FLAGS,
		NFTA_SET_POLICY,    NFTA_SET_DESC,	  NFTA_SET_TIMEOUT,
		NFTA_SET_USERDATA,  NFTA_SET_GC_INTERVAL, NFTA_SET_OBJ_TYPE,
		NFTA_SET_EXPR,	    NFTA_SET_EXPRESSIONS,
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i] == type)
			return true;
	}
	return false;
}

void sw_ruleset_put_set(struct sw_batch *batch, const struct sw_nft_set *set)
{
	struct nlmsghdr *message =
		sw_batch_open(batch, NFT_MSG_NEWSET, NLM_F_CREATE,
			      sw_nft_family(set->message));
	const struct nlattr *attr;

	SW_NL_EACH(attr, set->message, sizeof(struct nfgenmsg))
	{
		if (is_copied_of_set(mnl_attr_get_type(attr)))
			put_copy(message, attr);
	}
	mnl_attr_put_strz(message, NFTA_SET_NAME,
			  set->is_anonymous
				  ? "__set%d"
				  : text_of(set->message, NFTA_SET_NAME));
	mnl_attr_put_u32(message, NFTA_SET_ID, htonl(set->id));
	sw_batch_close(batch, message);
}

/* The elements of a set, one after the other; the kernel gives the intervals of
 * a tree from the last to the first, and takes them from the first. */
struct elements {
	const struct nlattr **rows;
	size_t count;
};

static enum sw_err collect(const struct sw_nft_set *set, struct elements *out)
{
	const struct nlmsghdr *message = NULL;
	const struct nlattr *element;
	size_t room = 0;

	while ((message = sw_blob_next(&set->elements, message)) != NULL) {
		const struct nlattr *list =
			sw_nft_attr(message, NFTA_SET_ELEM_LIST_ELEMENTS);

		if (list == NULL)
			continue;
		SW_NL_INSIDE(element, list)
		{
			if (out->count == room) {
				const struct nlattr **larger = realloc(
					out->rows,
					(room * 2 + 64) * sizeof(*larger));

				if (larger == NULL)
					return SW_E_NOMEM;
				out->rows = larger;
				room = room * 2 + 64;
			}
			out->rows[out->count++] = element;
		}
	}
	return SW_OK;
}

static bool comes_last_first(const struct sw_nft_set *set)
{
	const struct nlattr *desc = sw_nft_attr(set->message, NFTA_SET_DESC);

	return (sw_nl_u32(sw_nft_attr(set->message, NFTA_SET_FLAGS)) &
		NFT_SET_INTERVAL) != 0 &&
	       sw_nl_nested(desc, NFTA_SET_DESC_CONCAT) == NULL;
}

static struct nlmsghdr *open_elements(struct sw_batch *batch,
				      const struct sw_nft_set *set)
{
	struct nlmsghdr *message =
		sw_batch_open(batch, NFT_MSG_NEWSETELEM, NLM_F_CREATE,
			      sw_nft_family(set->message));

	mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_TABLE,
			  text_of(set->message, NFTA_SET_TABLE));
	mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_SET,
			  set->is_anonymous
				  ? NO_NAME
				  : text_of(set->message, NFTA_SET_NAME));
	if (set->is_anonymous)
		mnl_attr_put_u32(message, NFTA_SET_ELEM_LIST_SET_ID,
				 htonl(set->id));
	return message;
}

static void put_rows(struct sw_batch *batch, const struct sw_nft_set *set,
		     const struct elements *elements)
{
	bool reverse = comes_last_first(set);
	size_t i = 0;

	while (i < elements->count && !batch->failed) {
		struct nlmsghdr *message = open_elements(batch, set);
		struct nlattr *list = mnl_attr_nest_start(
			message, NFTA_SET_ELEM_LIST_ELEMENTS);
		size_t from = i;

		for (; i < elements->count; i++) {
			const struct nlattr *row =
				elements->rows[reverse ? elements->count - 1 - i
						       : i];

			if (i > from &&
			    message->nlmsg_len + row->nla_len > ELEMENTS_MAX)
				break;
			put_copy(message, row);
		}
		mnl_attr_nest_end(message, list);
		sw_batch_close(batch, message);
	}
}

void sw_ruleset_put_elements(struct sw_batch *batch,
			     const struct sw_nft_set *set)
{
	struct elements elements = {NULL, 0};

	if (collect(set, &elements) != SW_OK)
		batch->failed = true;
	put_rows(batch, set, &elements);
	free(elements.rows);
}

/* --- rules -----------------------------------------------------------------*/

/* The set that belongs to this expression alone; NULL: none does. */
static const struct sw_nft_set *own_set(const struct sw_ruleset *ruleset,
					const struct nlmsghdr *rule,
					const struct nlattr *expr)
{
	const struct sw_nft_set *set;
	const char *kind = sw_nft_expr_name(expr);
	uint16_t type = 0;

	if (strcmp(kind, "lookup") == 0)
		type = NFTA_LOOKUP_SET;
	else if (strcmp(kind, "objref") == 0)
		type = NFTA_OBJREF_SET_NAME;
	else if (strcmp(kind, "dynset") == 0)
		type = NFTA_DYNSET_SET_NAME;
	if (type == 0)
		return NULL;
	set = sw_ruleset_set(ruleset, sw_nft_family(rule),
			     text_of(rule, NFTA_RULE_TABLE),
			     sw_nl_text(sw_nft_expr_attr(expr, type)));
	return set != NULL && set->is_anonymous ? set : NULL;
}

/* The name gives way to the id of the set in this transaction. */
static void put_with_id(struct nlmsghdr *message, const struct nlattr *expr,
			const struct sw_nft_set *set)
{
	static const struct {
		const char *kind;
		uint16_t name, id;
	} rows[] = {
		{"lookup", NFTA_LOOKUP_SET, NFTA_LOOKUP_SET_ID},
		{"objref", NFTA_OBJREF_SET_NAME, NFTA_OBJREF_SET_ID},
		{"dynset", NFTA_DYNSET_SET_NAME, NFTA_DYNSET_SET_ID},
	};
	struct nlattr *outer = mnl_attr_nest_start(message, NFTA_LIST_ELEM);
	const struct nlattr *data = sw_nl_nested(expr, NFTA_EXPR_DATA);
	const struct nlattr *attr;
	struct nlattr *inner;
	size_t row = 0;

	while (strcmp(rows[row].kind, sw_nft_expr_name(expr)) != 0)
		row++;
	mnl_attr_put_strz(message, NFTA_EXPR_NAME, rows[row].kind);
	inner = mnl_attr_nest_start(message, NFTA_EXPR_DATA);
	SW_NL_INSIDE(attr, data)
	{
		if (mnl_attr_get_type(attr) != rows[row].name)
			put_copy(message, attr);
	}
	mnl_attr_put_strz(message, rows[row].name, NO_NAME);
	mnl_attr_put_u32(message, rows[row].id, htonl(set->id));
	mnl_attr_nest_end(message, inner);
	mnl_attr_nest_end(message, outer);
}

static uint16_t translate(const struct sw_ipsets *ipsets, uint16_t live)
{
	for (size_t i = 0; i < ipsets->count; i++) {
		if (ipsets->live[i] == live)
			return ipsets->copy[i];
	}
	return live;
}

/* Number place of the ipset indices in the data of a match or target. */
static void renumber(struct nlattr *expr, const struct sw_ipsets *ipsets)
{
	bool is_target = sw_nft_expr_is_target(expr, "SET");
	const struct nlattr *info = sw_nft_expr_attr(expr, NFTA_MATCH_INFO);
	size_t places = is_target ? 3 : 1;
	uint8_t *bytes;

	if (info == NULL || (!is_target && !sw_nft_expr_is_match(expr, "set")))
		return;
	bytes = mnl_attr_get_payload(info);
	for (size_t i = 0; i < places; i++) {
		size_t at = i * sizeof(struct xt_set_info);
		uint16_t number;

		if (at + sizeof(number) > mnl_attr_get_payload_len(info))
			return;
		memcpy(&number, bytes + at, sizeof(number));
		number = translate(ipsets, number);
		memcpy(bytes + at, &number, sizeof(number));
	}
}

/* xt extensions ask for the protocol that the rule is about; the kernel does
 * not give it back, so it is read from the rule. */
static uint32_t protocol_of(const struct nlattr *const *exprs, size_t count,
			    uint8_t family, bool *out_is_not)
{
	uint32_t offset = family == NFPROTO_IPV6 ? 6 : 9;

	for (size_t i = 0; i + 1 < count; i++) {
		const struct nlattr *load = exprs[i], *cmp = exprs[i + 1];
		const struct nlattr *value = sw_nl_nested(
			sw_nft_expr_attr(cmp, NFTA_CMP_DATA), NFTA_DATA_VALUE);
		bool is_meta =
			strcmp(sw_nft_expr_name(load), "meta") == 0 &&
			sw_nl_u32(sw_nft_expr_attr(load, NFTA_META_KEY)) ==
				NFT_META_L4PROTO;
		bool is_header =
			strcmp(sw_nft_expr_name(load), "payload") == 0 &&
			sw_nl_u32(sw_nft_expr_attr(load, NFTA_PAYLOAD_BASE)) ==
				NFT_PAYLOAD_NETWORK_HEADER &&
			sw_nl_u32(sw_nft_expr_attr(
				load, NFTA_PAYLOAD_OFFSET)) == offset &&
			sw_nl_u32(sw_nft_expr_attr(load, NFTA_PAYLOAD_LEN)) ==
				1;

		if ((!is_meta && !is_header) || value == NULL ||
		    strcmp(sw_nft_expr_name(cmp), "cmp") != 0)
			continue;
		*out_is_not = sw_nl_u32(sw_nft_expr_attr(cmp, NFTA_CMP_OP)) ==
			      NFT_CMP_NEQ;
		return mnl_attr_get_u8(value);
	}
	return 0;
}

static void put_compat(struct nlmsghdr *message,
		       const struct nlattr *const *exprs, size_t count)
{
	const struct nfgenmsg *header = mnl_nlmsg_get_payload(message);
	struct nlattr *nest;
	bool is_not = false;
	uint32_t protocol;
	size_t xt = 0;

	for (size_t i = 0; i < count; i++)
		xt += sw_nft_expr_is_match(exprs[i], NULL) ||
		      sw_nft_expr_is_target(exprs[i], NULL);
	if (xt == 0)
		return;
	protocol = protocol_of(exprs, count, header->nfgen_family, &is_not);
	nest = mnl_attr_nest_start(message, NFTA_RULE_COMPAT);
	mnl_attr_put_u32(message, NFTA_RULE_COMPAT_PROTO, htonl(protocol));
	mnl_attr_put_u32(message, NFTA_RULE_COMPAT_FLAGS,
			 htonl(is_not ? NFT_RULE_COMPAT_F_INV : 0));
	mnl_attr_nest_end(message, nest);
}

static void put_exprs(struct nlmsghdr *message,
		      const struct sw_ruleset *ruleset,
		      const struct nlmsghdr *rule,
		      const struct nlattr *const *exprs, size_t count,
		      const bool *keep, const struct sw_ipsets *ipsets)
{
	struct nlattr *list =
		mnl_attr_nest_start(message, NFTA_RULE_EXPRESSIONS);

	for (size_t i = 0; i < count; i++) {
		const struct sw_nft_set *set;
		struct nlattr *copy;

		if (!keep[i])
			continue;
		set = own_set(ruleset, rule, exprs[i]);
		if (set != NULL) {
			put_with_id(message, exprs[i], set);
			continue;
		}
		copy = mnl_nlmsg_get_payload_tail(message);
		put_copy(message, exprs[i]);
		renumber(copy, ipsets);
	}
	mnl_attr_nest_end(message, list);
}

void sw_ruleset_put_rule(struct sw_batch *batch,
			 const struct sw_ruleset *ruleset,
			 const struct sw_nft_rule *rule,
			 enum sw_nft_variant variant,
			 const struct sw_ipsets *ipsets, uint64_t handle)
{
	const struct nlattr *exprs[SW_NFT_EXPRS_MAX];
	bool keep[SW_NFT_EXPRS_MAX];
	size_t count = sw_nft_exprs(rule->message, exprs);
	struct nlmsghdr *message;

	memset(keep, 1, sizeof(keep));
	if (variant != SW_NFT_WHOLE)
		(void)sw_nft_exprs_strip(exprs, count, variant == SW_NFT_PROBE,
					 keep);
	for (size_t i = 0; i < count; i++) {
		const struct sw_nft_set *set =
			keep[i] ? own_set(ruleset, rule->message, exprs[i])
				: NULL;

		if (set == NULL)
			continue;
		sw_ruleset_put_set(batch, set);
		sw_ruleset_put_elements(batch, set);
	}
	message = sw_batch_open(batch, NFT_MSG_NEWRULE,
				handle != 0 ? NLM_F_REPLACE
					    : NLM_F_CREATE | NLM_F_APPEND,
				sw_nft_family(rule->message));
	mnl_attr_put_strz(message, NFTA_RULE_TABLE,
			  text_of(rule->message, NFTA_RULE_TABLE));
	mnl_attr_put_strz(message, NFTA_RULE_CHAIN,
			  text_of(rule->message, NFTA_RULE_CHAIN));
	if (handle != 0)
		mnl_attr_put_u64(message, NFTA_RULE_HANDLE, htobe64(handle));
	put_exprs(message, ruleset, rule->message, exprs, count, keep, ipsets);
	put_compat(message, exprs, count);
	sw_batch_close(batch, message);
}
