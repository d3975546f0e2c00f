#include "sw_test.h"

#include "ask/fail2ban_conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define UNTOUCHED "untouched"

static const struct {
	const char *text;
	const char *section;
	const char *key;
	enum sw_err err;
	const char *value;
} rows[] = {
	{"[a]\nk = v\n", "a", "k", SW_OK, "v"},
	{"[a]\nk=v", "a", "k", SW_OK, "v"},
	{"[a]\nk : v : w\n", "a", "k", SW_OK, "v : w"},
	{"[a]\nKey = v\n", "a", "key", SW_OK, "v"},
	{"[a]\nk =\n", "a", "k", SW_OK, ""},
	{"[a]\nk = v\n", "b", "k", SW_E_NOTSUP, ""},
	{"[DEFAULT]\nk = d\n[a]\n", "a", "k", SW_OK, "d"},
	{"[DEFAULT]\nk = d\n[a]\nk = v\n", "a", "k", SW_OK, "v"},
	/* comments */
	{"# x\n; y\n[a]\n  # z\nk = v ; w\n", "a", "k", SW_OK, "v"},
	{"[a]\nk = v;w # x\n", "a", "k", SW_OK, "v;w # x"},
	/* a value on several lines */
	{"[a]\nk = v\n    w\n\tx\n", "a", "k", SW_OK, "v\nw\nx"},
	{"[a]\nk = v\n# c\n   w\n\n   x\n", "a", "k", SW_OK, "v\nw\nx"},
	{"[a]\n  k = v\n  l = w\n", "a", "l", SW_OK, "w"},
	{"[a]\r\nk = v\r\n", "a", "k", SW_OK, "v"},
	/* names in values */
	{"[a]\nk = %(l)s x\nl = v\n", "a", "k", SW_OK, "v x"},
	{"[a]\nk = %(L)s\nl = v\n", "a", "k", SW_OK, "v"},
	{"[DEFAULT]\nl = d\n[a]\nk = %(l)s\n", "a", "k", SW_OK, "d"},
	{"[DEFAULT]\nk = %(l)s\n[a]\nl = v\n", "a", "k", SW_OK, "v"},
	{"[a]\nk = %(l)s\nl = %(m)s%(m)s\nm = v\n", "a", "k", SW_OK, "vv"},
	{"[a]\nk = 5%%\n", "a", "k", SW_OK, "5%"},
	{"[a]\nk = %(__name__)s\n", "a", "k", SW_OK, "a"},
	{"[DEFAULT]\nk = d\n[a]\nk = %(default/k)s v\n", "a", "k", SW_OK,
	 "d v"},
	{"[b]\nk = w\n[a]\nk = %(b/k)s v\n", "a", "k", SW_OK, "w v"},
	{"[DEFAULT]\nk = d\n[a]\nk = %(known/k)s v\n", "a", "k", SW_OK, "d v"},
	{"[a]\nk = %(l)s\n", "a", "k", SW_E_SYNTAX, ""},
	{"[a]\nk = 5%\n", "a", "k", SW_E_SYNTAX, ""},
	{"[a]\nk = %(l\nl = v\n", "a", "k", SW_E_SYNTAX, ""},
	{"[a]\nk = %(l)d\nl = v\n", "a", "k", SW_E_SYNTAX, ""},
	{"[a]\nk = %(b/k)s\n", "a", "k", SW_E_SYNTAX, ""},
	{"[a]\nk = %(k)s\n", "a", "k", SW_E_RANGE, ""},
	{"[a]\nk = 0123456789012345678901234567890123456789\n", "a", "k",
	 SW_E_RANGE, ""},
};

static void values_are_found_and_put_together(void **state)
{
	(void)state;
	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		struct sw_f2b_conf conf = SW_F2B_CONF_INIT;
		char *text = strdup(rows[i].text);
		char value[40] = UNTOUCHED;
		enum sw_err err;

		assert_non_null(text);
		assert_int_equal(sw_f2b_conf_parse(&conf, text), SW_OK);
		err = sw_f2b_conf_get(&conf, rows[i].section, rows[i].key,
				      value, sizeof(value));
		if (err != rows[i].err || strcmp(value, rows[i].value) != 0)
			fail_msg("%s: %s, \"%s\"", rows[i].text,
				 sw_strerror(err), value);
		sw_f2b_conf_free(&conf);
		free(text);
	}
}

