#include "sw_test.h"

#include "sshwhy/sshd_dump.h"

#include <string.h>

#define MAIN "/etc/ssh/sshd_config"

/* As sshd 9.2 prints it: an Include file first, then the main file, then the
 * pass for Match blocks. */
static const char dump[] =
	"debug2: load_server_config: filename " MAIN "\n"
	"debug2: parse_server_config_depth: config " MAIN " len 146\n"
	"debug2: " MAIN " line 1: new include /etc/ssh/sshd_config.d/*.conf\n"
	"debug2: parse_server_config_depth: config "
	"/etc/ssh/sshd_config.d/10-a.conf len 42\n"
	"debug3: /etc/ssh/sshd_config.d/10-a.conf:1 setting MaxStartups "
	"5:50:20\n"
	"debug3: /etc/ssh/sshd_config.d/10-a.conf:2 setting AllowUsers bob "
	"carol\n"
	"debug3: /etc/ssh/sshd_config.d/20-b.conf:1 setting DenyUsers eve\n"
	"debug3: checking syntax for 'Match User alice'\n"
	"debug3: " MAIN ":3 setting maxstartups 10:30:100\n"
	"debug3: " MAIN ":5 setting AllowUsers alice\n"
	"debug3: " MAIN ":6 setting Banner none\n"
	"debug3: " MAIN ":7 setting MaxAuthTries 6\n"
	"debug1: sshd version OpenSSH_9.2, OpenSSL 3.0.19 27 Jan 2026\n"
	"debug2: parse_server_config_depth: config reprocess config len 146\n"
	"debug3: checking match for 'User alice' user alice host h addr "
	"10.1.2.3 laddr 127.0.0.1 lport 22\n"
	"debug1: user alice matched 'User alice' at line 2\n"
	"debug3: match found\n"
	"debug3: /etc/ssh/sshd_config.d/20-b.conf:3 setting DenyUsers alice\n"
	"debug3: /etc/ssh/sshd_config.d/20-b.conf:4 setting MaxAuthTries 2\n"
	"debug3: reprocess config:9 setting MaxAuthTries 3\n"
	"debug3: reprocess config:10 setting PermitRootLogin no\n";

static const struct {
	const char *keyword;
	bool is_list;
	size_t count;
	bool matched;
	const char *source;
	unsigned int line;
	const char *value;
} rows[] = {
	{"MaxStartups", false, 1, false, "/etc/ssh/sshd_config.d/10-a.conf", 1,
	 "5:50:20"},
	{"AllowUsers", true, 2, false, "/etc/ssh/sshd_config.d/10-a.conf", 2,
	 "bob carol"},
	{"DenyUsers", true, 1, true, "/etc/ssh/sshd_config.d/20-b.conf", 3,
	 "alice"},
	{"MaxAuthTries", false, 1, true, "/etc/ssh/sshd_config.d/20-b.conf", 4,
	 "2"},
	{"permitrootlogin", false, 1, true, MAIN, 10, "no"},
	{"Banner", false, 1, false, MAIN, 6, "none"},
	{"LoginGraceTime", false, 0, false, "", 0, ""},
	{"AllowUser", true, 0, false, "", 0, ""},
};

static struct sw_sshd_setting setting;

static void the_line_in_force_is_named(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		const struct sw_sshd_line *line = &setting.lines[0];

		assert_int_equal(sw_sshd_dump_find(dump, strlen(dump), MAIN,
						   rows[i].keyword,
						   rows[i].is_list, &setting),
				 SW_OK);
		if (setting.count != rows[i].count ||
		    setting.matched != rows[i].matched ||
		    strcmp(line->source, rows[i].source) != 0 ||
		    line->line != rows[i].line ||
		    strcmp(line->value, rows[i].value) != 0)
			fail_msg("%s: %zu lines, %s:%u \"%s\"", rows[i].keyword,
				 setting.count, line->source, line->line,
				 line->value);
	}
}

static void a_newer_sshd_that_names_its_program_is_read(void **state SW_UNUSED)
{
	static const char newer[] =
		"sshd: debug2: parse_server_config_depth: config " MAIN
		" len 20\r\n"
		"sshd: debug3: " MAIN ":4 setting MaxStartups 3\r\n";

	assert_int_equal(sw_sshd_dump_find(newer, strlen(newer), MAIN,
					   "MaxStartups", false, &setting),
			 SW_OK);
	assert_int_equal(setting.count, 1);
	assert_int_equal(setting.lines[0].line, 4);
	assert_string_equal(setting.lines[0].value, "3");
}

static void a_file_name_with_blanks_and_colons_is_kept(void **state SW_UNUSED)
{
	static const char odd[] =
		"debug2: parse_server_config_depth: config /a b:1 len 20\n"
		"debug3: /a b:1:7 setting Banner /x setting y\n";

	assert_int_equal(sw_sshd_dump_find(odd, strlen(odd), MAIN, "Banner",
					   false, &setting),
			 SW_OK);
	assert_int_equal(setting.count, 1);
	assert_string_equal(setting.lines[0].source, "/a b:1");
	assert_int_equal(setting.lines[0].line, 7);
	assert_string_equal(setting.lines[0].value, "/x setting y");
}

static void more_lines_than_fit_are_said_to_be_cut(void **state SW_UNUSED)
{
	static char many[64 + (SW_SSHD_LINES_MAX + 1) * 40];
	char *at = many;

	at = stpcpy(at, "debug2: parse_server_config_depth: config m len 1\n");
	for (int i = 0; i <= SW_SSHD_LINES_MAX; i++)
		at = stpcpy(at, "debug3: m:1 setting AllowUsers x\n");
	assert_int_equal(sw_sshd_dump_find(many, strlen(many), MAIN,
					   "AllowUsers", true, &setting),
			 SW_OK);
	assert_int_equal(setting.count, SW_SSHD_LINES_MAX);
	assert_true(setting.cut);
}

static void what_sshd_does_not_print_is_refused(void **state SW_UNUSED)
{
	static const char *const texts[] = {
		"",
		"unknown option -- G\nusage: sshd [-46DdeiqTtV]\n",
		"debug3: /etc/ssh/sshd_config:1 setting MaxStartups 3\n",
	};

	for (size_t i = 0; i < SW_ROWS(texts); i++) {
		memset(&setting, 0x55, sizeof(setting));
		assert_int_equal(sw_sshd_dump_find(texts[i], strlen(texts[i]),
						   MAIN, "MaxStartups", false,
						   &setting),
				 SW_E_SYNTAX);
		assert_int_equal(setting.lines[0].line, 0x55555555);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_in_force_is_named),
		cmocka_unit_test(a_newer_sshd_that_names_its_program_is_read),
		cmocka_unit_test(a_file_name_with_blanks_and_colons_is_kept),
		cmocka_unit_test(more_lines_than_fit_are_said_to_be_cut),
		cmocka_unit_test(what_sshd_does_not_print_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
