#include "sw_test.h"

#include "sshwhy/wrapper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLIENT "192.0.2.77"
#define CLIENT_V6 "2001:db8::1"

/* Every test runs in a folder of its own; a list is "LIST" in a rule. */
static char folder[] = "wrapper.XXXXXX";
static char list_path[512];
static char inner_path[512];
static struct sw_wrapper_result result;
static struct sw_wrapper_query query;

static void write_bytes(const char *path, const char *bytes, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

/* The words LIST and INNER become the paths of the lists. */
static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	while (*text != '\0') {
		if (strncmp(text, "LIST", 4) == 0) {
			fputs(list_path, file);
			text += 4;
		} else if (strncmp(text, "INNER", 5) == 0) {
			fputs(inner_path, file);
			text += 5;
		} else {
			putc(*text++, file);
		}
	}
	assert_int_equal(fclose(file), 0);
}

static void begin(const char *allow, const char *deny)
{
	write_file("allow", allow);
	write_file("deny", deny);
	query = (struct sw_wrapper_query){
		.allow = "allow", .deny = "deny", .daemon = "sshd"};
	query.conn.server.port = 22;
	assert_int_equal(sw_addr_parse(CLIENT, &query.conn.client.addr), SW_OK);
	assert_int_equal(sw_addr_parse("192.0.2.1", &query.conn.server.addr),
			 SW_OK);
}

static void decide(void)
{
	memset(&result, 0x5a, sizeof(result));
	sw_wrapper_decide(&query, &result);
}

#define DENIED SW_DENY, SW_CAUSE_WRAPPER_DENY
#define BROKEN SW_DENY, SW_CAUSE_WRAPPER_BROKEN_RULE
#define BY_OPTION SW_DENY, SW_CAUSE_WRAPPER_OPTION_DENY
#define ALLOWED SW_ALLOW, SW_CAUSE_NONE
#define BY_DEFAULT SW_NOMATCH, SW_CAUSE_NONE, "", 0, 0

static const struct {
	const char *allow;
	const char *deny;
	enum sw_outcome outcome;
	enum sw_cause cause;
	const char *source;
	unsigned int first_line;
	unsigned int line;
	const char *token;
	const char *except;
} rows[] = {
	/* the order of the files and of their lines */
	{"sshd: ALL\n", "ALL: ALL\n", ALLOWED, "allow", 1, 1, "ALL", ""},
	{"", "ALL: 192.0.2.\nsshd: ALL\n", DENIED, "deny", 1, 1, "192.0.2.",
	 ""},
	{"", "", BY_DEFAULT, "", ""},

	/* lines, and how they are joined and counted */
	{"", "\\\n", BY_DEFAULT, "", ""},
	{"", "\n\n\nALL: ALL\n", DENIED, "deny", 4, 4, "ALL", ""},
	{"", "# one\\\nALL: ALL\nALL: 192.0.2.77\n", DENIED, "deny", 3, 3,
	 "192.0.2.77", ""},
	{"", "sshd: 1.1.1.1 \\ \n192.0.2.77\nALL: ALL\n", DENIED, "deny", 3, 3,
	 "ALL", ""},
	{"", "sshd: \\\n\\\nALL\n", DENIED, "deny", 1, 3, "ALL", ""},
	{"", "sshd: 1.1.1.1\nsshd: 2.2.2.2 \\\n3.3.3.3", BROKEN, "deny", 2, 2,
	 "", ""},
	{"", "ALL: 192.0.2.77\nx", DENIED, "deny", 1, 1, "192.0.2.77", ""},
	{"sshd: ALL\\", "", BY_DEFAULT, "", ""},

	/* lists and EXCEPT */
	{"", "sshd, in.x:ALL EXCEPT 1.1.1.1, 2.2.2.2\n", DENIED, "deny", 1, 1,
	 "ALL", "1.1.1.1, 2.2.2.2"},
	{"", "sshd: ALL EXCEPT 192.0.2. EXCEPT 192.0.2.77\n", DENIED, "deny", 1,
	 1, "ALL", "192.0.2. EXCEPT 192.0.2.77"},
	{"", "sshd: ALL EXCEPT\n", DENIED, "deny", 1, 1, "ALL", ""},
	{"", "sshd: EXCEPT ALL\n", BY_DEFAULT, "", ""},
	{"", "EXCEPT in.x: ALL\n", BY_DEFAULT, "", ""},
	{"", "sshd: 1.1.1.1 192.0.2.77 10. EXCEPT 192.0.2.78\n", DENIED, "deny",
	 1, 1, "192.0.2.77", "192.0.2.78"},

	/* files of patterns */
	{"", "sshd: LIST\n", DENIED, "deny", 1, 1, "192.0.2.77", ""},
	{"", "sshd: ALL EXCEPT LIST\n", BY_DEFAULT, "", ""},
	{"", "sshd: /nonexistent /dev/null/x . LIST\n", DENIED, "deny", 1, 1,
	 "192.0.2.77", ""},
	{"", "sshd@LIST: ALL\n", DENIED, "deny", 1, 1, "ALL", ""},

	/* users */
	{"", "sshd: unknown@ALL\n", DENIED, "deny", 1, 1, "unknown@ALL", ""},
	{"", "sshd: root@ALL\n", BY_DEFAULT, "", ""},
	{"", "sshd: KNOWN@ALL\n", BY_DEFAULT, "", ""},

	/* options */
	{"sshd: ALL: deny\n", "", BY_OPTION, "allow", 1, 1, "ALL", ""},
	{"", "sshd: ALL: allow\n", ALLOWED, "deny", 1, 1, "ALL", ""},
	{"sshd: ALL: twist /bin/true\n", "", SW_DENY, SW_CAUSE_WRAPPER_TWIST,
	 "allow", 1, 1, "ALL", ""},
	{"sshd: ALL: twist /bin/true: allow\n", "", BROKEN, "allow", 1, 1,
	 "ALL", ""},
	{"sshd: ALL: setenv A=B\n", "", BROKEN, "allow", 1, 1, "ALL", ""},
	{"sshd: ALL: setenv %z\n", "", BROKEN, "allow", 1, 1, "ALL", ""},
	{"sshd: ALL: spawn echo a\\:b: allow\n", "", ALLOWED, "allow", 1, 1,
	 "ALL", ""},
};

