#include "sw_test.h"

#include "ask/blocks.h"

#include "sshwhy/ask_blocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SET(family, table, name, elements)                                     \
	"{\"nftables\": [{\"metainfo\": {}}, {\"set\": {\"family\": \"" family \
	"\", \"table\": \"" table "\", \"name\": \"" name                      \
	"\", \"handle\": 2, \"elem\": [" elements "]}}]}"
#define RULE(table, chain, match)                                              \
	"{\"nftables\": [{\"rule\": {\"family\": \"ip\", \"table\": \"" table  \
	"\", \"chain\": \"" chain "\", \"handle\": 7, \"expr\": [" match       \
	", {\"counter\": null}, {\"reject\": null}]}}]}"
#define SADDR(value)                                                           \
	"{\"match\": {\"op\": \"==\", \"left\": {\"payload\": {\"protocol\": " \
	"\"ip\", \"field\": \"saddr\"}}, \"right\": " value "}}"
#define DADDR                                                                  \
	"{\"match\": {\"op\": \"==\", \"left\": {\"payload\": {\"protocol\": " \
	"\"ip\", \"field\": \"daddr\"}}, \"right\": \"192.0.2.5\"}}"

static const struct {
	const char *json;
	const char *client;
	const char *owner; /* NULL: not found */
	const char *undo;
} rows[] = {
	{SET("inet", "f2b-table", "addr-set-sshd", "\"192.0.2.5\""),
	 "192.0.2.5", "fail2ban:sshd",
	 "nft delete element inet f2b-table addr-set-sshd { 192.0.2.5 }"},
	{SET("inet", "f2b-table", "addr-set-sshd", "\"192.0.2.50\""),
	 "192.0.2.5", NULL, NULL},
	{SET("inet", "f2b-table", "addr6-set-sshd", "\"2001:db8::5\""),
	 "2001:db8::5", "fail2ban:sshd",
	 "nft delete element inet f2b-table addr6-set-sshd { 2001:db8::5 }"},
	{SET("ip", "crowdsec", "crowdsec-blacklists",
	     "{\"elem\": {\"val\": \"192.0.2.5\", \"timeout\": 9}}"),
	 "192.0.2.5", "crowdsec",
	 "nft delete element ip crowdsec crowdsec-blacklists { 192.0.2.5 }"},
	{SET("ip", "sshguard", "attackers",
	     "{\"prefix\": {\"addr\": \"192.0.2.0\", \"len\": 24}}"),
	 "192.0.2.5", "sshguard",
	 "nft delete element ip sshguard attackers { 192.0.2.0/24 }"},
	{SET("ip", "sshguard", "attackers",
	     "{\"prefix\": {\"addr\": \"192.0.2.8\", \"len\": 29}}"),
	 "192.0.2.5", NULL, NULL},
	{SET("ip", "sshguard", "attackers",
	     "{\"range\": [\"192.0.2.4\", \"192.0.2.6\"]}"),
	 "192.0.2.5", "sshguard",
	 "nft delete element ip sshguard attackers { 192.0.2.4-192.0.2.6 }"},
	{SET("ip", "sshguard", "attackers",
	     "{\"range\": [\"192.0.2.6\", \"192.0.2.9\"]}"),
	 "192.0.2.5", NULL, NULL},
	{SET("ip", "filter", "admins", "\"192.0.2.5\""), "192.0.2.5", NULL,
	 NULL},
	{RULE("filter", "f2b-sshd", SADDR("\"192.0.2.5\"")), "192.0.2.5",
	 "fail2ban:sshd", "nft delete rule ip filter f2b-sshd handle 7"},
	{RULE("filter", "f2b-sshd", SADDR("\"192.0.2.6\"")), "192.0.2.5", NULL,
	 NULL},
	{RULE("filter", "f2b-sshd", DADDR), "192.0.2.5", NULL, NULL},
	{RULE("filter", "INPUT", SADDR("\"192.0.2.5\"")), "192.0.2.5", NULL,
	 NULL},
	{SET("inet", "f2b-table", "addr-set-sshd", "5, null, {}, [], \"x\""),
	 "192.0.2.5", NULL, NULL},
	{"{\"nftables\": []}", "192.0.2.5", NULL, NULL},
};

static void addresses_are_found_where_a_tool_holds_them(void **state)
{
	struct sw_blocks blocks;
	struct sw_addr client;

	(void)state;
	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		assert_int_equal(sw_addr_parse(rows[i].client, &client), SW_OK);
		memset(&blocks, 'x', sizeof(blocks));
		assert_int_equal(sw_blocks_parse(rows[i].json,
						 strlen(rows[i].json), &client,
						 NULL, &blocks),
				 SW_OK);
		if (blocks.count != (rows[i].owner != NULL ? 1 : 0))
			fail_msg("%s: found %zu", rows[i].json, blocks.count);
		if (rows[i].owner == NULL)
			continue;
		assert_string_equal(blocks.rows[0].owner, rows[i].owner);
		assert_string_equal(blocks.rows[0].undo, rows[i].undo);
	}
}

