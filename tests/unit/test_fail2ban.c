#include "sw_test.h"

#include "sshwhy/ask_fail2ban.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW INT64_C(1000000) /* seconds */

/* The tables of fail2ban 0.11 to 1.1, as far as they are read. */
static const char tables[] =
	"CREATE TABLE bips(ip TEXT NOT NULL, jail TEXT NOT NULL,"
	" timeofban INTEGER NOT NULL, bantime INTEGER NOT NULL,"
	" bancount INTEGER NOT NULL default 1, data JSON,"
	" PRIMARY KEY(ip, jail));";

static char dir[64];
static char database[128];
static struct sw_fail2ban answer;

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
	char here[32];
	char whole[PATH_MAX];
	char text[200];

	(void)state;
	(void)snprintf(here, sizeof(here), "fail2ban-db.XXXXXX");
	if (mkdtemp(here) == NULL)
		return -1;
	(void)snprintf(dir, sizeof(dir), "%s", here);
	if (realpath(here, whole) == NULL)
		return -1;
	(void)snprintf(database, sizeof(database), "%.100s/f2b #1%%.sqlite3",
		       whole);
	(void)snprintf(text, sizeof(text), "[Definition]\ndbfile = %.*s%%%s\n",
		       (int)strcspn(database, "%") + 1, database,
		       strchr(database, '%') + 1);
	write_file("fail2ban.conf", text);
	return 0;
}

static int remove_folder(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

static sqlite3 *open_database(void)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(database, &db), SQLITE_OK);
	return db;
}

static void execute(sqlite3 *db, const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
}

