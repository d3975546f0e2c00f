#include "sw_test.h"

#include "logline_rows.h"
#include "sshwhy/logline.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LONG_MAX_ROW 1024

static const char *const kinds[] = {
	[SW_LOG_OTHER] = "-",	      [SW_LOG_CONTEXT] = "context",
	[SW_LOG_FACT] = "fact",	      [SW_LOG_SUMMARY] = "summary",
	[SW_LOG_COMPANION] = "again", [SW_LOG_REJECTION] = "reject",
};

static void add_end(struct sw_text *text, const char *name,
		    const struct sw_endpoint *end)
{
	char addr[SW_ADDR_TEXT_MAX];

	if (end->addr.family != SW_FAMILY_NONE)
		sw_text_add(text, " %s=%s", name,
			    sw_addr_format(&end->addr, addr));
	if (end->port != 0)
		sw_text_add(text, ",%u", end->port);
}

static void add_numbers(struct sw_text *text, const struct sw_logline *line)
{
	if (line->number != 0 || line->limit != 0)
		sw_text_add(text, " n=%u", line->number);
	if (line->limit != 0)
		sw_text_add(text, "/%u", line->limit);
	if (line->count != 1)
		sw_text_add(text, " count=%u", (unsigned int)line->count);
	if (line->conn.pid != 0)
		sw_text_add(text, " pid=%d", (int)line->conn.pid);
}

/* All that is known, in one line. */
static const char *shown(const char *message, enum sw_log_origin origin,
			 char *buf, size_t size)
{
	struct sw_logline line;
	struct sw_text text;
	size_t len = strlen(message);
	/* Nothing behind the message may be read. */
	char *exact = malloc(len > 0 ? len : 1);

	assert_non_null(exact);
	memcpy(exact, message, len);
	sw_text_init(&text, buf, size);
	if (sw_logline_classify(origin, exact, len, &line) == SW_LOG_OTHER) {
		sw_text_add(&text, "-");
		free(exact);
		return buf;
	}
	free(exact);
	sw_text_add(&text, "%s %s", kinds[line.kind],
		    sw_cause_code(line.cause));
	add_end(&text, "from", &line.conn.client);
	add_end(&text, "on", &line.conn.server);
	if (line.conn.user[0] != '\0' || line.unknown_user)
		sw_text_add(&text, " %s=%s",
			    line.unknown_user ? "unknown" : "user",
			    line.conn.user);
	if (line.rule.source[0] != '\0')
		sw_text_add(&text, " rule=%s:%u", line.rule.source,
			    line.rule.line);
	add_numbers(&text, &line);
	if (line.detail[0] != '\0')
		sw_text_add(&text, " (%s)", line.detail);
	return buf;
}

