#include "sw_test.h"

#include "cli/exposition.h"
#include "cli/metrics.h"
#include "cli/replace.h"
#include "cli/tally.h"
#include "sshwhy/ban_list.h"
#include "sshwhy/rate.h"
#include "sshwhy/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW INT64_C(1795332751230)
#define MONOTONIC UINT64_C(5000000000000)

static char root[] = "test_metrics.XXXXXX";
static char file[64];
static char file_tmp[72];
static char state_path[64];
static char rates_path[64];
static char ban_dir[4200];
static char printed[65536];

static int make_root(void **state SW_UNUSED)
{
	char cwd[4096];

	if (mkdtemp(root) == NULL || getcwd(cwd, sizeof(cwd)) == NULL)
		return -1;
	(void)snprintf(file, sizeof(file), "%s/file", root);
	(void)snprintf(file_tmp, sizeof(file_tmp), "%s.tmp", file);
	(void)snprintf(state_path, sizeof(state_path), "%s/run/state", root);
	(void)snprintf(rates_path, sizeof(rates_path), "%s/run/rates", root);
	(void)snprintf(ban_dir, sizeof(ban_dir), "%s/%s/bans", cwd, root);
	return 0;
}

static int remove_all(void **state SW_UNUSED)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf %s/*", root);
	return system(command);
}

static int remove_root(void **state SW_UNUSED)
{
	return rmdir(root);
}

static FILE *printing(void)
{
	FILE *out = fmemopen(printed, sizeof(printed), "w");

	assert_non_null(out);
	return out;
}

static const struct {
	const char *value;
	const char *shown;
} labels[] = {
	{"fail2ban:sshd", "fail2ban:sshd"},
	{"", ""},
	{"a b{c=\"d\"}", "a b{c=\\\"d\\\"}"},
	{"back\\slash", "back\\\\x5cslash"},
	{"new\nline", "new\\\\x0aline"},
	{"\033[31m\377", "\\\\x1b[31m\\\\xff"},
	{"gr\303\274n", "gr\303\274n"},
};

static void a_label_may_hold_anything(void **unused SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(labels); i++) {
		const struct sw_label both[] = {
			{"a", labels[i].value}, {"b", "x"}, {NULL, NULL}};
		char wanted[200];
		FILE *out = printing();

		sw_exposition_sample(out, "m", both, 7);
		assert_int_equal(fclose(out), 0);
		(void)snprintf(wanted, sizeof(wanted),
			       "m{a=\"%s\",b=\"x\"} 7\n", labels[i].shown);
		assert_string_equal(printed, wanted);
	}
}

static struct sw_tally tally;

static void add(struct sw_records *records, enum sw_event event,
		enum sw_evidence evidence, const char *owner, int64_t time)
{
	struct sw_record record;

	memset(&record, 0, sizeof(record));
	record.event = event;
	record.cause = SW_CAUSE_BAN_LIST;
	record.evidence = evidence;
	record.time = time;
	record.count = 3;
	record.by_cause[SW_CAUSE_LIMIT_RATE] = 40;
	(void)strcpy(record.rule.owner, owner);
	assert_int_equal(sw_records_add(records, &record, false), SW_OK);
}

static uint64_t count_of(enum sw_tally_kind kind, enum sw_cause cause,
			 const char *owner)
{
	for (size_t i = 0; i < tally.count; i++) {
		if (tally.rows[i].kind == kind &&
		    tally.rows[i].cause == cause &&
		    strcmp(tally.rows[i].owner, owner) == 0)
			return tally.rows[i].count;
	}
	return 0;
}

static void each_record_counts_once_and_for_what_it_is(void **unused SW_UNUSED)
{
	struct sw_records records = SW_RECORDS_INIT;

	memset(&tally, 0, sizeof(tally));
	add(&records, SW_EVENT_REJECTION, SW_EVIDENCE_RECORDED, "a", 1000);
	add(&records, SW_EVENT_REJECTION, SW_EVIDENCE_INFERRED, "a", 1000);
	add(&records, SW_EVENT_REJECTION, SW_EVIDENCE_SIMULATED, "a", 1000);
	add(&records, SW_EVENT_REJECTION, SW_EVIDENCE_RECORDED, "b", 2000);
	add(&records, SW_EVENT_SUPPRESSED, SW_EVIDENCE_RECORDED, "a", 2000);
	add(&records, SW_EVENT_BAN, SW_EVIDENCE_RECORDED, "a", 2000);
	add(&records, SW_EVENT_REJECTION, SW_EVIDENCE_RECORDED, "b", 2001);
	add(&records, SW_EVENT_REJECTION, SW_EVIDENCE_RECORDED, "b", 1999);
	records.rows[7].dropped = true;
	sw_tally_add(&tally, &records, 2000);
	/* The rest comes when its time has. */
	assert_int_equal(tally.until, 2000);
	assert_int_equal(count_of(SW_TALLY_REFUSED, SW_CAUSE_BAN_LIST, "a"), 6);
	assert_int_equal(count_of(SW_TALLY_REFUSED, SW_CAUSE_BAN_LIST, "b"), 3);
	assert_int_equal(count_of(SW_TALLY_SIMULATED, SW_CAUSE_BAN_LIST, "a"),
			 3);
	assert_int_equal(count_of(SW_TALLY_SUPPRESSED, SW_CAUSE_LIMIT_RATE, ""),
			 40);
	assert_int_equal(tally.count, 4);
	sw_tally_add(&tally, &records, 1500);
	assert_int_equal(tally.until, 2000);
	sw_tally_add(&tally, &records, 3000);
	assert_int_equal(count_of(SW_TALLY_REFUSED, SW_CAUSE_BAN_LIST, "a"), 6);
	assert_int_equal(count_of(SW_TALLY_REFUSED, SW_CAUSE_BAN_LIST, "b"), 6);
	sw_records_free(&records);
}

