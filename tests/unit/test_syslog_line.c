#include "sw_test.h"

#include "sshwhy/syslog_line.h"
#include "sshwhy/utc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* "time|host|origin|pid|module|message", and "*N" when said again */
static const struct {
	const char *line;
	const char *want;
} lines[] = {
	{"Nov 22 07:37:03 web1 sshd[41]: hello",
	 "0-11-22 27423.000|web1|1|41||hello"},
	{"Nov  2 07:37:03 web1 sshd[41]: hello",
	 "0-11-2 27423.000|web1|1|41||hello"},
	{"Nov 2 07:37:03 web1 sshd[41]: hello",
	 "0-11-2 27423.000|web1|1|41||hello"},
	{"Nov 22 2026 07:37:03 web1 sshd[41]: hello",
	 "2026-11-22 27423.000|web1|1|41||hello"},
	{"Nov 22 07:37:03.25 web1 sshd: hello",
	 "0-11-22 27423.250|web1|1|0||hello"},
	{"Nov 22 07:37:03 sshd[41]: hello", "0-11-22 27423.000||1|41||hello"},
	{"<38>Nov 22 07:37:03 web1 sshd[41]: hello",
	 "0-11-22 27423.000|web1|1|41||hello"},
	{"Nov 22 07:37:03 <auth.info> web1 sshd[41]: hello",
	 "0-11-22 27423.000|web1|1|41||hello"},
	{"Nov 22 07:37:03 web1 sshd[41]: [ID 800047 auth.info] hello",
	 "0-11-22 27423.000|web1|1|41||hello"},
	{"2026-11-22T07:37:03.123456+01:00 web1 sshd-session[41]: hello",
	 "2026-11-22 27423.123+3600|web1|1|41||hello"},
	{"2026-11-22T07:37:03Z web1 sshd-auth[41]: hello",
	 "2026-11-22 27423.000+0|web1|1|41||hello"},
	{"2026-11-22T07:37:03-0530 web1 sshd[41]: hello",
	 "2026-11-22 27423.000-19800|web1|1|41||hello"},
	{"2026-11-22T07:37:03+01 web1 sshd[41]: hello",
	 "2026-11-22 27423.000+3600|web1|1|41||hello"},
	{"2026-11-22 07:37:03,5 web1 sshd[41]: hello",
	 "2026-11-22 27423.500|web1|1|41||hello"},
	{"<38>1 2026-11-22T07:37:03Z web1 sshd 41 - - hello",
	 "2026-11-22 27423.000+0|web1|1|41||hello"},
	{"<38>1 2026-11-22T07:37:03Z web1 sshd 41 - [a b=\"c\"] \xef\xbb\xbfhi",
	 "2026-11-22 27423.000+0|web1|1|41||hi"},
	{"Nov 22 07:37:03 web1 sshd(pam_unix)[41]: hello",
	 "0-11-22 27423.000|web1|1|41|pam_unix|hello"},
	{"Nov 22 07:37:03 web1 systemd[1]: hello",
	 "0-11-22 27423.000|web1|2|1||hello"},
	{"Nov 22 07:37:03 web1 /usr/sbin/sshd[41]: hello",
	 "0-11-22 27423.000|web1|1|41||hello"},
	{"Nov 22 07:37:03 web1 CRON[41]: sshd[1]: hello",
	 "0-11-22 27423.000|web1|0|0||sshd[1]: hello"},
	{"Nov 22 07:37:03 web1 sshdx[41]: hello",
	 "0-11-22 27423.000|web1|0|0||hello"},
	{"Nov 22 07:37:03 web1 sshd[41]x: hello",
	 "0-11-22 27423.000|web1|0|41||hello"},
	{"Nov 22 07:37:03 web1 sshd[99999999999]: hello",
	 "0-11-22 27423.000|web1|1|0||hello"},
	{"Nov 22 07:37:03 web1 last message repeated 3 times",
	 "0-11-22 27423.000|web1|0|0||last message repeated 3 times*3"},
	{"Nov 22 07:37:03 web1 syslogd: last message repeated 1 time",
	 "0-11-22 27423.000|web1|0|0||last message repeated 1 time*1"},
	{"Nov 22 07:37:03 --- last message repeated 7 times ---",
	 "0-11-22 27423.000|---|0|0||last message repeated 7 times ---*7"},
	{"Nov 22 07:37:03 web1 last message repeated x times",
	 "0-11-22 27423.000|web1|0|0||last message repeated x times"},
	{"Nov 22 07:37:03 [sshd]: hello", "0-11-22 27423.000||1|0||hello"},
	{"Nov 22 07:37:03 web1 [sshd] hello",
	 "0-11-22 27423.000|web1|1|0||hello"},
	{"Nov 22 07:37:03 web1 sshd[41] hello",
	 "0-11-22 27423.000|web1|1|41||hello"},
	{"Nov 22 07:37:03 web1 CRON[41] sshd[1]: hello",
	 "0-11-22 27423.000|web1|0|0||CRON[41] sshd[1]: hello"},
	{"Nov 22 07:37:03 web1 auth.info sshd[41]: hello",
	 "0-11-22 27423.000|web1|1|41||hello"},
	{"Nov 22 07:37:03 web1 auth|security:info sshd[41]: hello",
	 "0-11-22 27423.000|web1|1|41||hello"},
	{"Nov 22 07:37:03 web1 local7.notice sshd[41]: hello",
	 "0-11-22 27423.000|web1|1|41||hello"},
	{"2026-11-22T07:37:03.46 auth.info: hello",
	 "2026-11-22 27423.460||0|0||hello"},
	{"Nov 22 07:37:03 web1 Message forwarded from web2: sshd[41]: hello",
	 "0-11-22 27423.000|web2|1|41||hello"},
	{"Nov 22 07:37:04 192.0.2.9 Nov 22 07:37:03 web1 sshd[41]: hello",
	 "0-11-22 27423.000|web1|1|41||hello"},
	{"2026-11-22T07:37:04Z 192.0.2.9 2026-11-22T07:37:03Z web1 sshd: hello",
	 "2026-11-22 27423.000+0|web1|1|0||hello"},
	{"2026-11-22T07:37:03.123456789Z stderr F sshd[41]: hello",
	 "2026-11-22 27423.123+0||1|41||hello"},
	{"2026-11-22T07:37:04.1Z stdout F Nov 22 07:37:03 pod1 sshd[41]: hello",
	 "0-11-22 27423.000|pod1|1|41||hello"},
	{"Wed 2026-11-22 07:37:03 CET web1 sshd[41]: hello",
	 "2026-11-22 27423.000|web1|1|41||hello"},
	{"Wed 2026-11-22 07:37:03 UTC web1 ssh.service[41]: hello",
	 "2026-11-22 27423.000+0|web1|1|41||hello"},
	{"Wed 2026-11-22 07:37:03 UTC web1 sshd@3-a:22-b:9.service[41]: hello",
	 "2026-11-22 27423.000+0|web1|1|41||hello"},
	{"Wed 2026-11-22 07:37:03 UTC web1 sshguard.service[41]: hello",
	 "2026-11-22 27423.000+0|web1|0|0||hello"},
	{"Wed 2026-11-22 07:37:03 UTC web1 init.scope[1]: hello",
	 "2026-11-22 27423.000+0|web1|2|1||hello"},
	{"Wed Nov 22 07:37:03 2026 authpriv.info sshd[41]: hello",
	 "2026-11-22 27423.000||1|41||hello"},
	{"Wed Nov 22 07:37:03 web1 sshd[41]: hello",
	 "0-11-22 27423.000|web1|1|41||hello"},
	{"1795333023.123456 web1 sshd[41]: hello",
	 "2026-11-22 27423.123+0|web1|1|41||hello"},
	{"2026/11/22 07:37:03 web1 sshd[41]: hello",
	 "2026-11-22 27423.000|web1|1|41||hello"},
	{"2026-11-22 07:37:03.801612-0700  web1 sshd[41]: hello",
	 "2026-11-22 27423.801-25200|web1|1|41||hello"},
	{"1 2026-11-22T07:37:03Z web1 sshd 41 - - hello",
	 "2026-11-22 27423.000+0|web1|1|41||hello"},
	{"<38>1 2026-11-22T07:37:03Z web1 sshd 41 - [a b=\"c]\\\"\"][d "
	 "e=\"f\"] hi",
	 "2026-11-22 27423.000+0|web1|1|41||hi"},
	{"<38>1 2026-11-22T07:37:03Z web1 sshd 41 - [a b=\"c] hello",
	 "2026-11-22 27423.000+0|web1|1|41||"},
	{"Nov 22 07:37:03 web1 sshd[41]: hello  ",
	 "0-11-22 27423.000|web1|1|41||hello"},
	{"Nov 22 07:37:03 web1 sshd[41]:", "0-11-22 27423.000|web1|1|41||"},
	{"", "-"},
	{"sshd[41]: hello", "-"},
	{"Nov 22 07:37 web1 sshd[41]: hello", "-"},
	{"Nov 32 07:37:03 web1 sshd[41]: hello", "-"},
	{"Nov 22 24:37:03 web1 sshd[41]: hello", "-"},
	{"Nox 22 07:37:03 web1 sshd[41]: hello", "-"},
	{"Nov 22 07:37:03", "-"},
	{"2026-13-22T07:37:03Z web1 sshd[41]: hello", "-"},
	{"2026-11-22T07:37:0", "-"},
	{"2026-11-22", "-"},
	{"1900-11-22T07:37:03Z web1 sshd[41]: hello", "-"},
	{"{\"event\":\"rejection\"}", "-"},
};

