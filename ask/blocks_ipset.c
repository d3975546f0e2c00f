#include "blocks.h"

#include "sshwhy/auto.h"
#include "sshwhy/firewall_owner.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define IPSET "/usr/sbin/ipset"
#define NAME_LEN 32 /* bytes, with the NUL; the kernel takes 31 */
#define OF_NETS "Type: hash:net"

static bool is_word(const char *name)
{
	return name[0] != '-' && name[0] != '\0';
}

static bool holds(const char *name, const char *addr)
{
	const char *const argv[] = {IPSET, "-q", "test", name, addr, NULL};
	size_t len;
	sw_autofree char *text = sw_blocks_run(argv, &len);

	return text != NULL;
}

/* A set of networks takes exceptions. */
static bool is_of_nets(const char *name)
{
	const char *const argv[] = {IPSET, "-t", "list", name, NULL};
	size_t len;
	sw_autofree char *text = sw_blocks_run(argv, &len);

	return text != NULL && strstr(text, OF_NETS) != NULL;
}

enum sw_err sw_ask_ipset(const char *name, const struct sw_addr *client,
			 struct sw_block *out)
{
	char addr[SW_ADDR_TEXT_MAX];

	(void)sw_addr_format(client, addr);
	if (!is_word(name) || strlen(name) >= NAME_LEN || !holds(name, addr))
		return SW_E_NOTSUP;
	(void)snprintf(out->place, sizeof(out->place), "ipset %s", name);
	(void)snprintf(out->undo, sizeof(out->undo),
		       is_of_nets(name) ? "ipset add %s %s nomatch"
					: "ipset del %s %s",
		       name, addr);
	return SW_OK;
}

static void look_into(const char *name, const struct sw_addr *client,
		      struct sw_blocks *blocks)
{
	char text[NAME_LEN + 16], owner[SW_OWNER_MAX];
	const struct sw_firewall_place place = {
		client->family == SW_FAMILY_V6 ? "ip6" : "ip", "", "", text};
	struct sw_block found = {.owner = ""}, *block;

	(void)snprintf(text, sizeof(text), "match-set %s", name);
	sw_firewall_owner(&place, owner, sizeof(owner));
	if (owner[0] == '\0' || sw_ask_ipset(name, client, &found) != SW_OK)
		return;
	block = sw_blocks_add(blocks, owner);
	if (block == NULL)
		return;
	memcpy(block->place, found.place, sizeof(block->place));
	memcpy(block->undo, found.undo, sizeof(block->undo));
}

void sw_blocks_ipset(const struct sw_addr *client, struct sw_blocks *blocks)
{
	static const char *const argv[] = {IPSET, "-n", "list", NULL};
	size_t len;
	sw_autofree char *names = sw_blocks_run(argv, &len);
	char *rest = names;

	while (rest != NULL) {
		const char *name = strsep(&rest, "\n");

		if (is_word(name) && strlen(name) < NAME_LEN)
			look_into(name, client, blocks);
	}
}
