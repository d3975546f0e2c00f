#include "sw_test.h"

#include "sshwhy/socket_unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOT_THERE                                                              \
	"Id=sshd.socket\nActiveState=inactive\nResult=success\nAccept=no\n"    \
	"NConnections=0\nMaxConnections=64\n"

static const struct {
	const char *text;
	enum sw_err err;
	const char *name;
	bool is_active, hit, accepts;
	uint64_t connections, most, per_source;
	size_t files, ports;
} rows[] = {
	{"Listen=[::]:22 (Stream)\nListen=192.0.2.1:2022 (Stream)\n"
	 "Listen=[::]:22 (Stream)\nAccept=yes\nMaxConnections=9\n"
	 "MaxConnectionsPerSource=2\nNConnections=3\nResult=success\n"
	 "Id=ssh.socket\nActiveState=active\nFragmentPath=/lib/a.socket\n"
	 "DropInPaths=/etc/b.conf /etc/c.conf\n\n" NOT_THERE,
	 SW_OK, "ssh.socket", true, false, true, 3, 9, 2, 3, 2},
	{NOT_THERE "\nId=ssh.socket\nActiveState=failed\n"
		   "Result=trigger-limit-hit\nAccept=no\n"
		   "Listen=/run/ssh (Stream)\nListen=[::]:22 (Datagram)\n",
	 SW_OK, "ssh.socket", false, true, false, 0, 0, 0, 0, 0},
	{NOT_THERE, SW_E_NOTSUP, NULL, false, false, false, 0, 0, 0, 0, 0},
	{"Id=ssh.socket\nActiveState=failed\nResult=resources\n", SW_E_NOTSUP,
	 NULL, false, false, false, 0, 0, 0, 0, 0},
	{"ActiveState=active\nListen=[::]:99999 (Stream)\nListen=:(Stream)\n",
	 SW_OK, "", true, false, false, 0, 0, 0, 0, 0},
	{"", SW_E_NOTSUP, NULL, false, false, false, 0, 0, 0, 0, 0},
};

static bool is_as_row(size_t i, const struct sw_socket_unit *unit)
{
	return strcmp(unit->name, rows[i].name) == 0 &&
	       unit->is_active == rows[i].is_active &&
	       unit->hit_trigger_limit == rows[i].hit &&
	       unit->accepts == rows[i].accepts &&
	       unit->connections == rows[i].connections &&
	       unit->max_connections == rows[i].most &&
	       unit->max_per_source == rows[i].per_source &&
	       unit->file_count == rows[i].files &&
	       unit->port_count == rows[i].ports;
}

static void a_unit_is_read_from_what_systemctl_shows(void **state SW_UNUSED)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sw_socket_unit unit = {.connections = 77};
		enum sw_err err = sw_socket_unit_parse(rows[i].text, &unit);

		if (err != rows[i].err)
			fail_msg("row %zu: %s", i, sw_strerror(err));
		if (err == SW_OK && !is_as_row(i, &unit))
			fail_msg("row %zu: \"%s\", %zu files, %zu ports", i,
				 unit.name, unit.file_count, unit.port_count);
		if (err != SW_OK)
			assert_int_equal(unit.connections, 77);
	}
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void the_last_line_of_the_last_file_is_named(void **state SW_UNUSED)
{
	char folder[] = "test_socket_unit.XXXXXX";
	struct sw_socket_unit unit = {.file_count = 2};
	struct sw_rule rule;

	assert_non_null(mkdtemp(folder));
	(void)snprintf(unit.files[0], sizeof(unit.files[0]), "%s/a", folder);
	(void)snprintf(unit.files[1], sizeof(unit.files[1]), "%s/b", folder);
	write_file(unit.files[0], "[Socket]\nMaxConnections=1\n"
				  "MaxConnectionsPerSource=2\n");
	write_file(unit.files[1], "[Socket]\n#MaxConnections=3\n"
				  " MaxConnections = 4\n");
	sw_socket_unit_rule(&unit, "MaxConnections", &rule);
	assert_string_equal(rule.source, unit.files[1]);
	assert_int_equal(rule.line, 3);
	assert_string_equal(rule.text, "MaxConnections = 4");
	sw_socket_unit_rule(&unit, "MaxConnectionsPerSource", &rule);
	assert_string_equal(rule.source, unit.files[0]);
	assert_int_equal(rule.line, 3);
	sw_socket_unit_rule(&unit, "TriggerLimitBurst", &rule);
	assert_string_equal(rule.source, "systemd:default");
	assert_int_equal(rule.line, 0);
	assert_string_equal(rule.text, "TriggerLimitBurst");
	(void)unlink(unit.files[0]);
	(void)unlink(unit.files[1]);
	(void)rmdir(folder);
}

static void the_words_of_a_record_name_the_key(void **state SW_UNUSED)
{
	assert_string_equal(
		sw_socket_unit_key("MaxConnectionsPerSource: 2 connections"),
		"MaxConnectionsPerSource");
	assert_string_equal(sw_socket_unit_key("MaxConnections: 64 connec"),
			    "MaxConnections");
	assert_string_equal(sw_socket_unit_key(""), "TriggerLimitBurst");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_unit_is_read_from_what_systemctl_shows),
		cmocka_unit_test(the_last_line_of_the_last_file_is_named),
		cmocka_unit_test(the_words_of_a_record_name_the_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
