#include "sw_test.h"

#include "recorder/tail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "test_tail.XXXXXX";
static char path[64], old[64];
static char got[65536]; /* the lines, each with a "|" behind it */

static int make_root(void **state SW_UNUSED)
{
	if (mkdtemp(root) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/auth.log", root);
	(void)snprintf(old, sizeof(old), "%s/auth.log.1", root);
	return 0;
}

static int begin(void **state SW_UNUSED)
{
	got[0] = '\0';
	return 0;
}

static int remove_files(void **state SW_UNUSED)
{
	(void)rmdir(path);
	(void)unlink(path);
	(void)unlink(old);
	return 0;
}

static int remove_root(void **state SW_UNUSED)
{
	return rmdir(root);
}

static void append_to(const char *name, const char *bytes, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_APPEND, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(close(fd), 0);
}

static void append(const char *text)
{
	append_to(path, text, strlen(text));
}

static void take(void *context, const char *line, size_t len)
{
	char *end = got + strlen(got);

	assert_null(context);
	assert_true(len <= SW_TAIL_LINE_MAX);
	assert_true((size_t)(end - got) + len + 2 < sizeof(got));
	memcpy(end, line, len);
	memcpy(end + len, "|", 2);
}

/* Read until nothing is left; what came since the last time. */
static void assert_read(struct sw_tail *tail, const char *wanted)
{
	got[0] = '\0';
	while (sw_tail_read(tail, take, NULL))
		;
	assert_string_equal(got, wanted);
}

static void it_begins_at_the_end(void **state SW_UNUSED)
{
	struct sw_tail tail;

	append("before\n");
	assert_int_equal(sw_tail_open(path, &tail), SW_OK);
	assert_read(&tail, "");
	append("one\ntwo\n");
	assert_read(&tail, "one|two|");
	assert_read(&tail, "");
	sw_tail_close(&tail);
	assert_int_equal(tail.fd, -1);
}

static void a_torn_line_is_read_when_it_is_whole(void **state SW_UNUSED)
{
	struct sw_tail tail;

	append("");
	assert_int_equal(sw_tail_open(path, &tail), SW_OK);
	append("o");
	assert_read(&tail, "");
	append("n");
	assert_read(&tail, "");
	append("e\nt");
	assert_read(&tail, "one|");
	append("wo\n\n");
	assert_read(&tail, "two||");
	sw_tail_close(&tail);
}

static void the_rest_of_a_line_torn_before_is_not_a_line(void **state SW_UNUSED)
{
	struct sw_tail tail;

	append("refused connect ");
	assert_int_equal(sw_tail_open(path, &tail), SW_OK);
	append("from x\nnext\n");
	assert_read(&tail, "next|");
	sw_tail_close(&tail);
}

static void rotation_by_name_loses_no_line(void **state SW_UNUSED)
{
	struct sw_tail tail;

	append("");
	assert_int_equal(sw_tail_open(path, &tail), SW_OK);
	append("one\n");
	assert_int_equal(rename(path, old), 0);
	append_to(old, "two\n", 4);
	assert_read(&tail, "one|two|");
	append("");
	/* The writer was not told yet. */
	append_to(old, "three\n", 6);
	assert_read(&tail, "three|");
	append_to(old, "four\n", 5);
	append("five\n");
	assert_read(&tail, "four|five|");
	append_to(old, "of nobody\n", 10);
	append("six\n");
	assert_read(&tail, "six|");
	sw_tail_close(&tail);
}

static void rotation_by_copying_begins_again(void **state SW_UNUSED)
{
	struct sw_tail tail;

	append("one\ntwo\nthree\n");
	assert_int_equal(sw_tail_open(path, &tail), SW_OK);
	append("four\nfi");
	assert_read(&tail, "four|");
	assert_int_equal(truncate(path, 0), 0);
	append("six\n");
	assert_read(&tail, "six|");
	sw_tail_close(&tail);
}

static void a_file_that_comes_later_is_read_whole(void **state SW_UNUSED)
{
	struct sw_tail tail;

	assert_int_equal(sw_tail_open(path, &tail), SW_E_IO);
	assert_int_equal(errno, ENOENT);
	assert_read(&tail, "");
	append("one\n");
	assert_read(&tail, "one|");
	assert_int_equal(unlink(path), 0);
	assert_read(&tail, "");
	append("two\n");
	assert_read(&tail, "two|");
	sw_tail_close(&tail);
}

static void what_is_no_file_is_not_read(void **state SW_UNUSED)
{
	struct sw_tail tail;

	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(sw_tail_open(path, &tail), SW_E_UNSAFE);
	assert_read(&tail, "");
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0644), 0);
	assert_int_equal(sw_tail_open(path, &tail), SW_E_UNSAFE);
	assert_read(&tail, "");
	assert_int_equal(tail.fd, -1);
}

static void a_line_that_is_too_long_is_left_out(void **state SW_UNUSED)
{
	static char text[3 * SW_TAIL_LINE_MAX];
	struct sw_tail tail;

	memset(text, 'a', sizeof(text));
	append("");
	assert_int_equal(sw_tail_open(path, &tail), SW_OK);
	append("one\n");
	append_to(path, text, sizeof(text));
	assert_read(&tail, "one|");
	append("\ntwo\n");
	assert_read(&tail, "two|");
	append_to(path, text, SW_TAIL_LINE_MAX - 1);
	append("\nthree\n");
	got[0] = '\0';
	while (sw_tail_read(&tail, take, NULL))
		;
	assert_int_equal(strlen(got), SW_TAIL_LINE_MAX + 6);
	assert_string_equal(got + SW_TAIL_LINE_MAX, "three|");
	sw_tail_close(&tail);
}

static void a_large_file_is_read_in_pieces(void **state SW_UNUSED)
{
	static char text[100 * SW_TAIL_LINE_MAX];
	struct sw_tail tail;

	append("");
	assert_int_equal(sw_tail_open(path, &tail), SW_OK);
	memset(text, 'a', sizeof(text));
	append_to(path, text, sizeof(text));
	append("\nlast\n");
	assert_true(sw_tail_read(&tail, take, NULL));
	assert_string_equal(got, "");
	assert_read(&tail, "last|");
	sw_tail_close(&tail);
}

#define FILE_TEST(name)                                                        \
	cmocka_unit_test_setup_teardown(name, begin, remove_files)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FILE_TEST(it_begins_at_the_end),
		FILE_TEST(a_torn_line_is_read_when_it_is_whole),
		FILE_TEST(the_rest_of_a_line_torn_before_is_not_a_line),
		FILE_TEST(rotation_by_name_loses_no_line),
		FILE_TEST(rotation_by_copying_begins_again),
		FILE_TEST(a_file_that_comes_later_is_read_whole),
		FILE_TEST(what_is_no_file_is_not_read),
		FILE_TEST(a_line_that_is_too_long_is_left_out),
		FILE_TEST(a_large_file_is_read_in_pieces),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