static void what_nft_does_not_print_is_refused(void **state)
{
	static const char *const texts[] = {"", "x", "[]", "{}",
					    "{\"nftables\": 5}"};
	struct sw_addr client = {.family = SW_FAMILY_V4};
	struct sw_blocks blocks, before;

	(void)state;
	memset(&blocks, 'x', sizeof(blocks));
	before = blocks;
	for (size_t i = 0; i < SW_ROWS(texts); i++) {
		assert_int_equal(sw_blocks_parse(texts[i], strlen(texts[i]),
						 &client, NULL, &blocks),
				 SW_E_SYNTAX);
		assert_memory_equal(&blocks, &before, sizeof(blocks));
	}
}

static char asked[256];

static bool answer_yes(const char *family, const char *table, const char *set,
		       const char *addr, char *out_element)
{
	(void)strcpy(out_element, addr);

	(void)snprintf(asked, sizeof(asked), "%s %s %s %s", family, table, set,
		       addr);
	return true;
}

#define TERSE(name, type)                                                      \
	"{\"nftables\": [{\"set\": {\"family\": \"inet\", \"table\": "         \
	"\"f2b-table\", \"name\": \"" name "\", \"type\": \"" type "\"}}]}"

static void a_set_without_its_elements_is_asked_about(void **state)
{
	static const char v4[] = TERSE("addr-set-sshd", "ipv4_addr");
	static const char v6[] = TERSE("addr6-set-sshd", "ipv6_addr");
	struct sw_blocks blocks;
	struct sw_addr client;

	(void)state;
	assert_int_equal(sw_addr_parse("192.0.2.5", &client), SW_OK);
	assert_int_equal(sw_blocks_parse(v4, sizeof(v4) - 1, &client,
					 answer_yes, &blocks),
			 SW_OK);
	assert_string_equal(asked, "inet f2b-table addr-set-sshd 192.0.2.5");
	assert_int_equal(blocks.count, 1);
	asked[0] = '\0';
	assert_int_equal(sw_blocks_parse(v6, sizeof(v6) - 1, &client,
					 answer_yes, &blocks),
			 SW_OK);
	assert_string_equal(asked, "");
	assert_int_equal(blocks.count, 0);
}

static void no_more_places_than_there_is_room_for(void **state)
{
	char json[4096] = "{\"nftables\": [";
	struct sw_blocks blocks;
	struct sw_addr client;

	(void)state;
	assert_int_equal(sw_addr_parse("192.0.2.5", &client), SW_OK);
	for (int i = 0; i < SW_BLOCKS + 2; i++)
		(void)snprintf(json + strlen(json), sizeof(json) - strlen(json),
			       "%s{\"set\": {\"family\": \"ip\", \"table\": "
			       "\"sshguard\", \"name\": \"s%d\", \"elem\": "
			       "[\"192.0.2.5\"]}}",
			       i == 0 ? "" : ",", i);
	(void)snprintf(json + strlen(json), sizeof(json) - strlen(json), "]}");
	assert_int_equal(
		sw_blocks_parse(json, strlen(json), &client, NULL, &blocks),
		SW_OK);
	assert_int_equal(blocks.count, SW_BLOCKS);
}

/* --- the tools' own files
 * ----------------------------------------------------- */

static char root[64];

