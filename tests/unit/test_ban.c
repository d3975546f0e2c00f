#include "sw_test.h"

#include "lib/ban_file.h"
#include "sshwhy/ban_list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW INT64_C(1795332751000)
#define HOUR INT64_C(3600000)
#define BLOCK 2048
#define CELL 256
#define RECENT_SIZE (129 * CELL)

static char root[] = "test_ban.XXXXXX";
static char dir[64];
static char bans[80];
static char recent[80];

static int make_root(void **state SW_UNUSED)
{
	if (mkdtemp(root) == NULL)
		return -1;
	(void)snprintf(dir, sizeof(dir), "%s/list", root);
	(void)snprintf(bans, sizeof(bans), "%s/bans", dir);
	(void)snprintf(recent, sizeof(recent), "%s/bans.recent", dir);
	return 0;
}

static int remove_list(void **state SW_UNUSED)
{
	(void)unlink(bans);
	(void)rmdir(bans);
	(void)unlink(recent);
	(void)rmdir(recent);
	(void)rmdir(dir);
	(void)unlink(dir);
	return 0;
}

static int remove_root(void **state SW_UNUSED)
{
	return rmdir(root);
}

static struct sw_ban_store store_here(void)
{
	return sw_ban_store_of(dir, geteuid());
}

static struct sw_ban ban_of(const char *prefix, const char *owner,
			    int64_t until)
{
	struct sw_ban ban = {.placed = NOW, .until = until};

	if (sw_prefix_parse(prefix, &ban.prefix) != SW_OK)
		fail_msg("%s", prefix);
	(void)snprintf(ban.owner, sizeof(ban.owner), "%s", owner);
	(void)snprintf(ban.reason, sizeof(ban.reason), "why %s", prefix);
	return ban;
}

static void place(const char *prefix, const char *owner, bool allow,
		  int64_t until)
{
	struct sw_ban_store store = store_here();
	struct sw_ban ban = ban_of(prefix, owner, until);

	ban.allow = allow;
	if (sw_ban_place(&store, &ban, NOW) != SW_OK)
		fail_msg("%s: %s %s", prefix, store.path, store.words);
}

static bool lift(const char *prefix, const char *owner)
{
	struct sw_ban_store store = store_here();
	struct sw_ban was;
	struct sw_prefix parsed;
	bool found = false;

	assert_int_equal(sw_prefix_parse(prefix, &parsed), SW_OK);
	if (sw_ban_lift(&store, &parsed, owner, NOW, &was, &found) != SW_OK)
		fail_msg("%s: %s %s", prefix, store.path, store.words);
	return found;
}

/* Has all changes become part of the sorted file. */
static struct sw_ban_merged rewrite(const struct sw_ban_merge *what)
{
	const struct sw_ban_merge nothing = {NULL, NULL, NULL};
	struct sw_ban_store store = store_here();
	struct sw_ban_merged merged = {0, 0, 0};

	if (sw_ban_merge(&store, what != NULL ? what : &nothing, NOW,
			 &merged) != SW_OK)
		fail_msg("%s %s", store.path, store.words);
	return merged;
}

static struct sw_addr addr_of(const char *text)
{
	struct sw_addr addr;

	if (sw_addr_parse(text, &addr) != SW_OK)
		fail_msg("%s", text);
	return addr;
}

/* "PREFIX OWNER", with "+" before it where that lets the address in; "". */
static const char *decision_at(const char *text, int64_t now)
{
	static char words[SW_PREFIX_TEXT_MAX + SW_OWNER_MAX + 3];
	struct sw_ban_store store = store_here();
	struct sw_addr addr = addr_of(text);
	char prefix[SW_PREFIX_TEXT_MAX];
	struct sw_ban ban;
	bool found = false;

	if (sw_ban_find(&store, &addr, now, &ban, &found) != SW_OK)
		fail_msg("%s: %s %s", text, store.path, store.words);
	words[0] = '\0';
	if (found)
		(void)snprintf(
			words, sizeof(words), "%s%s %s", ban.allow ? "+" : "",
			sw_prefix_format(&ban.prefix, prefix), ban.owner);
	return words;
}

static void expect(const char *addr, const char *decision)
{
	assert_string_equal(decision_at(addr, NOW), decision);
}

static void no_list_bans_nobody(void **state SW_UNUSED)
{
	expect("192.0.2.1", "");
	assert_int_equal(mkdir(dir, 0750), 0);
	expect("2001:db8::1", "");
}

