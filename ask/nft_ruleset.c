#include "nft_ruleset.h"

#include "nft_expr.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>
#include <string.h>

#define ATTEMPTS 8 /* at a ruleset that changes while it is read */

static enum sw_err dump(int fd, uint16_t type, struct sw_blob *out)
{
	uint8_t bytes[64] __attribute__((aligned(8)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(bytes);
	struct nfgenmsg *header;

	request->nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type);
	request->nlmsg_flags = NLM_F_DUMP;
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->nfgen_family = NFPROTO_UNSPEC;
	header->version = NFNETLINK_V0;
	return sw_nl_ask(fd, request, out);
}

static enum sw_err dump_elements(int fd, struct sw_nft_set *set)
{
	uint8_t bytes[1024] __attribute__((aligned(8)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(bytes);
	struct nfgenmsg *header;

	request->nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETSETELEM;
	request->nlmsg_flags = NLM_F_DUMP;
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->nfgen_family = sw_nft_family(set->message);
	header->version = NFNETLINK_V0;
	mnl_attr_put_strz(
		request, NFTA_SET_ELEM_LIST_TABLE,
		sw_nl_text(sw_nft_attr(set->message, NFTA_SET_TABLE)));
	mnl_attr_put_strz(request, NFTA_SET_ELEM_LIST_SET,
			  sw_nl_text(sw_nft_attr(set->message, NFTA_SET_NAME)));
	return sw_nl_ask(fd, request, &set->elements);
}

bool sw_ruleset_is_wanted(const struct nlmsghdr *message)
{
	uint8_t family = sw_nft_family(message);

	/* The table's name is the first attribute of all of them. */
	if (family == NFPROTO_INET)
		return strcmp(sw_nl_text(sw_nft_attr(message, 1)),
			      SW_NFT_TABLE) != 0;
	return family == NFPROTO_IPV4 || family == NFPROTO_IPV6;
}

static size_t count(const struct sw_blob *blob)
{
	const struct nlmsghdr *message = NULL;
	size_t rows = 0;

	while ((message = sw_blob_next(blob, message)) != NULL)
		rows += sw_ruleset_is_wanted(message) ? 1 : 0;
	return rows;
}

static enum sw_err index_rules(struct sw_ruleset *ruleset)
{
	const struct nlmsghdr *message = NULL;

	ruleset->rules = calloc(count(&ruleset->rule_messages) + 1,
				sizeof(*ruleset->rules));
	if (ruleset->rules == NULL)
		return SW_E_NOMEM;
	while ((message = sw_blob_next(&ruleset->rule_messages, message)) !=
	       NULL) {
		struct sw_nft_rule *rule = &ruleset->rules[ruleset->rule_count];

		if (!sw_ruleset_is_wanted(message))
			continue;
		rule->message = message;
		sw_nft_rule_judge(message, &rule->is_stateful,
				  &rule->is_opaque);
		ruleset->rule_count++;
	}
	return SW_OK;
}

static enum sw_err index_sets(struct sw_ruleset *ruleset, int fd)
{
	const struct nlmsghdr *message = NULL;
	enum sw_err err = SW_OK;

	ruleset->sets = calloc(count(&ruleset->set_messages) + 1,
			       sizeof(*ruleset->sets));
	if (ruleset->sets == NULL)
		return SW_E_NOMEM;
	while (err == SW_OK && (message = sw_blob_next(&ruleset->set_messages,
						       message)) != NULL) {
		struct sw_nft_set *set = &ruleset->sets[ruleset->set_count];

		if (!sw_ruleset_is_wanted(message))
			continue;
		set->message = message;
		set->id = (uint32_t)++ruleset->set_count;
		set->is_anonymous =
			(sw_nl_u32(sw_nft_attr(message, NFTA_SET_FLAGS)) &
			 NFT_SET_ANONYMOUS) != 0;
		err = dump_elements(fd, set);
	}
	return err;
}

static bool is_device_chain(const struct nlmsghdr *chain)
{
	const struct nlattr *hook = sw_nft_attr(chain, NFTA_CHAIN_HOOK);
	uint32_t number = sw_nl_u32(sw_nl_nested(hook, NFTA_HOOK_HOOKNUM));

	if (sw_nft_family(chain) == NFPROTO_NETDEV)
		return number == NF_NETDEV_INGRESS;
	return hook != NULL && sw_nft_family(chain) == NFPROTO_INET &&
	       number == NF_INET_INGRESS;
}

static enum sw_err read_once(int fd, struct sw_ruleset *out)
{
	const struct {
		uint16_t type;
		struct sw_blob *blob;
	} parts[] = {
		{NFT_MSG_GETTABLE, &out->tables},
		{NFT_MSG_GETCHAIN, &out->chains},
		{NFT_MSG_GETOBJ, &out->objects},
		{NFT_MSG_GETFLOWTABLE, &out->flowtables},
		{NFT_MSG_GETSET, &out->set_messages},
		{NFT_MSG_GETRULE, &out->rule_messages},
	};
	const struct nlmsghdr *chain = NULL;
	enum sw_err err = SW_OK;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		err = dump(fd, parts[i].type, parts[i].blob);
		/* A kernel without flow tables has none. */
		if (err != SW_OK && errno == EOPNOTSUPP)
			err = SW_OK;
		if (err != SW_OK)
			return err;
	}
	while ((chain = sw_blob_next(&out->chains, chain)) != NULL) {
		if (is_device_chain(chain))
			out->has_device_chains = true;
	}
	err = index_sets(out, fd);
	return err == SW_OK ? index_rules(out) : err;
}

enum sw_err sw_ruleset_read(int fd, struct sw_ruleset *out)
{
	enum sw_err err = SW_E_IO;

	for (int i = 0; i < ATTEMPTS; i++) {
		*out = (struct sw_ruleset){0};
		err = read_once(fd, out);
		/* ENOENT: a set went while its elements were asked for. */
		if (err != SW_E_IO || (errno != EINTR && errno != ENOENT) ||
		    i + 1 == ATTEMPTS)
			break;
		sw_ruleset_free(out);
	}
	return err;
}

enum sw_err sw_ruleset_read_rules(int fd, struct sw_blob *out)
{
	return dump(fd, NFT_MSG_GETRULE, out);
}

void sw_ruleset_free(struct sw_ruleset *ruleset)
{
	for (size_t i = 0; i < ruleset->set_count; i++)
		sw_blob_free(&ruleset->sets[i].elements);
	free(ruleset->sets);
	free(ruleset->rules);
	sw_blob_free(&ruleset->tables);
	sw_blob_free(&ruleset->chains);
	sw_blob_free(&ruleset->objects);
	sw_blob_free(&ruleset->flowtables);
	sw_blob_free(&ruleset->set_messages);
	sw_blob_free(&ruleset->rule_messages);
	*ruleset = (struct sw_ruleset){0};
}

const struct sw_nft_set *sw_ruleset_set(const struct sw_ruleset *ruleset,
					uint8_t family, const char *table,
					const char *name)
{
	for (size_t i = 0; i < ruleset->set_count; i++) {
		const struct nlmsghdr *message = ruleset->sets[i].message;

		if (sw_nft_family(message) == family &&
		    strcmp(sw_nl_text(sw_nft_attr(message, NFTA_SET_TABLE)),
			   table) == 0 &&
		    strcmp(sw_nl_text(sw_nft_attr(message, NFTA_SET_NAME)),
			   name) == 0)
			return &ruleset->sets[i];
	}
	return NULL;
}
