#include "sw_test.h"

#include "sshwhy/duration.h"

#include <inttypes.h>

#define UNTOUCHED 77

static const struct {
	const char *text;
	enum sw_err err;
	uint32_t seconds;
} cases[] = {
	{"0", SW_OK, 0},
	{"90", SW_OK, 90},
	{"90s", SW_OK, 90},
	{"1m", SW_OK, 60},
	{"1h", SW_OK, 3600},
	{"1d", SW_OK, 86400},
	{"365d", SW_OK, SW_DURATION_MAX},
	{"31536000", SW_OK, SW_DURATION_MAX},
	{"31536001", SW_E_RANGE, UNTOUCHED},
	{"366d", SW_E_RANGE, UNTOUCHED},
	{"8761h", SW_E_RANGE, UNTOUCHED},
	{"18446744073709551617s", SW_E_RANGE, UNTOUCHED},
	{"", SW_E_SYNTAX, UNTOUCHED},
	{"h", SW_E_SYNTAX, UNTOUCHED},
	{"1 h", SW_E_SYNTAX, UNTOUCHED},
	{"1h ", SW_E_SYNTAX, UNTOUCHED},
	{"1hm", SW_E_SYNTAX, UNTOUCHED},
	{"1H", SW_E_SYNTAX, UNTOUCHED},
	{"1w", SW_E_SYNTAX, UNTOUCHED},
	{"-1", SW_E_SYNTAX, UNTOUCHED},
	{"1.5h", SW_E_SYNTAX, UNTOUCHED},
};

static void a_duration_is_a_number_and_one_unit(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(cases); i++) {
		uint32_t seconds = UNTOUCHED;
		enum sw_err err = sw_duration_parse(cases[i].text, &seconds);

		if (err != cases[i].err || seconds != cases[i].seconds)
			fail_msg("\"%s\": got %s, %u s", cases[i].text,
				 sw_strerror(err), seconds);
	}
}

static const struct {
	uint64_t seconds;
	const char *text;
} written[] = {
	{0, "0 s"},
	{1, "1 s"},
	{59, "59 s"},
	{60, "1 min"},
	{179, "2 min"},
	{3599, "59 min"},
	{3600, "1 h"},
	{86399, "23 h"},
	{86400, "1 d"},
	{12 * 86400, "12 d"},
	{UINT64_MAX, "213503982334601 d"},
};

static void people_read_the_largest_unit_rounded_down(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(written); i++) {
		char buf[SW_DURATION_TEXT_MAX];

		assert_ptr_equal(sw_duration_format(written[i].seconds, buf),
				 buf);
		assert_string_equal(buf, written[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_duration_is_a_number_and_one_unit),
		cmocka_unit_test(people_read_the_largest_unit_rounded_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
