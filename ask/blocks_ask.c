/* The firewall of this machine, asked by the programs that keep it. */

#include "blocks.h"

#include "sshwhy/auto.h"
#include "sshwhy/run.h"

#include <stdio.h>
#include <string.h>

#define NFT "/usr/sbin/nft"
#define DEADLINE 5000 /* milliseconds */
#define ELEMENTS "elements = { "

static enum sw_err run(const char *const *argv, char **out_text,
		       size_t *out_len)
{
	const struct sw_run run = {
		.argv = argv,
		.want = SW_RUN_STDOUT,
		.deadline = DEADLINE,
		.max_output = SW_BLOCK_OUTPUT_MAX,
	};
	sw_autofree char *text = NULL;
	int status;
	enum sw_err err = sw_run(&run, &text, out_len, &status);

	if (err != SW_OK)
		return err;
	if (status != 0)
		return SW_E_NOTSUP;
	*out_text = sw_take(&text);
	return SW_OK;
}

char *sw_blocks_run(const char *const *argv, size_t *out_len)
{
	char *text = NULL;

	return run(argv, &text, out_len) == SW_OK ? text : NULL;
}

/* The one element in what "nft get element" prints: 1.0.6 has no JSON for it.
 */
static bool read_element(const char *text, char *out)
{
	const char *at = strstr(text, ELEMENTS);
	size_t len;

	if (at == NULL)
		return false;
	at += strlen(ELEMENTS);
	len = strcspn(at, " \t\r\n,}");
	if (len == 0 || len >= SW_BLOCK_TEXT)
		return false;
	memcpy(out, at, len);
	out[len] = '\0';
	return true;
}

/* nft fails for an element that is not there. */
static bool is_element(const char *family, const char *table, const char *set,
		       const char *addr, char *out_element)
{
	const char *const argv[] = {NFT, "get", "element", family, table,
				    set, "{",	addr,	   "}",	   NULL};
	size_t len;
	sw_autofree char *text = sw_blocks_run(argv, &len);

	return text != NULL && read_element(text, out_element);
}

enum sw_err sw_ask_element(const char *family, const char *table,
			   const char *set, const struct sw_addr *client,
			   struct sw_block *out)
{
	char addr[SW_ADDR_TEXT_MAX], element[SW_BLOCK_TEXT];

	(void)sw_addr_format(client, addr);
	if (!is_element(family, table, set, addr, element) ||
	    strcmp(element, addr) != 0)
		return SW_E_NOTSUP;
	(void)snprintf(out->place, sizeof(out->place),
		       "set %.20s %.128s %.128s", family, table, set);
	(void)snprintf(out->undo, sizeof(out->undo),
		       "nft delete element %.20s %.128s %.128s { %s }", family,
		       table, set, addr);
	return SW_OK;
}

/* The elements of all sets take seconds where there are many: they stay out. */
enum sw_err sw_ask_blocks(const struct sw_addr *client, struct sw_blocks *out)
{
	static const char *const argv[] = {NFT,	   "-j",      "-t",
					   "list", "ruleset", NULL};
	sw_autofree char *text = NULL;
	struct sw_blocks found;
	size_t len;
	enum sw_err err;

	if (access(NFT, X_OK) != 0 || geteuid() != 0)
		return SW_E_NOTSUP;
	err = run(argv, &text, &len);
	if (err == SW_OK)
		err = sw_blocks_parse(text, len, client, is_element, &found);
	if (err != SW_OK)
		return err;
	sw_blocks_ipset(client, &found);
	sw_blocks_ufw("", client, &found);
	sw_blocks_route(client, &found);
	*out = found;
	return SW_OK;
}
