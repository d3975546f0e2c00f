#include "sshwhy/nft_tracer.h"

#include "nft_build.h"
#include "nft_expr.h"
#include "nft_ruleset.h"

#include "sshwhy/auto.h"
#include "sshwhy/nft_text.h"
#include "sshwhy/nft_trace.h"
#include "sshwhy/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define CHAIN "syn"
#define SET "ports"
#define SET_ID 1
#define TYPE_INET_SERVICE 13 /* what nft shows the set as */
#define EVENTS_MAX 2000000   /* bytes of events that may wait */

static struct nlmsghdr *start(uint8_t *bytes, uint16_t type, uint16_t flags,
			      uint8_t family)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(bytes);
	struct nfgenmsg *header;

	request->nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type);
	request->nlmsg_flags = flags;
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->nfgen_family = family;
	header->version = NFNETLINK_V0;
	return request;
}

static void put_table(struct sw_batch *batch)
{
	struct nlmsghdr *table =
		sw_batch_open(batch, NFT_MSG_NEWTABLE,
			      NLM_F_CREATE | NLM_F_EXCL, NFPROTO_INET);

	mnl_attr_put_strz(table, NFTA_TABLE_NAME, SW_NFT_TABLE);
	mnl_attr_put_u32(table, NFTA_TABLE_FLAGS, htonl(NFT_TABLE_F_OWNER));
	sw_batch_close(batch, table);
}

static void put_set(struct sw_batch *batch)
{
	struct nlmsghdr *set = sw_batch_open(batch, NFT_MSG_NEWSET,
					     NLM_F_CREATE, NFPROTO_INET);

	mnl_attr_put_strz(set, NFTA_SET_TABLE, SW_NFT_TABLE);
	mnl_attr_put_strz(set, NFTA_SET_NAME, SET);
	mnl_attr_put_u32(set, NFTA_SET_ID, htonl(SET_ID));
	mnl_attr_put_u32(set, NFTA_SET_KEY_TYPE, htonl(TYPE_INET_SERVICE));
	mnl_attr_put_u32(set, NFTA_SET_KEY_LEN, htonl(sizeof(uint16_t)));
	sw_batch_close(batch, set);
}

/* The first rule counts all, the second those that it marks. */
static void put_rules(struct sw_batch *batch, uint32_t per_second)
{
	for (int second = 0; second < 2; second++) {
		struct sw_nft_building rule = sw_nft_open_rule(batch, CHAIN);

		sw_nft_put_is_tcp(&rule);
		sw_nft_put_is_syn(&rule);
		sw_nft_put_dport_in(&rule, SET);
		if (second)
			sw_nft_put_limit(&rule, per_second);
		sw_nft_put_counter(&rule);
		if (second)
			sw_nft_put_trace(&rule);
		sw_nft_close_rule(&rule);
	}
}

int sw_tracer_open(uint32_t per_second, char *out_why)
{
	sw_autofd int fd = sw_nl_open(NETLINK_NETFILTER);
	struct sw_batch batch = {.seq = 0};
	enum sw_err err;

	*out_why = '\0';
	if (fd < 0) {
		(void)snprintf(out_why, SW_TRACER_WHY_MAX,
			       "this kernel has no nf_tables: %s",
			       strerror(errno));
		return -1;
	}
	sw_batch_start(&batch);
	put_table(&batch);
	sw_nft_put_base_chain(&batch, CHAIN, NF_INET_PRE_ROUTING, INT_MIN);
	put_set(&batch);
	put_rules(&batch, per_second);
	err = sw_batch_send(&batch, fd, out_why);
	sw_blob_free(&batch.blob);
	if (err != SW_OK)
		(void)snprintf(out_why, SW_TRACER_WHY_MAX, "%s: %s",
			       errno == EEXIST ? "there is a table inet sshwhy"
			       : errno == EPERM
				       ? "CAP_NET_ADMIN is missing"
				       : "this kernel lacks nf_tables, or "
					 "tables with an owner",
			       strerror(errno));
	return err == SW_OK ? sw_take_fd(&fd) : -1;
}

static void open_set(struct sw_batch *batch, uint16_t type, uint16_t flags,
		     struct nlmsghdr **out)
{
	*out = sw_batch_open(batch, type, flags, NFPROTO_INET);
	mnl_attr_put_strz(*out, NFTA_SET_ELEM_LIST_TABLE, SW_NFT_TABLE);
	mnl_attr_put_strz(*out, NFTA_SET_ELEM_LIST_SET, SET);
}

enum sw_err sw_tracer_ports(int fd, const uint16_t *ports, size_t count)
{
	char why[SW_NL_WHY_MAX];
	struct sw_batch batch = {.seq = 0};
	struct nlmsghdr *message;
	struct nlattr *list;
	enum sw_err err;

