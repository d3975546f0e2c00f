#include "sw_test.h"

#include "cli/options.h"

#include <string.h>

#define NOW INT64_C(1795333023500)
#define WORDS_MAX 8

static int count(char **argv)
{
	int argc = 0;

	while (argv[argc] != NULL)
		argc++;
	return argc;
}

/* A copy of words, since a parser may cut and reorder its argv. */
struct line {
	char bytes[WORDS_MAX][64];
	char *argv[WORDS_MAX + 1];
};

static void copy_words(const char *const *words, struct line *line)
{
	memset(line, 0, sizeof(*line));
	for (size_t i = 0; i < WORDS_MAX && words[i] != NULL; i++) {
		(void)strncpy(line->bytes[i], words[i],
			      sizeof(line->bytes[i]) - 1);
		line->argv[i] = line->bytes[i];
	}
}

static enum sw_err parse(const char *const *words, unsigned int command,
			 struct line *line, struct sw_options *out)
{
	copy_words(words, line);
	return sw_options_parse(count(line->argv), line->argv, command, NOW,
				out);
}

static void without_options_everything_is_wanted(void **state SW_UNUSED)
{
	const char *words[] = {"list", NULL};
	struct sw_record record = {.cause = SW_CAUSE_WRAPPER_DENY, .time = 1};
	struct sw_options options;
	struct line line;

	assert_int_equal(parse(words, SW_FOR_LIST, &line, &options), SW_OK);
	assert_int_equal(options.word_count, 0);
	assert_false(options.json);
	assert_true(sw_options_want(&options, &record));
	assert_true(sw_options_in_time(&options, &record));
}

static void options_and_words_mix_in_any_order(void **state SW_UNUSED)
{
	const char *words[] = {"explain", "--json", "192.0.2.1", "--user=bob",
			       "--port",  "2222",   "--",	 "--x"};
	struct sw_options options;
	struct line line;

	memset(&line, 0, sizeof(line));
	for (size_t i = 0; i < WORDS_MAX; i++) {
		(void)strcpy(line.bytes[i], words[i]);
		line.argv[i] = line.bytes[i];
	}
	assert_int_equal(sw_options_parse(WORDS_MAX, line.argv, SW_FOR_EXPLAIN,
					  NOW, &options),
			 SW_OK);
	assert_true(options.json);
	assert_string_equal(options.user, "bob");
	assert_int_equal(options.server.port, 2222);
	assert_int_equal(options.word_count, 2);
	assert_string_equal(options.words[0], "192.0.2.1");
	assert_string_equal(options.words[1], "--x");
}

static void the_keys_of_a_connection_are_those_of_sshd(void **state SW_UNUSED)
{
	const char *words[] = {"test", "-C",
			       "user=bob,host=a.example,laddr=::1,lport=22",
			       "192.0.2.1", NULL};
	struct sw_options options;
	struct line line;

	assert_int_equal(parse(words, SW_FOR_TEST, &line, &options), SW_OK);
	assert_string_equal(options.user, "bob");
	assert_string_equal(options.host, "a.example");
	assert_int_equal(options.server.addr.family, SW_FAMILY_V6);
	assert_int_equal(options.server.port, 22);
}

static void an_age_counts_from_the_now_that_is_given(void **state SW_UNUSED)
{
	const char *words[] = {
		"explain", "--since", "-2h", "--now", "2026-11-22T12:00:00Z",
		NULL};
	struct sw_options options;
	struct line line;

	assert_int_equal(parse(words, SW_FOR_EXPLAIN, &line, &options), SW_OK);
	assert_int_equal(options.now - options.since, 2 * 3600 * 1000);
	assert_true(options.now < NOW + INT64_C(86400000));
	assert_true(options.now != NOW);
}

static void the_root_of_the_machine_is_no_copy(void **state SW_UNUSED)
{
	const char *words[] = {"explain", "--root", "/", "-v", NULL};
	const char *copy[] = {"explain", "--root=/etc", NULL};
	struct sw_options options;
	struct line line;

	assert_int_equal(parse(words, SW_FOR_EXPLAIN, &line, &options), SW_OK);
	assert_string_equal(options.root, "");
	assert_true(options.verbose);
	assert_int_equal(parse(copy, SW_FOR_EXPLAIN, &line, &options), SW_OK);
	assert_string_equal(options.root, "/etc");
	assert_false(options.verbose);
}

static const struct {
	unsigned int command;
	const char *words[5];
} refused[] = {
	{SW_FOR_LIST, {"list", "--since", "soon"}},
	{SW_FOR_LIST, {"list", "--since"}},
	{SW_FOR_LIST, {"list", "--until=2026-02-30"}},
	{SW_FOR_LIST, {"list", "--cause", "wrapper.den"}},
	{SW_FOR_LIST, {"list", "--cause", ""}},
	{SW_FOR_LIST, {"list", "--client", "192.0.2.1/33"}},
	{SW_FOR_LIST, {"list", "--client", "example"}},
	{SW_FOR_LIST, {"list", "--event", "rejections"}},
	{SW_FOR_LIST, {"list", "--json=yes"}},
	{SW_FOR_LIST, {"list", "--js"}},
	{SW_FOR_LIST, {"list", "--port", "22"}},
	{SW_FOR_LIST, {"list", "-x"}},
	{SW_FOR_EXPLAIN, {"explain", "--cause", "wrapper.deny"}},
	{SW_FOR_EXPLAIN, {"explain", "--port", "65536"}},
	{SW_FOR_EXPLAIN, {"explain", "--port", "0"}},
	{SW_FOR_EXPLAIN, {"explain", "--user", ""}},
	{SW_FOR_TEST, {"test", "--log", "x"}},
	{SW_FOR_TEST, {"test", "-C", "addr=192.0.2.1"}},
	{SW_FOR_TEST, {"test", "-C", "user=a,,lport=22"}},
	{SW_FOR_TEST, {"test", "-C", "lport=ssh"}},
	{SW_FOR_TEST, {"test", "-C", "laddr=here"}},
	{SW_FOR_TEST, {"test", "-C"}},
	{SW_FOR_TEST, {"test", "--root", "/nonexistent"}},
	{SW_FOR_EXPLAIN, {"explain", "--root", "/etc/passwd"}},
	{SW_FOR_EXPLAIN, {"explain", "--now", "soon"}},
	{SW_FOR_EXPLAIN, {"explain", "-v=1"}},
};

