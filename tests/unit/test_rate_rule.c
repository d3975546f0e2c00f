#include "rate_table.h"

#include "sshwhy/paths.h"

static void a_refusal_names_its_line(void **unused SW_UNUSED)
{
	static const char text[] =
		"#\n\nrate.all=1/1m  burst 1 per 32/64 observe \n"
		"rate.none = 1/1m burst 1 per 32/64\n";
	const struct sw_addr client = addr_of("192.0.2.1");
	struct sw_rate table = opened();
	struct sw_verdict verdict;
	bool observe = false;

	assert_int_equal(ask(&table, text, "192.0.2.1", START), SW_ALLOW);
	sw_rate_check(&table, config_of(text), &client, START, &verdict,
		      &observe);
	assert_int_equal(verdict.outcome, SW_DENY);
	assert_int_equal(verdict.cause, SW_CAUSE_LIMIT_RATE);
	assert_string_equal(verdict.rule.source, SW_PATH_CONFIG);
	assert_int_equal(verdict.rule.line, 3);
	assert_int_equal(verdict.rule.first_line, 3);
	assert_string_equal(verdict.rule.text,
			    "rate.all=1/1m  burst 1 per 32/64 observe");
	assert_string_equal(verdict.rule.owner, "admin");
	assert_int_equal(verdict.lookup.done, 0);
	assert_true(observe);
	sw_rate_close(&table);
}

static void a_long_rule_is_cut_in_the_verdict(void **unused SW_UNUSED)
{
	struct sw_rate table = SW_RATE_INIT;
	struct sw_verdict verdict;
	const struct sw_addr client = addr_of("192.0.2.1");
	bool observe = true;
	char text[400];

	memset(text, ' ', sizeof(text));
	memcpy(text, "rate.x = 1/1m", 13);
	(void)strcpy(text + 300, "burst 1 per 32/64");
	sw_rate_check(&table, config_of(text), &client, START, &verdict,
		      &observe);
	assert_int_equal(strlen(verdict.rule.text), SW_TEXT_MAX - 1);
	assert_false(observe);
}

#define TEN "10/1m burst 1 per 32/64"

static const struct {
	const char *config;
	const char *client;
	unsigned int line; /* that decides; 0: none */
	bool limited;
	bool observe;
} choices[] = {
	{"", "192.0.2.1", 0, false, false},
	{"rate.a = " TEN, "192.0.2.1", 1, true, false},
	{"rate.a = " TEN "\nrate.b = " TEN " observe", "192.0.2.1", 1, true,
	 false},
	{"rate.a = " TEN " match 10.0.0.0/8\nrate.b = " TEN " observe",
	 "192.0.2.1", 2, true, true},
	{"rate.a = " TEN " match 10.0.0.0/8\nrate.b = " TEN, "10.9.8.7", 1,
	 true, false},
	{"rate.a = " TEN " match 10.0.0.0/8 ::/0", "2001:db8::1", 1, true,
	 false},
	{"rate.a = " TEN " match 10.0.0.0/8 ::/0", "192.0.2.1", 0, false,
	 false},
	{"rate.a = " TEN " match 0.0.0.0/0", "::ffff:192.0.2.1", 1, true,
	 false},
	{"rate.a = " TEN " exempt 192.0.2.0/24\nrate.b = " TEN, "192.0.2.1", 1,
	 false, false},
	{"rate.a = " TEN " exempt 192.0.2.0/24 observe", "192.0.3.1", 1, true,
	 true},
	{"rate.a = " TEN " match 10.0.0.0/8 exempt 10.1.0.0/16 ::1\n"
	 "rate.b = " TEN,
	 "10.1.2.3", 1, false, false},
	/* One that is exempt but not matched is for the next rule. */
	{"rate.a = " TEN " match 10.0.0.0/8 exempt 10.1.0.0/16 ::1\n"
	 "rate.b = " TEN,
	 "::1", 2, true, false},
};

