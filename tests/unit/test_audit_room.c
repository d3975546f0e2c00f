#include "sw_test.h"

#include "sshwhy/audit_room.h"

#include <stdio.h>
#include <string.h>

#define TITLE                                                                  \
	"sk               Eth Pid        Groups   Rmem     Wmem     Dump  "    \
	"Locks    Drops    Inode\n"
#define LINE(protocol, unread)                                                 \
	"0000000000000000 " protocol "   1234       00000001 " unread          \
	"        0        0     2        0        9876\n"

static const struct {
	const char *text;
	uint64_t unread;
} rows[] = {
	{"", 0},
	{TITLE, 0},
	{TITLE LINE("9", "0"), 0},
	{TITLE LINE("9", "4352"), 4352},
	{TITLE LINE("9", "213248") LINE("9", "17"), 213248},
	{TITLE LINE("0", "4352") LINE("15", "99"), 0},
	{TITLE LINE("19", "4352"), 0},
	{"0 9 1 2 77", 77},
	{"0 9 1 2", 0},
	{"0 9", 0},
	{"0 9 1 2 -5", 0},
	{"0 9 1 2 99999999999999999999999", 0},
	{"\n\n\n", 0},
};

static void the_busiest_socket_of_audit_counts(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		uint64_t unread =
			sw_audit_unread(rows[i].text, strlen(rows[i].text));

		if (unread != rows[i].unread)
			fail_msg("row %zu: got %llu, wanted %llu", i,
				 (unsigned long long)unread,
				 (unsigned long long)rows[i].unread);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_busiest_socket_of_audit_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
