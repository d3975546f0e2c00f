#include "sw_test.h"

#include "sshwhy/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "test_config.XXXXXX";
static char path[64];

static int make_root(void **state SW_UNUSED)
{
	if (mkdtemp(root) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/sshwhy.conf", root);
	return 0;
}

static int remove_file(void **state SW_UNUSED)
{
	(void)unlink(path);
	(void)rmdir(path);
	return 0;
}

static int remove_root(void **state SW_UNUSED)
{
	return rmdir(root);
}

static void write_file(const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(close(fd), 0);
}

/* No text gives this one. */
static const struct sw_config untouched = {1234,
					   77,
					   1,
					   true,
					   4000,
					   1001,
					   1000001,
					   .rates = 5,
					   .firewall_rate = 77,
					   .firewall_log = 78};

static bool same_prefixes(const struct sw_rate_rule *a,
			  const struct sw_rate_rule *b)
{
	for (int i = 0; i < a->matches + a->exempts; i++) {
		if (!sw_addr_equal(&a->prefixes[i].base,
				   &b->prefixes[i].base) ||
		    a->prefixes[i].len != b->prefixes[i].len)
			return false;
	}
	return a->matches == b->matches && a->exempts == b->exempts;
}

static bool same_rates(const struct sw_config *a, const struct sw_config *b)
{
	for (uint32_t i = 0; i < a->rates && a->rates == b->rates; i++) {
		const struct sw_rate_rule *x = &a->rate[i];
		const struct sw_rate_rule *y = &b->rate[i];

		if (strcmp(x->name, y->name) != 0 || x->count != y->count ||
		    x->period != y->period || x->burst != y->burst ||
		    x->v4_len != y->v4_len || x->v6_len != y->v6_len ||
		    x->observe != y->observe || !same_prefixes(x, y) ||
		    x->id != y->id || strcmp(x->text, y->text) != 0)
			return false;
	}
	return a->rates == b->rates;
}

static void assert_same(const char *text, const struct sw_config *got,
			const struct sw_config *wanted)
{
	if (got->refuse_delay != wanted->refuse_delay ||
	    got->sinks != wanted->sinks ||
	    got->file_size != wanted->file_size ||
	    got->unknown_users != wanted->unknown_users ||
	    got->fold != wanted->fold ||
	    got->audit_per_second != wanted->audit_per_second ||
	    got->audit_per_hour != wanted->audit_per_hour ||
	    got->firewall != wanted->firewall ||
	    got->firewall_rate != wanted->firewall_rate ||
	    got->firewall_log != wanted->firewall_log ||
	    !same_rates(got, wanted))
		fail_msg("\"%s\": %u, %u, %u, %d, %u, %u, %u, %u rates", text,
			 got->refuse_delay, got->sinks, got->file_size,
			 got->unknown_users, got->fold, got->audit_per_second,
			 got->audit_per_hour, got->rates);
}

#define MIB (UINT32_C(1) << 20)
#define NO_GROUP .firewall_log = SW_NO_LOG_GROUP
#define ALL_BUT_FLOOD 5, SW_SINK_AUTO, 64 * MIB, false
#define FLOOD 60, 20, 2000, NO_GROUP, .firewall_rate = 50
#define DEFAULTS                                                               \
	{                                                                      \
		ALL_BUT_FLOOD, FLOOD                                           \
	}

static const struct {
	const char *text;
	struct sw_config config;
} good[] = {
	{"", DEFAULTS},
	{"\n\n \t\n", DEFAULTS},
	{"# refuse-delay = 9s\n  # indented\n#", DEFAULTS},
	{"refuse-delay = 0\n", {0, SW_SINK_AUTO, 64 * MIB, false, FLOOD}},
	{"refuse-delay=7", {7, SW_SINK_AUTO, 64 * MIB, false, FLOOD}},
	{"refuse-delay = 1m\n", {60, SW_SINK_AUTO, 64 * MIB, false, FLOOD}},
	{"\t refuse-delay\t=  30s \t\n",
	 {30, SW_SINK_AUTO, 64 * MIB, false, FLOOD}},
	{"refuse-delay = 3s\r\nunknown-users = yes\r\n",
	 {3, SW_SINK_AUTO, 64 * MIB, true, FLOOD}},
	{"sinks = audit", {5, SW_SINK_AUDIT, 64 * MIB, false, FLOOD}},
	{"sinks = auto", DEFAULTS},
	{"sinks = syslog,file",
	 {5, SW_SINK_SYSLOG | SW_SINK_FILE, 64 * MIB, false, FLOOD}},
	{"sinks =\taudit , file,\tsyslog ",
	 {5, SW_SINK_AUDIT | SW_SINK_FILE | SW_SINK_SYSLOG, 64 * MIB, false,
	  FLOOD}},
	{"file-size = 8192", {5, SW_SINK_AUTO, 8192, false, FLOOD}},
	{"file-size = 8K", {5, SW_SINK_AUTO, 8192, false, FLOOD}},
	{"file-size = 1M", {5, SW_SINK_AUTO, MIB, false, FLOOD}},
	{"file-size = 2047M", {5, SW_SINK_AUTO, 2047 * MIB, false, FLOOD}},
	{"file-size = 2096128K", {5, SW_SINK_AUTO, 2047 * MIB, false, FLOOD}},
	{"unknown-users = no", DEFAULTS},
	{"fold = 0",
	 {ALL_BUT_FLOOD, 0, 20, 2000, NO_GROUP, .firewall_rate = 50}},
	{"fold = 2m",
	 {ALL_BUT_FLOOD, 120, 20, 2000, NO_GROUP, .firewall_rate = 50}},
	{"fold = 1h",
	 {ALL_BUT_FLOOD, 3600, 20, 2000, NO_GROUP, .firewall_rate = 50}},
	{"audit-per-second = 0",
	 {ALL_BUT_FLOOD, 60, 0, 2000, NO_GROUP, .firewall_rate = 50}},
	{"audit-per-second=1000",
	 {ALL_BUT_FLOOD, 60, 1000, 2000, NO_GROUP, .firewall_rate = 50}},
	{"audit-per-hour = 0",
	 {ALL_BUT_FLOOD, 60, 20, 0, NO_GROUP, .firewall_rate = 50}},
	{"audit-per-hour = 1000000\nfold=7s",
	 {ALL_BUT_FLOOD, 7, 20, 1000000, NO_GROUP, .firewall_rate = 50}},
	{"firewall = yes",
	 {ALL_BUT_FLOOD, 60, 20, 2000, .firewall = true, NO_GROUP,
	  .firewall_rate = 50}},
	{"firewall-rate = 1/s",
	 {ALL_BUT_FLOOD, 60, 20, 2000, NO_GROUP, .firewall_rate = 1}},
	{"firewall-rate=1000/s",
	 {ALL_BUT_FLOOD, 60, 20, 2000, NO_GROUP, .firewall_rate = 1000}},
	{"firewall-log-group = 0",
	 {ALL_BUT_FLOOD, 60, 20, 2000, .firewall_rate = 50, .firewall_log = 0}},
	{"firewall-log-group = 65535",
	 {ALL_BUT_FLOOD, 60, 20, 2000, .firewall_rate = 50,
	  .firewall_log = 65535}},
	{"firewall-log-group = none", DEFAULTS},
};

static void every_right_text_gives_its_values(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(good); i++) {
		struct sw_config_error error = {0, "none"};
		struct sw_config config = untouched;
		enum sw_err err;

		err = sw_config_parse(good[i].text, &config, &error);
		if (err != SW_OK)
			fail_msg("\"%s\": %s, %s", good[i].text,
				 sw_strerror(err), error.reason);
		assert_same(good[i].text, &config, &good[i].config);
	}
}