	sw_batch_start(&batch);
	open_set(&batch, NFT_MSG_DELSETELEM, 0, &message); /* all of them */
	sw_batch_close(&batch, message);
	open_set(&batch, NFT_MSG_NEWSETELEM, NLM_F_CREATE, &message);
	list = mnl_attr_nest_start(message, NFTA_SET_ELEM_LIST_ELEMENTS);
	for (size_t i = 0; i < count; i++) {
		uint16_t port = htons(ports[i]);
		struct nlattr *element =
			mnl_attr_nest_start(message, NFTA_LIST_ELEM);
		struct nlattr *key =
			mnl_attr_nest_start(message, NFTA_SET_ELEM_KEY);

		mnl_attr_put(message, NFTA_DATA_VALUE, sizeof(port), &port);
		mnl_attr_nest_end(message, key);
		mnl_attr_nest_end(message, element);
	}
	mnl_attr_nest_end(message, list);
	if (count > 0)
		sw_batch_close(&batch, message);
	err = sw_batch_send(&batch, fd, why);
	sw_blob_free(&batch.blob);
	return err;
}

static uint64_t counted_by(const struct nlmsghdr *rule)
{
	const struct nlattr *exprs[SW_NFT_EXPRS_MAX];
	size_t count = sw_nft_exprs(rule, exprs);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(sw_nft_expr_name(exprs[i]), "counter") == 0)
			return sw_nl_u64(sw_nft_expr_attr(
				exprs[i], NFTA_COUNTER_PACKETS));
	}
	return 0;
}

enum sw_err sw_tracer_count(int fd, uint64_t *out_came, uint64_t *out_traced)
{
	uint8_t bytes[256] __attribute__((aligned(8)));
	struct nlmsghdr *request =
		start(bytes, NFT_MSG_GETRULE, NLM_F_DUMP, NFPROTO_INET);
	const struct nlmsghdr *first, *second = NULL;
	struct sw_blob rules = {0};
	enum sw_err err;

	mnl_attr_put_strz(request, NFTA_RULE_TABLE, SW_NFT_TABLE);
	mnl_attr_put_strz(request, NFTA_RULE_CHAIN, CHAIN);
	err = sw_nl_ask(fd, request, &rules);
	if (err == SW_OK) {
		first = sw_blob_next(&rules, NULL);
		if (first != NULL)
			second = sw_blob_next(&rules, first);
		errno = EPROTO;
		err = second != NULL ? SW_OK : SW_E_IO;
	}
	if (err == SW_OK) {
		*out_came = counted_by(first);
		*out_traced = counted_by(second);
	}
	sw_blob_free(&rules);
	return err;
}

uint64_t sw_tracer_table(int fd, uint8_t family, const char *table)
{
	uint8_t bytes[512] __attribute__((aligned(8)));
	struct nlmsghdr *request = start(bytes, NFT_MSG_GETTABLE, 0, family);
	struct sw_blob answer = {0};
	uint64_t number = 0;

	mnl_attr_put_strz(request, NFTA_TABLE_NAME, table);
	if (sw_nl_ask(fd, request, &answer) == SW_OK && answer.len > 0)
		number = sw_nl_u64(sw_nft_attr(sw_blob_next(&answer, NULL),
					       NFTA_TABLE_HANDLE));
	sw_blob_free(&answer);
	return number;
}

int sw_trace_listen(void)
{
	sw_autofd int fd = sw_nl_open(NETLINK_NETFILTER);
	int group = NFNLGRP_NFTRACE, size = EVENTS_MAX;

	if (fd < 0 ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
		       sizeof(group)) != 0 ||
	    fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	return sw_take_fd(&fd);
}

static enum sw_err does_it_reject(int fd, uint8_t family, const char *table,
				  const char *chain, uint64_t handle, bool *out)
{
	uint8_t bytes[1024] __attribute__((aligned(8)));
	struct nlmsghdr *request = start(bytes, NFT_MSG_GETRULE, 0, family);
	struct sw_blob answer = {0};
	enum sw_err err;

	mnl_attr_put_strz(request, NFTA_RULE_TABLE, table);
	mnl_attr_put_strz(request, NFTA_RULE_CHAIN, chain);
	mnl_attr_put_u64(request, NFTA_RULE_HANDLE, htobe64(handle));
	err = sw_nl_ask(fd, request, &answer);
	if (err == SW_OK && answer.len > 0)
		*out = sw_nft_rule_rejects(sw_blob_next(&answer, NULL));
	sw_blob_free(&answer);
	return err == SW_E_IO && errno == ENOENT ? SW_E_NOTSUP : err;
}

enum sw_err sw_tracer_rule(int fd, uint8_t family, const char *table,
			   const char *chain, uint64_t handle,
			   struct sw_rule *out, bool *out_rejects)
{
	struct sw_rule rule = {.line = (unsigned int)handle};
	bool rejects = false;
	enum sw_err err;

	(void)snprintf(rule.source, sizeof(rule.source), "nft:%s/%.96s/%.90s",
		       sw_nft_family_name(family), table, chain);
	*out = rule;
	*out_rejects = false;
	if (handle == 0) {
		(void)sw_text_copy(out->text, sizeof(out->text), "policy drop");
		return SW_OK;
	}
	err = does_it_reject(fd, family, table, chain, handle, &rejects);
	if (err != SW_OK)
		return err;
	*out_rejects = rejects;
	/* A name that nft has no words for leaves the text empty. */
	(void)!sw_nft_rule_text(family, table, chain, handle, out->text,
				sizeof(out->text));
	return SW_OK;
}
