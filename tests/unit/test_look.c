#include "sw_test.h"

#include "cli/reader.h"
#include "cli/reader_look.h"
#include "record_samples.h"

#include <stdio.h>
#include <string.h>

#define HEAD                                                                   \
	"type=ANOM_LOGIN_LOCATION msg=audit(1.002:3): pid=1 uid=0 "            \
	"auid=4294967295 ses=4294967295 msg='op=ssh-reject "                   \
	"reason=wrapper.deny via=hook evidence=recorded seqno=1 count=1 "
#define TAIL " terminal=ssh res=failed'"
#define ENRICHED "\x1dUID=\"root\" AUID=\"unset\""
#define JSON "{\"event\":\"rejection\",\"time\":\"2026-11-22T07:37:03.230Z\""

/* NULL: the look finds nothing, the line has to be parsed. */
static const struct {
	const char *line;
	const char *addr;
} lines[] = {
	{HEAD "acct=\"x\" hostname=? addr=203.0.113.5" TAIL, "203.0.113.5"},
	{HEAD "acct=\"x\" hostname=? addr=203.0.113.5" TAIL ENRICHED,
	 "203.0.113.5"},
	{HEAD "acct=\"x\" hostname=? addr=2001:DB8:0::7" TAIL, "2001:db8::7"},
	{HEAD "acct=\"x\" hostname=? addr=::ffff:203.0.113.5" TAIL,
	 "203.0.113.5"},
	{HEAD "acct=\"x\" hostname=? addr=fe80::1%eth0" TAIL, "fe80::1"},
	{HEAD "acct=\"x\" addr=203.0.113.5 hostname=name" TAIL, "203.0.113.5"},
	{HEAD "acct=\"x\" hostname=? addr=?" TAIL, NULL},
	{HEAD "acct=\"x\" hostname=? addr=203.0.113.5'", NULL},
	{HEAD "acct=\"x\" hostname=? addr=", NULL},
	{HEAD "acct=\"x\" hostname=? addr=203.0.113.05" TAIL, NULL},
	{HEAD "acct=\"x\" hostname=203.0.113.5 laddr=203.0.113.6" TAIL, NULL},
	{HEAD "addr=203.0.113.5 acct=\"x\" hostname=?" TAIL, NULL},
	{HEAD "addr=203.0.113.5 acct=\"x\" addr=203.0.113.6" TAIL,
	 "203.0.113.6"},
	{HEAD "acct=\"x\" hostname=? addr=203.0.113.5" TAIL "\x1d"
	      "A=\"x\" addr=192.0.2.1 B=\"x\"",
	 "203.0.113.5"},
	{HEAD "acct=\"x\" addr=203.0.113.5 acct=\"y\"" TAIL, NULL},
	{"", NULL},
	{"addr=203.0.113.5", NULL},
	{JSON ",\"client\":{\"addr\":\"203.0.113.5\",\"port\":1}}",
	 "203.0.113.5"},
	{JSON ",\"client\":{\"addr\":\"::ffff:203.0.113.5\"}}", "203.0.113.5"},
	{JSON ",\"client\":{\"addr\":\"2001:db8::7\"}}", "2001:db8::7"},
	{JSON ",\"client\":{\"addr\":null,\"port\":1}}", NULL},
	{JSON ",\"client\":{\"port\":1,\"addr\":\"203.0.113.5\"}}", NULL},
	{JSON ",\"client\": {\"addr\": \"203.0.113.5\"}}", NULL},
	{JSON ",\"client\":{\"addr\":\"203.0.113.\\u0035\"}}", NULL},
	{JSON ",\"client\":{\"addr\":\"203.0.113.5", NULL},
	{JSON ",\"client\":{\"addr\":\"", NULL},
	{JSON ",\"user\":\",\\\"client\\\":{\\\"addr\\\":\\\"192.0.2.1\\\"\","
	      "\"client\":{\"addr\":\"203.0.113.5\"}}",
	 NULL},
	{JSON ",\"more\":{\"a\":1,\"client\":{\"addr\":\"192.0.2.1\"}},"
	      "\"client\": {\"addr\":\"203.0.113.5\"}}",
	 NULL},
	{JSON ",\"a\\\"client\":{\"addr\":\"192.0.2.1\"},"
	      "\"client\":{\"addr\":\"203.0.113.5\"}}",
	 NULL},
	{JSON ",\"node\":\"{\",\"client\":{\"addr\":\"203.0.113.5\"}}", NULL},
	{"{\"client\":{\"addr\":\"203.0.113.5\"}}", NULL},
	{"{", NULL},
	{JSON "}", NULL},
};

static bool look(const char *line, struct sw_addr *out)
{
	size_t len = strlen(line);

	return line[0] == '{' ? sw_look_json(line, len, out)
			      : sw_look_audit(line, len, out);
}

static void the_client_is_found_where_writers_put_it(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(lines); i++) {
		struct sw_addr addr = {.family = SW_FAMILY_NONE};
		char text[SW_ADDR_TEXT_MAX] = "";
		bool found = look(lines[i].line, &addr);

		(void)sw_addr_format(&addr, text);
		if (found != (lines[i].addr != NULL) ||
		    (found && strcmp(text, lines[i].addr) != 0))
			fail_msg("%s: found %s", lines[i].line, text);
	}
}

