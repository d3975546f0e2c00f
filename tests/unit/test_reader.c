#include "sw_test.h"

#include "cli/reader.h"
#include "record_samples.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static int enter_folder(void **state SW_UNUSED)
{
	(void)strcpy(folder, "reader.XXXXXX");
	return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int leave_folder(void **state SW_UNUSED)
{
	char command[96];

	if (chdir("..") != 0)
		return 1;
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
a_log_is_opened_with_its_rotated_files_oldest_first(void **state SW_UNUSED)
{
	static const char *const order[] = {"a.log.4", "a.log.2", "a.log.1",
					    "a.log"};
	struct sw_logs logs;

	/* 3 is missing, as in the middle of a rotation; 7 is nobody's. */
	for (size_t i = 0; i < SW_ROWS(order); i++)
		write_file(order[i], "");
	write_file("a.log.7", "");
	write_file("a.log.old", "");
	assert_int_equal(sw_logs_open("a.log", &logs), SW_OK);
	assert_int_equal(logs.count, SW_ROWS(order));
	for (size_t i = 0; i < SW_ROWS(order); i++)
		assert_string_equal(logs.rows[i].path, order[i]);
	sw_logs_close(&logs);
	assert_int_equal(logs.count, 0);
	assert_null(logs.rows);
}

static void a_file_that_has_moved_on_is_read_once(void **state SW_UNUSED)
{
	struct sw_logs logs;

	write_file("b.log", "");
	assert_int_equal(link("b.log", "b.log.1"), 0);
	assert_int_equal(link("b.log", "b.log.2"), 0);
	assert_int_equal(sw_logs_open("b.log", &logs), SW_OK);
	assert_int_equal(logs.count, 1);
	sw_logs_close(&logs);
}

static void
a_log_that_is_not_there_is_an_error_that_says_so(void **state SW_UNUSED)
{
	struct sw_logs logs;

	write_file("c.log.1", "");
	errno = 0;
	assert_int_equal(sw_logs_open("c.log", &logs), SW_E_IO);
	assert_int_equal(errno, ENOENT);
	assert_null(logs.rows);
	assert_int_equal(logs.count, 0);
}

static const struct {
	const char *conf; /* NULL: there is no such file */
	const char *path;
} confs[] = {
	{NULL, "/var/log/audit/audit.log"},
	{"", "/var/log/audit/audit.log"},
	{"# log_file = /no\n", "/var/log/audit/audit.log"},
	{"log_format = RAW\nlog_file = /srv/audit.log\nflush = NONE\n",
	 "/srv/audit.log"},
	{"  log_file\t= /srv/audit.log", "/srv/audit.log"},
	{"log_file = audit.log\n", "/var/log/audit/audit.log"},
	{"log_file =\n", "/var/log/audit/audit.log"},
};

static void the_audit_log_is_where_auditd_writes(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(confs); i++) {
		char path[SW_LOG_PATH_MAX];

		if (confs[i].conf != NULL)
			write_file("auditd.conf", confs[i].conf);
		sw_audit_log_path("auditd.conf", path);
		if (strcmp(path, confs[i].path) != 0)
			fail_msg("row %zu: %s", i, path);
	}
}

/* What a scan has told. */
struct heard {
	unsigned int records;
	unsigned int from_audit;
	unsigned int complaints;
	uint64_t last_line;
	enum sw_err answer;
};

static enum sw_err hear(void *context, const struct sw_record *record,
			bool from_audit)
{
	struct heard *heard = context;

	assert_int_equal(record->event, SW_EVENT_REJECTION);
	heard->records++;
	heard->from_audit += from_audit;
	return heard->answer;
}

static void hear_complaint(void *context, uint64_t line, const char *reason)
{
	struct heard *heard = context;

	assert_true(strlen(reason) > 0);
	heard->complaints++;
	heard->last_line = line;
}

static enum sw_err scan(const char *path, struct heard *heard)
{
	const struct sw_log_reader reader = {
		.context = heard,
		.take = hear,
		.complain = hear_complaint,
	};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum sw_err err;

	assert_true(fd >= 0);
	err = sw_log_scan(fd, &reader);
	(void)close(fd);
	return err;
}

#define JSON_LINE                                                              \
	"{\"event\":\"rejection\",\"time\":\"2026-11-22T07:37:03.230Z\"}\n"

static void each_line_is_read_in_its_own_form(void **state SW_UNUSED)
{
	struct heard heard = {0};

	write_file("mixed",
		   "\n"
		   "type=USER_LOGIN msg=audit(1.000:1): pid=1 uid=0 auid=0 "
		   "ses=1 msg='op=login res=failed'\n" JSON_LINE
		   "type=ANOM_LOGIN_LOCATION msg=audit(1.000:2): pid=1 uid=0 "
		   "auid=0 ses=1 msg='op=ssh-reject reason=wrapper.deny "
		   "via=hook evidence=recorded seqno=1 count=1 "
		   "acct=\"(unknown)\" exe=\"/usr/sbin/sshd\" "
		   "hostname=192.0.2.1 addr=192.0.2.1 terminal=ssh "
		   "res=failed'\n"
		   "{}\n" JSON_LINE
		   "the words msg='op=ssh- in somebody's text\n"
		   "msg='op=ssh-");
	assert_int_equal(scan("mixed", &heard), SW_OK);
	assert_int_equal(heard.records, 3);
	assert_int_equal(heard.from_audit, 1);
	assert_int_equal(heard.complaints, 1);
	assert_int_equal(heard.last_line, 5);
}

static void whoever_takes_records_may_stop(void **state SW_UNUSED)
{
	struct heard heard = {.answer = SW_E_NOMEM};

	write_file("two", JSON_LINE JSON_LINE);
	assert_int_equal(scan("two", &heard), SW_E_NOMEM);
	assert_int_equal(heard.records, 1);
}

static void a_log_that_cannot_be_read_keeps_errno(void **state SW_UNUSED)
{
	struct heard heard = {0};

	errno = 0;
	assert_int_equal(scan(".", &heard), SW_E_IO);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(heard.records, 0);
}

/* As large as JSON's whole numbers are for everybody. */
static void large_record(struct sw_record *record)
{
	largest_record(record);
	record->count = INT64_MAX;
	record->seqno = INT64_MAX;
	for (size_t i = 0; i < SW_CAUSE_COUNT_; i++)
		record->by_cause[i] = i == 0 ? 0 : INT64_MAX;
}

/* The time alone is known. */
static void empty_record(struct sw_record *record)
{
	memset(record, 0, sizeof(*record));
	record->event = SW_EVENT_SUPPRESSED;
	record->time = 1;
	record->count = 1;
}

static void what_is_written_as_json_is_read_back(void **state SW_UNUSED)
{
	void (*const make[])(struct sw_record *) = {sample_record, large_record,
						    empty_record};

	for (size_t i = 0; i < SW_ROWS(make); i++) {
		char reason[SW_LOG_REASON_MAX] = "";
		char line[SW_RECORD_JSON_MAX];
		char again[SW_RECORD_JSON_MAX];
		struct sw_record record;
		struct sw_record out;

		make[i](&record);
		assert_int_equal(sw_record_to_json(&record, line, sizeof(line)),
				 SW_OK);
		if (sw_record_from_json(line, strlen(line), &out, reason) !=
		    SW_OK)
			fail_msg("%s: %s", reason, line);
		assert_int_equal(sw_record_to_json(&out, again, sizeof(again)),
				 SW_OK);
		assert_string_equal(line, again);
	}
}

#define HEAD "{\"event\":\"ban\",\"time\":\"2026-11-22T07:37:03.230Z\","

static const struct {
	const char *line;
	const char *reason; /* how it begins */
} damaged[] = {
	{"", "not JSON"},
	{"null", "not JSON"},
	{"[]", "event is missing"},
	{"{}", "event is missing"},
	{"{\"event\":\"ban\"}", "time is missing"},
	{"{\"event\":\"ban\",\"time\":null}", "time is missing"},
	{"{\"event\":null,\"time\":null}", "event is missing"},
	{"{\"event\":\"ban\",\"time\":\"1970-01-01T00:00:00.000Z\"}", "time"},
	{"{\"event\":\"bans\",\"time\":\"2026-11-22T07:37:03.230Z\"}", "event"},
	{"{\"event\":7,\"time\":\"2026-11-22T07:37:03.230Z\"}", "event"},
	{"{\"event\":\"ban\",\"time\":1795333023}", "time"},
	{"{\"event\":\"ban\",\"time\":\"2026-11-22\"}", "time"},
	{HEAD "\"event\":\"unban\"}", "not JSON"},
	{HEAD "\"count\":-1}", "count"},
	{HEAD "\"count\":0}", "count"},
	{HEAD "\"count\":1.5}", "count"},
	{HEAD "\"seqno\":\"1\"}", "seqno"},
	{HEAD "\"seqno\":99999999999999999999}", "not JSON"},
	{HEAD "\"pid\":2147483648}", "pid"},
	{HEAD "\"cause\":\"wrapper\"}", "cause"},
	{HEAD "\"cause\":1}", "cause"},
	{HEAD "\"evidence\":\"heard\"}", "evidence"},
	{HEAD "\"via\":\"air\"}", "via"},
	{HEAD "\"client\":{\"addr\":\"here\"}}", "client.addr"},
	{HEAD "\"client\":{\"addr\":1}}", "client.addr"},
	{HEAD "\"client\":{\"port\":65536}}", "client.port"},
	{HEAD "\"server\":{\"port\":true}}", "server.port"},
	{HEAD "\"rule\":{\"text\":[]}}", "rule.text"},
	{HEAD "\"rule\":{\"line\":4294967296}}", "rule.line"},
	{HEAD "\"user\":1}", "user"},
	{HEAD "\"user\":\"a\\u0000b\"}", "not JSON"},
	{HEAD "\"by_cause\":[]}", "by_cause"},
	{HEAD "\"by_cause\":{\"nothing\":1}}", "by_cause"},
	{HEAD "\"by_cause\":{\"wrapper.deny\":\"1\"}}", "by_cause"},
	{HEAD "\"lookup\":{}}", "lookup"},
};

static void damaged_json_is_refused_with_its_reason(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(damaged); i++) {
		char reason[SW_LOG_REASON_MAX] = "";
		struct sw_record out = {.seqno = 77};
		enum sw_err err = sw_record_from_json(
			damaged[i].line, strlen(damaged[i].line), &out, reason);

		if (err != SW_E_SYNTAX || out.seqno != 77 ||
		    strncmp(reason, damaged[i].reason,
			    strlen(damaged[i].reason)) != 0)
			fail_msg("%s: got %s, \"%s\"", damaged[i].line,
				 sw_strerror(err), reason);
	}
}