static const struct {
	const char *prefix;
	const char *owner;
	bool allow;
	int64_t until;
} entries[] = {
	{"203.0.113.0/24", "a", false, 0},
	{"203.0.113.5", "b", true, 0},
	{"203.0.113.64/26", "c", false, NOW + HOUR},
	{"203.0.113.65", "c", true, NOW + HOUR},
	{"198.51.100.9", "short", false, NOW + HOUR},
	{"198.51.100.9", "long", false, NOW + 2 * HOUR},
	{"198.51.100.10", "ever", false, 0},
	{"198.51.100.10", "long", false, NOW + 2 * HOUR},
	{"198.51.100.11", "admin", true, 0},
	{"198.51.100.11", "tool", false, 0},
	{"192.0.2.0/24", "allow", true, 0},
	{"192.0.2.7", "ban", false, 0},
	{"2001:db8::/32", "six", false, 0},
	{"2001:db8:1::/48", "six", true, 0},
	{"::/0", "all six", false, 0},
	{"::ffff:100.64.0.0/112", "mapped", false, 0},
};

static const struct {
	const char *addr;
	int64_t now;
	const char *decision;
} decisions[] = {
	{"203.0.113.4", NOW, "203.0.113.0/24 a"},
	{"203.0.113.5", NOW, "+203.0.113.5 b"},
	{"203.0.113.64", NOW, "203.0.113.64/26 c"},
	{"203.0.113.65", NOW, "+203.0.113.65 c"},
	{"203.0.113.64", NOW + HOUR - 1, "203.0.113.64/26 c"},
	{"203.0.113.64", NOW + HOUR, "203.0.113.0/24 a"},
	{"203.0.113.65", NOW + HOUR, "203.0.113.0/24 a"},
	{"203.0.113.128", NOW, "203.0.113.0/24 a"},
	{"203.0.112.255", NOW, ""},
	{"203.0.114.0", NOW, ""},
	{"198.51.100.9", NOW, "198.51.100.9 long"},
	{"198.51.100.9", NOW + HOUR, "198.51.100.9 long"},
	{"198.51.100.9", NOW + 2 * HOUR, ""},
	{"198.51.100.10", NOW, "198.51.100.10 ever"},
	{"198.51.100.11", NOW, "+198.51.100.11 admin"},
	{"192.0.2.6", NOW, "+192.0.2.0/24 allow"},
	{"192.0.2.7", NOW, "192.0.2.7 ban"},
	{"2001:db8::1", NOW, "2001:db8::/32 six"},
	{"2001:db8:1::1", NOW, "+2001:db8:1::/48 six"},
	{"2001:db8:2::", NOW, "2001:db8::/32 six"},
	{"::1", NOW, "::/0 all six"},
	{"ffff::", NOW, "::/0 all six"},
	{"::ffff:203.0.113.5", NOW, "+203.0.113.5 b"},
	{"::ffff:203.0.113.6", NOW, "203.0.113.0/24 a"},
	{"100.64.3.4", NOW, "100.64.0.0/16 mapped"},
	{"0.0.0.0", NOW, ""},
	{"255.255.255.255", NOW, ""},
};

static void expect_all_decisions(void)
{
	for (size_t i = 0; i < SW_ROWS(decisions); i++) {
		const char *got =
			decision_at(decisions[i].addr, decisions[i].now);

		if (strcmp(got, decisions[i].decision) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", decisions[i].addr,
				 got, decisions[i].decision);
	}
}

static void the_longest_prefix_decides(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(entries); i++)
		place(entries[i].prefix, entries[i].owner, entries[i].allow,
		      entries[i].until);
	expect_all_decisions();
	assert_int_equal(rewrite(NULL).total, SW_ROWS(entries));
	expect_all_decisions();
}

static void changes_and_sorted_entries_are_one_list(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(entries); i++) {
		place(entries[i].prefix, entries[i].owner, entries[i].allow,
		      entries[i].until);
		if (i % 3 == 0)
			(void)rewrite(NULL);
	}
	expect_all_decisions();
}

static void an_entry_is_replaced_by_its_owner_only(void **state SW_UNUSED)
{
	for (int rewritten = 0; rewritten < 2; rewritten++) {
		place("192.0.2.1", "a", false, NOW + HOUR);
		place("192.0.2.1", "b", false, NOW + 2 * HOUR);
		if (rewritten)
			(void)rewrite(NULL);
		expect("192.0.2.1", "192.0.2.1 b");
		place("192.0.2.1", "b", false, NOW + 1);
		expect("192.0.2.1", "192.0.2.1 a");
		assert_false(lift("192.0.2.1", "c"));
		assert_false(lift("192.0.2.0/24", NULL));
		assert_true(lift("192.0.2.1", "a"));
		assert_false(lift("192.0.2.1", "a"));
		expect("192.0.2.1", "192.0.2.1 b");
		place("192.0.2.1", "a", true, 0);
		expect("192.0.2.1", "+192.0.2.1 a");
		assert_true(lift("192.0.2.1", NULL));
		expect("192.0.2.1", "");
		(void)rewrite(NULL);
		expect("192.0.2.1", "");
	}
}

