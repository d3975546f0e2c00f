#include "record_samples.h"

#include "sshwhy/config.h"
#include "sshwhy/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NO_LIMIT UINT32_MAX

static char root[] = "test_sink_file.XXXXXX";
static char folder[64];
static char path[96];
static char other[64];

static int make_root(void **state SW_UNUSED)
{
	if (mkdtemp(root) == NULL)
		return -1;
	(void)snprintf(folder, sizeof(folder), "%s/log", root);
	(void)snprintf(path, sizeof(path), "%s/rejections.jsonl", folder);
	(void)snprintf(other, sizeof(other), "%s/other", root);
	return 0;
}

static int remove_all(void **state SW_UNUSED)
{
	(void)unlink(path);
	(void)rmdir(path);
	(void)unlink(folder);
	(void)rmdir(folder);
	(void)unlink(other);
	return 0;
}

static int remove_root(void **state SW_UNUSED)
{
	return rmdir(root);
}

static enum sw_err write_number(uint64_t seqno, uint32_t max_size)
{
	struct sw_record record;

	sample_record(&record);
	record.seqno = seqno;
	return sw_sink_file(path, max_size, &record);
}

static off_t size_of_file(void)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

static void leave_file(const char *bytes, size_t len)
{
	int fd;

	(void)mkdir(folder, 0750);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0640);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(close(fd), 0);
}

static char text[65536];

static const char *text_of_file(void)
{
	FILE *file = fopen(path, "r");
	size_t len;

	assert_non_null(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	assert_int_equal(fclose(file), 0);
	text[len] = '\0';
	return text;
}

static void a_record_is_one_line_of_json(void **state SW_UNUSED)
{
	char wanted[SW_RECORD_JSON_MAX];
	struct sw_record record;

	sample_record(&record);
	assert_int_equal(sw_record_to_json(&record, wanted, sizeof(wanted)),
			 SW_OK);
	assert_int_equal(sw_sink_file(path, NO_LIMIT, &record), SW_OK);
	assert_string_equal(text_of_file(), wanted);
	assert_int_equal(sw_sink_file(path, NO_LIMIT, &record), SW_OK);
	assert_int_equal(size_of_file(), strlen(wanted) * 2);
}

static void
folder_and_file_have_their_modes_whatever_the_umask(void **state SW_UNUSED)
{
	static const mode_t masks[] = {0, 022, 077, 0777};

	for (size_t i = 0; i < SW_ROWS(masks); i++) {
		mode_t old = umask(masks[i]);
		enum sw_err err = write_number(1, NO_LIMIT);
		struct stat in;
		struct stat st;

		(void)umask(old);
		assert_int_equal(err, SW_OK);
		assert_int_equal(stat(folder, &in), 0);
		assert_int_equal(in.st_mode & 07777, 0750);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0640);
		assert_int_equal(st.st_gid, in.st_gid);
		(void)remove_all(NULL);
	}
}

static void a_mode_that_an_administrator_chose_stays(void **state SW_UNUSED)
{
	struct stat st;

	leave_file("", 0);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(chmod(folder, 0700), 0);
	assert_int_equal(write_number(1, NO_LIMIT), SW_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
}

static void a_file_does_not_grow_beyond_its_size(void **state SW_UNUSED)
{
	off_t line;

	assert_int_equal(write_number(1, NO_LIMIT), SW_OK);
	line = size_of_file();
	assert_int_equal(write_number(2, (uint32_t)line * 2 - 1), SW_E_RANGE);
	assert_int_equal(size_of_file(), line);
	assert_int_equal(write_number(2, (uint32_t)line * 2), SW_OK);
	assert_int_equal(write_number(3, (uint32_t)line * 2), SW_E_RANGE);
	assert_int_equal(size_of_file(), line * 2);
}

static void the_largest_record_fits(void **state SW_UNUSED)
{
	struct sw_record record;

	largest_record(&record);
	assert_int_equal(sw_sink_file(path, NO_LIMIT, &record), SW_OK);
	assert_int_equal(strcspn(text_of_file(), "\n") + 1, size_of_file());
}

static void refused(void)
{
	assert_int_equal(write_number(1, NO_LIMIT), SW_E_UNSAFE);
}

static void what_is_not_a_file_of_ours_is_left_alone(void **state SW_UNUSED)
{
	struct stat st;

	leave_file("theirs", 6);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(symlink("../other", path), 0);
	refused();
	assert_int_equal(unlink(path), 0);
	assert_int_equal(link(other, path), 0);
	refused();
	assert_int_equal(stat(other, &st), 0);
	assert_int_equal(st.st_size, 6);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0640), 0);
	refused();
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0750), 0);
	refused();
}