static void check(const struct message_row *row, size_t count,
		  enum sw_log_origin origin)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++) {
		char buf[LONG_MAX_ROW];
		const char *got =
			shown(row[i].message, origin, buf, sizeof(buf));

		if (strcmp(got, row[i].want) == 0)
			continue;
		print_error("\"%s\"\n  got  %s\n  want %s\n", row[i].message,
			    got, row[i].want);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void the_listener_s_drops_are_told_apart(void **state SW_UNUSED)
{
	check(drops, SW_ROWS(drops), SW_LOG_SSHD);
}

static void
log_verbose_s_tags_and_levels_are_seen_through(void **state SW_UNUSED)
{
	check(tagged, SW_ROWS(tagged), SW_LOG_SSHD);
}

static void libwrap_s_words_are_understood(void **state SW_UNUSED)
{
	check(wrapper, SW_ROWS(wrapper), SW_LOG_SSHD);
}

static void an_incompatible_client_is_named(void **state SW_UNUSED)
{
	check(protocol, SW_ROWS(protocol), SW_LOG_SSHD);
}

static void rules_of_sshd_config_are_named(void **state SW_UNUSED)
{
	check(config, SW_ROWS(config), SW_LOG_SSHD);
}

static void pam_and_its_modules_are_named(void **state SW_UNUSED)
{
	check(pam, SW_ROWS(pam), SW_LOG_SSHD);
}

static void keys_that_are_refused_name_file_and_line(void **state SW_UNUSED)
{
	check(keys, SW_ROWS(keys), SW_LOG_SSHD);
}

static void a_broken_sshd_is_named(void **state SW_UNUSED)
{
	check(server, SW_ROWS(server), SW_LOG_SSHD);
}

static void lines_of_context_give_the_client(void **state SW_UNUSED)
{
	check(context, SW_ROWS(context), SW_LOG_SSHD);
}

static void everything_else_is_silent(void **state SW_UNUSED)
{
	check(silent, SW_ROWS(silent), SW_LOG_SSHD);
}

static void text_of_the_client_forges_nothing(void **state SW_UNUSED)
{
	check(hostile, SW_ROWS(hostile), SW_LOG_SSHD);
}

static void limits_of_the_socket_unit_come_from_systemd(void **state SW_UNUSED)
{
	check(units, SW_ROWS(units), SW_LOG_SYSTEMD);
}

static void who_says_it_matters(void **state SW_UNUSED)
{
	char buf[LONG_MAX_ROW];

	for (size_t i = 0; i < SW_ROWS(drops); i++) {
		assert_string_equal(shown(drops[i].message, SW_LOG_FOREIGN, buf,
					  sizeof(buf)),
				    "-");
		assert_string_equal(shown(drops[i].message, SW_LOG_SYSTEMD, buf,
					  sizeof(buf)),
				    "-");
	}
	for (size_t i = 0; i < SW_ROWS(units); i++)
		assert_string_equal(
			shown(units[i].message, SW_LOG_SSHD, buf, sizeof(buf)),
			"-");
}

/* sshd cuts a message at 500 bytes, and then its end is the client's. */
static void the_end_of_a_cut_message_is_not_believed(void **state SW_UNUSED)
{
	static const char start[] = "administratively prohibited connection "
				    "for ";
	static const char end[] = " from 9.9.9.9 port 99";
	char message[501];
	char buf[LONG_MAX_ROW];

	memset(message, 'x', sizeof(message));
	memcpy(message, start, strlen(start));
	memcpy(message + 500 - strlen(end), end, sizeof(end));
	assert_string_equal(shown(message, SW_LOG_SSHD, buf, sizeof(buf)), "-");
	memmove(message + 100, message + 101, 400);
	assert_memory_equal(shown(message, SW_LOG_SSHD, buf, sizeof(buf)),
			    "reject", 6);
}

static void no_length_and_no_byte_breaks_it(void **state SW_UNUSED)
{
	static char message[70000];
	struct sw_logline line;
	unsigned int seed = 1;

	errno = EXDEV;
	for (size_t i = 0; i < sizeof(message); i++) {
		seed = seed * 1103515245U + 12345U;
		message[i] = (char)(seed >> 16);
	}
	for (size_t len = 0; len < 2000; len++)
		(void)sw_logline_classify(SW_LOG_SSHD, message + len, len,
					  &line);
	memcpy(message, "Invalid user ", 13);
	(void)sw_logline_classify(SW_LOG_SSHD, message, sizeof(message), &line);
	assert_int_equal(errno, EXDEV);
}

/* The dispatch looks rows up by their first character. */
static void rows_are_sorted_by_their_first_character(void **state SW_UNUSED)
{
	static const char *const patterns[] = {
#define MESSAGE(kind, cause, pattern) pattern,
#include "../../lib/log_messages.def"
#undef MESSAGE
	};

	for (size_t i = 1; i < SW_ROWS(patterns); i++) {
		if (patterns[i - 1][0] > patterns[i][0])
			fail_msg("\"%s\" stands too late", patterns[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_listener_s_drops_are_told_apart),
		cmocka_unit_test(
			log_verbose_s_tags_and_levels_are_seen_through),
		cmocka_unit_test(libwrap_s_words_are_understood),
		cmocka_unit_test(an_incompatible_client_is_named),
		cmocka_unit_test(rules_of_sshd_config_are_named),
		cmocka_unit_test(pam_and_its_modules_are_named),
		cmocka_unit_test(keys_that_are_refused_name_file_and_line),
		cmocka_unit_test(a_broken_sshd_is_named),
		cmocka_unit_test(lines_of_context_give_the_client),
		cmocka_unit_test(everything_else_is_silent),
		cmocka_unit_test(text_of_the_client_forges_nothing),
		cmocka_unit_test(limits_of_the_socket_unit_come_from_systemd),
		cmocka_unit_test(who_says_it_matters),
		cmocka_unit_test(the_end_of_a_cut_message_is_not_believed),
		cmocka_unit_test(no_length_and_no_byte_breaks_it),
		cmocka_unit_test(rows_are_sorted_by_their_first_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