#define RATE " 20/1m burst 10 per 32/64"
#define NAME32 "abcdefghijklmnopqrstuvwxyz-_0123"
#define EIGHT " ::1 ::2 ::3 ::4 ::5 ::6 ::7 10.0.0.8"

static const struct {
	const char *text;
	enum sw_err err;
	unsigned int line;
	const char *reason; /* a part of it */
} bad[] = {
	{"refuse-delay", SW_E_SYNTAX, 1, "missing behind \"refuse-delay\""},
	{"\n#\nx\n", SW_E_SYNTAX, 3, "missing behind \"x\""},
	{"= 5s", SW_E_SYNTAX, 1, "no key stands before"},
	{"refuse-delays = 5s", SW_E_SYNTAX, 1, "no key \"refuse-delays\""},
	{"Refuse-Delay = 5s", SW_E_SYNTAX, 1, "no key \"Refuse-Delay\""},
	{"sinks = auto\nsinks = auto\n", SW_E_SYNTAX, 2,
	 "\"sinks\" stands twice"},
	{"refuse-delay =", SW_E_SYNTAX, 1, "refuse-delay wants a time"},
	{"refuse-delay = -1", SW_E_SYNTAX, 1, "refuse-delay wants a time"},
	{"refuse-delay = 5 s", SW_E_SYNTAX, 1, "refuse-delay wants a time"},
	{"refuse-delay = 5s # short", SW_E_SYNTAX, 1, "wants a time"},
	{"refuse-delay = 61s", SW_E_RANGE, 1, "from 0 to 60s"},
	{"firewall = on", SW_E_SYNTAX, 1, "firewall wants yes or no"},
	{"firewall-log-group = 65536", SW_E_RANGE, 1, "from 0 to 65535"},
	{"firewall-log-group = no", SW_E_SYNTAX, 1, "wants none, or a number"},
	{"firewall-rate = 0/s", SW_E_RANGE, 1, "from 1/s to 1000/s"},
	{"firewall-rate = 1001/s", SW_E_RANGE, 1, "from 1/s to 1000/s"},
	{"firewall-rate = 50", SW_E_SYNTAX, 1, "firewall-rate wants a rate"},
	{"firewall-rate = 50/m", SW_E_SYNTAX, 1, "firewall-rate wants a rate"},
	{"refuse-delay = 2m", SW_E_RANGE, 1, "from 0 to 60s"},
	{"refuse-delay = 99999999999999999999", SW_E_RANGE, 1, "to 60s"},
	{"sinks =", SW_E_SYNTAX, 1, "sinks wants auto, or a list"},
	{"sinks = ,", SW_E_SYNTAX, 1, "sinks wants"},
	{"sinks = file,", SW_E_SYNTAX, 1, "sinks wants"},
	{"sinks = file syslog", SW_E_SYNTAX, 1, "sinks wants"},
	{"sinks = file,file", SW_E_SYNTAX, 1, "sinks wants"},
	{"sinks = auto,file", SW_E_SYNTAX, 1, "sinks wants"},
	{"sinks = files", SW_E_SYNTAX, 1, "sinks wants"},
	{"file-size = 8191", SW_E_RANGE, 1, "from 8K to 2047M"},
	{"file-size = 7K", SW_E_RANGE, 1, "from 8K to 2047M"},
	{"file-size = 2048M", SW_E_RANGE, 1, "from 8K to 2047M"},
	{"file-size = 4294967297", SW_E_RANGE, 1, "from 8K to 2047M"},
	{"file-size = 18446744073709551615M", SW_E_RANGE, 1, "2047M"},
	{"file-size = K", SW_E_SYNTAX, 1, "file-size wants"},
	{"file-size = 64m", SW_E_SYNTAX, 1, "file-size wants"},
	{"file-size = 64 M", SW_E_SYNTAX, 1, "file-size wants"},
	{"file-size = ", SW_E_SYNTAX, 1, "file-size wants"},
	{"unknown-users = YES", SW_E_SYNTAX, 1, "wants yes or no"},
	{"unknown-users = 1", SW_E_SYNTAX, 1, "wants yes or no"},
	{"fold = 3601s", SW_E_RANGE, 1, "fold wants a time from 0 to 1h"},
	{"fold = 99999999999999999999", SW_E_RANGE, 1, "from 0 to 1h"},
	{"fold = yes", SW_E_SYNTAX, 1, "fold wants a time"},
	{"fold =", SW_E_SYNTAX, 1, "fold wants a time"},
	{"audit-per-second = 1001", SW_E_RANGE, 1, "from 0 to 1000"},
	{"audit-per-second = 4294967296", SW_E_RANGE, 1, "from 0 to 1000"},
	{"audit-per-second = 20s", SW_E_SYNTAX, 1, "wants a number"},
	{"audit-per-second = -1", SW_E_SYNTAX, 1, "wants a number"},
	{"audit-per-hour = 1000001", SW_E_RANGE, 1, "from 0 to 1000000"},
	{"audit-per-hour = 4294969296", SW_E_RANGE, 1, "to 1000000"},
	{"audit-per-hour =", SW_E_SYNTAX, 1, "wants a number"},
	{"audit-per-hour = 2k", SW_E_SYNTAX, 1, "wants a number"},
	{"refuse-delay = 1s\nsinks = none\n", SW_E_SYNTAX, 2, "sinks wants"},
	{"rate.x", SW_E_SYNTAX, 1, "missing behind \"rate.x\""},
	{"rate = 1/1s burst 1 per 32/64", SW_E_SYNTAX, 1, "no key \"rate\""},
	{"rate. =" RATE, SW_E_SYNTAX, 1, "\"rate.\" has no name"},
	{"rate.a b =" RATE, SW_E_SYNTAX, 1, "\"rate.a b\" has no name"},
	{"rate.\303\244 =" RATE, SW_E_SYNTAX, 1, "has no name of 1 to 32"},
	{"rate." NAME32 "3 =" RATE, SW_E_SYNTAX, 1, "has no name of 1 to 32"},
	{"rate.a =" RATE "\n\nrate.a =" RATE, SW_E_SYNTAX, 3,
	 "\"rate.a\" stands twice"},
	{"rate.a =", SW_E_SYNTAX, 1, "a rate wants COUNT/PERIOD"},
	{"rate.a = 20", SW_E_SYNTAX, 1, "COUNT/PERIOD, from 1 to 1000000"},
	{"rate.a = 20/ burst 1 per 32/64", SW_E_SYNTAX, 1, "not \"20/\""},
	{"rate.a = /1m burst 1 per 32/64", SW_E_SYNTAX, 1, "not \"/1m\""},
	{"rate.a = 0/1m burst 1 per 32/64", SW_E_SYNTAX, 1, "not \"0/1m\""},
	{"rate.a = 1/0s burst 1 per 32/64", SW_E_SYNTAX, 1, "not \"1/0s\""},
	{"rate.a = -1/1m burst 1 per 32/64", SW_E_SYNTAX, 1, "COUNT/PERIOD"},
	{"rate.a = 1000001/1m burst 1 per 32/64", SW_E_SYNTAX, 1, "COUNT"},
	{"rate.a = 1/86401s burst 1 per 32/64", SW_E_SYNTAX, 1, "1s to 1d"},
	{"rate.a = 1/2d burst 1 per 32/64", SW_E_SYNTAX, 1, "in 1s to 1d"},
	{"rate.a = 1 / 1m burst 1 per 32/64", SW_E_SYNTAX, 1, "not \"1\""},
	{"rate.a = 1/1m", SW_E_SYNTAX, 1, "a rate wants \"burst\" here"},
	{"rate.a = 1/1m Burst 1 per 32/64", SW_E_SYNTAX, 1, "not \"Burst\""},
	{"rate.a = 1/1m per 32/64 burst 1", SW_E_SYNTAX, 1, "not \"per\""},
	{"rate.a = 1/1m burst", SW_E_SYNTAX, 1, "a burst from 1 to 10000"},
	{"rate.a = 1/1m burst 0 per 32/64", SW_E_SYNTAX, 1, "1 to 10000"},
	{"rate.a = 1/1m burst 10001 per 32/64", SW_E_SYNTAX, 1, "to 10000"},
	{"rate.a = 1/1m burst x per 32/64", SW_E_SYNTAX, 1, "not \"x\""},
	{"rate.a = 1/1d burst 31 per 32/64", SW_E_RANGE, 1,
	 "\"rate.a\" would take more than 30 days"},
	{"rate.a = 1/1m burst 1", SW_E_SYNTAX, 1, "a rate wants \"per\" here"},
	{"rate.a = 1/1m burst 1 per", SW_E_SYNTAX, 1, "lengths of prefixes"},
	{"rate.a = 1/1m burst 1 per 32", SW_E_SYNTAX, 1, "as in 32/64"},
	{"rate.a = 1/1m burst 1 per 33/64", SW_E_SYNTAX, 1, "not \"33/64\""},
	{"rate.a = 1/1m burst 1 per 32/129", SW_E_SYNTAX, 1, "as in 32/64"},
	{"rate.a = 1/1m burst 1 per /64", SW_E_SYNTAX, 1, "as in 32/64"},
	{"rate.a =" RATE " match", SW_E_SYNTAX, 1, "a rate wants a prefix"},
	{"rate.a =" RATE " match observe", SW_E_SYNTAX, 1,
	 "a rate wants a prefix, not \"observe\""},
	{"rate.a =" RATE " match 10.0.0.0/33", SW_E_SYNTAX, 1, "a prefix, not"},
	{"rate.a =" RATE " match 10.0.0.0/8, ::1", SW_E_SYNTAX, 1, "a prefix"},
	{"rate.a =" RATE " match example.org", SW_E_SYNTAX, 1, "a prefix, not"},
	{"rate.a =" RATE " exempt ::1 match ::", SW_E_SYNTAX, 1,
	 "match, exempt or observe in this order, not \"match\""},
	{"rate.a =" RATE " observe exempt ::1", SW_E_SYNTAX, 1, "this order"},
	{"rate.a =" RATE " observe observe", SW_E_SYNTAX, 1, "this order"},
	{"rate.a =" RATE " # short", SW_E_SYNTAX, 1, "not \"#\""},
	{"rate.a =" RATE " match" EIGHT EIGHT " ::9", SW_E_RANGE, 1,
	 "at most 16 prefixes"},
	{"rate.a =" RATE " match" EIGHT EIGHT " exempt ::9", SW_E_RANGE, 1,
	 "at most 16 prefixes, not \"::9\""},
	{"rate.a = 1/1m burst 1 per \033[31m\377", SW_E_SYNTAX, 1,
	 "not \"\\x1b[31m\\xff\""},
	{"e\033[31m\377\n = 1", SW_E_SYNTAX, 1, "\"e\\x1b[31m\\xff\""},
};

