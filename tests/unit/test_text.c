#include "sw_test.h"

#include "sshwhy/text.h"

#include <string.h>

static void a_text_is_built_freely_and_asked_once(void **state SW_UNUSED)
{
	struct sw_text text;
	char buf[16];

	memset(buf, 'x', sizeof(buf));
	sw_text_init(&text, buf, sizeof(buf));
	assert_string_equal(buf, "");
	sw_text_add(&text, "a=%d", 12);
	sw_text_add_bytes(&text, " b", 2);
	assert_true(sw_text_ok(&text));
	assert_string_equal(buf, "a=12 b");
	assert_int_equal(text.len, strlen(buf));
}

static void
what_does_not_fit_is_left_out_with_all_that_follows(void **state SW_UNUSED)
{
	struct sw_text text;
	char buf[8];

	sw_text_init(&text, buf, sizeof(buf));
	sw_text_add(&text, "%s", "1234567");
	assert_true(sw_text_ok(&text));
	sw_text_init(&text, buf, sizeof(buf));
	sw_text_add(&text, "%s", "1234");
	sw_text_add(&text, "%s", "5678");
	assert_false(sw_text_ok(&text));
	sw_text_add_bytes(&text, "5", 1);
	sw_text_add(&text, "5");
	sw_text_add_json(&text, "5");
	sw_text_add_visible(&text, "5");
	assert_string_equal(buf, "1234");
	assert_int_equal(text.len, 4);
}

enum way { DECODED, UNTRUSTED, JSON, VISIBLE };

static void add(struct sw_text *text, enum way way, const char *value,
		size_t max)
{
	static void (*const named[])(struct sw_text *, const char *,
				     const char *, size_t) = {
		[DECODED] = sw_text_add_decoded,
		[UNTRUSTED] = sw_text_add_untrusted,
	};

	if (way == JSON)
		sw_text_add_json(text, value);
	else if (way == VISIBLE)
		sw_text_add_visible(text, value);
	else
		named[way](text, "n", value, max);
}

