#include "sw_test.h"

#include "sshwhy/ask_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define UNTOUCHED "untouched"
#define KEY " ssh-ed25519 AAAAC3Nz alice@example.org"

static const struct {
	const char *line;
	enum sw_err err;
	const char *options;
} lines[] = {
	{"from=\"192.0.2.1\"" KEY, SW_OK, "from=\"192.0.2.1\""},
	{" \tFrom=\"a,b c\",no-pty" KEY, SW_OK, "From=\"a,b c\""},
	{"command=\"x \\\" from=y\",from=\"h\"" KEY, SW_OK, "from=\"h\""},
	{"from=\"h\",no-pty,expiry-time=\"20200101\"" KEY, SW_OK,
	 "from=\"h\",expiry-time=\"20200101\""},
	{"cert-authority,principals=\"a\" ecdsa-sha2-nistp256 AAAA", SW_OK,
	 "principals=\"a\""},
	{"from=\"h\" sk-ssh-ed25519@openssh.com AAAA", SW_OK, "from=\"h\""},
	{"command=\"from=secret\"" KEY, SW_E_SYNTAX, UNTOUCHED},
	{"environment=\"A=from=\"" KEY, SW_E_SYNTAX, UNTOUCHED},
	{"ssh-ed25519 from=\"h\" ssh-rsa", SW_E_SYNTAX, UNTOUCHED},
	{"from=\"h\" secret", SW_E_SYNTAX, UNTOUCHED},
	{"from=\"h\"", SW_E_SYNTAX, UNTOUCHED},
	{"from=\"h" KEY, SW_E_SYNTAX, UNTOUCHED},
	{"# from=\"h\"" KEY, SW_E_SYNTAX, UNTOUCHED},
	{"", SW_E_SYNTAX, UNTOUCHED},
};

static void only_what_restricts_is_copied(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(lines); i++) {
		char out[201] = UNTOUCHED;
		enum sw_err err = sw_key_restrictions(
			lines[i].line, strlen(lines[i].line), out, sizeof(out));

		if (err != lines[i].err || strcmp(out, lines[i].options) != 0)
			fail_msg("\"%s\": %s, \"%s\"", lines[i].line,
				 sw_strerror(err), out);
	}
}

static void what_does_not_fit_is_left_out(void **state SW_UNUSED)
{
	static const char line[] = "from=\"a\",expiry-time=\"20200101\"" KEY;
	char out[16];

	assert_int_equal(
		sw_key_restrictions(line, strlen(line), out, sizeof(out)),
		SW_OK);
	assert_string_equal(out, "from=\"a\"");
}

static void a_line_is_found_by_its_number(void **state SW_UNUSED)
{
	char dir[] = "test_key.XXXXXX", path[64], link[64];
	char out[64] = UNTOUCHED;
	FILE *file;

	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/keys", dir);
	(void)snprintf(link, sizeof(link), "%s/link", dir);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "# one\n\nfrom=\"three\"" KEY "\n%09000d\nfrom=\"5\"" KEY,
		0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(symlink("keys", link), 0);

	assert_int_equal(sw_ask_key(path, 1, getuid(), out, sizeof(out)),
			 SW_E_SYNTAX);
	assert_int_equal(sw_ask_key(path, 4, getuid(), out, sizeof(out)),
			 SW_E_RANGE);
	assert_int_equal(sw_ask_key(path, 6, getuid(), out, sizeof(out)),
			 SW_E_SYNTAX);
	assert_int_equal(sw_ask_key(link, 3, getuid(), out, sizeof(out)),
			 SW_E_UNSAFE);
	assert_int_equal(sw_ask_key(dir, 3, getuid(), out, sizeof(out)),
			 SW_E_UNSAFE);
	assert_int_equal(
		sw_ask_key("/nonexistent", 3, getuid(), out, sizeof(out)),
		SW_E_IO);
	assert_string_equal(out, UNTOUCHED);
	assert_int_equal(sw_ask_key(path, 3, getuid(), out, sizeof(out)),
			 SW_OK);
	assert_string_equal(out, "from=\"three\"");
	assert_int_equal(sw_ask_key(path, 5, getuid(), out, sizeof(out)),
			 SW_OK);
	assert_string_equal(out, "from=\"5\"");
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(sw_ask_key(path, 3, getuid(), out, sizeof(out)),
			 SW_E_UNSAFE);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_restricts_is_copied),
		cmocka_unit_test(what_does_not_fit_is_left_out),
		cmocka_unit_test(a_line_is_found_by_its_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