static void rules_decide_as_libwrap_has_them(void **state SW_UNUSED)
{
	write_file("list", "# 10.1.1.1\n192.0.2.1 192.0.2.77\n");
	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		const struct sw_verdict *verdict = &result.verdict;

		begin(rows[i].allow, rows[i].deny);
		decide();
		if (verdict->outcome != rows[i].outcome ||
		    verdict->cause != rows[i].cause ||
		    strcmp(verdict->rule.source, rows[i].source) != 0 ||
		    verdict->rule.first_line != rows[i].first_line ||
		    verdict->rule.line != rows[i].line ||
		    strcmp(result.token, rows[i].token) != 0 ||
		    strcmp(result.except, rows[i].except) != 0)
			fail_msg("\"%s\" \"%s\": got %d %s %s:%u-%u \"%s\""
				 " except \"%s\"",
				 rows[i].allow, rows[i].deny,
				 (int)verdict->outcome,
				 sw_cause_code(verdict->cause),
				 verdict->rule.source, verdict->rule.first_line,
				 verdict->rule.line, result.token,
				 result.except);
	}
}

static const struct {
	const char *deny;
	const char *client;
	const char *name; /* NULL: not known */
	enum sw_outcome outcome;
	bool needs_name;
} name_rows[] = {
	{"sshd: ALL\n", CLIENT, NULL, SW_DENY, false},
	{"sshd: 10.0.0.0/8 1. 1.1.1.1\n", CLIENT, NULL, SW_NOMATCH, false},
	{"sshd: [2001:db8::]/128\n", CLIENT, NULL, SW_NOMATCH, false},
	{"sshd: [2001:db8::5]\n", CLIENT, NULL, SW_NOMATCH, true},
	{"sshd: 1.2.3.*\n", CLIENT, NULL, SW_NOMATCH, true},
	{"in.x: host.example\n", CLIENT, NULL, SW_NOMATCH, false},
	{"sshd: 1.1.1.1 # home\n", CLIENT, NULL, SW_NOMATCH, true},
	{"sshd: bob@1.1.1.1\n", CLIENT, NULL, SW_NOMATCH, false},
	{"sshd@host.example: ALL\n", CLIENT, NULL, SW_NOMATCH, true},
	{"sshd: ALL: spawn echo %n\n", CLIENT, NULL, SW_DENY, true},
	{"sshd: ALL: spawn echo %%n %a\n", CLIENT, NULL, SW_DENY, false},
	{"sshd: UNKNOWN\n", CLIENT, NULL, SW_DENY, true},
	{"sshd: KNOWN\n", CLIENT, NULL, SW_NOMATCH, true},
	{"sshd: LOCAL\n", CLIENT, "pc1", SW_DENY, true},
	{"sshd: LOCAL\n", CLIENT, "paranoid", SW_NOMATCH, true},
	{"sshd: PARANOID\n", CLIENT, "paranoid", SW_DENY, true},
	{"sshd: .EXAMPLE\n", CLIENT, "host.example", SW_DENY, true},
	{"sshd: .host.example\n", CLIENT, "host.example", SW_NOMATCH, true},
	{"sshd: host.\n", CLIENT, "host.example", SW_DENY, true},
	{"sshd: host.example**\n", CLIENT, "host.example", SW_NOMATCH, true},
	{"sshd: [2001:db8::]/32\n", CLIENT_V6, NULL, SW_DENY, false},
	{"sshd: fe80*\n", "fe80::1", NULL, SW_DENY, false},
	{"sshd: [fe80::1%9]\n", "fe80::1", NULL, SW_DENY, false},
	{"sshd: [fe80::1%x9]\n", "fe80::1", NULL, SW_NOMATCH, true},
	{"sshd: 192.0.2.77\n", "::ffff:192.0.2.77", NULL, SW_DENY, false},
};