static const char *shown(const char *text, char *buf, size_t size)
{
	struct sw_syslog_line line;
	size_t len = strlen(text);
	char *exact = malloc(len > 0 ? len : 1);
	char zone[16] = "";
	char again[16];

	assert_non_null(exact);
	memcpy(exact, text, len);
	memset(&line, 0xaa, sizeof(line));
	(void)snprintf(buf, size, "-");
	if (sw_syslog_parse(exact, len, &line) == SW_OK) {
		if (line.stamp.has_zone)
			(void)snprintf(zone, sizeof(zone), "%+d",
				       line.stamp.zone);
		(void)snprintf(again, sizeof(again), "*%u", line.repeated);
		(void)snprintf(
			buf, size, "%d-%u-%u %u.%03u%s|%.*s|%d|%d|%.*s|%.*s%s",
			line.stamp.year, line.stamp.month, line.stamp.day,
			line.stamp.second, line.stamp.ms, zone,
			(int)line.host_len, line.host, (int)line.origin,
			(int)line.pid, (int)line.module_len, line.module,
			(int)line.message_len, line.message,
			line.repeated != 0 ? again : "");
	} else {
		struct sw_syslog_line untouched;

		memset(&untouched, 0xaa, sizeof(untouched));
		assert_memory_equal(&line, &untouched, sizeof(line));
	}
	free(exact);
	return buf;
}