static void every_wrong_text_is_refused_as_a_whole(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(bad); i++) {
		struct sw_config_error error = {0, ""};
		struct sw_config config = untouched;
		enum sw_err err;

		err = sw_config_parse(bad[i].text, &config, &error);
		if (err != bad[i].err || error.line != bad[i].line ||
		    strstr(error.reason, bad[i].reason) == NULL)
			fail_msg("\"%s\": %s, line %u: %s", bad[i].text,
				 sw_strerror(err), error.line, error.reason);
		assert_same(bad[i].text, &config, &untouched);
	}
}

/* Two bytes of an address are enough to tell the prefixes of these rows. */
static const struct {
	const char *text;
	struct sw_rate_rule rule;
	const char *prefixes;
} rates[] = {
	{"20/1m burst 10 per 32/64",
	 {.count = 20, .period = 60, .burst = 10, .v4_len = 32, .v6_len = 64},
	 ""},
	{"1000000/1d burst 10000 per 0/0",
	 {.count = 1000000, .period = 86400, .burst = 10000},
	 ""},
	{"1/1 burst 1 per 1/128 observe",
	 {.count = 1,
	  .period = 1,
	  .burst = 1,
	  .v4_len = 1,
	  .v6_len = 128,
	  .observe = true},
	 ""},
	{"1/1d burst 30\tper  24/48 match 10.1.2.3/8 2001:db8::/32",
	 {.count = 1,
	  .period = 86400,
	  .burst = 30,
	  .v4_len = 24,
	  .v6_len = 48,
	  .matches = 2},
	 "10.0.0.0/8 2001:db8::/32 "},
	{"7/2h burst 3 per 32/64 exempt ::ffff:192.0.2.0/120",
	 {.count = 7,
	  .period = 7200,
	  .burst = 3,
	  .v4_len = 32,
	  .v6_len = 64,
	  .exempts = 1},
	 "192.0.2.0/24 "},
	{"7/2h burst 3 per 32/64 match 10.0.0.0/8 exempt 10.1.0.0/16 10.2.0.0 "
	 "observe",
	 {.count = 7,
	  .period = 7200,
	  .burst = 3,
	  .v4_len = 32,
	  .v6_len = 64,
	  .matches = 1,
	  .exempts = 2,
	  .observe = true},
	 "10.0.0.0/8 10.1.0.0/16 10.2.0.0 "},
};

