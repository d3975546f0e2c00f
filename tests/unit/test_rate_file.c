#include "rate_table.h"
#include "sshwhy/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#define TABLE_BYTES (4096 + SW_RATE_SLOTS * 16)

/* A file that somebody else left in our place. */
static void leave_file(const void *bytes, size_t len, off_t size)
{
	int fd;

	assert_int_equal(mkdir(folder, 0755), 0);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(ftruncate(fd, size), 0);
	assert_int_equal(close(fd), 0);
}

/* Write bytes at offset into the table. */
static void overwrite(const void *bytes, size_t len, off_t offset)
{
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, len, offset), len);
	assert_int_equal(close(fd), 0);
}

static void
whatever_the_slots_hold_nobody_new_is_refused(void **unused SW_UNUSED)
{
	const struct sw_config *config =
		config_of("rate.a = 2/1d burst 60 per 32/64");
	static unsigned char bytes[SW_RATE_SLOTS * 16];
	struct sw_rate table = opened();
	uint64_t word = 1;

	sw_rate_close(&table);
	for (int fill = 0; fill < 4; fill++) {
		for (size_t i = 0; i < sizeof(bytes); i++) {
			word = word * UINT64_C(6364136223846793005) + 1;
			bytes[i] = (unsigned char)(fill == 0   ? word >> 56
						   : fill == 1 ? 0xff
						   : fill == 2 ? 0x01
							       : 0x40);
		}
		overwrite(bytes, sizeof(bytes), 4096);
		table = opened();
		assert_int_equal(let_in_of(&table, config, 0, 30000, START),
				 30000);
		sw_rate_close(&table);
	}
}

static void a_torn_header_costs_counts_only(void **unused SW_UNUSED)
{
	static const char text[] = "rate.a = 1/1m burst 1 per 32/64";
	struct sw_rate table = opened();
	unsigned char bytes[4088];

	assert_int_equal(let_in(&table, text, "192.0.2.1", START, 3), 1);
	sw_rate_close(&table);
	memset(bytes, 0x77, sizeof(bytes));
	overwrite(bytes, sizeof(bytes), 8);
	table = opened();
	assert_int_equal(let_in(&table, text, "192.0.2.1", START, 3), 1);
	sw_rate_close(&table);
}

static void times_of_an_earlier_boot_are_forgotten(void **unused SW_UNUSED)
{
	static const char text[] = "rate.a = 1/1m burst 1 per 32/64";
	static const uint64_t other_boot = 77;
	struct sw_rate table = opened();
	struct sw_rate_survey survey;

	assert_int_equal(let_in(&table, text, "192.0.2.1", START, 2), 1);
	sw_rate_survey(&table, START, &survey);
	assert_int_equal(survey.held, 1);
	sw_rate_close(&table);
	overwrite(&other_boot, sizeof(other_boot), 8);
	table = opened();
	sw_rate_survey(&table, START, &survey);
	assert_int_equal(survey.held, 0);
	assert_int_equal(let_in(&table, text, "192.0.2.1", START, 2), 1);
	sw_rate_close(&table);
}

static void open_gives(enum sw_err wanted)
{
	struct sw_rate table = {(void *)&table, {1, 2}};

	assert_int_equal(sw_rate_open(path, geteuid(), &table), wanted);
	assert_null(table.map);
	table.map = (void *)&table;
	assert_int_equal(sw_rate_open_existing(path, geteuid(), &table),
			 wanted);
	assert_null(table.map);
}

static void a_file_of_another_layout_is_refused(void **unused SW_UNUSED)
{
	leave_file("SSHWHYR3", 8, TABLE_BYTES);
	open_gives(SW_E_SYNTAX);
	(void)remove_table(NULL);
	leave_file("SSHWHYR2", 8, TABLE_BYTES + 1);
	open_gives(SW_E_SYNTAX);
}

static void the_path_ends_in_the_version_of_the_layout(void **unused SW_UNUSED)
{
	static const char name[] = SW_PATH_RATES;
	struct sw_rate table = opened();
	char layout[8];
	int fd = open(path, O_RDONLY);

	assert_int_equal(read(fd, layout, sizeof(layout)), sizeof(layout));
	assert_int_equal(close(fd), 0);
	assert_int_equal(name[sizeof(name) - 2], layout[7]);
	sw_rate_close(&table);
}

