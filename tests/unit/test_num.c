#include "sw_test.h"

#include "sshwhy/num.h"

#include <inttypes.h>
#include <string.h>

#define UNTOUCHED 77

static const struct {
	const char *text;
	uint64_t max;
	enum sw_err err;
	uint64_t value;
} cases[] = {
	{"0", 10, SW_OK, 0},
	{"10", 10, SW_OK, 10},
	{"007", 10, SW_OK, 7},
	{"0", 0, SW_OK, 0},
	{"18446744073709551615", UINT64_MAX, SW_OK, UINT64_MAX},
	{"18446744073709551616", UINT64_MAX, SW_E_RANGE, UNTOUCHED},
	{"99999999999999999999999", UINT64_MAX, SW_E_RANGE, UNTOUCHED},
	{"11", 10, SW_E_RANGE, UNTOUCHED},
	{"1", 0, SW_E_RANGE, UNTOUCHED},
	{"", 10, SW_E_SYNTAX, UNTOUCHED},
	{"-1", 10, SW_E_SYNTAX, UNTOUCHED},
	{"+1", 10, SW_E_SYNTAX, UNTOUCHED},
	{" 1", 10, SW_E_SYNTAX, UNTOUCHED},
	{"1 ", 10, SW_E_SYNTAX, UNTOUCHED},
	{"0x1", 10, SW_E_SYNTAX, UNTOUCHED},
	{"99999999999999999999999x", UINT64_MAX, SW_E_SYNTAX, UNTOUCHED},
};

static void numbers_are_digits_within_their_limit(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(cases); i++) {
		uint64_t value = UNTOUCHED;
		enum sw_err err =
			sw_num_parse(cases[i].text, cases[i].max, &value);

		if (err != cases[i].err || value != cases[i].value)
			fail_msg("\"%s\": got %s, %" PRIu64, cases[i].text,
				 sw_strerror(err), value);
	}
}

static void a_counted_number_ends_where_it_is_told_to(void **state SW_UNUSED)
{
	uint64_t value = UNTOUCHED;

	assert_int_equal(sw_num_parse_n("12345", 2, 99, &value), SW_OK);
	assert_int_equal(value, 12);
	assert_int_equal(sw_num_parse_n("1\0002", 3, 99, &value), SW_E_SYNTAX);
	assert_int_equal(sw_num_parse_n("1", 0, 99, &value), SW_E_SYNTAX);
	assert_int_equal(value, 12);
}

static void a_port_is_one_to_65535(void **state SW_UNUSED)
{
	uint16_t port = UNTOUCHED;

	assert_int_equal(sw_num_parse_port("0", &port), SW_E_RANGE);
	assert_int_equal(sw_num_parse_port("65536", &port), SW_E_RANGE);
	assert_int_equal(sw_num_parse_port("22/tcp", &port), SW_E_SYNTAX);
	assert_int_equal(port, UNTOUCHED);
	assert_int_equal(sw_num_parse_port("65535", &port), SW_OK);
	assert_int_equal(port, 65535);
	assert_int_equal(sw_num_parse_port("1", &port), SW_OK);
	assert_int_equal(port, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_digits_within_their_limit),
		cmocka_unit_test(a_counted_number_ends_where_it_is_told_to),
		cmocka_unit_test(a_port_is_one_to_65535),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