static void print_prefixes(const struct sw_rate_rule *rule, char *out)
{
	out[0] = '\0';
	for (int i = 0; i < rule->matches + rule->exempts; i++) {
		char prefix[SW_PREFIX_TEXT_MAX];

		(void)strcat(out, sw_prefix_format(&rule->prefixes[i], prefix));
		(void)strcat(out, " ");
	}
}

static void every_rate_gives_its_numbers_and_line(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(rates); i++) {
		const struct sw_rate_rule *want = &rates[i].rule;
		struct sw_config_error error = {0, ""};
		struct sw_config config = untouched;
		struct sw_rate_rule *got = &config.rate[0];
		char prefixes[SW_RATE_PREFIXES * (SW_PREFIX_TEXT_MAX + 1)];
		char text[300];

		(void)snprintf(text, sizeof(text), "#\n\n rate.a-B_9 = %s \n",
			       rates[i].text);
		if (sw_config_parse(text, &config, &error) != SW_OK)
			fail_msg("\"%s\": %s", rates[i].text, error.reason);
		print_prefixes(got, prefixes);
		if (config.rates != 1 || got->line != 3 ||
		    strcmp(got->name, "a-B_9") != 0 ||
		    got->count != want->count || got->period != want->period ||
		    got->burst != want->burst || got->v4_len != want->v4_len ||
		    got->v6_len != want->v6_len ||
		    got->matches != want->matches ||
		    got->exempts != want->exempts ||
		    got->observe != want->observe ||
		    strcmp(prefixes, rates[i].prefixes) != 0)
			fail_msg("\"%s\": line %u, %u/%u burst %u, \"%s\"",
				 rates[i].text, got->line, got->count,
				 got->period, got->burst, prefixes);
		assert_memory_equal(got->text, "rate.a-B_9 = ", 13);
		assert_string_equal(got->text + 13, rates[i].text);
	}
}