static void what_has_ended_is_left_out_when_rewritten(void **state SW_UNUSED)
{
	struct sw_ban_store store = store_here();
	struct sw_ban_list list = SW_BAN_LIST_INIT;

	place("192.0.2.1", "a", false, NOW - 1);
	place("192.0.2.2", "a", false, NOW + 1);
	assert_false(lift("192.0.2.1", NULL));
	assert_int_equal(sw_ban_list_load(&store, &list), SW_OK);
	assert_int_equal(list.count, 2);
	sw_ban_list_free(&list);
	assert_int_equal(rewrite(NULL).total, 1);
	expect("192.0.2.2", "192.0.2.2 a");
}

static void an_entry_is_told_as_it_was_placed(void **state SW_UNUSED)
{
	struct sw_ban placed = ban_of("2001:db8::/33", "fail2ban:sshd", 0);
	struct sw_ban_store store = store_here();
	struct sw_addr addr = addr_of("2001:db8::9");

	memset(placed.owner, 'o', sizeof(placed.owner) - 1);
	memset(placed.reason, '\xff', sizeof(placed.reason) - 1);
	placed.placed = 1;
	placed.until = NOW + HOUR;
	assert_int_equal(sw_ban_place(&store, &placed, NOW), SW_OK);
	for (int rewritten = 0; rewritten < 2; rewritten++) {
		struct sw_ban ban;
		bool found = false;

		memset(&ban, 0, sizeof(ban));
		assert_int_equal(sw_ban_find(&store, &addr, NOW, &ban, &found),
				 SW_OK);
		assert_true(found);
		assert_true(
			sw_addr_equal(&ban.prefix.base, &placed.prefix.base));
		assert_int_equal(ban.prefix.len, 33);
		assert_int_equal(ban.placed, 1);
		assert_int_equal(ban.until, NOW + HOUR);
		assert_string_equal(ban.owner, placed.owner);
		assert_string_equal(ban.reason, placed.reason);
		(void)rewrite(NULL);
	}
}

static void a_verdict_names_list_prefix_reason_and_end(void **state SW_UNUSED)
{
	struct sw_addr addr = addr_of("203.0.113.9");
	struct sw_verdict verdict;
	int64_t until = 7;

	place("203.0.113.0/24", "fail2ban:sshd", false, NOW + HOUR);
	errno = ERANGE;
	assert_int_equal(
		sw_ban_check(dir, geteuid(), &addr, NOW, &verdict, &until),
		SW_OK);
	assert_int_equal(errno, ERANGE);
	assert_int_equal(verdict.outcome, SW_DENY);
	assert_int_equal(verdict.cause, SW_CAUSE_BAN_LIST);
	assert_string_equal(verdict.rule.source, bans);
	assert_int_equal(verdict.rule.line, 0);
	assert_string_equal(verdict.rule.text,
			    "203.0.113.0/24 why 203.0.113.0/24");
	assert_string_equal(verdict.rule.owner, "fail2ban:sshd");
	assert_int_equal(until, NOW + HOUR);

	place("203.0.113.9", "admin", true, 0);
	errno = ERANGE;
	assert_int_equal(
		sw_ban_check(dir, geteuid(), &addr, NOW, &verdict, &until),
		SW_OK);
	assert_int_equal(errno, ERANGE);
	assert_int_equal(verdict.outcome, SW_NOMATCH);
	assert_int_equal(verdict.cause, SW_CAUSE_NONE);
	assert_string_equal(verdict.rule.source, "");
	assert_int_equal(until, 0);

	addr.family = SW_FAMILY_NONE;
	assert_int_equal(
		sw_ban_check(dir, geteuid(), &addr, NOW, &verdict, &until),
		SW_OK);
	assert_int_equal(verdict.outcome, SW_NOMATCH);
}

