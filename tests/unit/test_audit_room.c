#include "sw_test.h"

#include "sshwhy/audit_room.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE(protocol, port, unread)                                           \
	"0000000000000000 " protocol "   " port "       00000001 " unread      \
	"        0        0     2        0        9876"
#define PORT 1234

static const struct {
	const char *text;
	uint64_t unread;
} rows[] = {
	{"", 0},
	{"sk               Eth Pid        Groups   Rmem     Wmem", 0},
	{LINE("9", "1234", "0"), 0},
	{LINE("9", "1234", "4352"), 4352},
	{LINE("9", "1235", "4352"), 0},
	{LINE("9", "0", "4352"), 0},
	{LINE("0", "1234", "4352"), 0},
	{LINE("19", "1234", "4352"), 0},
	{LINE("9", "-1234", "4352"), 0},
	{LINE("9", "12345678901234", "4352"), 0},
	{"0 9 1234 2 77", 77},
	{"0 9 1234 2", 0},
	{"0 9", 0},
	{"0 9 1234 2 -5", 0},
	{"0 9 1234 2 99999999999999999999999", 0},
};

static void the_socket_of_auditd_counts_alone(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		uint64_t unread = sw_audit_unread(rows[i].text,
						  strlen(rows[i].text), PORT);

		if (unread != rows[i].unread)
			fail_msg("row %zu: got %llu, wanted %llu", i,
				 (unsigned long long)unread,
				 (unsigned long long)rows[i].unread);
	}
}

static void without_an_auditd_there_is_room(void **state SW_UNUSED)
{
	assert_true(sw_audit_has_room((uint32_t)getpid()));
	assert_true(sw_audit_has_room(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_socket_of_auditd_counts_alone),
		cmocka_unit_test(without_an_auditd_there_is_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
