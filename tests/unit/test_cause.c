#include "sw_test.h"

#include "sshwhy/cause.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static bool is_code(const char *code)
{
	const char *dot = strchr(code, '.');

	if (dot == NULL || dot == code || dot[1] == '\0')
		return false;
	for (const char *c = code; *c != '\0'; c++) {
		if (!islower((unsigned char)*c) && *c != '-' && *c != '.')
			return false;
	}
	return true;
}

static void every_cause_has_code_stage_and_sentence(void **state SW_UNUSED)
{
	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++) {
		if (!is_code(sw_cause_code(i)))
			fail_msg("code \"%s\"", sw_cause_code(i));
		if (sw_cause_stage(i) == SW_STAGE_NONE ||
		    sw_stage_name(sw_cause_stage(i))[0] == '\0')
			fail_msg("%s has no stage", sw_cause_code(i));
		if (sw_cause_sentence(i)[0] == '\0')
			fail_msg("%s has no sentence", sw_cause_code(i));
	}
}

static void every_code_is_found_again(void **state SW_UNUSED)
{
	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++) {
		const char *code = sw_cause_code(i);
		enum sw_cause found = SW_CAUSE_NONE;

		assert_int_equal(sw_cause_parse(code, strlen(code), &found),
				 SW_OK);
		assert_int_equal(found, i);
	}
}

static void
an_unknown_code_is_refused_and_leaves_the_output(void **state SW_UNUSED)
{
	static const char *const codes[] = {"", "wrapper", "wrapper.denyx",
					    "WRAPPER.DENY"};

	for (size_t i = 0; i < SW_ROWS(codes); i++) {
		enum sw_cause found = SW_CAUSE_BAN_LIST;

		assert_int_equal(
			sw_cause_parse(codes[i], strlen(codes[i]), &found),
			SW_E_SYNTAX);
		assert_int_equal(found, SW_CAUSE_BAN_LIST);
	}
}

static void only_a_client_that_left_has_no_audit_type(void **state SW_UNUSED)
{
	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++) {
		bool left = i == SW_CAUSE_CLIENT_CLOSED;

		if ((sw_cause_audit_type(i) == 0) != left)
			fail_msg("%s: type %d", sw_cause_code(i),
				 sw_cause_audit_type(i));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cause_has_code_stage_and_sentence),
		cmocka_unit_test(every_code_is_found_again),
		cmocka_unit_test(
			an_unknown_code_is_refused_and_leaves_the_output),
		cmocka_unit_test(only_a_client_that_left_has_no_audit_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