static void names_are_asked_for_where_libwrap_does(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(name_rows); i++) {
		begin("", name_rows[i].deny);
		query.name = name_rows[i].name;
		assert_int_equal(sw_addr_parse(name_rows[i].client,
					       &query.conn.client.addr),
				 SW_OK);
		decide();
		if (result.verdict.outcome != name_rows[i].outcome ||
		    result.needs_name != name_rows[i].needs_name)
			fail_msg("\"%s\" for %s: got %d, %s", name_rows[i].deny,
				 name_rows[i].client,
				 (int)result.verdict.outcome,
				 result.needs_name ? "name" : "no name");
	}
}

static unsigned int lookups[2];

static void resolve(const struct sw_wrapper_query *asked, bool is_server,
		    char *out)
{
	assert_ptr_equal(asked, &query);
	lookups[is_server]++;
	strcpy(out, is_server ? "server.example" : "client.example");
}

static void each_end_is_looked_up_once(void **state SW_UNUSED)
{
	begin("sshd@x.example: ALL\nsshd: a.example b.example\n",
	      "sshd@server.example: c.example client.example\n");
	query.resolve = resolve;
	lookups[0] = lookups[1] = 0;
	decide();
	assert_int_equal(result.verdict.outcome, SW_DENY);
	assert_string_equal(result.token, "client.example");
	assert_int_equal(lookups[0], 1);
	assert_int_equal(lookups[1], 1);
	assert_int_equal(result.verdict.lookup.done, 1);
}

static void a_given_name_is_not_looked_up(void **state SW_UNUSED)
{
	begin("", "sshd: given.example\n");
	query.resolve = resolve;
	query.name = "given.example";
	lookups[0] = 0;
	decide();
	assert_int_equal(result.verdict.outcome, SW_DENY);
	assert_int_equal(lookups[0], 0);
	assert_int_equal(result.verdict.lookup.done, 0);
}

static void the_scope_of_a_client_is_part_of_its_address(void **state SW_UNUSED)
{
	write_file("list", "fe80::1\n");
	begin("", "sshd: LIST\n");
	assert_int_equal(sw_addr_parse("fe80::1", &query.conn.client.addr),
			 SW_OK);
	decide();
	assert_int_equal(result.verdict.outcome, SW_DENY);
	query.scope = "eth0";
	decide();
	assert_int_equal(result.verdict.outcome, SW_NOMATCH);
}

static const struct {
	const char *allow; /* paths */
	const char *deny;
	enum sw_outcome outcome;
	bool allow_closed;
} path_rows[] = {
	{"nothing", "nothing", SW_NOMATCH, false},
	{"dangling", "dangling", SW_NOMATCH, false},
	{".", ".", SW_NOMATCH, false},
	{"loop", "nothing", SW_NOMATCH, true},
	{"deny/x", "deny", SW_DENY, true},
	{"nothing", "loop", SW_DENY, false},
	{"nothing", "deny/x", SW_DENY, false},
};

