#include "sshwhy/nft_text.h"

#include "sshwhy/nft_trace.h"
#include "sshwhy/text.h"

#include <ctype.h>
#include <nftables/libnftables.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK " # handle "
#define RULE_DEPTH 2 /* braces around a rule: table and chain */

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

/* A rule may take several lines, where a chain of its own stands in it. */
static bool find_rule(const char *listing, uint64_t handle, char *out,
		      size_t size)
{
	const char *line = listing;
	int depth = 0;

	*out = '\0';
	while (*line != '\0') {
		size_t len = strcspn(line, "\n"), end = len;
		int after = depth + opened(line, len);
		uint64_t found = handle_in(line, len, &end);

		if (depth >= RULE_DEPTH)
			append(out, size, line, end);
		if (depth >= RULE_DEPTH && after == RULE_DEPTH) {
			if (found == handle)
				return true;
			*out = '\0';
		}
		depth = after;
		line += len + (line[len] == '\n' ? 1 : 0);
	}
	*out = '\0';
	return false;
}

enum sw_err sw_nft_rule_text(uint8_t family, const char *table,
			     const char *chain, uint64_t handle, char *out,
			     size_t size)
{
	char command[2 * SW_NFT_NAME_MAX + 32];
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
	(void)snprintf(command, sizeof(command), "list chain %s %s %s",
		       sw_nft_family_name(family), table, chain);
	if (nft_ctx_buffer_output(ctx) == 0 && nft_ctx_buffer_error(ctx) == 0 &&
	    nft_run_cmd_from_buffer(ctx, command) == 0)
		found = find_rule(nft_ctx_get_output_buffer(ctx), handle, out,
				  size);
	nft_ctx_free(ctx);
	return found ? SW_OK : SW_E_NOTSUP;
}