static void headers_of_every_logger_are_read(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(lines); i++) {
		char buf[256];

		if (strcmp(shown(lines[i].line, buf, sizeof(buf)),
			   lines[i].want) != 0)
			fail_msg("\"%s\": got %s, not %s", lines[i].line, buf,
				 lines[i].want);
	}
}

static void no_cut_of_a_line_is_read_beyond_its_end(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(lines); i++) {
		size_t len = strlen(lines[i].line);

		for (size_t n = 0; n < len; n++) {
			char part[128] = "";
			char buf[256];

			memcpy(part, lines[i].line, n);
			(void)shown(part, buf, sizeof(buf));
		}
	}
}

static struct sw_stamp stamp_of(const char *text)
{
	struct sw_syslog_line line;
	char full[128];

	(void)snprintf(full, sizeof(full), "%s h sshd: m", text);
	assert_int_equal(sw_syslog_parse(full, strlen(full), &line), SW_OK);
	return line.stamp;
}

/* A log, its first year as given or 0, and the time of its last line. */
static const struct {
	const char *stamps[5];
	int year;
	const char *now;
	const char *want;
} logs[] = {
	{{"Nov 22 07:37:03"},
	 2016,
	 "2026-11-22T12:00:00.000Z",
	 "2016-11-22T07:37:03.000Z"},
	{{"Nov 22 07:37:03"},
	 0,
	 "2026-11-22T12:00:00.000Z",
	 "2026-11-22T07:37:03.000Z"},
	{{"Nov 22 07:37:03"},
	 0,
	 "2026-11-22T07:00:00.000Z",
	 "2025-11-22T07:37:03.000Z"},
	{{"Dec 31 23:59:59", "Jan  1 00:00:00"},
	 2016,
	 "2026-11-22T12:00:00.000Z",
	 "2017-01-01T00:00:00.000Z"},
	{{"Dec 31 23:59:59", "Jan  1 00:00:00"},
	 0,
	 "2026-11-22T12:00:00.000Z",
	 "2026-01-01T00:00:00.000Z"},
	{{"Dec 31 23:59:59", "Jan  1 00:00:00", "Dec 31 23:59:59"},
	 2016,
	 "2026-11-22T12:00:00.000Z",
	 "2016-12-31T23:59:59.000Z"},
	{{"Dec 1 00:00:00", "Jan 1 00:00:00", "Dec 1 00:00:00",
	  "Jan 1 00:00:00", "Feb 1 00:00:00"},
	 2016,
	 "2026-11-22T12:00:00.000Z",
	 "2017-02-01T00:00:00.000Z"},
	{{"Nov 20 00:00:00", "Nov 15 00:00:00"},
	 0,
	 "2026-11-22T12:00:00.000Z",
	 "2026-11-15T00:00:00.000Z"},
	{{"Feb 29 00:00:00"},
	 0,
	 "2026-11-22T12:00:00.000Z",
	 "2024-02-29T00:00:00.000Z"},
	{{"Dec 31 00:00:00", "Feb 29 00:00:00", "Mar  1 00:00:00"},
	 0,
	 "2026-11-22T12:00:00.000Z",
	 "2024-03-01T00:00:00.000Z"},
	{{"2026-11-22T07:37:03.5+01:00"},
	 2016,
	 "2026-11-22T12:00:00.000Z",
	 "2026-11-22T06:37:03.500Z"},
	{{"2026-11-22T07:37:03"},
	 0,
	 "2026-11-22T12:00:00.000Z",
	 "2026-11-22T07:37:03.000Z"},
};