static void more_owners_than_fit_are_counted_as_one(void **unused SW_UNUSED)
{
	struct sw_records records = SW_RECORDS_INIT;
	uint64_t sum = 0;

	memset(&tally, 0, sizeof(tally));
	for (int i = 0; i < SW_TALLY_ROWS + 500; i++) {
		char owner[20];

		(void)snprintf(owner, sizeof(owner), "o%d", i);
		add(&records, SW_EVENT_REJECTION, SW_EVIDENCE_RECORDED, owner,
		    1);
	}
	sw_tally_add(&tally, &records, 1);
	assert_int_equal(tally.count, SW_TALLY_ROWS + 1);
	assert_int_equal(
		count_of(SW_TALLY_REFUSED, SW_CAUSE_BAN_LIST, SW_TALLY_OTHERS),
		1500);
	for (size_t i = 0; i < tally.count; i++)
		sum += tally.rows[i].count;
	assert_int_equal(sum, 3 * (SW_TALLY_ROWS + 500));
	sw_records_free(&records);
}

static void what_is_kept_is_read_back(void **unused SW_UNUSED)
{
	static const char *const owners[] = {"", "fail2ban:sshd", "a b=\n%",
					     "\303\274\377"};
	static struct sw_tally again;
	struct sw_records records = SW_RECORDS_INIT;
	struct stat st;

	memset(&tally, 0, sizeof(tally));
	for (size_t i = 0; i < SW_ROWS(owners); i++)
		add(&records, SW_EVENT_REJECTION, SW_EVIDENCE_RECORDED,
		    owners[i], NOW);
	add(&records, SW_EVENT_SUPPRESSED, SW_EVIDENCE_RECORDED, "", NOW);
	sw_tally_add(&tally, &records, NOW);
	tally.rows[0].count = UINT64_MAX;
	assert_int_equal(sw_tally_save(file, &tally), SW_OK);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(sw_tally_load(file, &again), SW_OK);
	assert_int_equal(again.until, tally.until);
	assert_int_equal(again.count, tally.count);
	for (size_t i = 0; i < tally.count; i++) {
		assert_int_equal(again.rows[i].kind, tally.rows[i].kind);
		assert_int_equal(again.rows[i].cause, tally.rows[i].cause);
		assert_int_equal(again.rows[i].count, tally.rows[i].count);
		assert_string_equal(again.rows[i].owner, tally.rows[i].owner);
	}
	sw_records_free(&records);
}

static void leave_file(const char *bytes, size_t len)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(close(fd), 0);
}

#define TITLE "sshwhy-metrics-1 1795332751230\n"

