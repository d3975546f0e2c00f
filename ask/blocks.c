#include "sshwhy/ask_blocks.h"

#include "sshwhy/auto.h"
#include "sshwhy/firewall_owner.h"
#include "sshwhy/run.h"
#include "sshwhy/text.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define NFT "/usr/sbin/nft"
#define DEADLINE 5000 /* milliseconds */

struct search {
	const struct sw_addr *client;
	char client_text[SW_ADDR_TEXT_MAX];
	sw_is_element_fn is_element;
	struct sw_blocks found;
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

static bool is_in_prefix(const struct search *search, const json_t *prefix)
{
	json_int_t len = json_integer_value(json_object_get(prefix, "len"));
	struct sw_prefix parsed;
	char text[SW_PREFIX_TEXT_MAX + 8];

	(void)snprintf(text, sizeof(text), "%.45s/%d", text_of(prefix, "addr"),
		       (int)len);
	return sw_prefix_parse(text, &parsed) == SW_OK &&
	       sw_prefix_contains(&parsed, search->client);
}

static bool is_in_range(const struct search *search, const json_t *range)
{
	const char *first = json_string_value(json_array_get(range, 0));
	const char *last = json_string_value(json_array_get(range, 1));
	struct sw_addr low, high;

	return first != NULL && last != NULL &&
	       sw_addr_parse(first, &low) == SW_OK &&
	       sw_addr_parse(last, &high) == SW_OK &&
	       low.family == search->client->family &&
	       high.family == low.family &&
	       memcmp(low.bytes, search->client->bytes, 16) <= 0 &&
	       memcmp(search->client->bytes, high.bytes, 16) <= 0;
}

/* nft writes an address, or an object of one key that says what it is. */
static bool holds(const struct search *search, const json_t *value)
{
	const json_t *inner;
	struct sw_addr addr;

	if ((inner = json_object_get(value, "elem")) != NULL)
		value = json_object_get(inner, "val");
	if (json_is_string(value))
		return sw_addr_parse(json_string_value(value), &addr) ==
			       SW_OK &&
		       sw_addr_equal(&addr, search->client);
	if ((inner = json_object_get(value, "prefix")) != NULL)
		return is_in_prefix(search, inner);
	if ((inner = json_object_get(value, "range")) != NULL)
		return is_in_range(search, inner);
	return false;
}

static struct sw_block *next_block(struct search *search, const char *owner)
{
	struct sw_block *block;

	if (search->found.count == SW_BLOCKS)
		return NULL;
	block = &search->found.rows[search->found.count++];
	(void)sw_text_copy(block->owner, sizeof(block->owner), owner);
	return block;
}

static bool is_for_family(const struct search *search, const json_t *set)
{
	bool v4 = search->client->family == SW_FAMILY_V4;

	return strcmp(text_of(set, "type"), v4 ? "ipv4_addr" : "ipv6_addr") ==
	       0;
}

static bool set_holds(const struct search *search, const json_t *set)
{
	const json_t *elements = json_object_get(set, "elem");
	const json_t *element = NULL;
	size_t i;

	if (elements == NULL)
		return search->is_element != NULL &&
		       is_for_family(search, set) &&
		       search->is_element(
			       text_of(set, "family"), text_of(set, "table"),
			       text_of(set, "name"), search->client_text);
	json_array_foreach(elements, i, element)
	{
		if (holds(search, element))
			return true;
	}
	return false;
}

static void look_into_set(struct search *search, const json_t *set)
{
	char text[SW_TEXT_MAX], owner[SW_OWNER_MAX];
	const struct sw_firewall_place place = {
		text_of(set, "family"), text_of(set, "table"), "", text};
	struct sw_block *block;

	(void)snprintf(text, sizeof(text), "@%s", text_of(set, "name"));
	sw_firewall_owner(&place, owner, sizeof(owner));
	if (owner[0] == '\0' || !set_holds(search, set))
		return;
	block = next_block(search, owner);
	if (block == NULL)
		return;
	(void)snprintf(block->place, sizeof(block->place), "set %s %s %s",
		       place.family, place.table, text + 1);
	(void)snprintf(block->undo, sizeof(block->undo),
		       "nft delete element %s %s %s { %s }", place.family,
		       place.table, text + 1, search->client_text);
}

static bool is_about_client(const struct search *search, const json_t *rule)
{
	const json_t *part;
	size_t i;

	json_array_foreach(json_object_get(rule, "expr"), i, part)
	{
		const json_t *match = json_object_get(part, "match");
		const json_t *left = json_object_get(match, "left");
		const json_t *field = json_object_get(left, "payload");

		if (strcmp(text_of(field, "field"), "saddr") == 0 &&
		    holds(search, json_object_get(match, "right")))
			return true;
	}
	return false;
}

static void look_at_rule(struct search *search, const json_t *rule)
{
	const struct sw_firewall_place place = {text_of(rule, "family"),
						text_of(rule, "table"),
						text_of(rule, "chain"), ""};
	json_int_t handle = json_integer_value(json_object_get(rule, "handle"));
	char owner[SW_OWNER_MAX];
	struct sw_block *block;

	sw_firewall_owner(&place, owner, sizeof(owner));
	if (owner[0] == '\0' || !is_about_client(search, rule))
		return;
	block = next_block(search, owner);
	if (block == NULL)
		return;
	(void)snprintf(block->place, sizeof(block->place),
		       "chain %s %s %s, rule handle %d", place.family,
		       place.table, place.chain, (int)handle);
	(void)snprintf(block->undo, sizeof(block->undo),
		       "nft delete rule %s %s %s handle %d", place.family,
		       place.table, place.chain, (int)handle);
}

enum sw_err sw_blocks_parse(const char *json, size_t len,
			    const struct sw_addr *client,
			    sw_is_element_fn is_element, struct sw_blocks *out)
{
	json_t *root = json_loadb(json, len, 0, NULL);
	const json_t *list = json_object_get(root, "nftables");
	struct search search = {.client = client, .is_element = is_element};
	const json_t *entry, *inner;
	size_t i;

	if (!json_is_array(list)) {
		json_decref(root);
		return SW_E_SYNTAX;
	}
	(void)sw_addr_format(client, search.client_text);
	json_array_foreach(list, i, entry)
	{
		if ((inner = json_object_get(entry, "set")) != NULL)
			look_into_set(&search, inner);
		else if ((inner = json_object_get(entry, "rule")) != NULL)
			look_at_rule(&search, inner);
	}
	json_decref(root);
	*out = search.found;
	return SW_OK;
}

static enum sw_err run_nft(const char *const *argv, char **out_text,
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

/* nft fails for an element that is not there. */
static bool is_element(const char *family, const char *table, const char *set,
		       const char *addr)
{
	const char *const argv[] = {NFT, "get", "element", family, table,
				    set, "{",	addr,	   "}",	   NULL};
	sw_autofree char *text = NULL;
	size_t len;

	return run_nft(argv, &text, &len) == SW_OK;
}

/* The elements of all sets take seconds where there are many: they stay out. */
enum sw_err sw_ask_blocks(const struct sw_addr *client, struct sw_blocks *out)
{
	static const char *const argv[] = {NFT,	   "-j",      "-t",
					   "list", "ruleset", NULL};
	sw_autofree char *text = NULL;
	size_t len;
	enum sw_err err;

	if (access(NFT, X_OK) != 0 || geteuid() != 0)
		return SW_E_NOTSUP;
	err = run_nft(argv, &text, &len);
	return err == SW_OK
		       ? sw_blocks_parse(text, len, client, is_element, out)
		       : err;
}