static void the_first_rule_that_is_for_a_client_decides(void **unused SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(choices); i++) {
		const struct sw_config *config = config_of(choices[i].config);
		const struct sw_addr client = addr_of(choices[i].client);
		struct sw_rate table = opened();
		struct sw_verdict first;
		struct sw_verdict second;
		bool observe = !choices[i].observe;
		enum sw_outcome in =
			choices[i].line == 0 ? SW_NOMATCH : SW_ALLOW;

		sw_rate_check(&table, config, &client, START, &first, &observe);
		sw_rate_check(&table, config, &client, START, &second,
			      &observe);
		if (first.outcome != in ||
		    second.outcome != (choices[i].limited ? SW_DENY : in) ||
		    second.rule.line != choices[i].line ||
		    first.rule.line != choices[i].line ||
		    first.cause != SW_CAUSE_NONE ||
		    observe != choices[i].observe ||
		    sw_rate_concerns(config, &client) != choices[i].limited)
			fail_msg("%s: %s: %d, %d, line %u", choices[i].config,
				 choices[i].client, first.outcome,
				 second.outcome, second.rule.line);
		sw_rate_close(&table);
		(void)remove_table(NULL);
	}
}

static void a_client_without_an_address_has_no_rule(void **unused SW_UNUSED)
{
	const struct sw_addr client = {0};
	struct sw_rate table = opened();
	struct sw_verdict verdict;
	bool observe = true;

	sw_rate_check(&table, config_of("rate.a = 1/1m burst 1 per 0/0"),
		      &client, START, &verdict, &observe);
	assert_int_equal(verdict.outcome, SW_NOMATCH);
	assert_false(observe);
	sw_rate_close(&table);
}

static void
a_rule_with_other_numbers_starts_anew_a_moved_one_not(void **unused SW_UNUSED)
{
	static const struct {
		const char *config;
		enum sw_outcome outcome;
	} cases[] = {
		{"rate.a = 2/1m burst 1 per 32/64", SW_ALLOW},
		{"rate.a = 2/1m burst 1 per 32/64", SW_DENY},
		{"#\nrate.a = 2/60 burst 1 per 32/64 exempt ::1", SW_DENY},
		{"rate.b = 2/1m burst 1 per 32/64", SW_ALLOW},
		{"rate.a = 3/1m burst 1 per 32/64", SW_ALLOW},
		{"rate.a = 2/2m burst 1 per 32/64", SW_ALLOW},
		{"rate.a = 2/1m burst 2 per 32/64", SW_ALLOW},
		{"rate.a = 2/1m burst 1 per 31/64", SW_ALLOW},
		{"rate.a = 2/1m burst 1 per 32/63", SW_DENY},
	};
	struct sw_rate table = opened();

	for (size_t i = 0; i < SW_ROWS(cases); i++) {
		enum sw_outcome got =
			ask(&table, cases[i].config, "192.0.2.1", START);

		if (got != cases[i].outcome)
			fail_msg("%s: %d", cases[i].config, got);
	}
	sw_rate_close(&table);
}

/* What the second rule says after so many connections, some ms later. */
static const struct {
	unsigned int counted;
	uint64_t ms;
	enum sw_outcome outcome;
	uint32_t left;
	uint64_t wait_ms;
} rooms[] = {
	{0, 0, SW_ALLOW, 3, 0},	      {1, 0, SW_ALLOW, 2, 0},
	{2, 0, SW_ALLOW, 1, 0},	      {3, 0, SW_DENY, 0, 20000},
	{9, 0, SW_DENY, 0, 20000},    {3, 1, SW_DENY, 0, 19999},
	{3, 19999, SW_DENY, 0, 1},    {3, 20000, SW_ALLOW, 1, 0},
	{3, 39999, SW_ALLOW, 1, 0},   {3, 40000, SW_ALLOW, 2, 0},
	{3, 9000000, SW_ALLOW, 3, 0},
};

