#include "sw_test.h"

#include "sshwhy/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char dir[] = "test_file.XXXXXX";

static int enter_folder(void **state SW_UNUSED)
{
	return mkdtemp(dir) == NULL || chdir(dir) != 0 ? -1 : 0;
}

static int leave_folder(void **state SW_UNUSED)
{
	static const char *const names[] = {"text", "link", "fifo", "socket"};

	for (size_t i = 0; i < SW_ROWS(names); i++)
		(void)unlink(names[i]);
	return chdir("..") != 0 || rmdir(dir) != 0 ? -1 : 0;
}

static void make_file(mode_t mode, const char *bytes, size_t len)
{
	int fd;

	(void)unlink("text");
	fd = open("text", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(sw_file_write_all(fd, bytes, len), SW_OK);
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
}

static void assert_unsafe(const char *path, uid_t owner)
{
	struct stat st = {.st_size = 77};
	int fd = -77;

	assert_int_equal(sw_file_open_trusted(path, owner, &fd, &st),
			 SW_E_UNSAFE);
	assert_int_equal(fd, -77);
	assert_int_equal(st.st_size, 77);
}

static void a_file_of_the_owner_alone_is_opened(void **state SW_UNUSED)
{
	struct stat st;
	int fd = -1;

	make_file(0644, "abc", 3);
	assert_int_equal(sw_file_open_trusted("text", getuid(), &fd, &st),
			 SW_OK);
	assert_int_equal(st.st_size, 3);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	assert_int_equal(close(fd), 0);
}

static void a_file_that_others_can_write_is_refused(void **state SW_UNUSED)
{
	make_file(0620, "abc", 3);
	assert_unsafe("text", getuid());
	make_file(0602, "abc", 3);
	assert_unsafe("text", getuid());
	make_file(0600, "abc", 3);
	assert_unsafe("text", getuid() + 1);
}

static void
what_is_no_regular_file_is_refused_without_waiting(void **state SW_UNUSED)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "socket"};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	make_file(0600, "abc", 3);
	assert_int_equal(symlink("text", "link"), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	assert_unsafe("link", getuid());
	assert_unsafe("fifo", getuid());
	assert_unsafe("socket", getuid());
	assert_unsafe(".", getuid());
	assert_int_equal(close(fd), 0);
}

static void a_missing_file_says_so_in_errno(void **state SW_UNUSED)
{
	struct stat st;
	int fd = -77;

	assert_int_equal(sw_file_open_trusted("none", getuid(), &fd, &st),
			 SW_E_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(fd, -77);
}

static void a_file_is_read_as_a_whole_or_refused(void **state SW_UNUSED)
{
	char buf[5];
	size_t len = 77;

	make_file(0600, "abcd", 4);
	assert_int_equal(sw_file_read_trusted("text", getuid(), buf, 5, &len),
			 SW_OK);
	assert_int_equal(len, 4);
	assert_string_equal(buf, "abcd");
	len = 77;
	assert_int_equal(sw_file_read_trusted("text", getuid(), buf, 4, &len),
			 SW_E_RANGE);
	assert_int_equal(sw_file_read_trusted("none", getuid(), buf, 5, &len),
			 SW_E_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(
		sw_file_read_trusted("text", getuid() + 1, buf, 5, &len),
		SW_E_UNSAFE);
	assert_int_equal(len, 77);
	make_file(0600, "", 0);
	assert_int_equal(sw_file_read_trusted("text", getuid(), buf, 5, &len),
			 SW_OK);
	assert_int_equal(len, 0);
	assert_string_equal(buf, "");
}

static void a_write_that_fails_keeps_errno(void **state SW_UNUSED)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(sw_file_write_all(fd, "x", 1), SW_E_IO);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(sw_file_write_all(fd, "", 0), SW_OK);
	assert_int_equal(close(fd), 0);
	assert_int_equal(sw_file_write_all(-1, "x", 1), SW_E_IO);
	assert_int_equal(errno, EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_of_the_owner_alone_is_opened),
		cmocka_unit_test(a_file_that_others_can_write_is_refused),
		cmocka_unit_test(
			what_is_no_regular_file_is_refused_without_waiting),
		cmocka_unit_test(a_missing_file_says_so_in_errno),
		cmocka_unit_test(a_file_is_read_as_a_whole_or_refused),
		cmocka_unit_test(a_write_that_fails_keeps_errno),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
