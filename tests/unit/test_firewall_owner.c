#include "sw_test.h"

#include "sshwhy/firewall_owner.h"
#include "sshwhy/verdict.h"

#include <string.h>

static const struct {
	struct sw_firewall_place place;
	const char *owner;
} rows[] = {
	/* as fail2ban's actions leave them, printed by nft and iptables-save */
	{{"inet", "f2b-table", "f2b-chain",
	  "tcp dport { 22 } ip saddr @addr-set-sshd reject with icmp "
	  "port-unreachable"},
	 "fail2ban:sshd"},
	{{"inet", "f2b-table", "f2b-chain",
	  "tcp dport 22 ip6 saddr @addr6-set-sshd-ddos reject"},
	 "fail2ban:sshd-ddos"},
	{{"inet", "f2b-table", "f2b-chain", "meta l4proto tcp drop"},
	 "fail2ban"},
	{{"inet", "f2b-table", "other", ""}, "fail2ban"},
	{{"ip", "filter", "f2b-sshd", "ip saddr 203.0.113.5 counter reject"},
	 "fail2ban:sshd"},
	{{"ip6", "filter", "f2b-sshd",
	  "-A f2b-sshd -s 2001:db8::5/128 -j REJECT"},
	 "fail2ban:sshd"},
	{{"ip", "filter", "fail2ban-ssh", ""}, "fail2ban:ssh"},
	{{"ip", "filter", "f2b-", ""}, ""},
	{{"ip", "filter", "INPUT",
	  "-A INPUT -p tcp -m multiport --dports 22 -m set --match-set "
	  "f2b-sshd src -j REJECT"},
	 "fail2ban:sshd"},
	{{"ip6", "filter", "INPUT", "-m set --match-set f2b-sshd6 src -j DROP"},
	 "fail2ban:sshd"},
	{{"ip", "filter", "INPUT", "-m set --match-set f2b-web6 src -j DROP"},
	 "fail2ban:web6"},
	{{"ip", "filter", "ufw-user-input", "-m set --match-set f2b-sshd src"},
	 "fail2ban:sshd"},
	/* the others */
	{{"ip", "crowdsec", "crowdsec-chain",
	  "ip saddr @crowdsec-blacklists drop"},
	 "crowdsec"},
	{{"ip6", "crowdsec6", "crowdsec6-chain",
	  "ip6 saddr @crowdsec6-blacklists-CAPI drop"},
	 "crowdsec"},
	{{"ip", "filter", "CROWDSEC_CHAIN", ""}, "crowdsec"},
	{{"ip", "sshguard", "blacklist", "ip saddr @attackers drop"},
	 "sshguard"},
	{{"ip", "filter", "INPUT", "-m set --match-set sshguard4 src -j DROP"},
	 "sshguard"},
	{{"ip", "filter", "sshguard", "-s 203.0.113.0/24 -j DROP"}, "sshguard"},
	{{"ip", "filter", "ufw-user-input", "-s 203.0.113.5/32 -j DROP"},
	 "ufw"},
	{{"ip6", "filter", "ufw6-user-input", ""}, "ufw"},
	{{"inet", "firewalld", "filter_IN_public_deny", "drop"},
	 "firewalld:public"},
	{{"inet", "firewalld", "filter_IN_drop", "drop"}, "firewalld:drop"},
	{{"inet", "firewalld", "filter_IN_policy_allow-host-ipv6", ""},
	 "firewalld:policy_allow-host-ipv6"},
	{{"inet", "firewalld", "filter_IN_policy_fence_pre", ""},
	 "firewalld:policy_fence"},
	{{"ip", "filter", "IN_policy_fence_deny", ""},
	 "firewalld:policy_fence"},
	{{"inet", "firewalld_policy_drop", "raw_prerouting", ""}, "firewalld"},
	{{"inet", "firewalld", "filter_INPUT", "reject"}, "firewalld"},
	{{"ip", "filter", "IN_block_deny", "-j REJECT"}, "firewalld:block"},
	{{"ip", "filter", "DENYIN", "-s 203.0.113.5/32 -j DROP"}, "csf"},
	{{"ip", "filter", "DOCKER-USER", "-j DROP"}, "docker"},
	{{"ip", "filter", "KUBE-FIREWALL", "-j DROP"}, "kubernetes"},
	/* an administrator's own */
	{{"inet", "filter", "input", "ip saddr @attackers drop"}, ""},
	{{"ip", "sshguard2", "x", ""}, ""},
	{{"inet", "filter", "input", "ip saddr @ drop"}, ""},
	{{"", "", "", ""}, ""},
};

static void names_of_sets_chains_and_tables_tell_the_tool(void **state)
{
	char owner[SW_OWNER_MAX];

	(void)state;
	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		memset(owner, 'x', sizeof(owner));
		sw_firewall_owner(&rows[i].place, owner, sizeof(owner));
		if (strcmp(owner, rows[i].owner) != 0)
			fail_msg("%s %s \"%s\": \"%s\", not \"%s\"",
				 rows[i].place.table, rows[i].place.chain,
				 rows[i].place.text, owner, rows[i].owner);
	}
}

static void a_long_jail_is_cut(void **state)
{
	struct sw_firewall_place place = {"ip", "filter", NULL, ""};
	char chain[200] = "f2b-";
	char owner[20];

	(void)state;
	memset(chain + 4, 'a', sizeof(chain) - 5);
	chain[sizeof(chain) - 1] = '\0';
	place.chain = chain;
	sw_firewall_owner(&place, owner, sizeof(owner));
	assert_string_equal(owner, "fail2ban:aaaaaaaaaa");
}