static void write_file(const char *name, const char *text)
{
	char command[256], path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s%s", root, name);
	(void)snprintf(command, sizeof(command), "mkdir -p \"$(dirname %s)\"",
		       path);
	assert_int_equal(system(command), 0);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int make_root(void **state)
{
	(void)state;
	(void)snprintf(root, sizeof(root), "deny-owner.XXXXXX");
	return mkdtemp(root) != NULL ? 0 : -1;
}

static int remove_root(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", root);
	return system(command);
}

static const char *owner_of(const char *text)
{
	struct sw_addr client;

	assert_int_equal(sw_addr_parse(text, &client), SW_OK);
	return sw_ask_deny_owner(root, &client);
}

static void the_files_of_a_tool_tell_whose_entry_it_is(void **state)
{
	(void)state;
	assert_string_equal(owner_of("192.0.2.5"), "");
	write_file("/var/ossec/logs/active-responses.log",
		   "Sun Nov 22 08:02:29 UTC 2026 /var/ossec/active-response/"
		   "bin/host-deny.sh add - 192.0.2.5 1.2 5712\n"
		   "Sun Nov 22 08:02:29 UTC 2026 /var/ossec/active-response/"
		   "bin/firewall-drop.sh add - 192.0.2.6 1.2 5712\n");
	assert_string_equal(owner_of("192.0.2.5"), "ossec");
	assert_string_equal(owner_of("192.0.2.6"), "");
	assert_string_equal(owner_of("192.0.2.55"), "");
	assert_string_equal(owner_of("2.0.2.5"), "");
	write_file("/var/lib/portsentry/portsentry.blocked.tcp",
		   "1795332751 - 11/22/2026 08:02:29 Host: h/192.0.2.6 Port: "
		   "79 TCP Blocked\n");
	assert_string_equal(owner_of("192.0.2.6"), "portsentry");
	write_file("/var/lib/denyhosts/hosts",
		   "192.0.2.7:6:Sun Nov 22 08:02:29 2026\n");
	assert_string_equal(owner_of("192.0.2.7"), "denyhosts");
	assert_string_equal(owner_of("192.0.2.70"), "");
}

static void denyhosts_restores_an_entry_from_these_files(void **state)
{
	struct sw_addr client;
	char files[256], wanted[256];

	(void)state;
	assert_int_equal(sw_addr_parse("192.0.2.7", &client), SW_OK);
	sw_ask_denyhosts_files(root, &client, files, sizeof(files));
	assert_string_equal(files, "");
	write_file("/etc/denyhosts.conf", "# WORK_DIR = /no\n"
					  "WORK_DIR = /var/dh\nX = y\n");
	write_file("/var/dh/hosts", "192.0.2.7:6:Sun Nov 22\n");
	write_file("/var/dh/hosts-root", "192.0.2.8:6:Sun Nov 22\n");
	write_file("/var/dh/hosts-valid", "192.0.2.7:0:Sun Nov 22\n");
	write_file("/var/dh/users-hosts", "bob - 192.0.2.7:1:Sun Nov 22\n");
	sw_ask_denyhosts_files(root, &client, files, sizeof(files));
	(void)snprintf(wanted, sizeof(wanted),
		       "%s/var/dh/hosts %s/var/dh/hosts-valid "
		       "%s/var/dh/users-hosts",
		       root, root, root);
	assert_string_equal(files, wanted);
}

static void ufw_tells_whose_a_rule_of_its_is(void **state)
{
	static const char by[] =
		"6279204661696c3242616e206166746572203520617474656d70747320616"
		"761696e73742073736864"; /* "by Fail2Ban after 5 attempts
					   against sshd" */
	struct sw_blocks blocks = {.count = 0};
	char rules[1024];
	struct sw_addr client;

	(void)state;
	(void)snprintf(
		rules, sizeof(rules),
		"*filter\n### tuple ### reject any any 0.0.0.0/0 any 192.0.2.5 "
		"in comment=%s\n### tuple ### deny any any 0.0.0.0/0 any "
		"192.0.2.0/24 in\n### tuple ### allow any any 0.0.0.0/0 any "
		"192.0.2.5 in\n### tuple ### deny_log tcp 22 0.0.0.0/0 any "
		"192.0.2.5 in\n### tuple ### deny\n### tuple ###\n",
		by);
	write_file("/etc/ufw/user.rules", rules);
	assert_int_equal(sw_addr_parse("192.0.2.5", &client), SW_OK);
	sw_blocks_ufw(root, &client, &blocks);
	assert_int_equal(blocks.count, 2);
	assert_string_equal(blocks.rows[0].owner, "fail2ban:sshd");
	assert_string_equal(blocks.rows[0].undo,
			    "ufw delete reject from 192.0.2.5");
	assert_string_equal(blocks.rows[1].owner, "ufw");
	assert_string_equal(blocks.rows[1].undo,
			    "ufw delete deny from 192.0.2.5 to any port 22 "
			    "proto tcp");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_found_where_a_tool_holds_them),
		cmocka_unit_test(what_nft_does_not_print_is_refused),
		cmocka_unit_test(a_set_without_its_elements_is_asked_about),
		cmocka_unit_test(no_more_places_than_there_is_room_for),
		cmocka_unit_test_setup_teardown(
			the_files_of_a_tool_tell_whose_entry_it_is, make_root,
			remove_root),
		cmocka_unit_test_setup_teardown(
			ufw_tells_whose_a_rule_of_its_is, make_root,
			remove_root),
		cmocka_unit_test_setup_teardown(
			denyhosts_restores_an_entry_from_these_files, make_root,
			remove_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