static void what_others_may_write_is_left_alone(void **state SW_UNUSED)
{
	leave_file("", 0);
	assert_int_equal(chmod(path, 0660), 0);
	refused();
	assert_int_equal(chmod(path, 0642), 0);
	refused();
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(chmod(folder, 0770), 0);
	refused();
	assert_int_equal(size_of_file(), 0);
}

static void a_folder_that_is_a_link_is_refused(void **state SW_UNUSED)
{
	assert_int_equal(symlink(".", folder), 0);
	refused();
}

static void
a_folder_that_cannot_be_made_is_an_io_failure(void **state SW_UNUSED)
{
	struct sw_record record;

	sample_record(&record);
	assert_int_equal(sw_sink_file("no/such/folder", NO_LIMIT, &record),
			 SW_E_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(sw_sink_file("relative", NO_LIMIT, &record),
			 SW_E_UNSAFE);
}

/* As a full disk does, the limit lets a part of the line through. */
static void
a_line_that_does_not_fit_the_disk_is_taken_back(void **state SW_UNUSED)
{
	struct rlimit old;
	struct rlimit low;
	off_t line;

	assert_int_equal(write_number(1, NO_LIMIT), SW_OK);
	line = size_of_file();
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	for (rlim_t more = 0; more < (rlim_t)line; more += 7) {
		enum sw_err err;
		int error;

		low = old;
		low.rlim_cur = (rlim_t)line + more;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
		err = write_number(2, NO_LIMIT);
		error = errno;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
		assert_int_equal(err, SW_E_IO);
		assert_int_equal(error, EFBIG);
		assert_int_equal(size_of_file(), line);
	}
	assert_true(signal(SIGXFSZ, SIG_DFL) != SIG_ERR);
	assert_int_equal(write_number(2, NO_LIMIT), SW_OK);
	assert_int_equal(size_of_file(), line * 2);
}

static void a_line_that_was_left_torn_is_cut_off(void **state SW_UNUSED)
{
	static const struct {
		const char *left;
		const char *kept;
	} cases[] = {
		{"{\"event\":\"rej", ""},
		{"{}\n{\"event\":\"rej", "{}\n"},
		{"{}\n{}", "{}\n"},
		{"\n", "\n"},
	};

	for (size_t i = 0; i < SW_ROWS(cases); i++) {
		size_t kept = strlen(cases[i].kept);

		leave_file(cases[i].left, strlen(cases[i].left));
		assert_int_equal(write_number(1, NO_LIMIT), SW_OK);
		(void)text_of_file();
		assert_memory_equal(text, cases[i].kept, kept);
		assert_memory_equal(text + kept, "{\"event\":", 9);
		assert_int_equal(strcspn(text + kept, "\n") + 1,
				 strlen(text + kept));
	}
}

static void a_foreign_line_without_end_is_ended(void **state SW_UNUSED)
{
	static char left[SW_RECORD_JSON_MAX * 2];

	memset(left, 'x', sizeof(left));
	leave_file(left, sizeof(left));
	assert_int_equal(write_number(1, NO_LIMIT), SW_OK);
	(void)text_of_file();
	assert_memory_equal(text, left, sizeof(left));
	assert_memory_equal(text + sizeof(left), "\n{\"event\":", 10);
}

static void
a_reader_that_keeps_a_lock_delays_nobody_for_long(void **state SW_UNUSED)
{
	struct flock whole = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	int reader;

	leave_file("{}\n", 3);
	reader = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(fcntl(reader, F_OFD_SETLK, &whole), 0);
	assert_int_equal(write_number(1, NO_LIMIT), SW_OK);
	assert_int_equal(close(reader), 0);
	assert_memory_equal(text_of_file(), "{}\n{\"event\":", 12);
}

static pid_t started(void (*work)(uint64_t), uint64_t number)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		/* A failed assertion leaves no process behind. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		work(number);
		_exit(0);
	}
	return pid;
}

#define WRITERS 6
#define LINES 150

static void write_lines(uint64_t writer)
{
	for (uint64_t i = 0; i < LINES; i++) {
		if (write_number(writer * LINES + i + 1, NO_LIMIT) != SW_OK)
			_exit(1);
	}
}

/* Which seqno the line has; the line is whole. */
static uint64_t number_in(const char *line)
{
	const char *at = strstr(line, "\"seqno\":");
	size_t len = strlen(line);

	if (strncmp(line, "{\"event\":", 9) != 0 || at == NULL || len < 2 ||
	    strcmp(line + len - 2, "}\n") != 0 ||
	    strstr(line + 1, "{\"event\":") != NULL)
		fail_msg("damaged line: %s", line);
	return strtoull(at + 8, NULL, 10);
}

static void
writers_at_the_same_time_do_not_mix_their_lines(void **state SW_UNUSED)
{
	static bool found[WRITERS * LINES + 1];
	char line[SW_RECORD_JSON_MAX];
	pid_t pids[WRITERS];
	size_t count = 0;
	FILE *file;

	for (uint64_t i = 0; i < WRITERS; i++)
		pids[i] = started(write_lines, i);
	for (size_t i = 0; i < WRITERS; i++) {
		int status = 0;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		uint64_t number = number_in(line);

		assert_true(number <= WRITERS * LINES && !found[number]);
		found[number] = true;
		count++;
	}
	assert_int_equal(fclose(file), 0);
	assert_int_equal(count, WRITERS * LINES);
}

static void write_for_ever(uint64_t number)
{
	for (;;)
		(void)write_number(number, NO_LIMIT);
}

static void a_killed_writer_leaves_no_torn_line_behind(void **state SW_UNUSED)
{
	char line[SW_RECORD_JSON_MAX];
	FILE *file;

	for (uint64_t i = 0; i < 20; i++) {
		pid_t pid = started(write_for_ever, i + 1);
		struct stat st = {0};
		off_t start = i == 0 ? 0 : size_of_file();

		while (stat(path, &st) != 0 || st.st_size < start + 4096)
			(void)sched_yield();
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		assert_int_equal(write_number(1000, NO_LIMIT), SW_OK);
	}
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL)
		(void)number_in(line);
	assert_int_equal(fclose(file), 0);
}

#define FILE_TEST(name) cmocka_unit_test_teardown(name, remove_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FILE_TEST(a_record_is_one_line_of_json),
		FILE_TEST(folder_and_file_have_their_modes_whatever_the_umask),
		FILE_TEST(a_mode_that_an_administrator_chose_stays),
		FILE_TEST(a_file_does_not_grow_beyond_its_size),
		FILE_TEST(the_largest_record_fits),
		FILE_TEST(what_is_not_a_file_of_ours_is_left_alone),
		FILE_TEST(what_others_may_write_is_left_alone),
		FILE_TEST(a_folder_that_is_a_link_is_refused),
		FILE_TEST(a_folder_that_cannot_be_made_is_an_io_failure),
		FILE_TEST(a_line_that_does_not_fit_the_disk_is_taken_back),
		FILE_TEST(a_line_that_was_left_torn_is_cut_off),
		FILE_TEST(a_foreign_line_without_end_is_ended),
		FILE_TEST(a_reader_that_keeps_a_lock_delays_nobody_for_long),
		FILE_TEST(writers_at_the_same_time_do_not_mix_their_lines),
		FILE_TEST(a_killed_writer_leaves_no_torn_line_behind),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
