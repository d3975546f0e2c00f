#include "check_wrapper.h"

#include "sshwhy/ask_wrapper.h"
#include "sshwhy/auto.h"
#include "sshwhy/paths.h"
#include "sshwhy/text.h"
#include "sshwhy/wrapper_owner.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define SSHGUARD_MARK "###sshguard###"

void sw_table_add(struct sw_table_check *check, enum sw_check what,
		  const struct sw_word *word, const char *detail)
{
	struct sw_place place = {check->file, check->line, check->text};
	char text[SW_TEXT_MAX];

	if (word != NULL) {
		sw_word_copy(sw_word_trim(*word), text, sizeof(text));
		place.text = text;
	}
	if (detail == NULL)
		sw_findings_add(check->checking->findings, what, &place, NULL);
	else
		sw_findings_add(check->checking->findings, what, &place, "%s",
				detail);
}

static void add_to_file(struct sw_table_check *check, enum sw_check what,
			const char *detail)
{
	check->line = 0;
	check->text[0] = '\0';
	sw_table_add(check, what, NULL, detail);
}

/* --- the file ----------------------------------------------------------------
 */

static void cannot_open(struct sw_table_check *check, int error)
{
	const char *words = strerror(error);
	struct stat st;

	if (error == ENOENT) {
		if (lstat(check->file, &st) == 0)
			add_to_file(check, SW_CHECK_WRAPPER_DANGLING, NULL);
	} else if (error == EACCES && geteuid() != 0) {
		add_to_file(check, SW_CHECK_WRAPPER_UNSEEN, words);
	} else {
		add_to_file(check,
			    check->is_allow ? SW_CHECK_WRAPPER_NOT_OPENED_ALLOW
					    : SW_CHECK_WRAPPER_NOT_OPENED_DENY,
			    words);
	}
}

static bool is_readable(struct sw_table_check *check)
{
	struct stat st;

	if (stat(check->file, &st) != 0) {
		cannot_open(check, errno);
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		add_to_file(check,
			    S_ISDIR(st.st_mode) ? SW_CHECK_WRAPPER_FOLDER
						: SW_CHECK_WRAPPER_NOT_A_FILE,
			    NULL);
		return false;
	}
	/* The owner of a copy tells nothing. */
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0 ||
	    (st.st_uid != 0 && check->checking->is_live))
		add_to_file(check, SW_CHECK_WRAPPER_WRITABLE, NULL);
	if (access(check->file, R_OK) != 0) {
		cannot_open(check, errno);
		return false;
	}
	return true;
}

/* --- its lines ---------------------------------------------------------------
 */

static void check_cut_line(struct sw_table_check *check, size_t len)
{
	bool is_long = len == SW_LINE_MAX - 1;

	if (check->is_allow)
		sw_table_add(check,
			     is_long ? SW_CHECK_WRAPPER_LONG_ALLOW
				     : SW_CHECK_WRAPPER_CUT_ALLOW,
			     NULL, NULL);
	else
		sw_table_add(check,
			     is_long ? SW_CHECK_WRAPPER_LONG_DENY
				     : SW_CHECK_WRAPPER_CUT_DENY,
			     NULL, NULL);
}

static void note_tool(struct sw_table_check *check, const char *previous)
{
	const struct sw_wrapper_marks marks = {
		.previous = previous,
		.text = check->text,
		.in_allow_file = check->is_allow,
		.sshguard = check->in_sshguard ? 1 : 0,
	};
	const char *tool = sw_wrapper_owner(&marks);

	if (*tool == '\0' || check->tool_count == SW_CHECK_TOOLS)
		return;
	for (size_t i = 0; i < check->tool_count; i++) {
		if (strcmp(check->tools[i], tool) == 0)
			return;
	}
	check->tools[check->tool_count++] = tool;
}

/* An IPv6 address that is not in brackets: the second ':' is within it. */
static bool has_bare_v6(const struct sw_table_rule *rule, struct sw_word right,
			struct sw_word *out)
{
	const char *end = rule->clients.start + rule->clients.len;
	char text[INET6_ADDRSTRLEN];
	uint8_t address[16];
	struct sw_word word;

	while (rule->has_options && sw_word_next(&right, SW_COMMA, &word) &&
	       word.start <= end) {
		struct sw_word whole = word;
		struct sw_word mask;

		(void)sw_word_split(word, '/', &word, &mask);
		if (word.len >= sizeof(text))
			continue;
		sw_word_copy(word, text, sizeof(text));
		if (inet_pton(AF_INET6, text, address) == 1) {
			*out = whole;
			return true;
		}
	}
	return false;
}

/* "sshd: 192.0.2.1ALL: 192.0.2.2": a line was appended to one without end. */
static bool is_merged(const struct sw_table_rule *rule, struct sw_word *out)
{
	static const char *const daemons[] = {"ALL", "sshd"};
	struct sw_word rest = rule->clients;
	struct sw_word word = {NULL, 0};

	while (sw_word_next(&rest, SW_COMMA, &word))
		;
	for (size_t i = 0; i < 2 && rule->has_options; i++) {
		size_t len = strlen(daemons[i]);
		struct sw_word head;
		struct sw_word tail;

		if (word.len <= len)
			continue;
		head = (struct sw_word){word.start, word.len - len};
		tail = (struct sw_word){word.start + head.len, len};
		if (sw_word_is(tail, daemons[i]) &&
		    (sw_address_v4(head) != SW_V4_NONE ||
		     sw_word_is_bracketed(head))) {
			*out = word;
			return true;
		}
	}
	return false;
}

