#include "nft_ruleset.h"

#include "nft_build.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <stdio.h>
#include <string.h>

#define BATCH_MAX (4 * 1024 * 1024) /* bytes, after which one is sent */

static const char *text_of(const struct nlmsghdr *message, uint16_t type)
{
	return sw_nl_text(sw_nft_attr(message, type));
}

static void put_attr(struct nlmsghdr *copy, const struct nlmsghdr *message,
		     uint16_t type)
{
	const struct nlattr *attr = sw_nft_attr(message, type);

	if (attr != NULL)
		mnl_attr_put(copy, attr->nla_type,
			     mnl_attr_get_payload_len(attr),
			     mnl_attr_get_payload(attr));
}

/* An owner's table is ours in the copy; one that sleeps goes on sleeping. */
static void put_table(struct sw_batch *batch, const struct nlmsghdr *table)
{
	struct nlmsghdr *copy = sw_batch_open(
		batch, NFT_MSG_NEWTABLE, NLM_F_CREATE, sw_nft_family(table));
	uint32_t flags = sw_nl_u32(sw_nft_attr(table, NFTA_TABLE_FLAGS));

	put_attr(copy, table, NFTA_TABLE_NAME);
	mnl_attr_put_u32(copy, NFTA_TABLE_FLAGS,
			 htonl(flags & NFT_TABLE_F_DORMANT));
	sw_batch_close(batch, copy);
}

/* Without the flag of a chain that belongs to one rule: it has a name. */
static void put_chain(struct sw_batch *batch, const struct nlmsghdr *chain)
{
	static const uint16_t types[] = {NFTA_CHAIN_TABLE, NFTA_CHAIN_NAME,
					 NFTA_CHAIN_HOOK, NFTA_CHAIN_POLICY,
					 NFTA_CHAIN_TYPE};
	const struct nlattr *hook = sw_nft_attr(chain, NFTA_CHAIN_HOOK);
	struct nlmsghdr *copy;

	if (hook != NULL && sw_nft_family(chain) == NFPROTO_INET &&
	    sw_nl_u32(sw_nl_nested(hook, NFTA_HOOK_HOOKNUM)) == NF_INET_INGRESS)
		return;
	copy = sw_batch_open(batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE,
			     sw_nft_family(chain));
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		put_attr(copy, chain, types[i]);
	sw_batch_close(batch, copy);
}

static void put_object(struct sw_batch *batch, const struct nlmsghdr *object)
{
	static const uint16_t types[] = {NFTA_OBJ_TABLE, NFTA_OBJ_NAME,
					 NFTA_OBJ_TYPE, NFTA_OBJ_DATA};
	struct nlmsghdr *copy = sw_batch_open(
		batch, NFT_MSG_NEWOBJ, NLM_F_CREATE, sw_nft_family(object));

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		put_attr(copy, object, types[i]);
	sw_batch_close(batch, copy);
}

/* Without its devices, which are not there; no SYN takes this way. */
static void put_flowtable(struct sw_batch *batch, const struct nlmsghdr *table)
{
	struct nlmsghdr *copy =
		sw_batch_open(batch, NFT_MSG_NEWFLOWTABLE, NLM_F_CREATE,
			      sw_nft_family(table));
	const struct nlattr *hook = sw_nft_attr(table, NFTA_FLOWTABLE_HOOK);
	struct nlattr *nest;

	put_attr(copy, table, NFTA_FLOWTABLE_TABLE);
	put_attr(copy, table, NFTA_FLOWTABLE_NAME);
	nest = mnl_attr_nest_start(copy, NFTA_FLOWTABLE_HOOK);
	mnl_attr_put_u32(
		copy, NFTA_FLOWTABLE_HOOK_NUM,
		htonl(sw_nl_u32(sw_nl_nested(hook, NFTA_FLOWTABLE_HOOK_NUM))));
	mnl_attr_put_u32(copy, NFTA_FLOWTABLE_HOOK_PRIORITY,
			 htonl(sw_nl_u32(sw_nl_nested(
				 hook, NFTA_FLOWTABLE_HOOK_PRIORITY))));
	mnl_attr_nest_end(copy, nest);
	sw_batch_close(batch, copy);
}

typedef void (*put_fn)(struct sw_batch *batch, const struct nlmsghdr *message);

static void put_all(struct sw_batch *batch, const struct sw_blob *blob,
		    put_fn put)
{
	const struct nlmsghdr *message = NULL;

	while ((message = sw_blob_next(blob, message)) != NULL) {
		if (sw_ruleset_is_wanted(message))
			put(batch, message);
	}
}

static enum sw_err load_frame(struct sw_batch *batch,
			      const struct sw_ruleset *ruleset, int fd,
			      char *why)
{
	sw_batch_start(batch);
	put_all(batch, &ruleset->tables, put_table);
	put_all(batch, &ruleset->chains, put_chain);
	put_all(batch, &ruleset->objects, put_object);
	put_all(batch, &ruleset->flowtables, put_flowtable);
	for (size_t i = 0; i < ruleset->set_count; i++) {
		if (!ruleset->sets[i].is_anonymous)
			sw_ruleset_put_set(batch, &ruleset->sets[i]);
	}
	return sw_batch_send(batch, fd, why);
}

static enum sw_err load_elements(struct sw_batch *batch,
				 const struct sw_ruleset *ruleset, int fd,
				 char *why)
{
	enum sw_err err = SW_OK;

	sw_batch_start(batch);
	for (size_t i = 0; err == SW_OK && i < ruleset->set_count; i++) {
		if (ruleset->sets[i].is_anonymous)
			continue;
		sw_ruleset_put_elements(batch, &ruleset->sets[i]);
		if (batch->blob.len < BATCH_MAX)
			continue;
		err = sw_batch_send(batch, fd, why);
		sw_batch_start(batch);
	}
	return err == SW_OK ? sw_batch_send(batch, fd, why) : err;
}

