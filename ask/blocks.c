#include "blocks.h"

#include "sshwhy/firewall_owner.h"
#include "sshwhy/text.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

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

struct sw_block *sw_blocks_add(struct sw_blocks *blocks, const char *owner)
{
	struct sw_block *block;

	if (blocks->count == SW_BLOCKS)
		return NULL;
	block = &blocks->rows[blocks->count++];
	(void)sw_text_copy(block->owner, sizeof(block->owner), owner);
	return block;
}

/* An element as nft takes it, to be deleted; "" for what is none. */
static void name_element(const json_t *value, char *out)
{
	const json_t *inner = json_object_get(value, "elem");
	struct sw_text text;

	if (inner != NULL)
		value = json_object_get(inner, "val");
	sw_text_init(&text, out, SW_BLOCK_TEXT);
	if (json_is_string(value))
		sw_text_add(&text, "%s", json_string_value(value));
	else if ((inner = json_object_get(value, "prefix")) != NULL)
		sw_text_add(
			&text, "%s/%d", text_of(inner, "addr"),
			(int)json_integer_value(json_object_get(inner, "len")));
	else if ((inner = json_object_get(value, "range")) != NULL)
		sw_text_add(&text, "%s-%s",
			    json_string_value(json_array_get(inner, 0)),
			    json_string_value(json_array_get(inner, 1)));
}

static bool is_for_family(const struct search *search, const json_t *set)
{
	bool v4 = search->client->family == SW_FAMILY_V4;

	return strcmp(text_of(set, "type"), v4 ? "ipv4_addr" : "ipv6_addr") ==
	       0;
}

static bool set_holds(const struct search *search, const json_t *set,
		      char *out_element)
{
	const json_t *elements = json_object_get(set, "elem");
	const json_t *element = NULL;
	size_t i;

	if (elements == NULL)
		return search->is_element != NULL &&
		       is_for_family(search, set) &&
		       search->is_element(text_of(set, "family"),
					  text_of(set, "table"),
					  text_of(set, "name"),
					  search->client_text, out_element);
	json_array_foreach(elements, i, element)
	{
		if (!holds(search, element))
			continue;
		name_element(element, out_element);
		return true;
	}
	return false;
}

static void look_into_set(struct search *search, const json_t *set)
{
	char text[SW_TEXT_MAX], owner[SW_OWNER_MAX], element[SW_BLOCK_TEXT];
	const struct sw_firewall_place place = {
		text_of(set, "family"), text_of(set, "table"), "", text};
	struct sw_block *block;

	(void)snprintf(text, sizeof(text), "@%s", text_of(set, "name"));
	sw_firewall_owner(&place, owner, sizeof(owner));
	if (owner[0] == '\0' || !set_holds(search, set, element))
		return;
	block = sw_blocks_add(&search->found, owner);
	if (block == NULL)
		return;
	(void)snprintf(block->place, sizeof(block->place), "set %s %s %s",
		       place.family, place.table, text + 1);
	(void)snprintf(block->undo, sizeof(block->undo),
		       "nft delete element %s %s %s { %.100s }", place.family,
		       place.table, text + 1, element);
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
	block = sw_blocks_add(&search->found, owner);
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