static void there_may_be_16_rates_and_no_more(void **state SW_UNUSED)
{
	struct sw_config_error error = {0, ""};
	struct sw_config config = untouched;
	struct sw_config again = untouched;
	char text[SW_CONFIG_TEXT_MAX] = "";
	char line[64];

	for (int i = 0; i < SW_RATE_RULES; i++) {
		(void)snprintf(line, sizeof(line), "rate.n%d =%s\n", i, RATE);
		(void)strcat(text, line);
	}
	assert_int_equal(sw_config_parse(text, &config, &error), SW_OK);
	assert_int_equal(config.rates, SW_RATE_RULES);
	assert_int_equal(config.rate[15].line, 16);
	assert_string_equal(config.rate[15].text, "rate.n15 =" RATE);
	assert_int_equal(sw_config_format(&config, line, sizeof(line)),
			 SW_E_RANGE);
	(void)strcat(text, "rate.n16 =" RATE);
	assert_int_equal(sw_config_parse(text, &again, &error), SW_E_RANGE);
	assert_string_equal(error.reason,
			    "\"rate.n16\" is one more than the 16 "
			    "that there can be");
	assert_int_equal(error.line, 17);
	assert_same(text, &again, &untouched);
	assert_int_equal(sw_config_format(&config, text, sizeof(text)), SW_OK);
	assert_int_equal(sw_config_parse(text, &again, &error), SW_OK);
	assert_same(text, &again, &config);
}