static void find_fails(enum sw_err wanted, const char *path, const char *words)
{
	struct sw_ban ban = ban_of("192.0.2.99", "untouched", 3);
	struct sw_ban_list list = SW_BAN_LIST_INIT;
	struct sw_ban_store store = store_here();
	struct sw_addr addr = addr_of("192.0.2.1");
	struct sw_verdict verdict;
	int64_t until = 0;
	bool found = true;

	assert_int_equal(sw_ban_find(&store, &addr, NOW, &ban, &found), wanted);
	assert_string_equal(ban.owner, "untouched");
	assert_true(found);
	assert_string_equal(store.path, path);
	assert_string_equal(store.words, words);

	assert_int_equal(
		sw_ban_check(dir, geteuid(), &addr, NOW, &verdict, &until),
		wanted);
	assert_int_equal(verdict.outcome, SW_UNKNOWN);
	assert_int_equal(verdict.cause, SW_CAUSE_NONE);
	assert_string_equal(verdict.rule.source, path);
	assert_string_equal(verdict.rule.text, words);

	assert_int_equal(sw_ban_list_load(&store, &list), wanted);
	assert_null(list.rows);
}

static void write_at(const char *path, off_t offset, const void *bytes,
		     size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, len, offset), len);
	assert_int_equal(close(fd), 0);
}

static off_t size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

static void three_entries(void)
{
	place("192.0.2.0/24", "a", false, 0);
	place("192.0.2.1", "b", false, 0);
	place("2001:db8::", "c", false, 0);
}

static void a_file_of_others_is_not_believed(void **state SW_UNUSED)
{
	const char *const words = "not a file that only its owner may write";

	three_entries();
	(void)rewrite(NULL);
	assert_int_equal(chmod(bans, 0620), 0);
	find_fails(SW_E_UNSAFE, bans, words);
	assert_int_equal(chmod(bans, 0600), 0);
	assert_int_equal(chmod(recent, 0602), 0);
	find_fails(SW_E_UNSAFE, recent, words);
	assert_int_equal(unlink(recent), 0);
	assert_int_equal(mkdir(recent, 0700), 0);
	find_fails(SW_E_UNSAFE, recent, words);
}

static void a_list_that_cannot_be_opened_is_said_so(void **state SW_UNUSED)
{
	write_at(dir, 0, "x", 1);
	errno = 0;
	find_fails(SW_E_IO, recent, "cannot be opened");
	assert_int_equal(errno, ENOTDIR);
}

static const struct {
	off_t offset;
	const char *words;
} damages[] = {
	{0, "block 0: its sum is wrong"},
	{8, "block 0: not a ban list of this version"},
	{24, "block 0: its sum is wrong"},
	{BLOCK, "block 0: its sum is wrong"},
	{2 * BLOCK - 1, "block 0: its sum is wrong"},
	{2 * BLOCK, "block 2: its sum is wrong"},
	{2 * BLOCK + 8, "block 2: its sum is wrong"},
	{3 * BLOCK - 1, "block 2: its sum is wrong"},
	{4 * BLOCK + 9, "block 4: its sum is wrong"},
};

/* Entries begin behind the two blocks of the header, notes are the last. */
static void a_changed_byte_is_noticed(void **state SW_UNUSED)
{
	three_entries();
	for (size_t i = 0; i < SW_ROWS(damages); i++) {
		uint8_t byte = 0;
		int fd;

		(void)rewrite(NULL);
		fd = open(bans, O_RDWR);
		assert_true(fd >= 0);
		assert_int_equal(pread(fd, &byte, 1, damages[i].offset), 1);
		byte ^= 0x40;
		assert_int_equal(pwrite(fd, &byte, 1, damages[i].offset), 1);
		find_fails(SW_E_SYNTAX, bans, damages[i].words);
		byte ^= 0x40;
		assert_int_equal(pwrite(fd, &byte, 1, damages[i].offset), 1);
		assert_int_equal(close(fd), 0);
		expect("192.0.2.1", "192.0.2.1 b");
	}
}

static void a_list_of_another_size_is_refused(void **state SW_UNUSED)
{
	off_t size;

	three_entries();
	(void)rewrite(NULL);
	size = size_of(bans);
	write_at(bans, size, "", 1);
	find_fails(SW_E_SYNTAX, bans, "block 0: the size of the file is wrong");
	assert_int_equal(truncate(bans, size - BLOCK), 0);
	find_fails(SW_E_SYNTAX, bans, "block 0: the size of the file is wrong");
	assert_int_equal(truncate(bans, 100), 0);
	find_fails(SW_E_SYNTAX, bans, "block 0: the file ends there");
	assert_int_equal(truncate(bans, 0), 0);
	find_fails(SW_E_SYNTAX, bans, "block 0: the file ends there");
}

