#include "nft_build.h"

#include "nft_ruleset.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>

#define REGISTER htonl(NFT_REG_1)
#define TCP_DPORT 2  /* bytes from the start of the header */
#define TCP_FLAGS 13 /* the same */

void sw_nft_put_base_chain(struct sw_batch *batch, const char *name,
			   uint32_t hook, int32_t priority)
{
	struct nlmsghdr *chain = sw_batch_open(batch, NFT_MSG_NEWCHAIN,
					       NLM_F_CREATE, NFPROTO_INET);
	struct nlattr *nest;

	mnl_attr_put_strz(chain, NFTA_CHAIN_TABLE, SW_NFT_TABLE);
	mnl_attr_put_strz(chain, NFTA_CHAIN_NAME, name);
	nest = mnl_attr_nest_start(chain, NFTA_CHAIN_HOOK);
	mnl_attr_put_u32(chain, NFTA_HOOK_HOOKNUM, htonl(hook));
	mnl_attr_put_u32(chain, NFTA_HOOK_PRIORITY, htonl((uint32_t)priority));
	mnl_attr_nest_end(chain, nest);
	mnl_attr_put_strz(chain, NFTA_CHAIN_TYPE, "filter");
	sw_batch_close(batch, chain);
}

struct sw_nft_building sw_nft_open_rule(struct sw_batch *batch,
					const char *chain)
{
	struct sw_nft_building building = {
		.batch = batch,
		.rule = sw_batch_open(batch, NFT_MSG_NEWRULE,
				      NLM_F_CREATE | NLM_F_APPEND,
				      NFPROTO_INET),
	};

	mnl_attr_put_strz(building.rule, NFTA_RULE_TABLE, SW_NFT_TABLE);
	mnl_attr_put_strz(building.rule, NFTA_RULE_CHAIN, chain);
	building.list =
		mnl_attr_nest_start(building.rule, NFTA_RULE_EXPRESSIONS);
	return building;
}

void sw_nft_close_rule(const struct sw_nft_building *building)
{
	mnl_attr_nest_end(building->rule, building->list);
	sw_batch_close(building->batch, building->rule);
}

/* An expression: its attributes are put between both calls. */
struct expr {
	struct nlmsghdr *rule;
	struct nlattr *outer;
	struct nlattr *data;
};

static struct expr open_expr(const struct sw_nft_building *building,
			     const char *name)
{
	struct expr expr = {.rule = building->rule};

	expr.outer = mnl_attr_nest_start(expr.rule, NFTA_LIST_ELEM);
	mnl_attr_put_strz(expr.rule, NFTA_EXPR_NAME, name);
	expr.data = mnl_attr_nest_start(expr.rule, NFTA_EXPR_DATA);
	return expr;
}

static void close_expr(const struct expr *expr)
{
	mnl_attr_nest_end(expr->rule, expr->data);
	mnl_attr_nest_end(expr->rule, expr->outer);
}

static void put_value(struct nlmsghdr *rule, uint16_t type, uint8_t byte)
{
	struct nlattr *nest = mnl_attr_nest_start(rule, type);

	mnl_attr_put(rule, NFTA_DATA_VALUE, sizeof(byte), &byte);
	mnl_attr_nest_end(rule, nest);
}

static void put_is_equal(const struct sw_nft_building *building, uint8_t byte)
{
	struct expr expr = open_expr(building, "cmp");

	mnl_attr_put_u32(expr.rule, NFTA_CMP_SREG, REGISTER);
	mnl_attr_put_u32(expr.rule, NFTA_CMP_OP, htonl(NFT_CMP_EQ));
	put_value(expr.rule, NFTA_CMP_DATA, byte);
	close_expr(&expr);
}

static void put_load(const struct sw_nft_building *building, uint32_t offset,
		     uint32_t len)
{
	struct expr expr = open_expr(building, "payload");

	mnl_attr_put_u32(expr.rule, NFTA_PAYLOAD_DREG, REGISTER);
	mnl_attr_put_u32(expr.rule, NFTA_PAYLOAD_BASE,
			 htonl(NFT_PAYLOAD_TRANSPORT_HEADER));
	mnl_attr_put_u32(expr.rule, NFTA_PAYLOAD_OFFSET, htonl(offset));
	mnl_attr_put_u32(expr.rule, NFTA_PAYLOAD_LEN, htonl(len));
	close_expr(&expr);
}

void sw_nft_put_counter(const struct sw_nft_building *building)
{
	struct expr expr = open_expr(building, "counter");

	close_expr(&expr);
}

void sw_nft_put_limit(const struct sw_nft_building *building, uint32_t rate)
{
	struct expr expr = open_expr(building, "limit");

	mnl_attr_put_u64(expr.rule, NFTA_LIMIT_RATE, htobe64(rate));
	mnl_attr_put_u64(expr.rule, NFTA_LIMIT_UNIT, htobe64(1));
	mnl_attr_put_u32(expr.rule, NFTA_LIMIT_BURST, htonl(rate));
	mnl_attr_put_u32(expr.rule, NFTA_LIMIT_TYPE, htonl(NFT_LIMIT_PKTS));
	close_expr(&expr);
}

void sw_nft_put_trace(const struct sw_nft_building *building)
{
	struct expr expr = open_expr(building, "immediate");

	mnl_attr_put_u32(expr.rule, NFTA_IMMEDIATE_DREG, REGISTER);
	put_value(expr.rule, NFTA_IMMEDIATE_DATA, 1);
	close_expr(&expr);
	expr = open_expr(building, "meta");
	mnl_attr_put_u32(expr.rule, NFTA_META_KEY, htonl(NFT_META_NFTRACE));
	mnl_attr_put_u32(expr.rule, NFTA_META_SREG, REGISTER);
	close_expr(&expr);
}

void sw_nft_put_is_tcp(const struct sw_nft_building *building)
{
	struct expr expr = open_expr(building, "meta");

	mnl_attr_put_u32(expr.rule, NFTA_META_KEY, htonl(NFT_META_L4PROTO));
	mnl_attr_put_u32(expr.rule, NFTA_META_DREG, REGISTER);
	close_expr(&expr);
	put_is_equal(building, IPPROTO_TCP);
}

void sw_nft_put_is_syn(const struct sw_nft_building *building)
{
	struct expr expr;

	put_load(building, TCP_FLAGS, 1);
	expr = open_expr(building, "bitwise");
	mnl_attr_put_u32(expr.rule, NFTA_BITWISE_SREG, REGISTER);
	mnl_attr_put_u32(expr.rule, NFTA_BITWISE_DREG, REGISTER);
	mnl_attr_put_u32(expr.rule, NFTA_BITWISE_LEN, htonl(1));
	put_value(expr.rule, NFTA_BITWISE_MASK, TH_SYN | TH_ACK);
	put_value(expr.rule, NFTA_BITWISE_XOR, 0);
	close_expr(&expr);
	put_is_equal(building, TH_SYN);
}

void sw_nft_put_dport_in(const struct sw_nft_building *building,
			 const char *set)
{
	struct expr expr;

	put_load(building, TCP_DPORT, sizeof(uint16_t));
	expr = open_expr(building, "lookup");
	mnl_attr_put_strz(expr.rule, NFTA_LOOKUP_SET, set);
	mnl_attr_put_u32(expr.rule, NFTA_LOOKUP_SREG, REGISTER);
	close_expr(&expr);
}
