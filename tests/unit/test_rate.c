#include "rate_table.h"

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
		TABLE_TEST(any_clock_may_step_anywhere),
		TABLE_TEST(a_full_table_lets_in_and_says_so),
		TABLE_TEST(a_hundred_thousand_sources_have_their_place),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