static void a_torn_last_change_never_happened(void **state SW_UNUSED)
{
	char empty[CELL] = "";

	three_entries();
	place("192.0.2.1", "torn", true, 0);
	expect("192.0.2.1", "+192.0.2.1 torn");
	write_at(recent, 4 * CELL + 64, empty, CELL - 64);
	expect("192.0.2.1", "192.0.2.1 b");
	place("192.0.2.2", "next", false, 0);
	expect("192.0.2.2", "192.0.2.2 next");
	expect("192.0.2.1", "192.0.2.1 b");
	assert_int_equal(rewrite(NULL).total, 4);

	for (int i = 0; i < 128; i++)
		place("192.0.2.3", "last", false, 0);
	write_at(recent, 128 * CELL + 200, "torn", 4);
	expect("192.0.2.3", "192.0.2.3 last");
	place("192.0.2.4", "next", false, 0);
	expect("192.0.2.4", "192.0.2.4 next");
}

static void a_damaged_change_spoils_the_list(void **state SW_UNUSED)
{
	three_entries();
	write_at(recent, 2 * CELL + 20, "\x77", 1);
	find_fails(SW_E_SYNTAX, recent, "a change in it is damaged");
	write_at(recent, 20, "\x77", 1);
	find_fails(SW_E_SYNTAX, recent, "its header is damaged");
	assert_int_equal(truncate(recent, CELL - 1), 0);
	find_fails(SW_E_SYNTAX, recent, "its header is damaged");
}

static void changes_of_another_size_are_refused(void **state SW_UNUSED)
{
	three_entries();
	assert_int_equal(size_of(recent), RECENT_SIZE);
	assert_int_equal(truncate(recent, RECENT_SIZE - 1), 0);
	find_fails(SW_E_SYNTAX, recent, "its size is wrong");
	assert_int_equal(truncate(recent, RECENT_SIZE + 1), 0);
	find_fails(SW_E_SYNTAX, recent, "its size is wrong");
}

static void a_change_has_to_stand_in_its_own_place(void **state SW_UNUSED)
{
	char cells[2][CELL];
	int fd;

	place("192.0.2.1", "a", false, 0);
	place("192.0.2.2", "b", false, 0);
	place("192.0.2.3", "c", false, 0);
	fd = open(recent, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, cells, sizeof(cells), CELL), sizeof(cells));
	assert_int_equal(pwrite(fd, cells[1], CELL, CELL), CELL);
	assert_int_equal(pwrite(fd, cells[0], CELL, 2 * CELL), CELL);
	assert_int_equal(close(fd), 0);
	find_fails(SW_E_SYNTAX, recent, "a change in it is damaged");
}

static void writers_change_nothing_in_a_damaged_list(void **state SW_UNUSED)
{
	const struct sw_ban_merge nothing = {NULL, NULL, NULL};
	struct sw_ban ban = ban_of("192.0.2.77", "a", 0);
	struct sw_ban_merged merged = {7, 7, 7};
	struct sw_ban_store store = store_here();
	struct sw_ban was = ban;
	bool found = true;

	three_entries();
	(void)rewrite(NULL);
	write_at(bans, 2 * BLOCK + 20, "\x77", 1);
	assert_int_equal(sw_ban_merge(&store, &nothing, NOW, &merged),
			 SW_E_SYNTAX);
	assert_string_equal(store.words, "block 2: its sum is wrong");
	assert_int_equal(merged.total, 7);
	assert_int_equal(
		sw_ban_lift(&store, &ban.prefix, NULL, NOW, &was, &found),
		SW_E_SYNTAX);
	assert_true(found);
	write_at(bans, 20, "\x77", 1);
	assert_int_equal(sw_ban_place(&store, &ban, NOW), SW_E_SYNTAX);
	assert_string_equal(store.path, bans);
}

static void writers_want_a_folder_of_their_own(void **state SW_UNUSED)
{
	struct sw_ban ban = ban_of("192.0.2.77", "a", 0);
	struct sw_ban_store store = store_here();

	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(chmod(dir, 0770), 0);
	assert_int_equal(sw_ban_place(&store, &ban, NOW), SW_E_UNSAFE);
	assert_string_equal(store.words,
			    "not a folder that only its owner may write");
	store.dir = "/nonexistent/sshwhy";
	assert_int_equal(sw_ban_place(&store, &ban, NOW), SW_E_IO);
	assert_int_equal(errno, ENOENT);
}