static void fill(const char *sql)
{
	sqlite3 *db = open_database();

	execute(db, tables);
	execute(db, sql);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void ask(const char *text)
{
	const struct sw_fail2ban_paths paths = {dir, NULL};
	struct sw_addr client;

	assert_int_equal(sw_addr_parse(text, &client), SW_OK);
	memset(&answer, 'x', sizeof(answer));
	sw_ask_fail2ban(&paths, &client, NOW * 1000, &answer);
}

static void assert_unread(const char *reason)
{
	assert_int_equal(answer.state, SW_FAIL2BAN_UNREAD);
	assert_int_equal(answer.ban_count, 0);
	if (strstr(answer.reason, reason) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", reason, answer.reason);
}

static void a_ban_is_told_with_its_jail_times_and_lines(void **state)
{
	(void)state;
	fill("INSERT INTO bips VALUES('203.0.113.5', 'sshd', 999000, 3600, 2,"
	     " '{\"matches\": [\"one\", [\"\", \"two\", \" and\"], 7, \"\"],"
	     " \"failures\": 5}')");
	ask("203.0.113.5");
	assert_int_equal(answer.state, SW_FAIL2BAN_READ);
	assert_string_equal(answer.reason, "");
	assert_string_equal(answer.database, database);
	assert_int_equal(answer.ban_count, 1);
	assert_string_equal(answer.bans[0].jail, "sshd");
	assert_int_equal(answer.bans[0].since, INT64_C(999000000));
	assert_int_equal(answer.bans[0].until, INT64_C(1002600000));
	assert_int_equal(answer.bans[0].count, 2);
	assert_int_equal(answer.bans[0].failures, 5);
	assert_int_equal(answer.bans[0].line_count, 2);
	assert_string_equal(answer.bans[0].lines[0], "one");
	assert_string_equal(answer.bans[0].lines[1], "two and");
	ask("203.0.113.50");
	assert_int_equal(answer.state, SW_FAIL2BAN_READ);
	assert_int_equal(answer.ban_count, 0);
}

static void only_bans_that_hold_now_count(void **state)
{
	(void)state;
	fill("INSERT INTO bips VALUES"
	     "('192.0.2.1', 'over', 990000, 10000, 1, NULL),"
	     "('192.0.2.1', 'lasts', 990000, 10001, 1, NULL),"
	     "('192.0.2.1', 'ever', 5, -1, 1, NULL)");
	ask("192.0.2.1");
	assert_int_equal(answer.ban_count, 2);
	assert_string_equal(answer.bans[0].jail, "ever");
	assert_int_equal(answer.bans[0].until, 0);
	assert_string_equal(answer.bans[1].jail, "lasts");
}

static void a_banned_range_bans_its_addresses(void **state)
{
	char range[SW_PREFIX_TEXT_MAX];

	(void)state;
	fill("INSERT INTO bips VALUES"
	     "('203.0.113.0/24', 'net', 999999, 60, 1, NULL),"
	     "('203.0.113.9', 'one', 999999, 60, 1, NULL),"
	     "('2001:db8:1::/48', 'six', 999999, 60, 1, NULL)");
	ask("203.0.113.9");
	assert_int_equal(answer.ban_count, 2);
	assert_string_equal(answer.bans[0].jail, "one");
	assert_string_equal(answer.bans[1].jail, "net");
	assert_string_equal(sw_prefix_format(&answer.bans[1].client, range),
			    "203.0.113.0/24");
	ask("2001:db8:1:2::3");
	assert_int_equal(answer.ban_count, 1);
	assert_string_equal(answer.bans[0].jail, "six");
	ask("2001:db8:2::3");
	assert_int_equal(answer.ban_count, 0);
}

static void no_more_bans_and_lines_than_there_is_room_for(void **state)
{
	(void)state;
	fill("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	     " WHERE i < 12) INSERT INTO bips SELECT '192.0.2.1', 'j' || i, "
	     "999990 + i, 600, 1, json_object('matches', (SELECT "
	     "json_group_array('line ' || i) FROM n)) FROM n");
	ask("192.0.2.1");
	assert_int_equal(answer.ban_count, SW_FAIL2BAN_BANS);
	assert_int_equal(answer.bans[3].line_count, SW_FAIL2BAN_LINES);
	assert_string_equal(answer.bans[3].lines[0], "line 3");
	assert_string_equal(answer.bans[3].lines[9], "line 12");
}

static void hostile_data_costs_the_lines_only(void **state)
{
	static const char *const data[] = {
		"'no json'",
		"''",
		"'[1, 2]'",
		"'{\"matches\": 5, \"failures\": -3}'",
		"'{\"matches\": [[[\"x\"]], null, {}], \"failures\": \"9\"}'",
		"x'ff00fe'",
	};
	char sql[256];

	(void)state;
	for (size_t i = 0; i < SW_ROWS(data); i++) {
		(void)unlink(database);
		(void)snprintf(sql, sizeof(sql),
			       "INSERT INTO bips VALUES('192.0.2.1', 'j', "
			       "999999, 60, -4, %s)",
			       data[i]);
		fill(sql);
		ask("192.0.2.1");
		assert_int_equal(answer.ban_count, 1);
		assert_int_equal(answer.bans[0].line_count, 0);
		assert_int_equal(answer.bans[0].failures, 0);
		assert_int_equal(answer.bans[0].count, 1);
	}
}

static void long_lines_are_cut(void **state)
{
	(void)state;
	fill("INSERT INTO bips VALUES('192.0.2.1', 'j', 999999, 60, 1, "
	     "json_object('matches', json_array(printf('%.*c', 2000, 'x'))))");
	ask("192.0.2.1");
	assert_int_equal(answer.bans[0].line_count, 1);
	assert_int_equal(strlen(answer.bans[0].lines[0]), SW_FAIL2BAN_LINE - 1);
}

static void a_database_that_is_not_fail2bans_says_so(void **state)
{
	sqlite3 *db = open_database();

	(void)state;
	execute(db, "CREATE TABLE bans(jail TEXT, ip TEXT, timeofban INTEGER)");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	ask("192.0.2.1");
	assert_unread("0.11");
}

static void what_is_no_database_says_so(void **state)
{
	FILE *file = fopen(database, "w");

	(void)state;
	assert_non_null(file);
	for (int i = 0; i < 1000; i++)
		assert_true(fputs("no database ", file) >= 0);
	assert_int_equal(fclose(file), 0);
	ask("192.0.2.1");
	assert_unread("not a database");
}

static void a_missing_database_says_so(void **state)
{
	(void)state;
	ask("192.0.2.1");
	assert_int_equal(answer.state, SW_FAIL2BAN_IDLE);
	assert_non_null(strstr(answer.reason, "No such file"));
}

static void bans_kept_in_memory_say_so(void **state)
{
	(void)state;
	write_file("fail2ban.conf", "[Definition]\ndbfile = :memory:\n");
	ask("192.0.2.1");
	assert_unread("memory");
	assert_string_equal(answer.database, "");
}

static void a_broken_configuration_says_so(void **state)
{
	(void)state;
	write_file("fail2ban.conf", "[Definition]\ndbfile = %(x)s\n");
	ask("192.0.2.1");
	assert_unread("dbfile");
}

static void without_fail2ban_there_is_nothing_to_say(void **state)
{
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/fail2ban.conf", dir);
	assert_int_equal(unlink(path), 0);
	ask("192.0.2.1");
	assert_int_equal(answer.state, SW_FAIL2BAN_ABSENT);
	assert_string_equal(answer.reason, "");
}

/* Another process runs sql and keeps the database open until it is killed. */
static pid_t hold(const char *sql)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		sqlite3 *db = NULL;

		if (sqlite3_open(database, &db) != SQLITE_OK ||
		    sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK ||
		    write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			(void)pause();
	}
	(void)close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	(void)close(ready[0]);
	return pid;
}