static void null_missing_and_unknown_keys_are_fine(void **state SW_UNUSED)
{
	static const char line[] =
		HEAD "\"user\":null,\"client\":null,\"rule\":{\"line\":null},"
		     "\"added_later\":[{}]}";
	char reason[SW_LOG_REASON_MAX];
	struct sw_record out;

	assert_int_equal(sw_record_from_json(line, strlen(line), &out, reason),
			 SW_OK);
	assert_int_equal(out.event, SW_EVENT_BAN);
	assert_int_equal(out.count, 1);
	assert_string_equal(out.conn.user, "");
	assert_int_equal(out.conn.client.addr.family, SW_FAMILY_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_log_is_opened_with_its_rotated_files_oldest_first),
		cmocka_unit_test(a_file_that_has_moved_on_is_read_once),
		cmocka_unit_test(
			a_log_that_is_not_there_is_an_error_that_says_so),
		cmocka_unit_test(the_audit_log_is_where_auditd_writes),
		cmocka_unit_test(each_line_is_read_in_its_own_form),
		cmocka_unit_test(whoever_takes_records_may_stop),
		cmocka_unit_test(a_log_that_cannot_be_read_keeps_errno),
		cmocka_unit_test(what_is_written_as_json_is_read_back),
		cmocka_unit_test(damaged_json_is_refused_with_its_reason),
		cmocka_unit_test(null_missing_and_unknown_keys_are_fine),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
