#include "sw_test.h"

#include "sshwhy/ask_sshd.h"
#include "sshwhy/sshd_match.h"

#include <string.h>

static const struct {
	const char *pattern, *text;
	bool matches;
} patterns[] = {
	{"alice", "alice", true},
	{"alice", "Alice", false},
	{"al*", "alice", true},
	{"*", "", true},
	{"?", "", false},
	{"a?c", "abc", true},
	{"a*b*c", "axxbyyc", true},
	{"a*b*c", "axxbyy", false},
	{"", "", true},
	{"", "a", false},
	{"**a**", "banana", true},
	{"*.example.org", "x.example.org", true},
};

static void patterns_match_as_in_sshd(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(patterns); i++) {
		if (sw_sshd_match_pattern(patterns[i].pattern,
					  patterns[i].text) !=
		    patterns[i].matches)
			fail_msg("\"%s\" and \"%s\"", patterns[i].pattern,
				 patterns[i].text);
	}
}

static const struct {
	const char *pattern, *user, *host, *addr;
	bool matches;
} users[] = {
	{"alice", "alice", "h", "192.0.2.1", true},
	{"alice@192.0.2.1", "alice", "192.0.2.1", "192.0.2.1", true},
	{"alice@192.0.2.0/24", "alice", "h", "192.0.2.77", true},
	{"alice@192.0.2.0/24", "alice", "h", "192.0.3.77", false},
	{"alice@192.0.2.*", "alice", "h", "192.0.2.77", true},
	{"alice@*.Example.org", "alice", "A.example.ORG", "192.0.2.1", true},
	{"*@192.0.2.1", "bob", "h", "192.0.2.1", true},
	{"bob@192.0.2.1", "alice", "h", "192.0.2.1", false},
	{"alice@2001:db8::/32", "alice", "h", "2001:db8::7", true},
	{"a@b@192.0.2.1", "a@b", "h", "192.0.2.1", true},
};

static void users_match_with_their_hosts(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(users); i++) {
		struct sw_addr addr;

		assert_int_equal(sw_addr_parse(users[i].addr, &addr), SW_OK);
		if (sw_sshd_match_user(users[i].pattern, users[i].user,
				       users[i].host,
				       &addr) != users[i].matches)
			fail_msg("\"%s\", %s from %s (%s)", users[i].pattern,
				 users[i].user, users[i].host, users[i].addr);
	}
}

static void an_overlong_pattern_matches_nothing(void **state SW_UNUSED)
{
	struct sw_addr addr;
	char pattern[SW_TEXT_MAX + 8];

	memset(pattern, '*', sizeof(pattern));
	pattern[sizeof(pattern) - 1] = '\0';
	assert_int_equal(sw_addr_parse("192.0.2.1", &addr), SW_OK);
	pattern[1] = '@';
	assert_false(sw_sshd_match_user(pattern, "alice", "h", &addr));
	pattern[1] = '*';
	pattern[sizeof(pattern) - 3] = '@';
	assert_false(sw_sshd_match_user(pattern, "alice", "h", &addr));
}

static const struct {
	const char *list;
	size_t i;
	const char *word; /* NULL: none */
} words[] = {
	{"bob carol", 0, "bob"},
	{"bob carol", 1, "carol"},
	{"bob carol", 2, NULL},
	{"  bob\t carol ", 1, "carol"},
	{"\"a b\" c", 0, "a b"},
	{"\"a b\" c", 1, "c"},
	{"", 0, NULL},
	{"a\"b c\"d", 0, "ab cd"},
	{"0123456789abcdef", 0, NULL},
	{"0123456789abcdef x", 1, "x"},
};

static void lists_are_split_as_in_sshd(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(words); i++) {
		char word[16] = "";
		bool got = sw_sshd_word(words[i].list, words[i].i, word,
					sizeof(word));

		if (got != (words[i].word != NULL) ||
		    (got && strcmp(word, words[i].word) != 0))
			fail_msg("word %zu of \"%s\": \"%s\"", words[i].i,
				 words[i].list, word);
	}
}

static const struct {
	enum sw_cause cause;
	const char *words, *keyword;
} keywords[] = {
	{SW_CAUSE_LIMIT_MAX_STARTUPS, "", "MaxStartups"},
	{SW_CAUSE_CONFIG_GRACE_TIME, "", "LoginGraceTime"},
	{SW_CAUSE_PROTOCOL_NO_COMMON_ALGORITHM,
	 "no matching key exchange method found. Their offer: x",
	 "KexAlgorithms"},
	{SW_CAUSE_PROTOCOL_NO_COMMON_ALGORITHM,
	 "no matching host key type found. Their offer: x",
	 "HostKeyAlgorithms"},
	{SW_CAUSE_PROTOCOL_NO_COMMON_ALGORITHM,
	 "no matching cipher found. Their offer: x", "Ciphers"},
	{SW_CAUSE_PROTOCOL_NO_COMMON_ALGORITHM,
	 "no matching MAC found. Their offer: x", "MACs"},
	{SW_CAUSE_PROTOCOL_NO_COMMON_ALGORITHM,
	 "no matching compression method found. Their offer: x", "Compression"},
	{SW_CAUSE_PROTOCOL_NO_COMMON_ALGORITHM, "", NULL},
	{SW_CAUSE_PROTOCOL_BANNER, "no matching MAC found", NULL},
};

static void each_cause_has_its_directive(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(keywords); i++) {
		const char *got =
			sw_sshd_keyword(keywords[i].cause, keywords[i].words);

		if ((got == NULL) != (keywords[i].keyword == NULL) ||
		    (got != NULL && strcmp(got, keywords[i].keyword) != 0))
			fail_msg("row %zu: %s", i, got != NULL ? got : "none");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_match_as_in_sshd),
		cmocka_unit_test(users_match_with_their_hosts),
		cmocka_unit_test(an_overlong_pattern_matches_nothing),
		cmocka_unit_test(lists_are_split_as_in_sshd),
		cmocka_unit_test(each_cause_has_its_directive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