static void only_a_missing_table_is_empty(void **state SW_UNUSED)
{
	begin("", "ALL: ALL\n");
	assert_int_equal(symlink("nothing", "dangling"), 0);
	assert_int_equal(symlink("loop", "loop"), 0);
	for (size_t i = 0; i < SW_ROWS(path_rows); i++) {
		query.allow = path_rows[i].allow;
		query.deny = path_rows[i].deny;
		decide();
		if (result.verdict.outcome != path_rows[i].outcome ||
		    result.allow_closed != path_rows[i].allow_closed)
			fail_msg("%s %s: got %d", query.allow, query.deny,
				 (int)result.verdict.outcome);
	}
	assert_int_equal(result.verdict.cause, SW_CAUSE_WRAPPER_BROKEN_RULE);
	assert_string_equal(result.verdict.rule.source, "deny/x");
	assert_string_equal(result.verdict.rule.text,
			    "cannot open deny/x: Not a directory");
	assert_int_equal(result.verdict.rule.line, 0);
}

static void a_fifo_is_not_waited_for(void **state SW_UNUSED)
{
	begin("", "sshd: LIST\nALL: ALL\n");
	assert_int_equal(mkfifo("fifo", 0600), 0);
	(void)unlink("list");
	assert_int_equal(symlink("fifo", "list"), 0);
	query.allow = "fifo";
	decide();
	assert_int_equal(unlink("list"), 0);
	assert_int_equal(result.verdict.rule.line, 2);
}

static void what_was_passed_over_is_told(void **state SW_UNUSED)
{
	begin("sshd ALL\nsshd: ALL", "ALL\n");
	decide();
	assert_int_equal(result.verdict.outcome, SW_NOMATCH);
	assert_true(result.skipped);
	assert_true(result.allow_cut);
}

static void a_nul_byte_hides_the_rest_of_its_line(void **state SW_UNUSED)
{
	static const char bytes[] = "sshd: 1.1.1.1\0 junk\n ALL\n\0\nx: y\n";

	begin("", "");
	write_bytes("deny", bytes, sizeof(bytes) - 1);
	decide();
	assert_int_equal(result.verdict.outcome, SW_DENY);
	assert_string_equal(result.verdict.rule.text, "sshd: 1.1.1.1 ALL");
	assert_int_equal(result.verdict.rule.line, 1);
}

static void a_line_may_have_2046_bytes_and_a_newline(void **state SW_UNUSED)
{
	char line[2049];

	memset(line, 'x', sizeof(line));
	memcpy(line, "sshd: ALL ", 10);
	begin("", "");
	line[2046] = '\n';
	write_bytes("deny", line, 2047);
	decide();
	assert_int_equal(result.verdict.cause, SW_CAUSE_WRAPPER_DENY);
	assert_int_equal(strlen(result.verdict.rule.text), SW_TEXT_MAX - 1);
	line[2046] = 'x';
	line[2047] = '\n';
	write_bytes("deny", line, 2048);
	decide();
	assert_int_equal(result.verdict.cause, SW_CAUSE_WRAPPER_BROKEN_RULE);
	assert_int_equal(result.verdict.rule.first_line, 1);
	assert_int_equal(result.verdict.rule.line, 1);
}

static void an_entry_is_found_through_lists_of_lists(void **state SW_UNUSED)
{
	begin("", "sshd: 1.1.1.1 LIST EXCEPT 2.2.2.2\n");
	write_file("list", "10.0.0.1\n\nINNER 192.0.2.78\n192.0.2.77\n");
	write_file("inner", "10.0.0.2\n\n10.0.0.3");
	decide();
	assert_string_equal(result.token, "192.0.2.77");
	assert_string_equal(result.list, list_path);
	assert_int_equal(result.list_line, 4);
	write_file("inner", "10.0.0.2\n 192.0.2.77");
	decide();
	assert_string_equal(result.list, inner_path);
	assert_int_equal(result.list_line, 2);
	assert_string_equal(result.except, "2.2.2.2");
}

