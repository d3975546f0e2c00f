#include "blocks.h"

#include "sshwhy/auto.h"
#include "sshwhy/text.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define IP "/usr/sbin/ip"

/* The kinds of route by which no packet leaves. */
static bool leads_nowhere(const char *type)
{
	return strcmp(type, "unreachable") == 0 ||
	       strcmp(type, "blackhole") == 0 || strcmp(type, "prohibit") == 0;
}

/* The narrowest of the routes that match; the last one counts, if equal. */
static const json_t *narrowest(const json_t *routes, struct sw_prefix *out)
{
	const json_t *route, *best = NULL;
	struct sw_prefix prefix;
	size_t i;

	json_array_foreach(routes, i, route)
	{
		const char *to =
			json_string_value(json_object_get(route, "dst"));

		if (to == NULL || sw_prefix_parse(to, &prefix) != SW_OK ||
		    (best != NULL && prefix.len < out->len))
			continue;
		best = route;
		*out = prefix;
	}
	return best;
}

bool sw_ask_bad_route(const struct sw_addr *client, struct sw_rule *out)
{
	char addr[SW_ADDR_TEXT_MAX], to[SW_PREFIX_TEXT_MAX];
	const char *const argv[] = {IP,
				    client->family == SW_FAMILY_V6 ? "-6"
								   : "-4",
				    "-j",
				    "route",
				    "show",
				    "match",
				    sw_addr_format(client, addr),
				    NULL};
	struct sw_prefix prefix;
	size_t len = 0;
	sw_autofree char *text = sw_blocks_run(argv, &len);
	json_t *routes = text != NULL ? json_loadb(text, len, 0, NULL) : NULL;
	const json_t *route = narrowest(routes, &prefix);
	const char *type = json_string_value(json_object_get(route, "type"));
	bool found = type != NULL && leads_nowhere(type);

	if (found) {
		memset(out, 0, sizeof(*out));
		(void)sw_text_copy(out->source, sizeof(out->source),
				   SW_ROUTE_SOURCE);
		(void)snprintf(out->text, sizeof(out->text), "%s %s", type,
			       sw_prefix_format(&prefix, to));
	}
	json_decref(routes);
	return found;
}

void sw_blocks_route(const struct sw_addr *client, struct sw_blocks *blocks)
{
	struct sw_block *block;
	struct sw_rule rule;

	if (!sw_ask_bad_route(client, &rule))
		return;
	block = sw_blocks_add(blocks, "");
	if (block == NULL)
		return;
	(void)snprintf(block->place, sizeof(block->place), "route %.200s",
		       rule.text);
	(void)snprintf(block->undo, sizeof(block->undo), "ip route del %.200s",
		       rule.text);
}