static void a_name_that_no_set_can_have_tells_nothing(void **state)
{
	struct sw_firewall_place place = {"ip", "filter", "input", NULL};
	char text[300] = "ip saddr @f2b-";
	char owner[SW_OWNER_MAX];

	(void)state;
	memset(text + 14, 'a', sizeof(text) - 15);
	text[sizeof(text) - 1] = '\0';
	place.text = text;
	sw_firewall_owner(&place, owner, sizeof(owner));
	assert_string_equal(owner, "");
}

static const struct {
	const char *source;
	const char *text;
	const char *before;
	const char *owner;
} own_rows[] = {
	{"nft:inet/f2b-table/f2b-chain", "ip saddr @addr-set-sshd reject", "",
	 "fail2ban:sshd"},
	{"nft:ip/filter/ufw-user-input", "drop", "", "ufw"},
	{"nft:ip/filter/f2b-a/b", "", "", "fail2ban:a/b"},
	{"nft:ip/sshguard", "", "", "sshguard"},
	{"nft:", "@f2b-sshd", "", "fail2ban:sshd"},
	{"nft:ip/filter/INPUT", "policy drop", "", ""},
	{"nft:ip/filter/ufw-user-input", "drop", "admin", "admin"},
	{"/etc/hosts.deny", "sshd: @f2b-sshd", "", ""},
};

static void a_rule_of_netfilter_gets_its_owner(void **state)
{
	struct sw_rule rule;

	(void)state;
	for (size_t i = 0; i < SW_ROWS(own_rows); i++) {
		memset(&rule, 0, sizeof(rule));
		strcpy(rule.source, own_rows[i].source);
		strcpy(rule.text, own_rows[i].text);
		strcpy(rule.owner, own_rows[i].before);
		sw_firewall_own(&rule);
		if (strcmp(rule.owner, own_rows[i].owner) != 0)
			fail_msg("%s: \"%s\"", own_rows[i].source, rule.owner);
	}
}

static const struct {
	const char *prefix;
	const char *owner;
} prefixes[] = {
	{"f2b-sshd:REJECT", "fail2ban:sshd"},
	{"f2b-sshd dropped", "fail2ban:sshd"},
	{"f2b-sshd", "fail2ban:sshd"},
	{"[UFW BLOCK]", "ufw"},
	{"DOCKER-USER: ", "docker"},
	{"block list", ""},
	{"", ""},
	{"my f2b-sshd:", ""},
};

static void the_prefix_of_a_rule_that_logs_may_tell_its_owner(void **state)
{
	char owner[SW_OWNER_MAX];

	(void)state;
	for (size_t i = 0; i < SW_ROWS(prefixes); i++) {
		sw_firewall_prefix_owner(prefixes[i].prefix, owner,
					 sizeof(owner));
		if (strcmp(owner, prefixes[i].owner) != 0)
			fail_msg("%s: \"%s\"", prefixes[i].prefix, owner);
	}
}

static const struct {
	const char *source, *text, *owner, *client;
	bool names_only, lent;
} about[] = {
	{"nft:ip/t/c", "ip saddr 192.0.2.5 drop", "", "192.0.2.5", true, false},
	{"nft:ip/t/c", "meta l4proto tcp ip saddr 192.0.2.5 drop", "",
	 "192.0.2.5", true, false},
	{"nft:ip/filter/ufw-user-input",
	 "-A ufw-user-input -s 192.0.2.5/32 -j DROP", "ufw", "192.0.2.5", true,
	 true},
	{"nft:ip/filter/ufw-user-input",
	 "-A ufw-user-input -s 192.0.2.0/24 -j DROP", "ufw", "192.0.2.5", false,
	 false},
	{"nft:inet/firewalld/filter_IN_public_deny",
	 "counter ip6 saddr 2001:db8::5 reject", "firewalld:public",
	 "2001:db8::5", true, true},
	{"nft:ip/t/c", "counter ip saddr 192.0.2.50 drop", "ufw", "192.0.2.5",
	 false, false},
	{"nft:ip/t/c", "counter ip saddr != 192.0.2.5 drop", "ufw", "192.0.2.5",
	 false, false},
	{"/etc/hosts.deny", "sshd: saddr 192.0.2.5", "", "192.0.2.5", false,
	 false},
};

static void a_rule_about_one_client_alone_is_known(void **state)
{
	struct sw_rule rule;
	struct sw_addr client;

	(void)state;
	for (size_t i = 0; i < SW_ROWS(about); i++) {
		memset(&rule, 0, sizeof(rule));
		strcpy(rule.source, about[i].source);
		strcpy(rule.text, about[i].text);
		strcpy(rule.owner, about[i].owner);
		assert_int_equal(sw_addr_parse(about[i].client, &client),
				 SW_OK);
		if (sw_firewall_names_only(&rule, &client) !=
			    about[i].names_only ||
		    sw_firewall_is_lent(&rule, &client) != about[i].lent)
			fail_msg("%s", about[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_sets_chains_and_tables_tell_the_tool),
		cmocka_unit_test(a_rule_of_netfilter_gets_its_owner),
		cmocka_unit_test(
			the_prefix_of_a_rule_that_logs_may_tell_its_owner),
		cmocka_unit_test(a_rule_about_one_client_alone_is_known),
		cmocka_unit_test(a_long_jail_is_cut),
		cmocka_unit_test(a_name_that_no_set_can_have_tells_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
