#include "record_samples.h"

#include "sshwhy/text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define LINE_MAX_BYTES 2048

#define HEAD                                                                   \
	"type=ANOM_LOGIN_LOCATION msg=audit(1795333023.230:411): pid=12820 "   \
	"uid=0 auid=4294967295 ses=4294967295 "
#define OURS                                                                   \
	"op=ssh-reject reason=wrapper.deny rule=/etc/hosts.deny:4 "            \
	"cmd=\"sshd:ALL\" owner=denyhosts via=hook evidence=recorded "         \
	"seqno=4711 count=1 spid=4123 rport=51234 laddr=192.0.2.1 lport=22 "   \
	"acct=\"alice\""
#define TAIL                                                                   \
	" comm=\"sshd\" exe=\"/usr/sbin/sshd\" hostname=203.0.113.5 "          \
	"addr=203.0.113.5 terminal=ssh res=failed'"
#define PLAIN HEAD "msg='" OURS TAIL

static enum sw_err parse(const char *line, struct sw_record *out)
{
	return sw_record_from_audit(line, strlen(line), out);
}

static void a_line_of_auditd_gives_the_record(void **state SW_UNUSED)
{
	struct sw_record record;
	struct sw_record wanted;

	sample_record(&wanted);
	assert_int_equal(parse(PLAIN, &record), SW_OK);
	assert_int_equal(record.event, SW_EVENT_REJECTION);
	assert_int_equal(record.cause, SW_CAUSE_WRAPPER_DENY);
	assert_int_equal(record.evidence, SW_EVIDENCE_RECORDED);
	assert_int_equal(record.via, SW_VIA_HOOK);
	assert_int_equal(record.time, INT64_C(1795333023230));
	assert_int_equal(record.first, record.time);
	assert_int_equal(record.last, record.time);
	assert_int_equal(record.count, 1);
	assert_int_equal(record.seqno, 4711);
	assert_string_equal(record.node, "");
	assert_string_equal(record.boot, "");
	assert_string_equal(record.audit, "1795333023.230:411");
	assert_memory_equal(&record.conn.client, &wanted.conn.client,
			    sizeof(wanted.conn.client));
	assert_memory_equal(&record.conn.server, &wanted.conn.server,
			    sizeof(wanted.conn.server));
	assert_int_equal(record.conn.pid, 4123);
	assert_string_equal(record.conn.user, "alice");
	assert_string_equal(record.rule.source, "/etc/hosts.deny");
	assert_int_equal(record.rule.first_line, 4);
	assert_int_equal(record.rule.line, 4);
	assert_string_equal(record.rule.text, "sshd:ALL");
	assert_string_equal(record.rule.owner, "denyhosts");
	assert_int_equal(record.lookup.done, 0);
	assert_int_equal(record.until, 0);
	assert_string_equal(record.root, "");
}

#define AS(type) "type=" type " msg=audit(1.002:3): msg='"
#define BAN_LINE(type)                                                         \
	AS(type)                                                               \
	"op=ssh-ban via=hook evidence=recorded seqno=1 count=1 until=9.000 "   \
	"acct=\"(unknown)\" addr=? res=success'"

static const struct {
	const char *line;
	const char *node;
} accepted[] = {
	{PLAIN, ""},
	{"node=web1 " PLAIN, "web1"},
	{PLAIN "\x1d"
	       "UID=\"root\" AUID=\"unset\"",
	 ""},
	{PLAIN "\x1d"
	       "UID=\"evil' addr=192.0.2.9 res=success'\"",
	 ""},
	{HEAD "subj=unconfined msg='" OURS TAIL, ""},
	{HEAD "subj=/usr/sbin/sshd (enforce) msg='" OURS TAIL, ""},
	{AS("UNKNOWN[2104]") OURS TAIL, ""},
	/* what a later writer may add */
	{HEAD "msg='op=ssh-reject new=1 reason=wrapper.deny via=hook "
	      "evidence=recorded seqno=0 count=1 acct=\"x\" addr=::1 new=2 "
	      "res=success'",
	 ""},
	{BAN_LINE("RESP_ORIGIN_BLOCK_TIMED"), ""},
	{BAN_LINE("UNKNOWN[2214]"), ""},
};

static void
raw_and_enriched_lines_of_any_kernel_are_read(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(accepted); i++) {
		struct sw_record record;
		enum sw_err err = parse(accepted[i].line, &record);

		if (err != SW_OK || strcmp(record.node, accepted[i].node) != 0)
			fail_msg("row %zu: %s", i, sw_strerror(err));
	}
}