static void years_run_on_and_stay_out_of_the_future(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(logs); i++) {
		struct sw_syslog_years years;
		struct sw_syslog_clock clock;
		char text[SW_UTC_TEXT_MAX];
		int64_t now = 0;
		int64_t ms = 0;

		assert_int_equal(sw_utc_parse(logs[i].now, &now), SW_OK);
		sw_syslog_years_init(&years);
		for (size_t n = 0; n < 5 && logs[i].stamps[n] != NULL; n++) {
			struct sw_stamp stamp = stamp_of(logs[i].stamps[n]);

			sw_syslog_years_see(&years, &stamp);
		}
		sw_syslog_clock_init(
			&clock, logs[i].year != 0
					? logs[i].year
					: sw_syslog_years_first(&years, now));
		for (size_t n = 0; n < 5 && logs[i].stamps[n] != NULL; n++) {
			struct sw_stamp stamp = stamp_of(logs[i].stamps[n]);

			sw_syslog_clock_see(&clock, &stamp);
			ms = sw_syslog_clock_ms(&clock, &stamp);
		}
		if (strcmp(sw_utc_format(ms, text), logs[i].want) != 0)
			fail_msg("log %zu ends at %s, not %s", i, text,
				 logs[i].want);
	}
}

static void times_without_a_zone_are_local(void **state SW_UNUSED)
{
	struct sw_stamp summer = stamp_of("Jul  1 12:00:00");
	struct sw_stamp winter = stamp_of("Jan  1 12:00:00");
	struct sw_syslog_clock clock;

	assert_int_equal(setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1), 0);
	tzset();
	sw_syslog_clock_init(&clock, 2026);
	sw_syslog_clock_see(&clock, &winter);
	assert_int_equal(sw_syslog_clock_ms(&clock, &winter), 1767265200000);
	sw_syslog_clock_see(&clock, &summer);
	assert_int_equal(sw_syslog_clock_ms(&clock, &summer), 1782900000000);
	assert_int_equal(setenv("TZ", "UTC0", 1), 0);
	tzset();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_of_every_logger_are_read),
		cmocka_unit_test(no_cut_of_a_line_is_read_beyond_its_end),
		cmocka_unit_test(years_run_on_and_stay_out_of_the_future),
		cmocka_unit_test(times_without_a_zone_are_local),
	};

	(void)setenv("TZ", "UTC0", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