static void a_list_that_kills_libwrap_refuses(void **state SW_UNUSED)
{
	char entry[8202];

	begin("", "sshd: LIST\n");
	write_file("list", "INNER\n");
	write_file("inner", "LIST\n");
	decide();
	assert_int_equal(result.verdict.cause, SW_CAUSE_WRAPPER_BROKEN_RULE);
	assert_int_equal(result.verdict.rule.line, 1);

	memset(entry, '1', sizeof(entry));
	write_bytes("list", entry, 8200);
	decide();
	assert_int_equal(result.verdict.outcome, SW_NOMATCH);
	write_bytes("list", entry, 8201);
	decide();
	assert_int_equal(result.verdict.cause, SW_CAUSE_WRAPPER_BROKEN_RULE);
}

static enum sw_wrapper_answer command_answer;

static enum sw_wrapper_answer ask(enum sw_wrapper_question question,
				  const char *word, const char *host)
{
	switch (question) {
	case SW_ASK_COMMAND:
		assert_null(host);
		return strcmp(word, "test") == 0 ? command_answer
						 : SW_ANSWER_YES;
	case SW_ASK_USER:
		return strcmp(word, "root") == 0 ? SW_ANSWER_YES : SW_ANSWER_NO;
	case SW_ASK_GROUP:
		return strcmp(word, "adm") == 0 ? SW_ANSWER_YES : SW_ANSWER_NO;
	case SW_ASK_NETGROUP:
		assert_string_equal(host, "unknown");
		return strcmp(word, "near") == 0 ? SW_ANSWER_YES : SW_ANSWER_NO;
	case SW_ASK_INTERFACE:
		return strcmp(word, "eth0") == 0 ? SW_ANSWER_YES : SW_ANSWER_NO;
	}
	return SW_ANSWER_UNKNOWN;
}

static const struct {
	const char *deny;
	enum sw_outcome answered;
	enum sw_outcome unanswered; /* where nobody can be asked */
} asking_rows[] = {
	{"sshd: ALL: user root: allow\n", SW_ALLOW, SW_ALLOW},
	{"sshd: ALL: user bob: allow\n", SW_DENY, SW_ALLOW},
	{"sshd: ALL: user root.adm: allow\n", SW_ALLOW, SW_ALLOW},
	{"sshd: ALL: user root.x: allow\n", SW_DENY, SW_ALLOW},
	{"sshd: ALL: group x: allow\n", SW_DENY, SW_ALLOW},
	{"sshd: @near\n", SW_DENY, SW_NOMATCH},
	{"sshd: @far\n", SW_NOMATCH, SW_NOMATCH},
	{"sshd: [fe80::1%eth0]\n", SW_DENY, SW_NOMATCH},
	{"sshd: [fe80::1%eth1]\n", SW_NOMATCH, SW_NOMATCH},
	{"sshd: [2001:db8::1%eth0]\n", SW_NOMATCH, SW_NOMATCH},
};

static void the_system_is_known_by_asking_alone(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(asking_rows); i++) {
		enum sw_outcome unanswered;

		begin("", asking_rows[i].deny);
		assert_int_equal(
			sw_addr_parse("fe80::1", &query.conn.client.addr),
			SW_OK);
		decide();
		unanswered = result.verdict.outcome;
		query.ask = ask;
		decide();
		if (unanswered != asking_rows[i].unanswered ||
		    result.verdict.outcome != asking_rows[i].answered)
			fail_msg("\"%s\": got %d, and %d unanswered",
				 asking_rows[i].deny,
				 (int)result.verdict.outcome, (int)unanswered);
	}
}

static const struct {
	const char *allow;
	const char *deny;
	enum sw_wrapper_answer answer;
	enum sw_outcome outcome;
	const char *source;
	bool unsure;
	bool left_allow;
} aclexec_rows[] = {
	{"sshd: ALL: aclexec test\n", "ALL: ALL\n", SW_ANSWER_YES, SW_ALLOW,
	 "allow", false, false},
	{"sshd: ALL: aclexec test\nALL: ALL\n", "ALL: ALL\n", SW_ANSWER_NO,
	 SW_DENY, "deny", false, true},
	{"sshd: ALL: aclexec test\n", "ALL: ALL\n", SW_ANSWER_UNKNOWN, SW_ALLOW,
	 "allow", true, false},
	{"", "sshd: ALL: aclexec test\nALL: ALL\n", SW_ANSWER_NO, SW_ALLOW,
	 "deny", false, false},
	{"sshd: ALL: aclexec test\n", "ALL: ALL: severity info\n", SW_ANSWER_NO,
	 SW_ALLOW, "deny", false, true},
	{"sshd: ALL: aclexec test\n", "ALL: ALL: aclexec yes\n", SW_ANSWER_NO,
	 SW_DENY, "deny", false, true},
	{"sshd: ALL: aclexec test: deny\n", "", SW_ANSWER_NO, SW_DENY, "allow",
	 false, false},
	{"sshd: ALL: aclexec test\n", "", SW_ANSWER_NO, SW_NOMATCH, "", false,
	 true},
};