#define NEEDED "via=hook evidence=recorded seqno=1 count=1"
#define REJECT HEAD "msg='op=ssh-reject reason=wrapper.deny "
#define ENDED " acct=\"x\" addr=::1 res=failed'"

static const struct {
	const char *line;
	enum sw_err err;
} refused[] = {
	/* not ours */
	{"", SW_E_NOTSUP},
	{"rubbish", SW_E_NOTSUP},
	{"node= " PLAIN, SW_E_NOTSUP},
	{"node=web1", SW_E_NOTSUP},
	{"type=DAEMON_START msg=audit(1.002:3): op=start ver=3.0.9",
	 SW_E_NOTSUP},
	{"type=ANOM_LOGIN_LOCATION msg=audit(1.002:3", SW_E_NOTSUP},
	{AS("USER_LOGIN") OURS TAIL, SW_E_NOTSUP},
	{AS("UNKNOWN[2600]") OURS TAIL, SW_E_NOTSUP},
	{AS("UNKNOWN[x]") OURS TAIL, SW_E_NOTSUP},
	{AS("UNKNOWN[2104") OURS TAIL, SW_E_NOTSUP},
	{AS("2104") OURS TAIL, SW_E_NOTSUP},
	{HEAD "msg='op=PAM:pam_access acct=\"op=ssh-reject\" res=failed'",
	 SW_E_NOTSUP},
	{HEAD "msg='x " OURS TAIL, SW_E_NOTSUP},
	{HEAD OURS TAIL, SW_E_NOTSUP},
	{"type=ANOM_LOGIN_LOCATION msg=audit(1.02:3): msg='" OURS TAIL,
	 SW_E_NOTSUP},
	{"type=ANOM_LOGIN_LOCATION msg=audit(-1.002:3): msg='" OURS TAIL,
	 SW_E_NOTSUP},
	{"type=ANOM_LOGIN_LOCATION msg=audit(1.002:): msg='" OURS TAIL,
	 SW_E_NOTSUP},
	{"type=ANOM_LOGIN_LOCATION msg=audit(1.002): msg='" OURS TAIL,
	 SW_E_NOTSUP},
	/* ours, but cut, forged or newer */
	{HEAD "msg='op=ssh-", SW_E_SYNTAX},
	{HEAD "msg='" OURS, SW_E_SYNTAX},
	{HEAD "msg='" OURS "'", SW_E_SYNTAX},
	{PLAIN " ", SW_E_SYNTAX},
	{AS("USER_ERR") OURS TAIL, SW_E_SYNTAX},
	{AS("RESP_ORIGIN_BLOCK") OURS TAIL, SW_E_SYNTAX},
	{BAN_LINE("RESP_ORIGIN_BLOCK"), SW_E_SYNTAX},
	{HEAD "msg='op=ssh-new reason=wrapper.deny " NEEDED ENDED, SW_E_SYNTAX},
	{HEAD "msg='op=ssh-reject " NEEDED ENDED, SW_E_SYNTAX},
	{HEAD "msg='op=ssh-reject reason=wrapper.new " NEEDED ENDED,
	 SW_E_SYNTAX},
	{HEAD "msg='op=ssh-reject reason=client.closed " NEEDED ENDED,
	 SW_E_SYNTAX},
	{REJECT "evidence=recorded seqno=1 count=1" ENDED, SW_E_SYNTAX},
	{REJECT "via=hook seqno=1 count=1" ENDED, SW_E_SYNTAX},
	{REJECT "via=hook evidence=recorded count=1" ENDED, SW_E_SYNTAX},
	{REJECT "via=hook evidence=recorded seqno=1" ENDED, SW_E_SYNTAX},
	{REJECT NEEDED " addr=::1 res=failed'", SW_E_SYNTAX},
	{REJECT NEEDED " acct=\"x\" res=failed'", SW_E_SYNTAX},
	{REJECT NEEDED " acct=\"x\" addr=::1'", SW_E_SYNTAX},
	{REJECT NEEDED " acct=\"x\" addr=::1 addr=::2 res=failed'",
	 SW_E_SYNTAX},
	{REJECT NEEDED " acct=\"x\" addr=::1 res=failed res=success'",
	 SW_E_SYNTAX},
	{REJECT NEEDED " acct=\"x\" addr=name res=failed'", SW_E_SYNTAX},
	{REJECT NEEDED " acct=\"x\" addr=::1 res=no'", SW_E_SYNTAX},
	{REJECT NEEDED " acct=x addr=::1 res=failed'", SW_E_SYNTAX},
	{REJECT NEEDED " count=2" ENDED, SW_E_SYNTAX},
	{REJECT "op=ssh-reject " NEEDED ENDED, SW_E_SYNTAX},
	{REJECT NEEDED "  rport=1" ENDED, SW_E_SYNTAX},
	{REJECT NEEDED " word" ENDED, SW_E_SYNTAX},
	{REJECT NEEDED " =value" ENDED, SW_E_SYNTAX},
	{REJECT "via=Hook evidence=recorded seqno=1 count=1" ENDED,
	 SW_E_SYNTAX},
	{REJECT "via=hook evidence=seen seqno=1 count=1" ENDED, SW_E_SYNTAX},
	{REJECT "via=hook evidence=recorded seqno=1 count=0" ENDED,
	 SW_E_SYNTAX},
	{REJECT "via=hook evidence=recorded seqno=-1 count=1" ENDED,
	 SW_E_SYNTAX},
	{REJECT "via=hook evidence=recorded seqno=01 count=1" ENDED,
	 SW_E_SYNTAX},
};