static void the_largest_configuration_can_be_written(void **state SW_UNUSED)
{
	struct sw_config config;
	char text[SW_CONFIG_TEXT_MAX];

	sw_config_defaults(&config);
	config.sinks = SW_SINK_AUDIT | SW_SINK_FILE | SW_SINK_SYSLOG;
	config.rates = SW_RATE_RULES;
	for (int i = 0; i < SW_RATE_RULES; i++)
		memset(config.rate[i].text, 'x', SW_CONFIG_LINE_MAX - 1);
	assert_int_equal(sw_config_format(&config, text, sizeof(text)), SW_OK);
}

static void
a_rate_is_another_one_when_its_numbers_change(void **state SW_UNUSED)
{
	static const char *const texts[] = {
		"rate.a = 20/1m burst 10 per 32/64",
		"rate.b = 20/1m burst 10 per 32/64",
		"rate.a = 21/1m burst 10 per 32/64",
		"rate.a = 20/2m burst 10 per 32/64",
		"rate.a = 20/1m burst 11 per 32/64",
	};
	struct sw_config_error error = {0, ""};
	static struct sw_config configs[SW_ROWS(texts)];
	struct sw_config moved;

	for (size_t i = 0; i < SW_ROWS(texts); i++) {
		assert_int_equal(sw_config_parse(texts[i], &configs[i], &error),
				 SW_OK);
		for (size_t j = 0; j < i; j++)
			assert_true(configs[i].rate[0].id !=
				    configs[j].rate[0].id);
	}
	assert_int_equal(
		sw_config_parse("#\nrate.a=20/60 burst 10 per 32/64 observe",
				&moved, &error),
		SW_OK);
	assert_true(moved.rate[0].id == configs[0].rate[0].id);
}

static void
a_line_may_have_511_bytes_unless_it_is_a_comment(void **state SW_UNUSED)
{
	struct sw_config_error error = {0, ""};
	struct sw_config config = untouched;
	char text[600];

	memset(text, ' ', sizeof(text));
	memcpy(text, "refuse-delay = 6s", 17);
	text[511] = '\0';
	assert_int_equal(sw_config_parse(text, &config, &error), SW_OK);
	assert_int_equal(config.refuse_delay, 6);
	text[511] = ' ';
	text[512] = '\0';
	assert_int_equal(sw_config_parse(text, &config, &error), SW_E_RANGE);
	assert_string_equal(error.reason, "the line is too long");
	assert_int_equal(error.line, 1);
	text[0] = '#';
	assert_int_equal(sw_config_parse(text, &config, &error), SW_OK);
	assert_int_equal(config.refuse_delay, 5);
}

static void a_long_wrong_word_is_cut_in_the_reason(void **state SW_UNUSED)
{
	struct sw_config_error error = {0, ""};
	struct sw_config config = untouched;
	char text[300];

	memset(text, '\001', sizeof(text));
	memcpy(text + 290, "=1", 3);
	assert_int_equal(sw_config_parse(text, &config, &error), SW_E_SYNTAX);
	assert_non_null(strstr(error.reason, "\\x01\\x01"));
	assert_int_equal(error.line, 1);
}

