#include "sw_test.h"

#include "sshwhy/audit_room.h"

#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE(protocol, port, unread, inode)                                    \
	"0000000000000000 " protocol "   " port "       00000001 " unread      \
	"        0        0     2        0        " inode

static const struct {
	const char *text;
	bool is_audit;
	uint32_t inode;
	uint64_t unread;
} rows[] = {
	{"", false, 0, 0},
	{"sk  Eth Pid  Groups  Rmem  Wmem Dump Locks Drops Inode", false, 0, 0},
	{LINE("9", "1234", "0", "9876"), true, 9876, 0},
	{LINE("9", "4006159028", "4352", "9876"), true, 9876, 4352},
	{LINE("9", "0", "4352", "9876"), false, 0, 0},
	{LINE("0", "1234", "4352", "9876"), false, 0, 0},
	{LINE("19", "1234", "4352", "9876"), false, 0, 0},
	{LINE("9", "1234", "-4352", "9876"), false, 0, 0},
	{LINE("9", "1234", "4352", "98765432109876"), false, 0, 0},
	{LINE("9", "1234", "4352", "0"), false, 0, 0},
	{"0 9 1 2 77 0 0 0 0 5", true, 5, 77},
	{"0 9 1 2 77 0 0 0 0", false, 0, 0},
	{"0 9", false, 0, 0},
};

static void a_line_tells_of_an_audit_socket(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		uint32_t inode = 0;
		uint64_t unread = 0;
		bool is_audit = sw_audit_line_read(
			rows[i].text, strlen(rows[i].text), &inode, &unread);

		if (is_audit != rows[i].is_audit || inode != rows[i].inode ||
		    unread != rows[i].unread)
			fail_msg("row %zu: got %d %u %llu", i, is_audit, inode,
				 (unsigned long long)unread);
	}
}

static int open_audit(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
}

static void the_socket_of_a_process_is_found(void **state SW_UNUSED)
{
	struct sockaddr_nl anywhere = {.nl_family = AF_NETLINK};
	struct stat st;
	int fd;

	assert_int_equal(sw_audit_socket((uint32_t)getpid()), 0);
	fd = open_audit();
	if (fd < 0)
		skip(); /* a kernel without audit */
	assert_int_equal(
		bind(fd, (struct sockaddr *)&anywhere, sizeof(anywhere)), 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(sw_audit_socket((uint32_t)getpid()), st.st_ino);
	assert_true(sw_audit_has_room((uint32_t)st.st_ino, 1));
	assert_false(sw_audit_has_room((uint32_t)st.st_ino, 0));
	(void)close(fd);
	assert_true(sw_audit_has_room((uint32_t)st.st_ino, 1));
}

static void without_an_auditd_there_is_room(void **state SW_UNUSED)
{
	assert_int_equal(sw_audit_socket(0), 0);
	assert_true(sw_audit_has_room(0, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_tells_of_an_audit_socket),
		cmocka_unit_test(the_socket_of_a_process_is_found),
		cmocka_unit_test(without_an_auditd_there_is_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