static const struct {
	enum way way;
	const char *value;
	size_t max;
	const char *written;
} cases[] = {
	{DECODED, "sshd.A_9:/@+()-", 99, " n=\"sshd.A_9:/@+()-\""},
	{DECODED, "", 99, " n=\"\""},
	{DECODED, "abcdef", 3, " n=\"abc\""},
	{DECODED, "sshd: ALL", 99, " n=737368643A20414C4C"},
	{DECODED, "a b", 1, " n=\"a\""},
	{DECODED, "xuid=0", 99, " n=787569643D30"},
	{DECODED, "a,'\"\n\x1d\xff", 99, " n=612C27220A1DFF"},
	{UNTRUSTED, "/etc/hosts.deny:4", 99, " n=/etc/hosts.deny:4"},
	{UNTRUSTED, "", 99, " n="},
	{UNTRUSTED, "a b", 2, " n=a%20"},
	{UNTRUSTED, "x res=success", 99, " n=x%20res%3Dsuccess"},
	{UNTRUSTED, "100%\n\x1d\xff", 99, " n=100%25%0A%1D%FF"},
	{JSON, NULL, 0, "null"},
	{JSON, "", 0, "null"},
	{JSON, "a\"\\/\x01\n\x7f", 0, "\"a\\\"\\\\/\\u0001\\u000a\\u007f\""},
	{JSON, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 0,
	 "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""},
	/* stray, cut, overlong, surrogate, beyond the last character */
	{JSON, "\x80!", 0, "\"\xef\xbf\xbd!\""},
	{JSON, "\xe2\x82", 0, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
	{JSON, "\xc0\xaf", 0, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
	{JSON, "\xed\xa0\x80", 0, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	{JSON, "\xf4\x90\x80\x80", 0,
	 "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	{VISIBLE, "", 0, ""},
	{VISIBLE, "sshd: ALL \"x\" \xc3\xa9", 0, "sshd: ALL \"x\" \xc3\xa9"},
	{VISIBLE, "\x1b[31m\x7f\\\n", 0, "\\x1b[31m\\x7f\\x5c\\x0a"},
	{VISIBLE, "\xff\xe2\x82", 0, "\\xff\\xe2\\x82"},
	{VISIBLE, "\xc2\x9b", 0, "\\xc2\\x9b"},
	{VISIBLE, "\xe2\x80\xae", 0, "\\xe2\\x80\\xae"},
};

static void hostile_bytes_never_leave_their_value(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(cases); i++) {
		struct sw_text text;
		char buf[128];

		sw_text_init(&text, buf, sizeof(buf));
		add(&text, cases[i].way, cases[i].value, cases[i].max);
		if (!text.ok || strcmp(buf, cases[i].written) != 0)
			fail_msg("row %zu: got %s", i, buf);
	}
}

static void
an_encoded_value_is_written_as_a_whole_or_not(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(cases); i++) {
		struct sw_text text;
		char buf[128];
		size_t need = strlen(cases[i].written);

		for (size_t room = 0; room <= need; room++) {
			sw_text_init(&text, buf, room + 2);
			sw_text_add(&text, "!");
			add(&text, cases[i].way, cases[i].value, cases[i].max);
			assert_int_equal(text.ok, room == need);
			assert_int_equal(text.len, strlen(buf));
			if (room < need)
				assert_string_equal(buf, "!");
		}
	}
}

static const struct {
	enum way way;
	const char *value;
	size_t size;
	enum sw_err err;
	const char *text;
} readings[] = {
	{DECODED, "\"sshd\"", 5, SW_OK, "sshd"},
	{DECODED, "\"\"", 1, SW_OK, ""},
	{DECODED, "737368643A20414C4c", 10, SW_OK, "sshd: ALL"},
	{DECODED, "FF", 2, SW_OK, "\xff"},
	{DECODED, "\"sshd\"", 4, SW_E_RANGE, "old"},
	{DECODED, "414243", 3, SW_E_RANGE, "old"},
	{DECODED, "", 9, SW_E_SYNTAX, "old"},
	{DECODED, "\"", 9, SW_E_SYNTAX, "old"},
	{DECODED, "\"a\"b\"", 9, SW_E_SYNTAX, "old"},
	{DECODED, "\"a", 9, SW_E_SYNTAX, "old"},
	{DECODED, "sshd", 9, SW_E_SYNTAX, "old"},
	{DECODED, "414", 9, SW_E_SYNTAX, "old"},
	{DECODED, "41004A", 9, SW_E_SYNTAX, "old"},
	{UNTRUSTED, "", 1, SW_OK, ""},
	{UNTRUSTED, "/etc/hosts.deny:4", 18, SW_OK, "/etc/hosts.deny:4"},
	{UNTRUSTED, "x%20res%3dy%FF", 9, SW_OK, "x res=y\xff"},
	{UNTRUSTED, "abc", 3, SW_E_RANGE, "old"},
	{UNTRUSTED, "%41%42", 2, SW_E_RANGE, "old"},
	{UNTRUSTED, "a%00", 9, SW_E_SYNTAX, "old"},
	{UNTRUSTED, "a%4", 9, SW_E_SYNTAX, "old"},
	{UNTRUSTED, "a%", 9, SW_E_SYNTAX, "old"},
	{UNTRUSTED, "a%4G", 9, SW_E_SYNTAX, "old"},
	{UNTRUSTED, "a=b", 9, SW_E_SYNTAX, "old"},
	{UNTRUSTED, "a\"b", 9, SW_E_SYNTAX, "old"},
};

static void values_are_read_back_strictly(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(readings); i++) {
		char out[32] = "old";
		enum sw_err (*read)(const char *, size_t, char *, size_t) =
			readings[i].way == DECODED ? sw_text_decode
						   : sw_text_unescape;
		enum sw_err err =
			read(readings[i].value, strlen(readings[i].value), out,
			     readings[i].size);

		if (err != readings[i].err ||
		    strcmp(out, readings[i].text) != 0)
			fail_msg("%s: got %s, \"%s\"", readings[i].value,
				 sw_strerror(err), out);
	}
}

static void a_nul_byte_is_no_part_of_a_value(void **state SW_UNUSED)
{
	char out[8] = "old";

	assert_int_equal(sw_text_decode("\"a\0b\"", 5, out, sizeof(out)),
			 SW_E_SYNTAX);
	assert_int_equal(sw_text_unescape("a\0b", 3, out, sizeof(out)),
			 SW_E_SYNTAX);
	assert_string_equal(out, "old");
}

static void every_byte_survives_both_encodings(void **state SW_UNUSED)
{
	char value[256];
	char back[256];
	char buf[1024];
	struct sw_text text;

	for (int i = 1; i < 256; i++)
		value[i - 1] = (char)i;
	value[255] = '\0';
	sw_text_init(&text, buf, sizeof(buf));
	sw_text_add_decoded(&text, "n", value, 255);
	assert_int_equal(
		sw_text_decode(buf + 3, text.len - 3, back, sizeof(back)),
		SW_OK);
	assert_string_equal(back, value);
	sw_text_init(&text, buf, sizeof(buf));
	sw_text_add_untrusted(&text, "n", value, 255);
	assert_int_equal(
		sw_text_unescape(buf + 3, text.len - 3, back, sizeof(back)),
		SW_OK);
	assert_string_equal(back, value);
}

static void a_copy_says_whether_it_was_cut(void **state SW_UNUSED)
{
	char buf[4];

	assert_true(sw_text_copy(buf, sizeof(buf), "abc"));
	assert_string_equal(buf, "abc");
	assert_false(sw_text_copy(buf, sizeof(buf), "wxyz"));
	assert_string_equal(buf, "wxy");
	assert_true(sw_text_copy(buf, sizeof(buf), ""));
	assert_string_equal(buf, "");
}

static void the_plain_set_is_what_no_reader_interprets(void **state SW_UNUSED)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789._:/@+()-";

	for (int i = 0; i < 256; i++) {
		char byte = (char)i;

		assert_int_equal(sw_text_is_plain(&byte, 1),
				 memchr(plain, i, sizeof(plain) - 1) != NULL);
	}
	assert_false(sw_text_is_plain("", 0));
	assert_false(sw_text_is_plain("ab c", 4));
	assert_true(sw_text_is_plain("ab c", 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_built_freely_and_asked_once),
		cmocka_unit_test(
			what_does_not_fit_is_left_out_with_all_that_follows),
		cmocka_unit_test(hostile_bytes_never_leave_their_value),
		cmocka_unit_test(an_encoded_value_is_written_as_a_whole_or_not),
		cmocka_unit_test(values_are_read_back_strictly),
		cmocka_unit_test(a_nul_byte_is_no_part_of_a_value),
		cmocka_unit_test(every_byte_survives_both_encodings),
		cmocka_unit_test(a_copy_says_whether_it_was_cut),
		cmocka_unit_test(the_plain_set_is_what_no_reader_interprets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
