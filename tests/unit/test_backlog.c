#include "sw_test.h"

#include "recorder/tap_backlog.h"

#include <string.h>

#define UNTOUCHED 99

static const struct {
	const char *text;
	enum sw_err err;
	uint64_t count;
} cases[] = {
	{"TcpExt: A ListenOverflows B\nTcpExt: 1 22 3\n", SW_OK, 22},
	{"TcpExt: ListenOverflows\nTcpExt: 0\nIpExt: A\nIpExt: 1\n", SW_OK, 0},
	{"Ip: x\nIp: 1\nTcpExt: ListenOverflows\nTcpExt: 7", SW_OK, 7},
	{"TcpExt: ListenOverflowsX\nTcpExt: 7\n", SW_E_SYNTAX, UNTOUCHED},
	{"TcpExt: A ListenOverflows\nTcpExt: 7\n", SW_E_SYNTAX, UNTOUCHED},
	{"TcpExt: ListenOverflows\nTcpExt: x\n", SW_E_SYNTAX, UNTOUCHED},
	{"TcpExt: ListenOverflows\nIpExt: 7\n", SW_E_SYNTAX, UNTOUCHED},
	{"TcpExt: ListenOverflows", SW_E_SYNTAX, UNTOUCHED},
	{"", SW_E_SYNTAX, UNTOUCHED},
};

static void the_counter_is_found_by_its_name(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(cases); i++) {
		uint64_t count = UNTOUCHED;
		enum sw_err err = sw_backlog_count(cases[i].text,
						   "ListenOverflows", &count);

		if (err != cases[i].err || count != cases[i].count)
			fail_msg("\"%s\": got %s, %u", cases[i].text,
				 sw_strerror(err), (unsigned int)count);
	}
}

static void note(void *context, const struct sw_record *record)
{
	struct sw_record *out = context;
	uint64_t seen = out->count;

	*out = *record;
	out->count = seen + 1;
}

static void a_queue_is_told_once_and_only_sshd_s(void **state SW_UNUSED)
{
	const uint16_t ports[] = {22, 2222};
	const struct sw_backlog_full full[] = {{80, 6, 5}, {2222, 129, 128}};
	struct sw_record got = {.count = 0};
	struct sw_backlog_tap tap = {.found = note, .context = &got};

	for (unsigned int i = 0; i < 3; i++) {
		memcpy(tap.full, full, sizeof(full));
		tap.full_count = SW_ROWS(full);
		tap.dropped = 9;
		sw_backlog_tap_ports(&tap, ports, SW_ROWS(ports));
	}
	assert_int_equal(got.count, 1);
	assert_int_equal(got.cause, SW_CAUSE_SERVER_BACKLOG);
	assert_int_equal(got.conn.server.port, 2222);
	assert_int_equal(got.evidence, SW_EVIDENCE_INFERRED);
	assert_string_equal(got.root, "129 connections wait where 128 have "
				      "room; 9 packets were dropped so far");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_counter_is_found_by_its_name),
		cmocka_unit_test(a_queue_is_told_once_and_only_sshd_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
