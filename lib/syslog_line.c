#include "sshwhy/syslog_line.h"

#include "sshwhy/num.h"
#include "syslog_name.h"
#include "syslog_stamp.h"

#include <string.h>

#define REPEATED_MAX UINT64_C(1000000)

static void drop_blanks(struct sw_log_rest *rest)
{
	while (rest->len > 0 && rest->at[0] == ' ')
		sw_rest_drop(rest, 1);
}

/* "<38>", and the version of RFC 5424 behind it or alone. */
static bool take_priority(struct sw_log_rest *rest)
{
	const char *end;

	if (sw_rest_starts(rest, "<")) {
		end = memchr(rest->at, '>', rest->len < 6 ? rest->len : 6);
		if (end == NULL)
			return false;
		sw_rest_drop(rest, (size_t)(end + 1 - rest->at));
	}
	if (!sw_rest_starts(rest, "1 "))
		return false;
	sw_rest_drop(rest, 2);
	return true;
}

/* "[id name="value" ...]": a quote inside a value has a backslash. */
static void drop_element(struct sw_log_rest *rest)
{
	bool quoted = false;

	for (size_t i = 1; i < rest->len; i++) {
		char c = rest->at[i];

		if (c == '\\' && quoted) {
			i++;
		} else if (c == '"') {
			quoted = !quoted;
		} else if (c == ']' && !quoted) {
			sw_rest_drop(rest, i + 1);
			return;
		}
	}
	sw_rest_drop(rest, rest->len);
}

/* "host sshd 41 - - ", perhaps with structured data. */
static void read_5424(struct sw_log_rest *rest, struct sw_syslog_line *out)
{
	struct sw_log_rest host = sw_rest_word(rest);

	out->host = host.at;
	out->host_len = host.len;
	out->origin = sw_log_origin(sw_rest_word(rest));
	out->pid = sw_log_pid(sw_rest_word(rest));
	(void)sw_rest_word(rest);
	if (!sw_rest_starts(rest, "["))
		(void)sw_rest_word(rest);
	while (sw_rest_starts(rest, "["))
		drop_element(rest);
	drop_blanks(rest);
	if (sw_rest_starts(rest, "\xef\xbb\xbf"))
		sw_rest_drop(rest, 3);
}

static bool take_stamp(struct sw_log_rest *rest, struct sw_stamp *out)
{
	struct sw_stamp stamp;
	size_t n = sw_stamp_read(rest->at, rest->len, &stamp);

	if (n == 0 || n == rest->len || rest->at[n] != ' ')
		return false;
	sw_rest_drop(rest, n);
	drop_blanks(rest);
	*out = stamp;
	return true;
}

/* "last message repeated 3 times", by whomever. */
static void read_repeated(struct sw_log_rest rest, struct sw_syslog_line *out)
{
	uint64_t times = 0;
	struct sw_log_rest number;

	if (!sw_rest_starts(&rest, "last message repeated "))
		return;
	sw_rest_drop(&rest, strlen("last message repeated "));
	number = sw_rest_word(&rest);
	if (sw_rest_starts(&rest, "time") &&
	    sw_num_parse_n(number.at, number.len, REPEATED_MAX, &times) ==
		    SW_OK)
		out->repeated = (unsigned int)times;
}

/* What may stand before the program's name besides the host. True: go on. */
static bool take_other(struct sw_log_rest *rest, struct sw_log_rest word,
		       struct sw_syslog_line *out)
{
	struct sw_log_rest inner = {word.at,
				    (size_t)(rest->at + rest->len - word.at)};
	bool is_runtime = word.len == 1 && (*word.at == 'F' || *word.at == 'P');

	if (out->host_len == 0) {
		out->host = word.at;
		out->host_len = word.len;
		return true;
	}
	/* A relay writes its own time and host first, and so does a container's
	 * runtime, with "stdout F" in the place of the host. */
	if (take_stamp(is_runtime ? rest : &inner, &out->stamp)) {
		*rest = is_runtime ? *rest : inner;
		out->host_len = 0;
		return true;
	}
	if (is_runtime) {
		out->host_len = 0;
		return true;
	}
	if (!sw_rest_starts(&inner, "Message forwarded from "))
		return false;
	sw_rest_drop(&inner, strlen("Message forwarded from "));
	word = sw_rest_word(&inner);
	out->host = word.at;
	out->host_len = word.len > 0 ? word.len - 1 : 0;
	*rest = inner;
	return true;
}

#define WORDS_MAX 12 /* of a header */

/* "host sshd[41]: ", or without the host. */
static void read_bsd(struct sw_log_rest *rest, struct sw_syslog_line *out)
{
	for (unsigned int i = 0; i < WORDS_MAX && rest->len > 0; i++) {
		struct sw_log_rest before = *rest;
		struct sw_log_rest word = sw_rest_word(rest);

		if (sw_log_read_name(word, out)) {
			if (sw_rest_starts(rest, "[ID "))
				(void)sw_rest_bracketed(rest, '[', ']');
			drop_blanks(rest);
			read_repeated(*rest, out);
			return;
		}
		if ((word.len > 2 && word.at[0] == '<' &&
		     word.at[word.len - 1] == '>') ||
		    sw_log_is_priority(word))
			continue;
		read_repeated(before, out);
		if (out->repeated != 0 || !take_other(rest, word, out)) {
			*rest = before;
			return;
		}
	}
}

enum sw_err sw_syslog_parse(const char *line, size_t len,
			    struct sw_syslog_line *out)
{
	struct sw_syslog_line draft = {.origin = SW_LOG_FOREIGN};
	struct sw_log_rest rest = {line, len};
	bool is_5424 = take_priority(&rest);

	if (!take_stamp(&rest, &draft.stamp))
		return SW_E_SYNTAX;
	if (is_5424)
		read_5424(&rest, &draft);
	else
		read_bsd(&rest, &draft);
	while (rest.len > 0 && rest.at[rest.len - 1] == ' ')
		rest.len--;
	draft.message = rest.at;
	draft.message_len = rest.len;
	*out = draft;
	return SW_OK;
}