static void what_is_not_ours_or_damaged_is_told_apart(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(refused); i++) {
		struct sw_record record = {.count = 77};
		enum sw_err err = parse(refused[i].line, &record);

		if (err != refused[i].err || record.count != 77)
			fail_msg("%s: got %s", refused[i].line,
				 sw_strerror(err));
	}
}

static const char *const bad_fields[] = {
	"rule=",
	"rule=:4",
	"rule=/a:0",
	"rule=/a:04",
	"rule=/a:4294967296",
	"rule=/a%3",
	"rule=/a\"b",
	"cmd=sshd",
	"cmd=",
	"cmd=\"",
	"cmd=4",
	"owner=",
	"owner=a'b",
	"root=",
	"root=a%00",
	"boot=",
	"boot=0c1f6e4e-4f1c-4d7a-9d57-0a4d1b1f5c112",
	"first_line=x",
	"first_line=4294967296",
	"lookup=4294967296",
	"lookup=",
	"first=1",
	"first=1.02",
	"first=.002",
	"first=1.+02",
	"last=253402300800.000",
	"until=-1.000",
	"spid=0",
	"spid=2147483648",
	"rport=0",
	"rport=65536",
	"lport=x",
	"laddr=?",
	"laddr=",
	"laddr=1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb",
	"daddr=",
	"by_cause=",
	"by_cause=wrapper.deny",
	"by_cause=wrapper.deny:",
	"by_cause=wrapper.deny:0",
	"by_cause=wrapper.deny:1+",
	"by_cause=+wrapper.deny:1",
	"by_cause=wrapper.deny:1+wrapper.deny:2",
	"by_cause=wrapper.new:1",
	"by_cause=wrapper.deny:18446744073709551616",
};

static void
a_value_that_the_writer_never_makes_is_damage(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(bad_fields); i++) {
		struct sw_record record = {.count = 77};
		char line[LINE_MAX_BYTES];
		enum sw_err err;

		(void)snprintf(line, sizeof(line), REJECT NEEDED " %s" ENDED,
			       bad_fields[i]);
		err = parse(line, &record);
		if (err != SW_E_SYNTAX || record.count != 77)
			fail_msg("%s: got %s", bad_fields[i], sw_strerror(err));
	}
}

static void nothing_of_ours_is_believed_behind_acct(void **state SW_UNUSED)
{
	struct sw_record record;

	assert_int_equal(parse(REJECT NEEDED " acct=\"x\" rport=9 owner=evil "
					     "cmd=\"y\" addr=::1 res=failed'",
			       &record),
			 SW_OK);
	assert_int_equal(record.conn.client.port, 0);
	assert_string_equal(record.rule.owner, "");
	assert_string_equal(record.rule.text, "");
	assert_int_equal(parse(REJECT NEEDED " addr=192.0.2.9 res=success"
					     " acct=\"x\" addr=::1 res=failed'",
			       &record),
			 SW_OK);
	assert_int_equal(record.conn.client.addr.family, SW_FAMILY_V6);
}

static void no_cut_of_a_line_is_taken_for_the_whole(void **state SW_UNUSED)
{
	struct sw_record record = {.count = 77};
	size_t whole = strlen(PLAIN);

	for (size_t len = 0; len < whole; len++) {
		char *line = malloc(len > 0 ? len : 1);

		assert_non_null(line);
		memcpy(line, PLAIN, len);
		assert_int_not_equal(sw_record_from_audit(line, len, &record),
				     SW_OK);
		free(line);
	}
	assert_int_equal(record.count, 77);
}