/* Ten times nothing, in ten names for each of ten names, and so on. */
static void a_value_that_multiplies_ends(void **state)
{
	struct sw_f2b_conf conf = SW_F2B_CONF_INIT;
	char text[4096] = "[a]\n";
	char value[40];
	size_t len = strlen(text);

	(void)state;
	for (int i = 0; i < 9; i++) {
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"k%d = ", i);
		for (int j = 0; j < 10; j++)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
						"%%(k%d)s", i + 1);
		text[len++] = '\n';
	}
	(void)snprintf(text + len, sizeof(text) - len, "k9 =\n");
	assert_int_equal(sw_f2b_conf_parse(&conf, text), SW_OK);
	assert_int_equal(
		sw_f2b_conf_get(&conf, "a", "k0", value, sizeof(value)),
		SW_E_RANGE);
	assert_string_equal(value, "");
	assert_int_equal(
		sw_f2b_conf_get(&conf, "a", "k8", value, sizeof(value)), SW_OK);
	sw_f2b_conf_free(&conf);
}

static void what_fail2ban_refuses_is_refused(void **state)
{
	static const char *const texts[] = {
		"k = v\n",     "[a]\nnothing\n",
		"[a\nk = v\n", "[a]\nk = v\nk = w\n",
		"[a]\n= v\n",
	};

	(void)state;
	for (size_t i = 0; i < SW_ROWS(texts); i++) {
		struct sw_f2b_conf conf = SW_F2B_CONF_INIT;
		char *text = strdup(texts[i]);

		assert_non_null(text);
		if (sw_f2b_conf_parse(&conf, text) != SW_E_SYNTAX)
			fail_msg("taken: %s", texts[i]);
		sw_f2b_conf_free(&conf);
		free(text);
	}
}

/* --- several files ----------------------------------------------------------
 */

static char dir[64];

static void write_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int make_folder(void **state)
{
	char path[128];

	(void)state;
	(void)snprintf(dir, sizeof(dir), "fail2ban.XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/jail.d", dir);
	return mkdir(path, 0755);
}

static int remove_folder(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

static void assert_value(const char *section, const char *key,
			 const char *wanted)
{
	struct sw_f2b_conf conf = SW_F2B_CONF_INIT;
	char value[256];

	assert_int_equal(sw_f2b_conf_read(&conf, dir, "jail"), SW_OK);
	assert_int_equal(
		sw_f2b_conf_get(&conf, section, key, value, sizeof(value)),
		SW_OK);
	assert_string_equal(value, wanted);
	sw_f2b_conf_free(&conf);
}

static void later_files_win_and_remember_what_they_replace(void **state)
{
	(void)state;
	write_file("jail.conf", "[INCLUDES]\nbefore = paths.conf\n"
				"[DEFAULT]\nignoreip = 10.0.0.0/8\n"
				"[sshd]\nport = 1\nx = %(log)s\n");
	assert_value("sshd", "ignoreip", "10.0.0.0/8");
	write_file("paths.conf", "[INCLUDES]\nafter = more.conf\n"
				 "[DEFAULT]\nlog = p\nport = 0\n");
	write_file("more.conf", "[DEFAULT]\nlog = more\n");
	assert_value("sshd", "x", "more");
	write_file("more.local", "[DEFAULT]\nlog = local\n");
	assert_value("sshd", "x", "local");
	assert_value("sshd", "port", "1");
	write_file("jail.d/b.conf", "[sshd]\nport = 3\n");
	write_file("jail.d/a.conf", "[sshd]\nport = 2\n");
	assert_value("sshd", "port", "3");
	write_file("jail.local", "[sshd]\nport = %(known/port)s,4\n");
	assert_value("sshd", "port", "3,4");
	write_file("jail.d/z.local", "[sshd]\nport = 5\n");
	assert_value("sshd", "port", "5");
}

static void files_that_cannot_be_read_are_told_apart(void **state)
{
	struct sw_f2b_conf conf = SW_F2B_CONF_INIT;

	(void)state;
	assert_int_equal(sw_f2b_conf_read(&conf, dir, "none"), SW_E_IO);
	assert_int_equal(errno, ENOENT);
	write_file("loop.conf", "[INCLUDES]\nbefore = loop.conf\n");
	assert_int_equal(sw_f2b_conf_read(&conf, dir, "loop"), SW_E_RANGE);
	write_file("bad.conf", "[a]\nnothing\n");
	assert_int_equal(sw_f2b_conf_read(&conf, dir, "bad"), SW_E_SYNTAX);
	sw_f2b_conf_free(&conf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_found_and_put_together),
		cmocka_unit_test(a_value_that_multiplies_ends),
		cmocka_unit_test(what_fail2ban_refuses_is_refused),
		cmocka_unit_test_setup_teardown(
			later_files_win_and_remember_what_they_replace,
			make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			files_that_cannot_be_read_are_told_apart, make_folder,
			remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
