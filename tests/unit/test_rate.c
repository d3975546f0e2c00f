#include "rate_table.h"

#include "sshwhy/paths.h"

static const struct {
	const char *rule;
	struct {
		uint64_t at; /* ms after the first */
		unsigned int asked;
		unsigned int let_in;
	} steps[8];
} sequences[] = {
	{"20/1m burst 10",
	 {{0, 15, 10},
	  {2999, 1, 0},
	  {3000, 2, 1},
	  {6000, 2, 1},
	  {11999, 2, 1},
	  {12000, 2, 1}}},
	{"20/1m burst 10",
	 {{0, 5, 5},
	  {14999, 11, 9},
	  {15000, 1, 1},
	  {45000, 11, 10},
	  {1000000, 11, 10}}},
	{"1/1s burst 1",
	 {{0, 3, 1}, {999, 1, 0}, {1000, 3, 1}, {1500, 1, 0}, {2500, 2, 1}}},
	{"1/1d burst 30", {{0, 31, 30}, {86399999, 1, 0}, {86400000, 2, 1}}},
	{"1000/1s burst 3", {{0, 4, 3}, {1, 2, 1}, {2, 2, 1}, {4, 3, 2}}},
	{"1000000/1s burst 10000", {{0, 20000, 10000}, {1, 2000, 1000}}},
};

static void a_source_gets_its_burst_and_then_its_rate(void **unused SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(sequences); i++) {
		struct sw_rate table = opened();
		char config[80];

		(void)snprintf(config, sizeof(config), "rate.x = %s per 32/64",
			       sequences[i].rule);
		for (size_t j = 0; sequences[i].steps[j].asked != 0; j++) {
			unsigned int in =
				let_in(&table, config, "192.0.2.1",
				       START + sequences[i].steps[j].at * MS,
				       sequences[i].steps[j].asked);

			if (in != sequences[i].steps[j].let_in)
				fail_msg("%s, step %zu: %u let in",
					 sequences[i].rule, j, in);
		}
		sw_rate_close(&table);
		(void)remove_table(NULL);
	}
}

/* 50 connections a second for 4 seconds. */
static void
a_client_that_knocks_all_the_time_gets_the_rate(void **unused SW_UNUSED)
{
	struct sw_rate table = opened();
	char answers[201] = "";

	for (unsigned int i = 0; i < 200; i++)
		answers[i] = ask(&table, "rate.x = 20/1m burst 10 per 32/64",
				 "192.0.2.1", START + i * 20 * MS) == SW_ALLOW
				     ? '+'
				     : '-';
	for (unsigned int i = 0; i < 200; i++)
		assert_int_equal(answers[i], i < 10 || i == 150 ? '+' : '-');
	sw_rate_close(&table);
}

/* GCRA in fractions of a nanosecond, each 1/count. */
struct exact {
	__int128 due;
	uint64_t count;
	uint64_t period; /* ns */
	uint64_t burst;
};

static bool exact_lets_in(const struct exact *exact, uint64_t now,
			  __int128 slack)
{
	__int128 ahead = exact->due - (__int128)now * (__int128)exact->count;

	return ahead <= (__int128)((exact->burst - 1) * exact->period) + slack;
}

static void exact_counts(struct exact *exact, uint64_t now)
{
	__int128 at = (__int128)now * (__int128)exact->count;

	exact->due =
		(exact->due > at ? exact->due : at) + (__int128)exact->period;
}

static void
it_agrees_with_exact_arithmetic_to_the_nanosecond(void **unused SW_UNUSED)
{
	struct sw_rate table = opened();
	unsigned int seed = 1;

	for (unsigned int i = 0; i < 300; i++) {
		const unsigned int count = 1 + (unsigned int)rand_r(&seed) % 99;
		const unsigned int seconds =
			1 + (unsigned int)rand_r(&seed) % 60;
		struct exact exact = {0, count, seconds * S,
				      1 + (uint64_t)rand_r(&seed) % 20};
		uint64_t now = START;
		__int128 counted = 0;
		char config[80];

		(void)snprintf(config, sizeof(config),
			       "rate.n%u = %u/%us burst %u per 32/64", i, count,
			       seconds, (unsigned int)exact.burst);
		for (int j = 0; j < 100; j++) {
			bool in = ask(&table, config, "2001:db8::1", now) ==
				  SW_ALLOW;

			/* Each connection is rounded by less than 1 ns. */
			if (exact_lets_in(&exact, now, 0) && !in)
				fail_msg("%s: refused too early", config);
			if (in && !exact_lets_in(&exact, now, counted * count))
				fail_msg("%s: let in too early", config);
			if (in) {
				exact_counts(&exact, now);
				counted++;
			}
			now += (uint64_t)rand_r(&seed) % 2 * (seconds * S) /
			       count * (uint64_t)(rand_r(&seed) % 4) / 2;
		}
	}
	sw_rate_close(&table);
}