static const char *const damaged[] = {
	"",
	"\n",
	"sshwhy-metrics-1",
	"sshwhy-metrics-2 5\n",
	"sshwhy-metrics-1 x\n",
	"sshwhy-metrics-1 5 6\n",
	"sshwhy-metrics-1 253402300800000\n",
	"refused 5 ban.list owner=x\n",
	TITLE TITLE,
	TITLE "refused 5 ban.list\n",
	TITLE "refused 5 ban.list x\n",
	TITLE "refused 5 ban.list owner=x y\n",
	TITLE "refused 5 ban.list owner=%0\n",
	TITLE "refused -5 ban.list owner=x\n",
	TITLE "refused 99999999999999999999 ban.list owner=x\n",
	TITLE "refused 5 ban.lost owner=x\n",
	TITLE "thrown 5 ban.list owner=x\n",
	TITLE "\nrefused 5 ban.list owner=x\n",
};

static void what_is_damaged_is_not_believed(void **unused SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(damaged); i++) {
		tally.until = 77;
		tally.count = 1;
		leave_file(damaged[i], strlen(damaged[i]));
		if (sw_tally_load(file, &tally) != SW_E_SYNTAX)
			fail_msg("row %zu is read", i);
		assert_int_equal(tally.until, 77);
		assert_int_equal(tally.count, 1);
	}
	leave_file(TITLE "refused 5 ban.list owner=x\0\n", 59);
	assert_int_equal(sw_tally_load(file, &tally), SW_E_SYNTAX);
	assert_int_equal(chmod(file, 0666), 0);
	assert_int_equal(sw_tally_load(file, &tally), SW_E_UNSAFE);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(sw_tally_load(file, &tally), SW_E_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(tally.until, 77);
}