static void what_is_not_understood_is_refused(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(refused); i++) {
		struct sw_options options = {.now = 77};
		struct line line;
		enum sw_err err = parse(refused[i].words, refused[i].command,
					&line, &options);

		if (err != SW_E_SYNTAX || options.now != 77)
			fail_msg("%s %s: got %s", refused[i].words[1],
				 refused[i].words[2] == NULL
					 ? ""
					 : refused[i].words[2],
				 sw_strerror(err));
	}
}

static const struct {
	const char *words[3];
	bool wanted;
} filters[] = {
	{{"list", "--cause", "wrapper.deny"}, true},
	{{"list", "--cause", "wrapper"}, true},
	{{"list", "--cause", "limit"}, false},
	{{"list", "--cause", "wrapper.twist"}, false},
	{{"list", "--client", "203.0.113.5"}, true},
	{{"list", "--client", "203.0.113.0/24"}, true},
	{{"list", "--client", "::ffff:203.0.113.5"}, true},
	{{"list", "--client", "203.0.113.6"}, false},
	{{"list", "--client", "2001:db8::/32"}, false},
	{{"list", "--event", "rejection"}, true},
	{{"list", "--event", "ban"}, false},
	{{"explain", "--user", "bob"}, true},
	{{"explain", "--user", "eve"}, false},
	{{"explain", "--port", "22"}, true},
	{{"explain", "--port", "2222"}, false},
};

static void a_filter_keeps_what_it_names(void **state SW_UNUSED)
{
	struct sw_record record = {.cause = SW_CAUSE_WRAPPER_DENY,
				   .conn = {.server.port = 22, .user = "bob"}};

	assert_int_equal(sw_addr_parse("203.0.113.5", &record.conn.client.addr),
			 SW_OK);
	for (size_t i = 0; i < SW_ROWS(filters); i++) {
		const char *words[4] = {filters[i].words[0],
					filters[i].words[1],
					filters[i].words[2], NULL};
		bool lists = strcmp(words[0], "list") == 0;
		struct sw_options options;
		struct line line;

		assert_int_equal(parse(words,
				       lists ? SW_FOR_LIST : SW_FOR_EXPLAIN,
				       &line, &options),
				 SW_OK);
		if (sw_options_want(&options, &record) != filters[i].wanted)
			fail_msg("%s %s", words[1], words[2]);
	}
}

/* A layer that never learns the user refuses every user. */
static void
a_record_without_user_or_port_is_not_filtered_by_them(void **state SW_UNUSED)
{
	const char *words[] = {"explain", "--user", "bob",
			       "--port",  "22",	    NULL};
	struct sw_record record = {.cause = SW_CAUSE_WRAPPER_DENY};
	struct sw_options options;
	struct line line;

	assert_int_equal(parse(words, SW_FOR_EXPLAIN, &line, &options), SW_OK);
	assert_true(sw_options_want(&options, &record));
}

static const struct {
	int64_t first;
	int64_t last;
	bool inside;
} spans[] = {
	{NOW - 7200000, NOW - 3601000, false},
	{NOW - 7200000, NOW - 3600000, true},
	{NOW - 7200000, NOW, true},
	{NOW - 60000, NOW - 59000, true},
	{NOW - 1000, NOW, true},
	{NOW + 1, NOW + 2, false},
};

static void a_fold_is_in_time_when_any_part_of_it_is(void **state SW_UNUSED)
{
	const char *words[] = {"list",	  "--since", "-1h",
			       "--until", "-0s",     NULL};
	struct sw_options options;
	struct line line;

	assert_int_equal(parse(words, SW_FOR_LIST, &line, &options), SW_OK);
	for (size_t i = 0; i < SW_ROWS(spans); i++) {
		struct sw_record record = {.time = NOW + 60000,
					   .first = spans[i].first,
					   .last = spans[i].last};

		if (sw_options_in_time(&options, &record) != spans[i].inside)
			fail_msg("span %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_options_everything_is_wanted),
		cmocka_unit_test(options_and_words_mix_in_any_order),
		cmocka_unit_test(an_age_counts_from_the_now_that_is_given),
		cmocka_unit_test(the_root_of_the_machine_is_no_copy),
		cmocka_unit_test(the_keys_of_a_connection_are_those_of_sshd),
		cmocka_unit_test(what_is_not_understood_is_refused),
		cmocka_unit_test(a_filter_keeps_what_it_names),
		cmocka_unit_test(
			a_record_without_user_or_port_is_not_filtered_by_them),
		cmocka_unit_test(a_fold_is_in_time_when_any_part_of_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