static enum sw_err load_rules(struct sw_batch *batch,
			      const struct sw_ruleset *ruleset,
			      const struct sw_ipsets *ipsets, int fd, char *why)
{
	enum sw_err err = SW_OK;

	sw_batch_start(batch);
	for (size_t i = 0; err == SW_OK && i < ruleset->rule_count; i++) {
		const struct sw_nft_rule *rule = &ruleset->rules[i];

		sw_ruleset_put_rule(batch, ruleset, rule,
				    rule->is_stateful ? SW_NFT_PROBE
						      : SW_NFT_WHOLE,
				    ipsets, 0);
		if (batch->blob.len < BATCH_MAX)
			continue;
		err = sw_batch_send(batch, fd, why);
		sw_batch_start(batch);
	}
	return err == SW_OK ? sw_batch_send(batch, fd, why) : err;
}

static bool stand_in_the_same_chain(const struct nlmsghdr *a,
				    const struct nlmsghdr *b)
{
	return sw_nft_family(a) == sw_nft_family(b) &&
	       strcmp(text_of(a, NFTA_RULE_TABLE),
		      text_of(b, NFTA_RULE_TABLE)) == 0 &&
	       strcmp(text_of(a, NFTA_RULE_CHAIN),
		      text_of(b, NFTA_RULE_CHAIN)) == 0;
}

/* Handles are the kernel's to give; the order of the rules is the same. */
static enum sw_err read_handles(struct sw_ruleset *ruleset, int fd, char *why)
{
	const struct nlmsghdr *message = NULL;
	struct sw_blob blob = {0};
	enum sw_err err = sw_ruleset_read_rules(fd, &blob);
	size_t i = 0;

	while (err == SW_OK && (message = sw_blob_next(&blob, message))) {
		if (!sw_ruleset_is_wanted(message))
			continue;
		if (i == ruleset->rule_count ||
		    !stand_in_the_same_chain(message,
					     ruleset->rules[i].message))
			break;
		ruleset->rules[i++].handle =
			sw_nl_u64(sw_nft_attr(message, NFTA_RULE_HANDLE));
	}
	sw_blob_free(&blob);
	if (err == SW_OK && i == ruleset->rule_count && message == NULL)
		return SW_OK;
	(void)snprintf(why, SW_NL_WHY_MAX, "the copy of the rules differs");
	errno = EPROTO;
	return err == SW_OK ? SW_E_IO : err;
}

enum sw_err sw_ruleset_load(struct sw_ruleset *ruleset,
			    const struct sw_ipsets *ipsets, int fd,
			    char *out_why)
{
	struct sw_batch batch = {.seq = 0};
	enum sw_err err = load_frame(&batch, ruleset, fd, out_why);

	if (err == SW_OK)
		err = load_elements(&batch, ruleset, fd, out_why);
	if (err == SW_OK)
		err = load_rules(&batch, ruleset, ipsets, fd, out_why);
	sw_blob_free(&batch.blob);
	return err == SW_OK ? read_handles(ruleset, fd, out_why) : err;
}

enum sw_err sw_ruleset_exchange(struct sw_ruleset *ruleset, size_t rule,
				enum sw_nft_variant variant,
				const struct sw_ipsets *ipsets, int fd,
				char *out_why)
{
	struct sw_batch batch = {.seq = 0};
	enum sw_err err;

	sw_batch_start(&batch);
	sw_ruleset_put_rule(&batch, ruleset, &ruleset->rules[rule], variant,
			    ipsets, ruleset->rules[rule].handle);
	err = sw_batch_send(&batch, fd, out_why);
	sw_blob_free(&batch.blob);
	/* The new one stands in its place, under a new handle. */
	return err == SW_OK ? read_handles(ruleset, fd, out_why) : err;
}

/* --- our own table in the copy ---------------------------------------------*/

/* Whatever comes. */
static void put_trace_rule(struct sw_batch *batch, const char *chain)
{
	struct sw_nft_building building = sw_nft_open_rule(batch, chain);

	sw_nft_put_trace(&building);
	sw_nft_close_rule(&building);
}

enum sw_err sw_ruleset_load_tracer(int fd, char *out_why)
{
	struct sw_batch batch = {.seq = 0};
	struct nlmsghdr *table;
	enum sw_err err;

	sw_batch_start(&batch);
	table = sw_batch_open(&batch, NFT_MSG_NEWTABLE, NLM_F_CREATE,
			      NFPROTO_INET);
	mnl_attr_put_strz(table, NFTA_TABLE_NAME, SW_NFT_TABLE);
	sw_batch_close(&batch, table);
	sw_nft_put_base_chain(&batch, "in", NF_INET_PRE_ROUTING, INT_MIN);
	sw_nft_put_base_chain(&batch, "out", NF_INET_LOCAL_OUT, INT_MIN);
	sw_nft_put_base_chain(&batch, SW_NFT_CHAIN_ARRIVED, NF_INET_LOCAL_IN,
			      INT_MAX);
	put_trace_rule(&batch, "in");
	put_trace_rule(&batch, "out");
	put_trace_rule(&batch, SW_NFT_CHAIN_ARRIVED);
	err = sw_batch_send(&batch, fd, out_why);
	sw_blob_free(&batch.blob);
	return err;
}