static bool has_words(struct sw_word list)
{
	struct sw_word word;

	return sw_word_next(&list, SW_COMMA, &word);
}

static void check_rule(struct sw_table_check *check, struct sw_table_rule *rule,
		       struct sw_word right)
{
	struct sw_match match;
	struct sw_word word;

	sw_match_begin(&match, check->query);
	rule->is_for_sshd = sw_match_daemons(&match, rule->daemons);
	check->has_rules = true;
	if (has_bare_v6(rule, right, &word)) {
		sw_table_add(check, SW_CHECK_WRAPPER_V6_BARE, &word, NULL);
		return;
	}
	if (is_merged(rule, &word)) {
		sw_table_add(check, SW_CHECK_WRAPPER_MERGED, NULL, NULL);
		return;
	}
	if (check->text[0] != '#' &&
	    check->text[strspn(check->text, " \t")] == '#')
		sw_table_add(check,
			     rule->is_for_sshd
				     ? SW_CHECK_WRAPPER_INDENTED_COMMENT
				     : SW_CHECK_WRAPPER_INDENTED_IDLE,
			     NULL, NULL);
	/* sshguard fills its last line up with nothing. */
	if ((!has_words(rule->daemons) || !has_words(rule->clients)) &&
	    !check->in_sshguard)
		sw_table_add(check, SW_CHECK_WRAPPER_EMPTY_LIST, NULL, NULL);
	sw_table_check_daemons(check, rule);
	sw_table_check_clients(check, rule);
	sw_table_check_options(check, rule);
	sw_table_check_order(check, rule);
}

static void check_line(struct sw_table_check *check, struct sw_lines *lines)
{
	struct sw_word line = {lines->buf, lines->buf_len};
	struct sw_table_rule rule = {.has_options = false};
	struct sw_word right;

	if (line.start[0] == '#') {
		if (lines->newlines > lines->first_line)
			sw_table_add(check, SW_CHECK_WRAPPER_COMMENT_SWALLOWS,
				     NULL, NULL);
		if (strncmp(check->text, SSHGUARD_MARK,
			    strlen(SSHGUARD_MARK)) == 0)
			check->in_sshguard = !check->in_sshguard;
		return;
	}
	if (sw_word_trim(line).len == 0)
		return;
	if (!sw_word_split(line, ':', &rule.daemons, &right)) {
		sw_table_add(check, SW_CHECK_WRAPPER_NO_COLON, NULL, NULL);
		return;
	}
	rule.clients = right;
	rule.has_options =
		sw_word_split(right, ':', &rule.clients, &rule.options);
	check_rule(check, &rule, right);
}

static void check_lines(struct sw_table_check *check, bool skips_first)
{
	char previous[SW_TEXT_MAX] = "";
	struct sw_lines lines;

	if (sw_lines_open(&lines, check->file) != SW_OK) {
		cannot_open(check, errno);
		return;
	}
	while (sw_lines_next(&lines)) {
		struct sw_word line = {lines.buf, lines.buf_len};

		check->line = lines.first_line;
		if (line.start[line.len - 1] == '\n')
			line.len--;
		sw_word_copy(line, check->text, sizeof(check->text));
		if (line.len == lines.buf_len) {
			check_cut_line(check, line.len);
			break;
		}
		if (!skips_first || lines.first_line > 1)
			check_line(check, &lines);
		note_tool(check, previous);
		memcpy(previous, check->text, sizeof(previous));
	}
	sw_lines_close(&lines);
}

static void check_tools(struct sw_table_check *check)
{
	char names[SW_TEXT_MAX];
	struct sw_text text;

	if (check->tool_count < 2)
		return;
	sw_text_init(&text, names, sizeof(names));
	for (size_t i = 0; i < check->tool_count; i++)
		sw_text_add(&text, "%s%s", i == 0 ? "" : ", ", check->tools[i]);
	add_to_file(check, SW_CHECK_WRAPPER_TWO_TOOLS, names);
}

static void check_table(struct sw_table_check *check, const char *file,
			bool is_allow)
{
	check->file = file;
	check->is_allow = is_allow;
	check->has_rules = false;
	check->in_sshguard = false;
	check->tool_count = 0;
	if (!is_readable(check))
		return;
	check_lines(check, sw_table_check_bytes(check));
	check_tools(check);
	if (check->has_rules && sw_sshd_lacks_libwrap(check->checking))
		add_to_file(check, SW_CHECK_WRAPPER_NO_LIBWRAP, NULL);
}

static bool is_named_allow(const char *file)
{
	const char *name = strrchr(file, '/');

	return strstr(name == NULL ? file : name, "allow") != NULL;
}

void sw_check_wrapper(struct sw_checking *checking, const char *file)
{
	const struct sw_wrapper_query query = {
		.daemon = "sshd",
		.ask = checking->is_live ? sw_ask_system : NULL,
	};
	struct sw_table_check check = {.checking = checking, .query = &query};
	char path[PATH_MAX];

	if (file != NULL) {
		check_table(&check, file, is_named_allow(file));
	} else {
		check_table(&check,
			    sw_check_path(checking, SW_PATH_HOSTS_ALLOW, path),
			    true);
		check_table(&check,
			    sw_check_path(checking, SW_PATH_HOSTS_DENY, path),
			    false);
	}
	sw_order_release(&check.order);
}
