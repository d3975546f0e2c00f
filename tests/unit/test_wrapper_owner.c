#include "sw_test.h"

#include "sshwhy/wrapper_owner.h"

#include <string.h>

#define DENYHOSTS "# DenyHosts: Sun Nov 22 08:02:29 2026 | "

static const struct {
	const char *title;
	struct sw_wrapper_marks marks;
	const char *owner;
} rows[] = {
	{"DenyHosts' comment above its entry",
	 {.previous = DENYHOSTS "sshd: 203.0.113.5\n",
	  .text = "sshd: 203.0.113.5"},
	 "denyhosts"},
	{"the same, with the ends of both lines",
	 {.previous = DENYHOSTS "ALL: 203.0.113.5 : deny\r\n",
	  .text = "ALL: 203.0.113.5 : deny\r"},
	 "denyhosts"},
	{"a bare address, for a list file",
	 {.previous = DENYHOSTS "203.0.113.5", .text = "203.0.113.5"},
	 "denyhosts"},
	{"DenyHosts' comment, left behind above another rule",
	 {.previous = DENYHOSTS "sshd: 203.0.113.5\n",
	  .text = "sshd: 203.0.113.55"},
	 ""},
	{"DenyHosts' comment, left behind above a longer rule",
	 {.previous = DENYHOSTS "sshd: 203.0.113.55\n",
	  .text = "sshd: 203.0.113.5"},
	 ""},
	{"DenyHosts' comment without an entry",
	 {.previous = "# DenyHosts: Sun Nov 22\n", .text = "sshd: ALL"},
	 ""},
	{"DenyHosts' comment with an empty entry above an empty text",
	 {.previous = DENYHOSTS "\n", .text = ""},
	 ""},
	{"inside sshguard's block",
	 {.previous = "###sshguard###\n",
	  .text = "ALL : 203.0.113.5 203.0.113.6 : DENY",
	  .in_allow_file = true,
	  .sshguard = 1},
	 "sshguard"},
	{"behind sshguard's block",
	 {.previous = "###sshguard###\n",
	  .text = "sshd: ALL",
	  .in_allow_file = true,
	  .sshguard = 2},
	 ""},
	{"sshguard's line in hosts.deny, where it writes nothing",
	 {.previous = "", .text = "sshd: ALL", .sshguard = 1},
	 ""},
	{"inside BlockHosts' block",
	 {.previous = "#bh: ip:       1.2.3.4 :   8 : 1308341273.0\n",
	  .text = "ALL: 1.2.3.4 : deny",
	  .in_allow_file = true,
	  .blockhosts = 1},
	 "blockhosts"},
	{"behind BlockHosts' block",
	 {.previous = "",
	  .text = "ALL: 1.2.3.4 : deny",
	  .in_allow_file = true,
	  .blockhosts = 2},
	 ""},
	{"OSSEC's form", {.previous = "", .text = "ALL:203.0.113.5"}, "ossec"},
	{"OSSEC's form with IPv6",
	 {.previous = "", .text = "ALL:[2001:db8::1]\n"},
	 "ossec"},
	{"Wazuh's form with IPv6, which libwrap never matches",
	 {.previous = "", .text = "ALL:2001:db8::1"},
	 "ossec"},
	{"fail2ban's form, which portsentry and people write too",
	 {.previous = "", .text = "ALL: 203.0.113.5"},
	 ""},
	{"an administrator who saves blanks",
	 {.previous = "", .text = "ALL:ALL"},
	 ""},
	{"two addresses without a blank",
	 {.previous = "", .text = "ALL:203.0.113.5,203.0.113.6"},
	 ""},
	{"OSSEC's form in hosts.allow",
	 {.previous = "", .text = "ALL:203.0.113.5", .in_allow_file = true},
	 ""},
	{"a text longer than any address",
	 {.previous = "",
	  .text = "ALL:2001:db8:1111:2222:3333:4444:5555:6666:7777:8888:9999"},
	 ""},
};

static void the_marks_around_a_rule_name_its_tool(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		const char *owner = sw_wrapper_owner(&rows[i].marks);

		if (strcmp(owner, rows[i].owner) != 0)
			fail_msg("%s: got \"%s\"", rows[i].title, owner);
	}
}

static const struct {
	const char *text;
	const char *owner;
	const char *client;
	bool is_bare;
} bare[] = {
	{"ALL: 203.0.113.5", "", "203.0.113.5", true},
	{"sshd: 203.0.113.5", "", "203.0.113.5", true},
	{"ALL: [2001:db8::5]", "", "2001:db8::5", true},
	{"ALL: 203.0.113.5", "denyhosts", "203.0.113.5", false},
	{"ALL: 203.0.113.5", "", "203.0.113.50", false},
	{"ALL: 203.0.113.50", "", "203.0.113.5", false},
	{"ALL: 203.0.113.", "", "203.0.113.5", false},
	{"ALL: 2001:db8::5", "", "2001:db8::5", false},
	{"ALL: ALL", "", "203.0.113.5", false},
	{"ALL:203.0.113.5", "", "203.0.113.5", false},
	{"", "", "203.0.113.5", false},
};

static void a_bare_rule_denies_one_address_alone(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(bare); i++) {
		struct sw_rule rule = {.line = 1};
		struct sw_addr client;

		(void)strcpy(rule.text, bare[i].text);
		(void)strcpy(rule.owner, bare[i].owner);
		assert_int_equal(sw_addr_parse(bare[i].client, &client), SW_OK);
		if (sw_wrapper_is_bare(&rule, &client) != bare[i].is_bare)
			fail_msg("%s, of \"%s\", for %s", bare[i].text,
				 bare[i].owner, bare[i].client);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bare_rule_denies_one_address_alone),
		cmocka_unit_test(the_marks_around_a_rule_name_its_tool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
