#include "ipset_copy.h"

#include "nft_expr.h"

#include "sshwhy/auto.h"
#include "sshwhy/run.h"
#include "sshwhy/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/ipset/ip_set.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/xt_set.h>
#include <stdlib.h>
#include <string.h>

#define PROTOCOL 7
#define DEADLINE 10000		       /* milliseconds */
#define OUTPUT_MAX (256 * 1024 * 1024) /* bytes */

static const char *const programs[] = {"/usr/sbin/ipset", "/sbin/ipset"};

static const char *program(void)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (access(programs[i], X_OK) == 0)
			return programs[i];
	}
	return programs[0];
}

static enum sw_err run_ipset(const char *verb, const char *input, char **out)
{
	const char *const argv[] = {program(), verb, NULL};
	const struct sw_run run = {.argv = argv,
				   .input = input,
				   .deadline = DEADLINE,
				   .max_output = OUTPUT_MAX};
	sw_autofree char *text = NULL;
	size_t len;
	int status;
	enum sw_err err = sw_run(&run, &text, &len, &status);

	if (err != SW_OK)
		return err;
	if (status != 0) {
		errno = ENOEXEC;
		return SW_E_IO;
	}
	if (out != NULL)
		*out = sw_take(&text);
	return SW_OK;
}

static void note(struct sw_ipsets *map, uint16_t number)
{
	for (size_t i = 0; i < map->count; i++) {
		if (map->live[i] == number)
			return;
	}
	if (number != IPSET_INVALID_ID &&
	    map->count < sizeof(map->live) / sizeof(map->live[0]))
		map->live[map->count++] = number;
}

static void note_numbers(const struct nlattr *expr, struct sw_ipsets *map)
{
	bool is_target = sw_nft_expr_is_target(expr, "SET");
	const struct nlattr *info = sw_nft_expr_attr(expr, NFTA_MATCH_INFO);

	if (info == NULL || (!is_target && !sw_nft_expr_is_match(expr, "set")))
		return;
	for (size_t i = 0; i < (is_target ? 3 : 1); i++) {
		size_t at = i * sizeof(struct xt_set_info);
		const uint8_t *bytes = mnl_attr_get_payload(info);
		uint16_t number;

		if (at + sizeof(number) > mnl_attr_get_payload_len(info))
			return;
		memcpy(&number, bytes + at, sizeof(number));
		note(map, number);
	}
}

static struct nlmsghdr *start_question(uint8_t *bytes, uint16_t command)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(bytes);
	struct nfgenmsg *header;

	request->nlmsg_type = (uint16_t)(NFNL_SUBSYS_IPSET << 8 | command);
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->nfgen_family = AF_INET;
	header->version = NFNETLINK_V0;
	mnl_attr_put_u8(request, IPSET_ATTR_PROTOCOL, PROTOCOL);
	return request;
}

static enum sw_err ask(int fd, struct nlmsghdr *request, uint16_t type,
		       struct sw_blob *answer, const struct nlattr **out)
{
	enum sw_err err = sw_nl_ask(fd, request, answer);

	if (err != SW_OK)
		return err;
	*out = answer->len == 0 ? NULL
				: sw_nft_attr(sw_blob_next(answer, NULL), type);
	errno = EPROTO;
	return *out != NULL ? SW_OK : SW_E_IO;
}

static enum sw_err name_of(int fd, uint16_t number, char *out)
{
	uint8_t bytes[128] __attribute__((aligned(8)));
	struct nlmsghdr *request = start_question(bytes, IPSET_CMD_GET_BYINDEX);
	struct sw_blob answer = {0};
	const struct nlattr *attr;
	enum sw_err err;

	mnl_attr_put_u16(request, IPSET_ATTR_INDEX | NLA_F_NET_BYTEORDER,
			 htons(number));
	err = ask(fd, request, IPSET_ATTR_SETNAME, &answer, &attr);
	if (err == SW_OK)
		(void)sw_text_copy(out, SW_IPSET_NAME_MAX, sw_nl_text(attr));
	sw_blob_free(&answer);
	return err;
}

static enum sw_err number_of(int fd, const char *name, uint16_t *out)
{
	uint8_t bytes[128] __attribute__((aligned(8)));
	struct nlmsghdr *request = start_question(bytes, IPSET_CMD_GET_BYNAME);
	struct sw_blob answer = {0};
	const struct nlattr *attr;
	enum sw_err err;

	mnl_attr_put_strz(request, IPSET_ATTR_SETNAME, name);
	err = ask(fd, request, IPSET_ATTR_INDEX, &answer, &attr);
	if (err == SW_OK)
		*out = ntohs(mnl_attr_get_u16(attr));
	sw_blob_free(&answer);
	return err;
}

enum sw_err sw_ipset_read(int fd, const struct sw_ruleset *ruleset,
			  struct sw_ipset_copy *out)
{
	const struct nlattr *exprs[SW_NFT_EXPRS_MAX];
	enum sw_err err = SW_OK;

	*out = (struct sw_ipset_copy){.saved = NULL};
	for (size_t i = 0; i < ruleset->rule_count; i++) {
		size_t count = sw_nft_exprs(ruleset->rules[i].message, exprs);

		for (size_t e = 0; e < count; e++)
			note_numbers(exprs[e], &out->map);
	}
	for (size_t i = 0; err == SW_OK && i < out->map.count; i++)
		err = name_of(fd, out->map.live[i], out->names[i]);
	if (err == SW_OK && out->map.count > 0)
		err = run_ipset("save", NULL, &out->saved);
	return err;
}

enum sw_err sw_ipset_load(int fd, struct sw_ipset_copy *copy)
{
	enum sw_err err;

	if (copy->saved == NULL)
		return SW_OK;
	err = run_ipset("restore", copy->saved, NULL);
	for (size_t i = 0; err == SW_OK && i < copy->map.count; i++)
		err = number_of(fd, copy->names[i], &copy->map.copy[i]);
	return err;
}

void sw_ipset_copy_free(struct sw_ipset_copy *copy)
{
	free(copy->saved);
	copy->saved = NULL;
}