static void a_table_whose_maker_was_killed_is_completed(void **unused SW_UNUSED)
{
	static const off_t sizes[] = {0, 1, 8, 4096, TABLE_BYTES - 1};
	struct sw_rate table;
	struct stat st;

	for (size_t i = 0; i < SW_ROWS(sizes); i++) {
		leave_file("", 0, sizes[i]);
		assert_int_equal(sw_rate_open_existing(path, geteuid(), &table),
				 SW_E_SYNTAX);
		table = opened();
		assert_int_equal(let_in(&table,
					"rate.a = 1/1m burst 1 per 32/64",
					"192.0.2.1", START, 2),
				 1);
		sw_rate_close(&table);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_size, TABLE_BYTES);
		(void)remove_table(NULL);
	}
}

static void
the_file_has_no_hole_that_a_full_disk_could_hit(void **unused SW_UNUSED)
{
	struct sw_rate table;
	struct stat st;

	leave_file("", 0, TABLE_BYTES);
	table = opened();
	sw_rate_close(&table);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_blocks >= TABLE_BYTES / 512);
}

static void folder_and_file_are_made_whatever_the_umask(void **unused SW_UNUSED)
{
	mode_t mask = umask(077);
	struct sw_rate table = opened();
	struct stat st;

	(void)umask(mask);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, TABLE_BYTES);
	sw_rate_close(&table);
}

static void looking_for_a_table_makes_none(void **unused SW_UNUSED)
{
	struct sw_rate table;

	assert_int_equal(sw_rate_open_existing(path, geteuid(), &table),
			 SW_E_IO);
	assert_int_equal(errno, ENOENT);
	assert_null(table.map);
	assert_int_equal(access(folder, F_OK), -1);
}

static void what_others_may_write_is_refused(void **unused SW_UNUSED)
{
	static const struct {
		const char *of;
		mode_t mode;
	} cases[] = {
		{path, 0620}, {path, 0602}, {folder, 0775}, {folder, 01777}};
	struct sw_rate table;

	for (size_t i = 0; i < SW_ROWS(cases); i++) {
		leave_file("SSHWHYR2", 8, TABLE_BYTES);
		assert_int_equal(chmod(cases[i].of, cases[i].mode), 0);
		open_gives(SW_E_UNSAFE);
		(void)remove_table(NULL);
	}
	table = opened();
	sw_rate_close(&table);
	assert_int_equal(sw_rate_open(path, geteuid() + 1, &table),
			 SW_E_UNSAFE);
	assert_null(table.map);
}

static void what_is_no_regular_file_is_refused_at_once(void **unused SW_UNUSED)
{
	assert_int_equal(mkdir(folder, 0755), 0);
	assert_int_equal(symlink("/dev/null", path), 0);
	open_gives(SW_E_UNSAFE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	open_gives(SW_E_UNSAFE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	open_gives(SW_E_UNSAFE);
}

static void a_missing_parent_is_an_io_failure(void **unused SW_UNUSED)
{
	struct sw_rate table = {(void *)&table, {0, 0}};

	assert_int_equal(
		sw_rate_open("no/such/folder/rates", geteuid(), &table),
		SW_E_IO);
	assert_int_equal(errno, ENOENT);
	assert_null(table.map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TABLE_TEST(whatever_the_slots_hold_nobody_new_is_refused),
		TABLE_TEST(a_torn_header_costs_counts_only),
		TABLE_TEST(times_of_an_earlier_boot_are_forgotten),
		TABLE_TEST(a_file_of_another_layout_is_refused),
		TABLE_TEST(the_path_ends_in_the_version_of_the_layout),
		TABLE_TEST(a_table_whose_maker_was_killed_is_completed),
		TABLE_TEST(the_file_has_no_hole_that_a_full_disk_could_hit),
		TABLE_TEST(folder_and_file_are_made_whatever_the_umask),
		TABLE_TEST(looking_for_a_table_makes_none),
		TABLE_TEST(what_others_may_write_is_refused),
		TABLE_TEST(what_is_no_regular_file_is_refused_at_once),
		TABLE_TEST(a_missing_parent_is_an_io_failure),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