/* A record of client in both forms, hostile texts before and behind. */
static void write_record(const char *client, const char *hostile, char *audit,
			 char *json)
{
	char message[SW_RECORD_AUDIT_MAX];
	struct sw_record record;

	sample_record(&record);
	set_end(&record.conn.client, client, 51234);
	(void)strcpy(record.conn.user, hostile);
	(void)strcpy(record.rule.text, hostile);
	(void)strcpy(record.root, hostile);
	assert_int_equal(sw_record_to_audit(&record, message, sizeof(message)),
			 SW_OK);
	assert_int_equal(sw_record_to_json(&record, json, SW_RECORD_JSON_MAX),
			 SW_OK);
	(void)snprintf(audit, SW_RECORD_JSON_MAX,
		       "type=ANOM_LOGIN_LOCATION msg=audit(1.002:3): pid=1 "
		       "uid=0 auid=4294967295 ses=4294967295 msg='%s "
		       "comm=\"sshd\" exe=\"/usr/sbin/sshd\" hostname=%s "
		       "addr=%s" TAIL ENRICHED,
		       message, client, client);
}

static void
what_a_client_can_choose_does_not_lead_it_astray(void **state SW_UNUSED)
{
	static const char *const hostile[] = {
		"x", " addr=192.0.2.9 ", "\" addr=192.0.2.9",
		",\"client\":{\"addr\":\"192.0.2.9\"",
		"\\\",\"client\":{\"addr\":\"192.0.2.9\""};
	static const char *const clients[] = {"203.0.113.5", "2001:db8::7",
					      "::ffff:198.51.100.7"};

	for (size_t i = 0; i < SW_ROWS(hostile) * SW_ROWS(clients); i++) {
		const char *client = clients[i % SW_ROWS(clients)];
		char audit[SW_RECORD_JSON_MAX], json[SW_RECORD_JSON_MAX];
		struct sw_addr expected, addr;

		write_record(client, hostile[i / SW_ROWS(clients)], audit,
			     json);
		assert_int_equal(sw_addr_parse(client, &expected), SW_OK);
		assert_true(look(audit, &addr));
		assert_true(sw_addr_equal(&addr, &expected));
		assert_true(look(json, &addr));
		assert_true(sw_addr_equal(&addr, &expected));
	}
}

/* What a scan has told of one prefix. */
struct heard {
	struct sw_prefix prefix;
	unsigned int records; /* of the prefix */
	unsigned int others;
	unsigned int complaints;
};

static enum sw_err hear(void *context, const struct sw_record *record,
			bool from_audit SW_UNUSED)
{
	struct heard *heard = context;

	if (sw_prefix_contains(&heard->prefix, &record->conn.client.addr))
		heard->records++;
	else
		heard->others++;
	return SW_OK;
}

static void hear_complaint(void *context, uint64_t line SW_UNUSED,
			   const char *reason SW_UNUSED)
{
	((struct heard *)context)->complaints++;
}

static bool wants(void *context, const struct sw_addr *client)
{
	return sw_prefix_contains(&((struct heard *)context)->prefix, client);
}

static struct heard scan(const char *log, const char *prefix, bool looks)
{
	struct heard heard = {.records = 0};
	const struct sw_log_reader reader = {
		.context = &heard,
		.take = hear,
		.complain = hear_complaint,
		.wants = looks ? wants : NULL,
	};

	assert_int_equal(sw_prefix_parse(prefix, &heard.prefix), SW_OK);
	assert_int_equal(sw_log_scan_buffer(log, strlen(log), &reader), SW_OK);
	return heard;
}

static void no_record_of_a_client_is_passed_over(void **state SW_UNUSED)
{
	static const char *const prefixes[] = {
		"203.0.113.5",	  "203.0.113.0/24", "::ffff:203.0.113.5",
		"2001:db8::/32",  "0.0.0.0/0",	    "::/0",
		"198.51.100.200", "fe80::1"};
	static char log[65536];
	size_t len = 0;

	for (size_t i = 0; i < SW_ROWS(lines); i++)
		len += (size_t)snprintf(log + len, sizeof(log) - len, "%s\n",
					lines[i].line);
	assert_true(len < sizeof(log));
	for (size_t i = 0; i < SW_ROWS(prefixes); i++) {
		struct heard all = scan(log, prefixes[i], false);
		struct heard few = scan(log, prefixes[i], true);

		if (few.records != all.records || few.others >= all.others ||
		    few.complaints > all.complaints)
			fail_msg("%s: %u of %u, %u of %u others", prefixes[i],
				 few.records, all.records, few.others,
				 all.others);
	}
	assert_int_equal(scan(log, "203.0.113.5", true).records, 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_client_is_found_where_writers_put_it),
		cmocka_unit_test(
			what_a_client_can_choose_does_not_lead_it_astray),
		cmocka_unit_test(no_record_of_a_client_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