static void what_is_written_reads_back_the_same(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(good); i++) {
		struct sw_config_error error = {0, ""};
		struct sw_config config = untouched;
		char text[SW_CONFIG_TEXT_MAX];

		assert_int_equal(
			sw_config_format(&good[i].config, text, sizeof(text)),
			SW_OK);
		assert_int_equal(sw_config_parse(text, &config, &error), SW_OK);
		assert_same(text, &config, &good[i].config);
	}
}

static void a_text_that_does_not_fit_is_not_written(void **state SW_UNUSED)
{
	struct sw_config config;
	char text[512];
	size_t len;

	sw_config_defaults(&config);
	assert_int_equal(sw_config_format(&config, text, sizeof(text)), SW_OK);
	len = strlen(text);
	for (size_t size = 1; size <= len; size++) {
		text[0] = 'x';
		assert_int_equal(sw_config_format(&config, text, size),
				 SW_E_RANGE);
		assert_string_equal(text, "");
	}
	assert_int_equal(sw_config_format(&config, text, len + 1), SW_OK);
}

static void a_missing_file_means_the_defaults(void **state SW_UNUSED)
{
	static const struct sw_config defaults = DEFAULTS;
	struct sw_config_error error = {0, ""};
	struct sw_config config = untouched;

	assert_int_equal(sw_config_read(path, geteuid(), &config, &error),
			 SW_OK);
	assert_same("no file", &config, &defaults);
}

static void a_file_is_read_and_its_wrong_line_named(void **state SW_UNUSED)
{
	struct sw_config_error error = {0, ""};
	struct sw_config config = untouched;

	write_file("sinks = file\n", 13);
	assert_int_equal(sw_config_read(path, geteuid(), &config, &error),
			 SW_OK);
	assert_int_equal(config.sinks, SW_SINK_FILE);
	config = untouched;
	write_file("\nsinks = fil\n", 13);
	assert_int_equal(sw_config_read(path, geteuid(), &config, &error),
			 SW_E_SYNTAX);
	assert_int_equal(error.line, 2);
	assert_same("sinks = fil", &config, &untouched);
}

static void read_gives(enum sw_err wanted, uid_t owner, const char *reason)
{
	struct sw_config_error error = {9, ""};
	struct sw_config config = untouched;

	assert_int_equal(sw_config_read(path, owner, &config, &error), wanted);
	assert_int_equal(error.line, 0);
	assert_non_null(strstr(error.reason, reason));
	assert_same(reason, &config, &untouched);
}

/* An editor that writes in place leaves any part of a file for a moment. */
static void half_written(unsigned int line)
{
	struct sw_config_error error = {0, ""};
	struct sw_config config = untouched;

	assert_int_equal(sw_config_read(path, geteuid(), &config, &error),
			 SW_E_SYNTAX);
	assert_int_equal(error.line, line);
	assert_non_null(strstr(error.reason, "half written"));
	assert_same(error.reason, &config, &untouched);
}

static void a_file_that_cannot_be_believed_is_refused(void **state SW_UNUSED)
{
	static char large[SW_CONFIG_FILE_MAX + 1];

	write_file("sinks = file\0#", 14);
	read_gives(SW_E_SYNTAX, geteuid(), "NUL byte");
	read_gives(SW_E_UNSAFE, geteuid() + 1, "only its owner");
	assert_int_equal(chmod(path, 0664), 0);
	read_gives(SW_E_UNSAFE, geteuid(), "only its owner");
	(void)remove_file(NULL);
	assert_int_equal(mkdir(path, 0755), 0);
	read_gives(SW_E_UNSAFE, geteuid(), "only its owner");
	(void)remove_file(NULL);
	write_file("sinks = file\nobserve = y", 24);
	half_written(2);
	write_file("", 0);
	half_written(1);
	memset(large, '\n', sizeof(large));
	write_file(large, sizeof(large));
	read_gives(SW_E_RANGE, geteuid(), "larger than 64 KiB");
	write_file(large, sizeof(large) - 1);
	assert_int_equal(sw_config_read(path, geteuid(), &(struct sw_config){0},
					&(struct sw_config_error){0, ""}),
			 SW_OK);
}

static void a_file_that_cannot_be_read_keeps_errno(void **state SW_UNUSED)
{
	char name[5000];

	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	{
		struct sw_config_error error = {9, ""};
		struct sw_config config = untouched;

		assert_int_equal(sw_config_read(name, 0, &config, &error),
				 SW_E_IO);
		assert_int_equal(errno, ENAMETOOLONG);
		assert_string_equal(error.reason, "the file cannot be read");
		assert_same("a...", &config, &untouched);
	}
}

