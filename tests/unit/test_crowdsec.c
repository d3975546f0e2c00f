#include "sw_test.h"

#include "cli/crowdsec.h"

#include <string.h>

#define NOW INT64_C(1795332751000)
#define UNTOUCHED INT64_C(-77)

static const struct {
	const char *text;
	enum sw_err err;
	int64_t ms;
} durations[] = {
	{"3h59m59.199510433s", SW_OK, 14399199},
	{"59m58.5s", SW_OK, 3598500},
	{"-10.470203ms", SW_OK, -10},
	{"-1h0m1s", SW_OK, -3601000},
	{"1500us", SW_OK, 1},
	{"2500\xc2\xb5s", SW_OK, 2},
	{"1000000ns", SW_OK, 1},
	{"0s", SW_OK, 0},
	{"8760h", SW_OK, INT64_C(31536000000)},
	{"999999999999h", SW_E_RANGE, UNTOUCHED},
	{"", SW_E_SYNTAX, UNTOUCHED},
	{"-", SW_E_SYNTAX, UNTOUCHED},
	{"4", SW_E_SYNTAX, UNTOUCHED},
	{"h", SW_E_SYNTAX, UNTOUCHED},
	{".5s", SW_E_SYNTAX, UNTOUCHED},
	{"4h ", SW_E_SYNTAX, UNTOUCHED},
	{"4d", SW_E_SYNTAX, UNTOUCHED},
	{"nan", SW_E_SYNTAX, UNTOUCHED},
};

static void durations_are_read_as_go_writes_them(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(durations); i++) {
		int64_t ms = UNTOUCHED;
		enum sw_err err = sw_crowdsec_duration(durations[i].text, &ms);

		if (err != durations[i].err || ms != durations[i].ms)
			fail_msg("\"%s\": got %s, %lld ms", durations[i].text,
				 sw_strerror(err), (long long)ms);
	}
}

#define DECISION(type, scope, value)                                           \
	"{\"duration\":\"1h\",\"scenario\":\"s\",\"type\":\"" type             \
	"\",\"scope\":\"" scope "\",\"value\":\"" value "\"}"

static const struct {
	const char *json;
	enum sw_err err;
	size_t placed;
	size_t lifted;
	size_t left_out;
} answers[] = {
	{"{\"new\":null,\"deleted\":null}", SW_OK, 0, 0, 0},
	{"{\"new\":[" DECISION(
		 "ban", "Ip",
		 "192.0.2.1") "],\"deleted\":[" DECISION("ban", "range",
							 "192.0.2.0/24") "]}",
	 SW_OK, 1, 1, 0},
	{"{\"new\":[" DECISION("captcha", "Ip", "192.0.2.1") "," DECISION(
		 "ban", "Country",
		 "FR") "," DECISION("ban", "Ip",
				    "x") "," DECISION("ban", "Range",
						      "0.0.0.0/0") "," DECISION("ban",
										"Ip",
										"::1") "],\"deleted\":null}",
	 SW_OK, 0, 0, 5},
	{"", SW_E_SYNTAX, 0, 0, 0},
	{"[]", SW_E_SYNTAX, 0, 0, 0},
	{"{\"new\":null}", SW_E_SYNTAX, 0, 0, 0},
	{"{\"message\":\"access forbidden\"}", SW_E_SYNTAX, 0, 0, 0},
	{"{\"new\":{},\"deleted\":null}", SW_E_SYNTAX, 0, 0, 0},
	{"{\"new\":[7],\"deleted\":null}", SW_E_SYNTAX, 0, 0, 0},
	{"{\"new\":[{}],\"deleted\":null}", SW_E_SYNTAX, 0, 0, 0},
	{"{\"new\":[" DECISION("ban", "Ip", "192.0.2.1") ",{}],"
							 "\"deleted\":null}",
	 SW_E_SYNTAX, 0, 0, 0},
};

static void only_bans_of_addresses_and_ranges_are_taken(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(answers); i++) {
		struct sw_crowdsec answer = SW_CROWDSEC_INIT;
		enum sw_err err = sw_crowdsec_parse(
			answers[i].json, strlen(answers[i].json), NOW, &answer);

		if (err != answers[i].err ||
		    answer.placed.count != answers[i].placed ||
		    answer.lifted.count != answers[i].lifted ||
		    answer.left_out != answers[i].left_out)
			fail_msg("%s: %s, %zu placed, %zu lifted, %zu left out",
				 answers[i].json, sw_strerror(err),
				 answer.placed.count, answer.lifted.count,
				 answer.left_out);
		sw_crowdsec_free(&answer);
	}
}

static void an_entry_ends_when_its_decision_does(void **state SW_UNUSED)
{
	struct sw_crowdsec answer = SW_CROWDSEC_INIT;
	struct sw_ban ban;

	assert_int_equal(sw_crowdsec_parse(answers[1].json,
					   strlen(answers[1].json), NOW,
					   &answer),
			 SW_OK);
	sw_ban_list_get(&answer.placed, 0, &ban);
	assert_string_equal(ban.owner, "crowdsec");
	assert_string_equal(ban.reason, "s");
	assert_int_equal(ban.placed, NOW);
	assert_int_equal(ban.until, NOW + 3600000);
	sw_crowdsec_free(&answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_are_read_as_go_writes_them),
		cmocka_unit_test(only_bans_of_addresses_and_ranges_are_taken),
		cmocka_unit_test(an_entry_ends_when_its_decision_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