/* As the kernel, libaudit and auditd write it; the length of the line. */
static size_t make_line(const struct sw_record *record, char *line)
{
	char message[SW_RECORD_AUDIT_MAX];
	char addr[SW_ADDR_TEXT_MAX] = "?";
	int len;

	assert_int_equal(sw_record_to_audit(record, message, sizeof(message)),
			 SW_OK);
	if (record->conn.client.addr.family != SW_FAMILY_NONE)
		(void)sw_addr_format(&record->conn.client.addr, addr);
	len = snprintf(line, LINE_MAX_BYTES,
		       "type=UNKNOWN[%d] msg=audit(%" PRId64
		       ".%03d:7): pid=1 uid=0 auid=4294967295 ses=4294967295 "
		       "msg='%s comm=\"sshd\" exe=\"/usr/sbin/sshd\" "
		       "hostname=%s addr=%s terminal=ssh res=%s'",
		       sw_record_audit_type(record), record->time / 1000,
		       (int)(record->time % 1000), message, addr, addr,
		       sw_record_audit_result(record) ? "success" : "failed");
	assert_in_range(len, 1, LINE_MAX_BYTES - 1);
	return (size_t)len;
}

static void assert_same(const struct sw_record *a, const struct sw_record *b)
{
	assert_int_equal(a->event, b->event);
	assert_int_equal(a->cause, b->cause);
	assert_int_equal(a->evidence, b->evidence);
	assert_int_equal(a->via, b->via);
	assert_int_equal(a->time, b->time);
	assert_int_equal(a->first, b->first);
	assert_int_equal(a->last, b->last);
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->seqno, b->seqno);
	assert_string_equal(a->boot, b->boot);
	assert_true(sw_addr_equal(&a->conn.client.addr, &b->conn.client.addr));
	assert_int_equal(a->conn.client.port, b->conn.client.port);
	assert_true(sw_addr_equal(&a->conn.server.addr, &b->conn.server.addr));
	assert_int_equal(a->conn.server.port, b->conn.server.port);
	assert_int_equal(a->conn.pid, b->conn.pid);
	assert_string_equal(a->conn.user, b->conn.user);
	assert_string_equal(a->rule.source, b->rule.source);
	assert_int_equal(a->rule.first_line, b->rule.first_line);
	assert_int_equal(a->rule.line, b->rule.line);
	assert_string_equal(a->rule.text, b->rule.text);
	assert_string_equal(a->rule.owner, b->rule.owner);
	assert_int_equal(a->lookup.done, b->lookup.done);
	assert_int_equal(a->lookup.milliseconds, b->lookup.milliseconds);
	assert_int_equal(a->until, b->until);
	assert_string_equal(a->root, b->root);
	assert_memory_equal(a->by_cause, b->by_cause, sizeof(a->by_cause));
}

/* xorshift64: the same records on every run. */
static uint64_t random_state = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t random_below(uint64_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % limit;
}

static bool one_in(uint64_t chances)
{
	return random_below(chances) == 0;
}

/* Bytes of any value, with a liking for what a parser looks at. */
static void random_text(char *buf, size_t size, size_t longest)
{
	static const char likely[] = ":::0123456789%%3A=\"'\n\x1d +,/abF";
	size_t len = one_in(4) ? 0 : (size_t)random_below(longest + 1);

	if (len >= size)
		len = size - 1;
	for (size_t i = 0; i < len; i++)
		buf[i] = one_in(3) ? (char)(1 + random_below(255))
				   : likely[random_below(sizeof(likely) - 1)];
	buf[len] = '\0';
}

static void random_end(struct sw_endpoint *end)
{
	memset(end, 0, sizeof(*end));
	if (one_in(5))
		return;
	end->port = (uint16_t)random_below(65536);
	if (one_in(2)) {
		end->addr.family = SW_FAMILY_V4;
		for (size_t i = 0; i < 4; i++)
			end->addr.bytes[i] = (uint8_t)random_below(256);
		return;
	}
	end->addr.family = SW_FAMILY_V6;
	end->addr.bytes[0] = 0x20;
	for (size_t i = 1; i < 16; i++)
		end->addr.bytes[i] = one_in(2) ? 0 : (uint8_t)random_below(256);
}

static void random_rule(struct sw_rule *rule, size_t longest)
{
	random_text(rule->source, SW_SOURCE_MAX, longest);
	random_text(rule->text, SW_TEXT_MAX, longest);
	random_text(rule->owner, SW_OWNER_MAX, longest);
	if (rule->source[0] != '\0')
		rule->line = (unsigned int)random_below(3) * 1000003u;
	rule->first_line =
		one_in(2) ? rule->line : (unsigned int)random_below(2000000);
}