static void an_aclexec_is_asked_for_and_never_forgotten(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(aclexec_rows); i++) {
		begin(aclexec_rows[i].allow, aclexec_rows[i].deny);
		query.ask = ask;
		command_answer = aclexec_rows[i].answer;
		decide();
		if (result.verdict.outcome != aclexec_rows[i].outcome ||
		    strcmp(result.verdict.rule.source,
			   aclexec_rows[i].source) != 0 ||
		    result.unsure != aclexec_rows[i].unsure ||
		    result.left_allow != aclexec_rows[i].left_allow)
			fail_msg("\"%s\" \"%s\" %d: got %d by \"%s\"",
				 aclexec_rows[i].allow, aclexec_rows[i].deny,
				 (int)aclexec_rows[i].answer,
				 (int)result.verdict.outcome,
				 result.verdict.rule.source);
	}
}

static void truncate_deny(const struct sw_wrapper_query *asked SW_UNUSED,
			  bool is_server SW_UNUSED, char *out)
{
	assert_int_equal(truncate("deny", 20), 0);
	strcpy(out, "unknown");
}

/* Where the matcher stops then depends on its buffer, as with libwrap. */
static void a_table_may_shrink_while_it_is_read(void **state SW_UNUSED)
{
	begin("", "");
	FILE *file = fopen("deny", "w");

	fputs("sshd: host.example\n", file);
	for (int i = 0; i < 100000; i++)
		fputs("sshd: 10.0.0.1\n", file);
	assert_int_equal(fclose(file), 0);
	query.resolve = truncate_deny;
	decide();
	assert_true(result.verdict.outcome == SW_NOMATCH ||
		    result.verdict.cause == SW_CAUSE_WRAPPER_BROKEN_RULE);
}

static void errno_is_kept(void **state SW_UNUSED)
{
	begin("", "sshd: /nonexistent\n");
	query.allow = "nothing";
	errno = EBADMSG;
	decide();
	assert_int_equal(errno, EBADMSG);
}

static int enter_folder(void **state SW_UNUSED)
{
	char here[480];

	if (mkdtemp(folder) == NULL || chdir(folder) != 0 ||
	    getcwd(here, sizeof(here)) == NULL)
		return -1;
	(void)snprintf(list_path, sizeof(list_path), "%s/list", here);
	(void)snprintf(inner_path, sizeof(inner_path), "%s/inner", here);
	return 0;
}

static int leave_folder(void **state SW_UNUSED)
{
	static const char *const files[] = {
		"allow", "deny", "list", "inner", "fifo", "dangling", "loop"};

	for (size_t i = 0; i < SW_ROWS(files); i++)
		(void)unlink(files[i]);
	return chdir("..") == 0 ? rmdir(folder) : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_decide_as_libwrap_has_them),
		cmocka_unit_test(names_are_asked_for_where_libwrap_does),
		cmocka_unit_test(each_end_is_looked_up_once),
		cmocka_unit_test(a_given_name_is_not_looked_up),
		cmocka_unit_test(the_scope_of_a_client_is_part_of_its_address),
		cmocka_unit_test(only_a_missing_table_is_empty),
		cmocka_unit_test(a_fifo_is_not_waited_for),
		cmocka_unit_test(what_was_passed_over_is_told),
		cmocka_unit_test(a_nul_byte_hides_the_rest_of_its_line),
		cmocka_unit_test(a_line_may_have_2046_bytes_and_a_newline),
		cmocka_unit_test(an_entry_is_found_through_lists_of_lists),
		cmocka_unit_test(a_list_that_kills_libwrap_refuses),
		cmocka_unit_test(the_system_is_known_by_asking_alone),
		cmocka_unit_test(an_aclexec_is_asked_for_and_never_forgotten),
		cmocka_unit_test(a_table_may_shrink_while_it_is_read),
		cmocka_unit_test(errno_is_kept),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