static void a_file_is_replaced_as_a_whole_or_not(void **unused SW_UNUSED)
{
	mode_t mask = umask(077);
	char name[5000];
	struct stat st;
	char got[8] = "";
	int fd;

	leave_file("old", 3);
	/* A link that somebody has put into the way leads nowhere. */
	assert_int_equal(symlink("/dev/null", file_tmp), 0);
	assert_int_equal(sw_replace_file(file, 0644, "new", 3), SW_OK);
	(void)umask(mask);
	assert_int_equal(lstat(file, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	assert_int_equal(access(file_tmp, F_OK), -1);
	fd = open(file, O_RDONLY);
	assert_int_equal(read(fd, got, sizeof(got)), 3);
	assert_int_equal(close(fd), 0);
	assert_string_equal(got, "new");

	assert_int_equal(mkdir(file_tmp, 0700), 0);
	assert_int_equal(sw_replace_file(file, 0644, "newer", 5), SW_E_IO);
	assert_int_equal(lstat(file, &st), 0);
	assert_int_equal(st.st_size, 3);
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(sw_replace_file(name, 0644, "", 0), SW_E_RANGE);
}

static void print_machine(void)
{
	const struct sw_metrics_from from = {state_path, rates_path, ban_dir,
					     geteuid(),	 NOW,	     MONOTONIC};
	FILE *out = printing();

	sw_metrics_machine(out, &from);
	assert_int_equal(fclose(out), 0);
}

static void says(const char *line)
{
	char wanted[200];

	(void)snprintf(wanted, sizeof(wanted), "\n%s\n", line);
	if (strstr(printed, wanted) == NULL)
		fail_msg("\"%s\" is not in\n%s", line, printed);
}

static void a_machine_without_sshwhy_stays_so(void **unused SW_UNUSED)
{
	char run[64];

	print_machine();
	says("sshwhy_recorder_up 0");
	says("sshwhy_ban_list_usable 1");
	says("sshwhy_ban_exceptions 0");
	assert_null(strstr(printed, "sshwhy_rate"));
	assert_null(strstr(printed, "sshwhy_records"));
	(void)snprintf(run, sizeof(run), "%s/run", root);
	assert_int_equal(access(run, F_OK), -1);
	assert_int_equal(access(ban_dir, F_OK), -1);
}

static void the_recorder_and_its_losses_are_counted(void **unused SW_UNUSED)
{
	struct sw_state state;

	assert_int_equal(sw_state_open(state_path, geteuid(), &state), SW_OK);
	for (int i = 0; i < 5; i++)
		(void)sw_state_next_seqno(&state);
	for (int i = 0; i < 4; i++)
		sw_state_offer(&state);
	sw_state_take(&state, 3);
	sw_state_count_lost(&state);
	sw_state_count_lost(&state);
	print_machine();
	says("sshwhy_recorder_up 0");
	says("sshwhy_records_total 5");
	says("sshwhy_offered_total 4");
	says("sshwhy_taken_total 3");
	says("sshwhy_unrecorded_total 2");
	sw_state_beat(&state, MONOTONIC - UINT64_C(9000000000));
	print_machine();
	says("sshwhy_recorder_up 1");
	sw_state_close(&state);
}

static void the_fill_of_the_rate_table_is_told(void **unused SW_UNUSED)
{
	struct sw_config_error error;
	static struct sw_config config;
	struct sw_verdict verdict;
	struct sw_rate table;
	bool observe;

	assert_int_equal(sw_config_parse("rate.a = 1/1m burst 1 per 32/64",
					 &config, &error),
			 SW_OK);
	assert_int_equal(sw_rate_open(rates_path, geteuid(), &table), SW_OK);
	for (uint8_t i = 0; i < 9; i++) {
		struct sw_addr addr = {SW_FAMILY_V4, {192, 0, 2, i}};

		/* The first of them is from a time that has not come. */
		sw_rate_check(&table, &config, &addr,
			      i == 0 ? MONOTONIC * 2 : MONOTONIC, &verdict,
			      &observe);
		sw_rate_check(&table, &config, &addr, MONOTONIC, &verdict,
			      &observe);
	}
	sw_rate_close(&table);
	print_machine();
	says("sshwhy_rate_slots 262144");
	says("sshwhy_rate_slots_held 9");
	says("sshwhy_rate_untracked_total 0");
	says("sshwhy_rate_impossible_total 1");
}

static void place(const char *prefix, const char *owner, bool allow,
		  int64_t until)
{
	struct sw_ban_store store = sw_ban_store_of(ban_dir, geteuid());
	struct sw_ban ban = {.allow = allow, .placed = 1000, .until = until};

	assert_int_equal(sw_prefix_parse(prefix, &ban.prefix), SW_OK);
	(void)strcpy(ban.owner, owner);
	assert_int_equal(sw_ban_place(&store, &ban, 1000), SW_OK);
}

static void bans_in_force_are_counted_by_owner(void **unused SW_UNUSED)
{
	char bans[4300];

	place("192.0.2.1", "fail2ban:sshd", false, 0);
	place("192.0.2.2", "fail2ban:sshd", false, NOW + 1);
	place("192.0.2.3", "fail2ban:sshd", false, NOW);
	place("2001:db8::/32", "admin", false, 0);
	place("192.0.2.9", "", false, 0);
	place("192.0.2.8", "admin", true, 0);
	print_machine();
	says("sshwhy_bans{owner=\"fail2ban:sshd\"} 2");
	says("sshwhy_bans{owner=\"admin\"} 1");
	says("sshwhy_bans{owner=\"unknown\"} 1");
	says("sshwhy_ban_exceptions 1");
	says("sshwhy_ban_list_usable 1");

	(void)snprintf(bans, sizeof(bans), "chmod 0666 %s/*", ban_dir);
	assert_int_equal(system(bans), 0);
	print_machine();
	says("sshwhy_ban_list_usable 0");
	assert_null(strstr(printed, "sshwhy_bans"));
}

#define FILE_TEST(name) cmocka_unit_test_teardown(name, remove_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_label_may_hold_anything),
		cmocka_unit_test(each_record_counts_once_and_for_what_it_is),
		cmocka_unit_test(more_owners_than_fit_are_counted_as_one),
		FILE_TEST(what_is_kept_is_read_back),
		FILE_TEST(what_is_damaged_is_not_believed),
		FILE_TEST(a_file_is_replaced_as_a_whole_or_not),
		FILE_TEST(a_machine_without_sshwhy_stays_so),
		FILE_TEST(the_recorder_and_its_losses_are_counted),
		FILE_TEST(the_fill_of_the_rate_table_is_told),
		FILE_TEST(bans_in_force_are_counted_by_owner),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
