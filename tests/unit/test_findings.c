#include "sw_test.h"

#include "cli/findings.h"

#include <string.h>

static const struct sw_place place = {"/etc/x", 3, "a: b"};

static void codes_are_unique_and_have_a_layer(void **state SW_UNUSED)
{
	for (enum sw_check i = 0; i < SW_CHECK_COUNT_; i++) {
		const char *code = sw_check_code(i);

		if (strchr(code, '.') == NULL || sw_check_effect(i)[0] == '\0')
			fail_msg("\"%s\"", code);
		for (enum sw_check j = i + 1; j < SW_CHECK_COUNT_; j++) {
			if (strcmp(code, sw_check_code(j)) == 0)
				fail_msg("\"%s\" stands twice", code);
		}
	}
}

static void level_names_are_read_as_written(void **state SW_UNUSED)
{
	for (enum sw_level i = 0; i < SW_LEVEL_COUNT_; i++)
		assert_int_equal(sw_level_named(sw_level_name(i)), i);
	assert_int_equal(sw_level_named("nothing"), SW_LEVEL_COUNT_);
}

static void status_is_of_the_worst_that_is_asked_for(void **state SW_UNUSED)
{
	static const struct {
		enum sw_check check;
		enum sw_level level;
		enum sw_exit status;
	} cases[] = {
		{SW_CHECK_WRAPPER_HOST_BITS, SW_LEVEL_ERROR, SW_EXIT_REJECTED},
		{SW_CHECK_WRAPPER_TWIST, SW_LEVEL_NOTE, SW_EXIT_REJECTED},
		{SW_CHECK_WRAPPER_TWIST, SW_LEVEL_ERROR, SW_EXIT_ADMITTED},
		{SW_CHECK_WRAPPER_DUPLICATE, SW_LEVEL_NOTE, SW_EXIT_ADMITTED},
		{SW_CHECK_WRAPPER_UNSEEN, SW_LEVEL_ERROR, SW_EXIT_UNKNOWN},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sw_findings findings = {0};

		sw_findings_add(&findings, cases[i].check, &place, NULL);
		if (sw_findings_status(&findings, cases[i].level) !=
		    cases[i].status)
			fail_msg("%s", sw_check_code(cases[i].check));
		sw_findings_release(&findings);
		assert_int_equal(sw_findings_status(&findings, SW_LEVEL_NOTE),
				 SW_EXIT_ADMITTED);
	}
}

static void findings_keep_copies_of_their_texts(void **state SW_UNUSED)
{
	struct sw_findings findings = {0};
	char text[] = "a: b";
	const struct sw_place here = {"/etc/x", 3, text};

	for (int i = 0; i < 200; i++)
		sw_findings_add(&findings, SW_CHECK_WRAPPER_RANGE, &here,
				"number %d", i);
	memset(text, 'x', sizeof(text) - 1);
	assert_int_equal(findings.count, 200);
	assert_string_equal(findings.rows[0].text, "a: b");
	assert_string_equal(findings.rows[199].detail, "number 199");
	assert_int_equal(findings.rows[199].line, 3);
	sw_findings_release(&findings);
}

static void layer_is_what_stands_before_the_dot(void **state SW_UNUSED)
{
	assert_true(sw_check_is_of(SW_CHECK_WRAPPER_TWIST, "wrapper"));
	assert_false(sw_check_is_of(SW_CHECK_WRAPPER_TWIST, "wrap"));
	assert_false(sw_check_is_of(SW_CHECK_WRAPPER_TWIST, "sshd"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_unique_and_have_a_layer),
		cmocka_unit_test(level_names_are_read_as_written),
		cmocka_unit_test(status_is_of_the_worst_that_is_asked_for),
		cmocka_unit_test(findings_keep_copies_of_their_texts),
		cmocka_unit_test(layer_is_what_stands_before_the_dot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