static const struct {
	const char *per;
	const char *a;
	const char *b;
	bool shared;
} sources[] = {
	{"32/64", "192.0.2.1", "192.0.2.1", true},
	{"32/64", "192.0.2.1", "192.0.2.2", false},
	{"32/64", "192.0.2.1", "::ffff:192.0.2.1", true},
	{"24/64", "192.0.2.1", "::ffff:192.0.2.255", true},
	{"24/64", "192.0.2.1", "192.0.3.1", false},
	{"31/64", "192.0.2.2", "192.0.2.3", true},
	{"31/64", "192.0.2.1", "192.0.2.2", false},
	{"1/1", "1.0.0.0", "127.255.255.255", true},
	{"1/1", "127.0.0.1", "128.0.0.1", false},
	{"0/0", "1.2.3.4", "254.0.0.1", true},
	{"0/0", "1.2.3.4", "2001:db8::1", false},
	{"0/0", "::1", "ffff::1", true},
	{"0/0", "0.0.0.0", "::", false},
	{"32/64", "2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true},
	{"32/64", "2001:db8::1", "2001:db8:0:1::1", false},
	{"32/48", "2001:db8::1", "2001:db8:0:ffff::1", true},
	{"32/48", "2001:db8::1", "2001:db8:1::1", false},
	{"32/56", "2001:db8:0:ff::1", "2001:db8:0:01::1", true},
	{"32/56", "2001:db8:0:ff::1", "2001:db8:0:100::1", false},
	{"32/127", "2001:db8::2", "2001:db8::3", true},
	{"32/128", "2001:db8::2", "2001:db8::3", false},
	{"32/128", "2001:db8::2", "2001:db8::2", true},
};

static void addresses_of_one_prefix_share_one_limit(void **unused SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(sources); i++) {
		struct sw_rate table = opened();
		char config[80];
		bool shared;

		(void)snprintf(config, sizeof(config),
			       "rate.x = 1/1m burst 1 per %s", sources[i].per);
		assert_int_equal(ask(&table, config, sources[i].a, START),
				 SW_ALLOW);
		shared = ask(&table, config, sources[i].b, START) == SW_DENY;
		if (shared != sources[i].shared)
			fail_msg("%s: %s and %s: %d", sources[i].per,
				 sources[i].a, sources[i].b, shared);
		sw_rate_close(&table);
		(void)remove_table(NULL);
	}
}

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