/* A file of the source tree. */
static char *source_text(const char *name)
{
	const char *srcdir = getenv("srcdir");
	static char text[32768];
	char full[4096];
	size_t len;
	FILE *file;

	(void)snprintf(full, sizeof(full), "%s/%s",
		       srcdir != NULL ? srcdir : "..", name);
	file = fopen(full, "r");
	if (file == NULL)
		fail_msg("cannot open %s", full);
	len = fread(text, 1, sizeof(text) - 1, file);
	assert_int_equal(fclose(file), 0);
	text[len] = '\0';
	return text;
}

/* Each key once as "BEFORE KEY AFTER", and no more keys than there are. */
static void assert_all_keys(const char *text, const char *before,
			    const char *after)
{
	size_t found = 0;
	size_t keys = 0;

	for (const char *at = text; (at = strstr(at, before)) != NULL; at++)
		found++;
	for (; sw_config_key(keys) != NULL; keys++) {
		char wanted[80];

		(void)snprintf(wanted, sizeof(wanted), "%s%s%s", before,
			       sw_config_key(keys), after);
		if (strstr(text, wanted) == NULL)
			fail_msg("\"%s\" is missing", wanted);
	}
	assert_true(keys > 0);
	assert_int_equal(found, keys);
}

/* Its list of keys is the first one on the outer level. */
static void the_manual_has_the_keys_of_the_table(void **state SW_UNUSED)
{
	char *text = source_text("man/sshwhy.conf.5");
	char *keys = strstr(text, "The keys are:");
	char *end = keys != NULL ? strstr(keys, "\n.Sh ") : NULL;
	char *inner;

	assert_non_null(end);
	*end = '\0';
	while ((inner = strstr(keys, "-compact\n")) != NULL) {
		char *inner_end = strstr(inner, "\n.El");

		assert_non_null(inner_end);
		memmove(inner, inner_end, strlen(inner_end) + 1);
	}
	assert_all_keys(keys, "\n.It Cm ", "\n");
}

static void
the_shipped_file_has_all_keys_with_their_defaults(void **state SW_UNUSED)
{
	static const struct sw_config defaults = DEFAULTS;
	char *text = source_text("system/sshwhy.conf");
	struct sw_config_error error = {0, ""};
	struct sw_config config = untouched;
	char *example = strstr(text, "\n# rate.NAME = ");

	assert_int_equal(sw_config_parse(text, &config, &error), SW_OK);
	assert_int_equal(config.rates, 0);
	assert_non_null(example);
	example[1] = '\n';
	example[2] = '\t';
	for (char *at = text; (at = strstr(at, "\n#")) != NULL; at++) {
		if (at[2] >= 'a' && at[2] <= 'z')
			at[1] = '\t';
	}
	assert_all_keys(text, "\n\t", " = ");
	config = untouched;
	assert_int_equal(sw_config_parse(text, &config, &error), SW_OK);
	/* It is an example; no rate is a default. */
	assert_int_equal(config.rates, 1);
	config.rates = 0;
	assert_same("system/sshwhy.conf", &config, &defaults);
}

#define FILE_TEST(name) cmocka_unit_test_teardown(name, remove_file)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_right_text_gives_its_values),
		cmocka_unit_test(every_wrong_text_is_refused_as_a_whole),
		cmocka_unit_test(every_rate_gives_its_numbers_and_line),
		cmocka_unit_test(there_may_be_16_rates_and_no_more),
		cmocka_unit_test(the_largest_configuration_can_be_written),
		cmocka_unit_test(a_rate_is_another_one_when_its_numbers_change),
		cmocka_unit_test(
			a_line_may_have_511_bytes_unless_it_is_a_comment),
		cmocka_unit_test(a_long_wrong_word_is_cut_in_the_reason),
		cmocka_unit_test(what_is_written_reads_back_the_same),
		cmocka_unit_test(a_text_that_does_not_fit_is_not_written),
		FILE_TEST(a_missing_file_means_the_defaults),
		FILE_TEST(a_file_is_read_and_its_wrong_line_named),
		FILE_TEST(a_file_that_cannot_be_believed_is_refused),
		FILE_TEST(a_file_that_cannot_be_read_keeps_errno),
		cmocka_unit_test(the_manual_has_the_keys_of_the_table),
		cmocka_unit_test(
			the_shipped_file_has_all_keys_with_their_defaults),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