static void the_folder_and_the_files_are_not_for_all(void **state SW_UNUSED)
{
	mode_t mask = umask(0);
	struct stat st;

	three_entries();
	(void)rewrite(NULL);
	(void)umask(mask);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0750);
	assert_int_equal(stat(bans, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(stat(recent, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

/* A full file of changes is merged by itself. */
static void many_changes_are_merged_on_the_way(void **state SW_UNUSED)
{
	char text[32];

	for (int i = 0; i < 600; i++) {
		(void)snprintf(text, sizeof(text), "198.51.%d.%d", i / 200,
			       i % 200);
		place(text, "a", false, 0);
		if (i % 2 == 1)
			assert_true(lift(text, "a"));
	}
	assert_int_equal(rewrite(NULL).total, 300);
	expect("198.51.2.198", "198.51.2.198 a");
	expect("198.51.2.199", "");
}

static void a_merge_lifts_replaces_and_counts(void **state SW_UNUSED)
{
	struct sw_ban_list add = SW_BAN_LIST_INIT;
	struct sw_ban_list gone = SW_BAN_LIST_INIT;
	struct sw_ban_merge what = {.add = &add, .replace = "feed"};
	struct sw_ban_merged merged;
	struct sw_ban ban;

	place("192.0.2.1", "feed", false, 0);
	place("192.0.2.2", "feed", false, 0);
	place("192.0.2.2", "admin", false, 0);
	ban = ban_of("192.0.2.1", "feed", NOW + HOUR);
	assert_int_equal(sw_ban_list_add(&add, &ban), SW_OK);
	assert_int_equal(sw_ban_list_add(&add, &ban), SW_OK);
	ban = ban_of("192.0.2.3", "feed", 0);
	assert_int_equal(sw_ban_list_add(&add, &ban), SW_OK);
	merged = rewrite(&what);
	assert_int_equal(merged.placed, 1);
	assert_int_equal(merged.lifted, 1);
	assert_int_equal(merged.total, 3);
	expect("192.0.2.1", "192.0.2.1 feed");
	assert_string_equal(decision_at("192.0.2.1", NOW + HOUR), "");
	expect("192.0.2.2", "192.0.2.2 admin");
	expect("192.0.2.3", "192.0.2.3 feed");

	what = (struct sw_ban_merge){.lift = &gone};
	assert_int_equal(sw_ban_list_add(&gone, &ban), SW_OK);
	ban = ban_of("192.0.2.2", "feed", 0);
	assert_int_equal(sw_ban_list_add(&gone, &ban), SW_OK);
	merged = rewrite(&what);
	assert_int_equal(merged.placed, 0);
	assert_int_equal(merged.lifted, 1);
	assert_int_equal(merged.total, 2);
	expect("192.0.2.3", "");
	expect("192.0.2.2", "192.0.2.2 admin");
	sw_ban_list_free(&add);
	sw_ban_list_free(&gone);
}

/* More owners of one prefix than a reader would follow. */
static void a_list_too_deep_to_be_read_is_not_written(void **state SW_UNUSED)
{
	struct sw_ban_list add = SW_BAN_LIST_INIT;
	const struct sw_ban_merge what = {.add = &add};
	struct sw_ban_merged merged = {7, 7, 7};
	struct sw_ban_store store = store_here();

	for (int i = 0; i < 2048; i++) {
		struct sw_ban ban = ban_of("192.0.2.1", "", NOW + 1 + i);

		(void)snprintf(ban.owner, sizeof(ban.owner), "o%04d", i);
		assert_int_equal(sw_ban_list_add(&add, &ban), SW_OK);
	}
	(void)rewrite(&what);
	expect("192.0.2.1", "192.0.2.1 o2047");
	place("192.0.2.1", "z", false, 0);
	assert_int_equal(sw_ban_merge(&store, &what, NOW, &merged), SW_E_RANGE);
	assert_int_equal(merged.total, 7);
	expect("192.0.2.1", "192.0.2.1 z");
	sw_ban_list_free(&add);
}

static void an_older_file_of_changes_counts_no_more(void **state SW_UNUSED)
{
	char old[BLOCK];
	ssize_t len;
	int fd;

	place("192.0.2.1", "a", false, 0);
	fd = open(recent, O_RDONLY);
	assert_true(fd >= 0);
	len = read(fd, old, sizeof(old));
	assert_true(len > 2 * CELL);
	assert_int_equal(close(fd), 0);
	(void)rewrite(NULL);
	assert_true(lift("192.0.2.1", NULL));
	(void)rewrite(NULL);
	write_at(recent, 0, old, (size_t)len);
	expect("192.0.2.1", "");
	place("192.0.2.2", "b", false, 0);
	expect("192.0.2.1", "");
	expect("192.0.2.2", "192.0.2.2 b");
}

/* The same list, kept as simply as can be. */
#define MODEL_MAX 512
static struct sw_ban model[MODEL_MAX];
static size_t model_count;

static uint32_t random_below(uint32_t limit)
{
	static uint64_t seed = 88172645463325252;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % limit;
}

static bool is_same(const struct sw_ban *a, const struct sw_prefix *prefix,
		    const char *owner)
{
	return a->prefix.len == prefix->len &&
	       sw_addr_equal(&a->prefix.base, &prefix->base) &&
	       (owner == NULL || strcmp(a->owner, owner) == 0);
}

static void model_lift(const struct sw_prefix *prefix, const char *owner)
{
	size_t kept = 0;

	for (size_t i = 0; i < model_count; i++) {
		if (!is_same(&model[i], prefix, owner))
			model[kept++] = model[i];
	}
	model_count = kept;
}

static bool model_beats(const struct sw_ban *a, const struct sw_ban *b)
{
	if (b == NULL || a->prefix.len != b->prefix.len)
		return b == NULL || a->prefix.len > b->prefix.len;
	if (a->allow != b->allow)
		return a->allow;
	return b->until != 0 && (a->until == 0 || a->until > b->until);
}

static const struct sw_ban *model_find(const struct sw_addr *addr, int64_t now)
{
	const struct sw_ban *best = NULL;

	for (size_t i = 0; i < model_count; i++) {
		if (sw_prefix_contains(&model[i].prefix, addr) &&
		    (model[i].until == 0 || model[i].until > now) &&
		    model_beats(&model[i], best))
			best = &model[i];
	}
	return best;
}

/* Few bits, so that prefixes lie in each other. */
static struct sw_addr random_addr(void)
{
	struct sw_addr addr = {.family = SW_FAMILY_V4};

	if (random_below(2) == 0)
		addr.family = SW_FAMILY_V6;
	addr.bytes[0] = (uint8_t)(random_below(2) * 0x80);
	addr.bytes[1] = (uint8_t)random_below(256);
	addr.bytes[2] = (uint8_t)(random_below(2) * 0x11);
	addr.bytes[3] = (uint8_t)random_below(4);
	if (addr.family == SW_FAMILY_V6)
		addr.bytes[15] = (uint8_t)random_below(3);
	return addr;
}

static struct sw_ban random_ban(void)
{
	static const char *const owners[] = {"", "a", "b"};
	struct sw_addr addr = random_addr();
	struct sw_ban ban = {
		.prefix = sw_prefix_of(&addr, (uint8_t)random_below(33),
				       (uint8_t)random_below(129)),
		.allow = random_below(4) == 0,
		.placed = NOW,
		.until = random_below(3) == 0 ? 0 : NOW + random_below(20),
	};

	(void)snprintf(ban.owner, sizeof(ban.owner), "%s",
		       owners[random_below(3)]);
	(void)snprintf(ban.reason, sizeof(ban.reason), "%u", random_below(9));
	return ban;
}

static void change_randomly(int64_t now)
{
	struct sw_ban_store store = store_here();
	struct sw_ban ban = random_ban();
	const char *owner = random_below(2) == 0 ? NULL : ban.owner;
	struct sw_ban was;
	bool found = false;

	if (random_below(3) != 0 && model_count < MODEL_MAX) {
		model_lift(&ban.prefix, ban.owner);
		model[model_count++] = ban;
		assert_int_equal(sw_ban_place(&store, &ban, now), SW_OK);
		return;
	}
	if (model_count > 0)
		ban.prefix = model[random_below((uint32_t)model_count)].prefix;
	model_lift(&ban.prefix, owner);
	assert_int_equal(
		sw_ban_lift(&store, &ban.prefix, owner, now, &was, &found),
		SW_OK);
}

static void compare_randomly(int64_t now)
{
	struct sw_ban_store store = store_here();
	struct sw_addr addr = random_addr();
	const struct sw_ban *wanted = model_find(&addr, now);
	char text[SW_ADDR_TEXT_MAX];
	bool found = false;
	struct sw_ban got;

	assert_int_equal(sw_ban_find(&store, &addr, now, &got, &found), SW_OK);
	if (found != (wanted != NULL))
		fail_msg("%s: %d", sw_addr_format(&addr, text), found);
	if (found && (got.allow != wanted->allow ||
		      got.prefix.len != wanted->prefix.len ||
		      !sw_addr_equal(&got.prefix.base, &wanted->prefix.base) ||
		      got.until != wanted->until))
		fail_msg("%s: /%u, not /%u", sw_addr_format(&addr, text),
			 got.prefix.len, wanted->prefix.len);
}

static void it_agrees_with_a_plain_search(void **state SW_UNUSED)
{
	for (int i = 0; i < 1500; i++) {
		int64_t now = NOW + i / 100;

		change_randomly(now);
		if (random_below(100) == 0)
			(void)rewrite(NULL);
		for (int j = 0; j < 10; j++)
			compare_randomly(now);
	}
}

/* Three levels of keys in both families, each address asked for. */
static void every_entry_of_a_large_list_is_found(void **state SW_UNUSED)
{
	struct sw_ban_list add = SW_BAN_LIST_INIT;
	const struct sw_ban_merge what = {.add = &add};
	struct sw_ban_store store = store_here();
	struct sw_ban ban = ban_of("10.0.0.0", "a", 0);

	for (uint32_t i = 0; i < 60000; i++) {
		bool v6 = i % 2 == 1;

		ban.prefix.base.family = v6 ? SW_FAMILY_V6 : SW_FAMILY_V4;
		ban.prefix.base.bytes[1] = (uint8_t)(i >> 16);
		ban.prefix.base.bytes[2] = (uint8_t)(i >> 8);
		ban.prefix.base.bytes[3] = (uint8_t)i;
		ban.prefix.len = v6 ? 128 : 32;
		assert_int_equal(sw_ban_list_add(&add, &ban), SW_OK);
	}
	assert_int_equal(rewrite(&what).total, 60000);
	for (size_t i = 0; i < add.count; i += 7) {
		bool found = false;
		struct sw_ban got;

		ban.prefix = add.rows[i].prefix;
		assert_int_equal(sw_ban_find(&store, &ban.prefix.base, NOW,
					     &got, &found),
				 SW_OK);
		assert_true(found);
		ban.prefix.base.bytes[0]++;
		assert_int_equal(sw_ban_find(&store, &ban.prefix.base, NOW,
					     &got, &found),
				 SW_OK);
		assert_false(found);
	}
	sw_ban_list_free(&add);
}

/* Each block on the way to an entry is a read: the header, one, and a leaf. */
static void a_search_in_a_million_reads_two_blocks(void **state SW_UNUSED)
{
	const struct ban_header header = {.entries = {1000000, 1000000}};
	struct ban_file file;

	assert_int_equal(ban_layout_all(&header, &file), SW_OK);
	assert_int_equal(file.trees[BAN_V4].levels, 2);
	assert_int_equal(file.trees[BAN_V6].levels, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(no_list_bans_nobody, remove_list),
		cmocka_unit_test_teardown(the_longest_prefix_decides,
					  remove_list),
		cmocka_unit_test_teardown(
			changes_and_sorted_entries_are_one_list, remove_list),
		cmocka_unit_test_teardown(
			an_entry_is_replaced_by_its_owner_only, remove_list),
		cmocka_unit_test_teardown(
			what_has_ended_is_left_out_when_rewritten, remove_list),
		cmocka_unit_test_teardown(an_entry_is_told_as_it_was_placed,
					  remove_list),
		cmocka_unit_test_teardown(
			a_verdict_names_list_prefix_reason_and_end,
			remove_list),
		cmocka_unit_test_teardown(a_file_of_others_is_not_believed,
					  remove_list),
		cmocka_unit_test_teardown(
			a_list_that_cannot_be_opened_is_said_so, remove_list),
		cmocka_unit_test_teardown(a_changed_byte_is_noticed,
					  remove_list),
		cmocka_unit_test_teardown(a_list_of_another_size_is_refused,
					  remove_list),
		cmocka_unit_test_teardown(a_torn_last_change_never_happened,
					  remove_list),
		cmocka_unit_test_teardown(a_damaged_change_spoils_the_list,
					  remove_list),
		cmocka_unit_test_teardown(changes_of_another_size_are_refused,
					  remove_list),
		cmocka_unit_test_teardown(
			a_change_has_to_stand_in_its_own_place, remove_list),
		cmocka_unit_test_teardown(
			writers_change_nothing_in_a_damaged_list, remove_list),
		cmocka_unit_test_teardown(writers_want_a_folder_of_their_own,
					  remove_list),
		cmocka_unit_test_teardown(
			the_folder_and_the_files_are_not_for_all, remove_list),
		cmocka_unit_test_teardown(many_changes_are_merged_on_the_way,
					  remove_list),
		cmocka_unit_test_teardown(a_merge_lifts_replaces_and_counts,
					  remove_list),
		cmocka_unit_test_teardown(
			a_list_too_deep_to_be_read_is_not_written, remove_list),
		cmocka_unit_test_teardown(
			an_older_file_of_changes_counts_no_more, remove_list),
		cmocka_unit_test(a_search_in_a_million_reads_two_blocks),
		cmocka_unit_test_teardown(it_agrees_with_a_plain_search,
					  remove_list),
		cmocka_unit_test_teardown(every_entry_of_a_large_list_is_found,
					  remove_list),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