static void let_go(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void a_locked_database_says_so_in_time(void **state)
{
	pid_t pid;

	(void)state;
	fill("");
	pid = hold("BEGIN EXCLUSIVE");
	ask("192.0.2.1");
	let_go(pid);
	assert_unread("locked");
}

static bool exists_beside(const char *end)
{
	char path[160];

	(void)snprintf(path, sizeof(path), "%s%s", database, end);
	return access(path, F_OK) == 0;
}

static void a_write_ahead_log_is_read_as_far_as_it_goes(void **state)
{
	pid_t pid;

	(void)state;
	fill("PRAGMA journal_mode = WAL");
	pid = hold("PRAGMA wal_autocheckpoint = 0;"
		   "INSERT INTO bips VALUES"
		   "('192.0.2.1', 'wal', 999999, 60, 1, NULL)");
	ask("192.0.2.1");
	let_go(pid);
	assert_int_equal(answer.state, SW_FAIL2BAN_READ);
	assert_int_equal(answer.ban_count, 1);
	assert_string_equal(answer.bans[0].jail, "wal");
}

static void reading_leaves_no_file_behind(void **state)
{
	(void)state;
	fill("PRAGMA journal_mode = WAL;"
	     "INSERT INTO bips VALUES('192.0.2.1', 'j', 999999, 60, 1, NULL)");
	assert_false(exists_beside("-wal"));
	ask("192.0.2.1");
	assert_int_equal(answer.ban_count, 1);
	assert_false(exists_beside("-wal"));
	assert_false(exists_beside("-shm"));
}

static void a_jail_is_read_in_the_configuration(void **state)
{
	const struct sw_fail2ban_paths paths = {dir, "/nonexistent/client"};
	struct sw_fail2ban_jail jail;

	(void)state;
	write_file("jail.conf",
		   "[DEFAULT]\nbanaction = nftables\nport = ssh\n"
		   "action_ = %(banaction)s[port=\"%(port)s\", x=\"y z\"]\n"
		   "action = %(action_)s\n         hostsdeny\n"
		   "ignoreip = 10.0.0.0/8, ::1\n\t192.0.2.7\n[sshd]\n");
	sw_ask_fail2ban_jail(&paths, "sshd", &jail);
	assert_false(jail.running);
	assert_string_equal(jail.actions, "nftables hostsdeny");
	assert_string_equal(jail.ignoreip, "10.0.0.0/8 ::1 192.0.2.7");
}

/* In the place of fail2ban-client, with its words. */
static void write_client(char *path, size_t size)
{
	write_file("client",
		   "#!/bin/sh\ncase $* in\n"
		   "'get sshd actions') printf 'The jail sshd has the "
		   "following actions:\\nnftables, hostsdeny\\n' ;;\n"
		   "'get sshd ignoreip') printf 'These IP addresses/networks "
		   "are ignored:\\n|- 10.0.0.0/8\\n`- ::1\\n' ;;\n"
		   "'get none actions') printf 'No actions for jail none\\n' "
		   ";;\n"
		   "'get none ignoreip') printf 'No IP address/network is "
		   "ignored\\n' ;;\n"
		   "*) exit 255 ;;\nesac\n");
	assert_non_null(realpath(dir, path));
	(void)snprintf(path + strlen(path), size - strlen(path), "/client");
	assert_int_equal(chmod(path, 0755), 0);
}

static void a_running_server_is_believed_first(void **state)
{
	char client[PATH_MAX + 16];
	const struct sw_fail2ban_paths paths = {dir, client};
	struct sw_fail2ban_jail jail;

	(void)state;
	write_client(client, sizeof(client));
	write_file("jail.conf", "[DEFAULT]\naction = other\nignoreip = ::2\n");
	sw_ask_fail2ban_jail(&paths, "sshd", &jail);
	assert_true(jail.running);
	assert_string_equal(jail.actions, "nftables hostsdeny");
	assert_string_equal(jail.ignoreip, "10.0.0.0/8 ::1");
	sw_ask_fail2ban_jail(&paths, "none", &jail);
	assert_true(jail.running);
	assert_string_equal(jail.actions, "");
	assert_string_equal(jail.ignoreip, "");
	sw_ask_fail2ban_jail(&paths, "gone", &jail);
	assert_false(jail.running);
	assert_string_equal(jail.actions, "other");
	assert_string_equal(jail.ignoreip, "::2");
	sw_ask_fail2ban_jail(&paths, "--all; x", &jail);
	assert_string_equal(jail.actions, "");
}

#define IN_FOLDER(test)                                                        \
	cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(a_ban_is_told_with_its_jail_times_and_lines),
		IN_FOLDER(only_bans_that_hold_now_count),
		IN_FOLDER(a_banned_range_bans_its_addresses),
		IN_FOLDER(no_more_bans_and_lines_than_there_is_room_for),
		IN_FOLDER(hostile_data_costs_the_lines_only),
		IN_FOLDER(long_lines_are_cut),
		IN_FOLDER(a_database_that_is_not_fail2bans_says_so),
		IN_FOLDER(what_is_no_database_says_so),
		IN_FOLDER(a_missing_database_says_so),
		IN_FOLDER(bans_kept_in_memory_say_so),
		IN_FOLDER(a_broken_configuration_says_so),
		IN_FOLDER(without_fail2ban_there_is_nothing_to_say),
		IN_FOLDER(a_locked_database_says_so_in_time),
		IN_FOLDER(a_write_ahead_log_is_read_as_far_as_it_goes),
		IN_FOLDER(reading_leaves_no_file_behind),
		IN_FOLDER(a_jail_is_read_in_the_configuration),
		IN_FOLDER(a_running_server_is_believed_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