static void looking_tells_the_room_and_counts_nothing(void **unused SW_UNUSED)
{
	static const char text[] =
		"rate.a = 1/1m burst 1 per 32/64 match ::/0\n"
		"rate.b = 3/1m burst 3 per 32/64 observe";
	const struct sw_addr client = addr_of("192.0.2.1");

	for (size_t i = 0; i < SW_ROWS(rooms); i++) {
		struct sw_rate table = opened();
		struct sw_rate reader = SW_RATE_INIT;
		struct sw_rate_room room = {7, 7, false};
		struct sw_verdict verdict;

		(void)let_in(&table, text, "192.0.2.1", START,
			     rooms[i].counted);
		assert_int_equal(
			sw_rate_open_existing(path, geteuid(), &reader), SW_OK);
		for (int times = 0; times < 3; times++)
			sw_rate_look(&reader, config_of(text), &client,
				     START + rooms[i].ms * MS, &verdict, &room);
		if (verdict.outcome != rooms[i].outcome ||
		    room.left != rooms[i].left ||
		    room.wait != rooms[i].wait_ms * MS || !room.observe ||
		    verdict.rule.line != 2)
			fail_msg("row %zu: %d, left %u, wait %llu", i,
				 verdict.outcome, room.left,
				 (unsigned long long)room.wait);
		sw_rate_close(&reader);
		sw_rate_close(&table);
		(void)remove_table(NULL);
	}
}

/* Nobody, exempt, or no table. */
static void without_a_limit_there_is_no_room_to_tell(void **unused SW_UNUSED)
{
	static const struct {
		const char *client;
		enum sw_outcome outcome;
	} cases[] = {
		{"10.0.0.1", SW_UNKNOWN},
		{"10.1.0.1", SW_ALLOW},
		{"192.0.2.1", SW_NOMATCH},
	};
	const struct sw_rate none = SW_RATE_INIT;

	for (size_t i = 0; i < SW_ROWS(cases); i++) {
		const struct sw_addr client = addr_of(cases[i].client);
		struct sw_rate_room room = {7, 7, true};
		struct sw_verdict verdict;

		sw_rate_look(&none,
			     config_of("rate.a = 1/1m burst 1 per 32/64 match "
				       "10.0.0.0/8 exempt 10.1.0.0/16"),
			     &client, START, &verdict, &room);
		assert_int_equal(verdict.outcome, cases[i].outcome);
		assert_int_equal(room.left + room.wait, 0);
		assert_false(room.observe);
	}
}

static void counts_are_still_there_after_a_reopening(void **unused SW_UNUSED)
{
	static const char text[] = "rate.a = 1/1m burst 2 per 32/64";
	struct sw_rate table = opened();

	assert_int_equal(let_in(&table, text, "192.0.2.1", START, 1), 1);
	sw_rate_close(&table);
	assert_null(table.map);
	sw_rate_close(&table);
	table = opened();
	assert_int_equal(let_in(&table, text, "192.0.2.1", START, 5), 1);
	sw_rate_close(&table);
}

static void without_a_table_nobody_is_refused(void **unused SW_UNUSED)
{
	struct sw_rate table = SW_RATE_INIT;
	struct sw_rate_survey survey = {1, 1, 1, 1};
	struct sw_verdict verdict;
	const struct sw_addr client = addr_of("192.0.2.1");
	bool observe;

	for (int i = 0; i < 3; i++) {
		sw_rate_check(&table,
			      config_of("rate.a = 1/1d burst 1 per 0/0"),
			      &client, START, &verdict, &observe);
		assert_int_equal(verdict.outcome, SW_UNKNOWN);
		assert_int_equal(verdict.cause, SW_CAUSE_NONE);
		assert_int_equal(verdict.rule.line, 1);
	}
	assert_int_equal(ask(&table,
			     "rate.a = 1/1d burst 1 per 0/0 exempt ::/0", "::1",
			     START),
			 SW_ALLOW);
	sw_rate_survey(&table, START, &survey);
	assert_int_equal(survey.slots + survey.held, 0);
	assert_int_equal(survey.untracked + survey.odd, 0);
	sw_rate_close(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TABLE_TEST(a_refusal_names_its_line),
		TABLE_TEST(a_long_rule_is_cut_in_the_verdict),
		TABLE_TEST(the_first_rule_that_is_for_a_client_decides),
		TABLE_TEST(a_client_without_an_address_has_no_rule),
		TABLE_TEST(
			a_rule_with_other_numbers_starts_anew_a_moved_one_not),
		TABLE_TEST(looking_tells_the_room_and_counts_nothing),
		TABLE_TEST(without_a_limit_there_is_no_room_to_tell),
		TABLE_TEST(counts_are_still_there_after_a_reopening),
		TABLE_TEST(without_a_table_nobody_is_refused),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
