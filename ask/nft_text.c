#include "sshwhy/nft_text.h"

#include "nft_ruleset.h"

#include "sshwhy/auto.h"
#include "sshwhy/nft_trace.h"
#include "sshwhy/text.h"

#include <ctype.h>
#include <linux/netlink.h>
#include <nftables/libnftables.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK " # handle "
#define RULE_DEPTH 2   /* braces around a rule: table and chain */
#define RULES_FEW 2000 /* that are listed in some 60 ms */

static bool is_word(const char *text)
{
	if (!isalpha((unsigned char)*text) && *text != '_')
		return false;
	for (; *text != '\0'; text++) {
		if (!isalnum((unsigned char)*text) &&
		    strchr("_.-/", *text) == NULL)
			return false;
	}
	return true;
}

/* Braces that a line opens, less those that it closes. */
static int opened(const char *line, size_t len)
{
	bool quoted = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++) {
		if (line[i] == '"')
			quoted = !quoted;
		else if (!quoted && line[i] == '{')
			depth++;
		else if (!quoted && line[i] == '}')
			depth--;
	}
	return depth;
}

static uint64_t handle_in(const char *line, size_t len, size_t *out_end)
{
	const char *mark = NULL;

	for (const char *at = line; (at = memmem(at, len - (size_t)(at - line),
						 MARK, strlen(MARK))) != NULL;
	     at++)
		mark = at;
	if (mark == NULL)
		return 0;
	*out_end = (size_t)(mark - line);
	return strtoull(mark + strlen(MARK), NULL, 10);
}

static void append(char *out, size_t size, const char *line, size_t len)
{
	size_t used = strlen(out);

	while (len > 0 && isspace((unsigned char)*line)) {
		line++;
		len--;
	}
	(void)snprintf(out + used, size - used, "%s%.*s", used > 0 ? " " : "",
		       (int)len, line);
}

/* Where lines of a listing are to be found, as nft heads them. */
struct wanted {
	char table[SW_NFT_NAME_MAX + 32];
	char chain[SW_NFT_NAME_MAX + 32];
	uint64_t handle;
};

static bool starts_with(const char *line, size_t len, const char *start)
{
	size_t wanted = strlen(start);

	return len >= wanted && memcmp(line, start, wanted) == 0;
}

/* A rule may take several lines, where a chain of its own stands in it. */
static bool find_rule(const char *listing, const struct wanted *wanted,
		      char *out, size_t size)
{
	bool in_table = false, in_chain = false;
	const char *line = listing;
	int depth = 0;

	*out = '\0';
	while (*line != '\0') {
		size_t len = strcspn(line, "\n"), end = len;
		int after = depth + opened(line, len);
		uint64_t found = handle_in(line, len, &end);

		if (depth == 0)
			in_table = starts_with(line, len, wanted->table);
		else if (depth == 1)
			in_chain = starts_with(line, len, wanted->chain);
		else if (in_table && in_chain)
			append(out, size, line, end);
		if (depth >= RULE_DEPTH && after == RULE_DEPTH) {
			if (in_table && in_chain && found == wanted->handle)
				return true;
			*out = '\0';
		}
		depth = after;
		line += len + (line[len] == '\n' ? 1 : 0);
	}
	*out = '\0';
	return false;
}

/* In doubt there are few. */
static bool has_few_rules(void)
{
	sw_autofd int fd = sw_nl_open(NETLINK_NETFILTER);
	const struct nlmsghdr *rule = NULL;
	struct sw_blob rules = {0};
	size_t count = 0;

	if (fd >= 0 && sw_ruleset_read_rules(fd, &rules) == SW_OK) {
		while ((rule = sw_blob_next(&rules, rule)) != NULL)
			count++;
	}
	sw_blob_free(&rules);
	return count <= RULES_FEW;
}

/*
 * nft fetches the elements of all sets to list one chain, and begins again when
 * anything changes meanwhile: with large sets that takes long, and with changes
 * all the time it never ends. To list everything it fetches none.
 */
static void write_command(uint8_t family, const char *table, const char *chain,
			  char *out, size_t size)
{
	const char *name = sw_nft_family_name(family);

	if (has_few_rules())
		(void)snprintf(out, size, "list ruleset %s", name);
	else
		(void)snprintf(out, size, "list chain %s %s %s", name, table,
			       chain);
}

enum sw_err sw_nft_rule_text(uint8_t family, const char *table,
			     const char *chain, uint64_t handle, char *out,
			     size_t size)
{
	char command[2 * SW_NFT_NAME_MAX + 32];
	struct wanted wanted = {.handle = handle};
	struct nft_ctx *ctx;
	bool found = false;

	*out = '\0';
	if (!is_word(table) || !is_word(chain))
		return SW_E_NOTSUP;
	ctx = nft_ctx_new(NFT_CTX_DEFAULT);
	if (ctx == NULL)
		return SW_E_NOMEM;
	nft_ctx_output_set_flags(ctx, NFT_CTX_OUTPUT_HANDLE |
					      NFT_CTX_OUTPUT_STATELESS |
					      NFT_CTX_OUTPUT_TERSE);
	write_command(family, table, chain, command, sizeof(command));
	(void)snprintf(wanted.table, sizeof(wanted.table), "table %s %s {",
		       sw_nft_family_name(family), table);
	(void)snprintf(wanted.chain, sizeof(wanted.chain), "\tchain %s {",
		       chain);
	if (nft_ctx_buffer_output(ctx) == 0 && nft_ctx_buffer_error(ctx) == 0 &&
	    nft_run_cmd_from_buffer(ctx, command) == 0)
		found = find_rule(nft_ctx_get_output_buffer(ctx), &wanted, out,
				  size);
	nft_ctx_free(ctx);
	return found ? SW_OK : SW_E_NOTSUP;
}