static void looking_counts_nothing(void **unused SW_UNUSED)
{
	static const char text[] = "rate.a = 1/1m burst 1 per 32/64";
	const struct sw_addr client = addr_of("192.0.2.1");
	struct sw_rate table = opened();
	struct sw_rate reader = SW_RATE_INIT;
	struct sw_verdict verdict;
	bool observe;

	assert_int_equal(sw_rate_open_existing(path, geteuid(), &reader),
			 SW_OK);
	for (int i = 0; i < 3; i++) {
		sw_rate_look(&reader, config_of(text), &client, START, &verdict,
			     &observe);
		assert_int_equal(verdict.outcome, SW_ALLOW);
	}
	assert_int_equal(ask(&table, text, "192.0.2.1", START), SW_ALLOW);
	for (int i = 0; i < 3; i++) {
		sw_rate_look(&reader, config_of(text), &client, START, &verdict,
			     &observe);
		assert_int_equal(verdict.outcome, SW_DENY);
		assert_int_equal(verdict.rule.line, 1);
	}
	sw_rate_look(&reader, config_of(text), &client, START + 60 * S,
		     &verdict, &observe);
	assert_int_equal(verdict.outcome, SW_ALLOW);
	sw_rate_close(&reader);
	sw_rate_close(&table);
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

/* Each source is new at the first of its two times. */
static void any_clock_may_step_anywhere(void **unused SW_UNUSED)
{
	static const struct {
		uint64_t first;
		uint64_t then;
		enum sw_outcome outcome;
		bool odd;
	} cases[] = {
		{0, 0, SW_DENY, false},
		{0, 60 * S - 1, SW_DENY, false},
		{0, 60 * S, SW_ALLOW, false},
		{1, 1, SW_DENY, false},
		{UINT64_MAX, UINT64_MAX, SW_DENY, false},
		{UINT64_MAX, 0, SW_DENY, false},
		{UINT64_MAX, 60 * S, SW_ALLOW, false},
		{UINT64_C(1) << 58, UINT64_C(1) << 58, SW_DENY, false},
		{(UINT64_C(1) << 58) - 1, (UINT64_C(1) << 58) + 60 * S,
		 SW_ALLOW, false},
		{START, START + (UINT64_C(1) << 56), SW_ALLOW, false},
		/* backwards, as for a process that was stopped */
		{START, START - 1, SW_DENY, false},
		{START, START - 10 * S, SW_DENY, false},
		/* what cannot be is not believed */
		{START, START - 10 * S - 1, SW_ALLOW, true},
		{START, START - 60 * S, SW_ALLOW, true},
		{START, 0, SW_ALLOW, true},
		{START + (UINT64_C(1) << 56), START, SW_ALLOW, true},
	};

	for (size_t i = 0; i < SW_ROWS(cases); i++) {
		static const char text[] = "rate.a = 1/1m burst 1 per 32/64";
		struct sw_rate table = opened();
		struct sw_rate_survey survey;
		enum sw_outcome outcome;

		assert_int_equal(ask(&table, text, "192.0.2.1", cases[i].first),
				 SW_ALLOW);
		outcome = ask(&table, text, "192.0.2.1", cases[i].then);
		sw_rate_survey(&table, START, &survey);
		if (outcome != cases[i].outcome || survey.odd != cases[i].odd)
			fail_msg("row %zu: %d, odd %d", i, outcome,
				 (int)survey.odd);
		sw_rate_close(&table);
		(void)remove_table(NULL);
	}
}

static void a_full_table_lets_in_and_says_so(void **unused SW_UNUSED)
{
	const struct sw_config *config =
		config_of("rate.a = 1/1m burst 1 per 32/64");
	const uint32_t many = SW_RATE_SLOTS * 2;
	struct sw_rate table = opened();
	struct sw_rate_survey survey;

	assert_int_equal(let_in_of(&table, config, 0, many, START), many);
	sw_rate_survey(&table, START, &survey);
	assert_int_equal(survey.slots, SW_RATE_SLOTS);
	assert_int_equal(survey.held + survey.untracked, many);
	assert_true(survey.held > SW_RATE_SLOTS * 98 / 100);
	/* Those that have a place are refused, the others are not. */
	assert_int_equal(let_in_of(&table, config, 0, many, START),
			 survey.untracked);
	/* After a minute all are as new, and the places are given again. */
	sw_rate_survey(&table, START + 60 * S, &survey);
	assert_int_equal(survey.held, 0);
	assert_int_equal(
		let_in_of(&table, config, many, many + 1000, START + 60 * S),
		1000);
	assert_int_equal(
		let_in_of(&table, config, many, many + 1000, START + 60 * S),
		0);
	sw_rate_close(&table);
}

static void a_hundred_thousand_sources_have_their_place(void **unused SW_UNUSED)
{
	const struct sw_config *config =
		config_of("rate.a = 1/1m burst 1 per 32/64");
	struct sw_rate table = opened();
	struct sw_rate_survey survey;

	assert_int_equal(let_in_of(&table, config, 0, 100000, START), 100000);
	sw_rate_survey(&table, START, &survey);
	/* Two of them lack one, on average. */
	assert_in_range(survey.held, 99900, 100000);
	assert_int_equal(let_in_of(&table, config, 0, 100000, START),
			 100000 - survey.held);
	sw_rate_close(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TABLE_TEST(a_source_gets_its_burst_and_then_its_rate),
		TABLE_TEST(a_client_that_knocks_all_the_time_gets_the_rate),
		TABLE_TEST(it_agrees_with_exact_arithmetic_to_the_nanosecond),
		TABLE_TEST(addresses_of_one_prefix_share_one_limit),
		TABLE_TEST(a_refusal_names_its_line),
		TABLE_TEST(a_long_rule_is_cut_in_the_verdict),
		TABLE_TEST(the_first_rule_that_is_for_a_client_decides),
		TABLE_TEST(a_client_without_an_address_has_no_rule),
		TABLE_TEST(
			a_rule_with_other_numbers_starts_anew_a_moved_one_not),
		TABLE_TEST(looking_counts_nothing),
		TABLE_TEST(counts_are_still_there_after_a_reopening),
		TABLE_TEST(without_a_table_nobody_is_refused),
		TABLE_TEST(any_clock_may_step_anywhere),
		TABLE_TEST(a_full_table_lets_in_and_says_so),
		TABLE_TEST(a_hundred_thousand_sources_have_their_place),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