static void random_record(struct sw_record *record, size_t longest)
{
	memset(record, 0, sizeof(*record));
	record->event = (enum sw_event)random_below(SW_EVENT_COUNT_);
	if (record->event != SW_EVENT_SUPPRESSED)
		record->cause = (enum sw_cause)(
			1 + random_below(SW_CAUSE_CLIENT_CLOSED - 1));
	record->evidence = (enum sw_evidence)random_below(SW_EVIDENCE_COUNT_);
	record->via = (enum sw_via)random_below(SW_VIA_COUNT_);
	record->time = 1 + (int64_t)random_below(SW_UTC_MAX);
	record->first = one_in(2) ? record->time
				  : 1 + (int64_t)random_below(SW_UTC_MAX);
	record->last = one_in(2) ? record->time
				 : 1 + (int64_t)random_below(SW_UTC_MAX);
	record->until = one_in(2) ? 0 : 1 + (int64_t)random_below(SW_UTC_MAX);
	record->count = 1 + random_below(3);
	record->seqno = random_below(UINT64_MAX);
	record->conn.pid = (pid_t)random_below(100000);
	if (one_in(3))
		record->lookup = (struct sw_lookup){
			1, (uint32_t)random_below(UINT32_MAX)};
	random_end(&record->conn.client);
	random_end(&record->conn.server);
	random_text(record->conn.user, SW_USER_MAX, longest);
	random_text(record->boot, SW_BOOT_MAX, longest);
	random_text(record->root, SW_ROOT_MAX, longest);
	random_rule(&record->rule, longest);
	for (size_t i = 1 + random_below(9); i < SW_CAUSE_COUNT_; i += 9)
		record->by_cause[i] = one_in(2) ? 0 : random_below(UINT64_MAX);
}

static void what_was_written_is_read_back(void **state SW_UNUSED)
{
	for (size_t i = 0; i < 20000; i++) {
		char line[LINE_MAX_BYTES];
		struct sw_record written;
		struct sw_record record;
		size_t len;

		random_record(&written, 20);
		len = make_line(&written, line);
		if (sw_record_from_audit(line, len, &record) != SW_OK)
			fail_msg("case %zu: %s", i, line);
		assert_same(&record, &written);
	}
}

static void
a_shortened_message_is_read_as_it_was_written(void **state SW_UNUSED)
{
	for (size_t i = 0; i < 2000; i++) {
		char first[LINE_MAX_BYTES];
		char second[LINE_MAX_BYTES];
		struct sw_record record;
		size_t len;

		random_record(&record, 200);
		len = make_line(&record, first);
		if (sw_record_from_audit(first, len, &record) != SW_OK)
			fail_msg("case %zu: %s", i, first);
		(void)make_line(&record, second);
		assert_string_equal(second, first);
	}
}

static void the_largest_record_is_read_back(void **state SW_UNUSED)
{
	char line[LINE_MAX_BYTES];
	struct sw_record largest;
	struct sw_record record;
	size_t len;

	largest_record(&largest);
	len = make_line(&largest, line);
	assert_int_equal(sw_record_from_audit(line, len, &record), SW_OK);
	assert_int_equal(record.count, largest.count);
	assert_int_equal(record.seqno, largest.seqno);
	assert_int_equal(record.rule.line, largest.rule.line);
	assert_int_equal(record.until, largest.until);
	assert_string_equal(record.boot, largest.boot);
	assert_string_equal(record.conn.user, largest.conn.user);
}

static void no_damaged_byte_writes_past_a_field(void **state SW_UNUSED)
{
	char line[LINE_MAX_BYTES];
	struct sw_record record;
	size_t len;

	for (size_t i = 0; i < 20000; i++) {
		char json[SW_RECORD_JSON_MAX];

		random_record(&record, 20);
		len = make_line(&record, line);
		line[random_below(len)] = (char)random_below(256);
		if (sw_record_from_audit(line, len, &record) == SW_OK)
			assert_int_equal(
				sw_record_to_json(&record, json, sizeof(json)),
				SW_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_of_auditd_gives_the_record),
		cmocka_unit_test(raw_and_enriched_lines_of_any_kernel_are_read),
		cmocka_unit_test(what_is_not_ours_or_damaged_is_told_apart),
		cmocka_unit_test(a_value_that_the_writer_never_makes_is_damage),
		cmocka_unit_test(nothing_of_ours_is_believed_behind_acct),
		cmocka_unit_test(no_cut_of_a_line_is_taken_for_the_whole),
		cmocka_unit_test(what_was_written_is_read_back),
		cmocka_unit_test(a_shortened_message_is_read_as_it_was_written),
		cmocka_unit_test(the_largest_record_is_read_back),
		cmocka_unit_test(no_damaged_byte_writes_past_a_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
