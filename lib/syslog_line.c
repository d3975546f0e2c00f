#include "sshwhy/syslog_line.h"

#include "sshwhy/num.h"
#include "syslog_stamp.h"

#include <string.h>

struct rest {
	const char *at;
	size_t len;
};

static void drop(struct rest *rest, size_t len)
{
	rest->at += len;
	rest->len -= len;
}

static bool starts(const struct rest *rest, const char *words)
{
	size_t n = strlen(words);

	return rest->len >= n && memcmp(rest->at, words, n) == 0;
}

/* The bytes before the next blank; blanks behind it are dropped too. */
static struct rest take_word(struct rest *rest)
{
	const char *blank = memchr(rest->at, ' ', rest->len);
	struct rest word = *rest;

	if (blank != NULL)
		word.len = (size_t)(blank - rest->at);
	drop(rest, word.len);
	while (rest->len > 0 && rest->at[0] == ' ')
		drop(rest, 1);
	return word;
}

/* "<38>", and of RFC 5424 the version behind it. */
static bool take_priority(struct rest *rest)
{
	const char *end;

	if (!starts(rest, "<"))
		return false;
	end = memchr(rest->at, '>', rest->len < 6 ? rest->len : 6);
	if (end == NULL)
		return false;
	drop(rest, (size_t)(end + 1 - rest->at));
	if (!starts(rest, "1 "))
		return false;
	drop(rest, 2);
	return true;
}

static const struct program {
	const char *name;
	enum sw_log_origin origin;
} programs[] = {
	{"sshd", SW_LOG_SSHD},
	{"sshd-session", SW_LOG_SSHD},
	{"sshd-auth", SW_LOG_SSHD},
	{"systemd", SW_LOG_SYSTEMD},
};

static enum sw_log_origin origin_of(struct rest name)
{
	const char *slash = memrchr(name.at, '/', name.len);

	if (slash != NULL)
		drop(&name, (size_t)(slash + 1 - name.at));
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (strlen(programs[i].name) == name.len &&
		    memcmp(programs[i].name, name.at, name.len) == 0)
			return programs[i].origin;
	}
	return SW_LOG_FOREIGN;
}

static pid_t pid_of(const char *digits, size_t len)
{
	uint64_t pid = 0;

	(void)!sw_num_parse_n(digits, len, INT32_MAX, &pid);
	return (pid_t)pid;
}

/* The text between two brackets at the front; they are dropped with it. */
static struct rest take_bracketed(struct rest *rest, char open, char close)
{
	struct rest inside = {rest->at, 0};
	const char *end;

	if (rest->len == 0 || rest->at[0] != open)
		return inside;
	end = memchr(rest->at, close, rest->len);
	if (end == NULL)
		return inside;
	inside.at = rest->at + 1;
	inside.len = (size_t)(end - inside.at);
	drop(rest, inside.len + 2);
	return inside;
}

/* "sshd[41]", "sshd(pam_unix)[41]" or "sshd", without the colon. */
static void read_identity(struct rest word, struct sw_syslog_line *out)
{
	struct rest name = word;
	struct rest module;
	struct rest pid;
	size_t n = 0;

	while (n < word.len && word.at[n] != '[' && word.at[n] != '(')
		n++;
	name.len = n;
	out->origin = origin_of(name);
	if (out->origin == SW_LOG_FOREIGN)
		return;
	drop(&word, n);
	module = take_bracketed(&word, '(', ')');
	pid = take_bracketed(&word, '[', ']');
	out->module = module.at;
	out->module_len = module.len;
	out->pid = pid_of(pid.at, pid.len);
	if (word.len > 0)
		out->origin = SW_LOG_FOREIGN;
}

/* "host sshd[41]: ", or without the host. */
static void read_bsd(struct rest *rest, struct sw_syslog_line *out)
{
	struct rest word = take_word(rest);

	if (word.len > 2 && word.at[0] == '<' && word.at[word.len - 1] == '>')
		word = take_word(rest);
	if (word.len > 0 && word.at[word.len - 1] != ':') {
		out->host = word.at;
		out->host_len = word.len;
		word = take_word(rest);
	}
	if (word.len == 0 || word.at[word.len - 1] != ':')
		return;
	word.len--;
	read_identity(word, out);
	if (starts(rest, "[ID "))
		(void)take_bracketed(rest, '[', ']');
	if (starts(rest, " "))
		drop(rest, 1);
}

/* "host sshd 41 - - ", without structured data. */
static void read_5424(struct rest *rest, struct sw_syslog_line *out)
{
	struct rest host = take_word(rest);
	struct rest pid;

	out->host = host.at;
	out->host_len = host.len;
	read_identity(take_word(rest), out);
	pid = take_word(rest);
	out->pid = pid_of(pid.at, pid.len);
	(void)take_word(rest);
	if (starts(rest, "["))
		(void)take_bracketed(rest, '[', ']');
	else
		(void)take_word(rest);
	if (starts(rest, " "))
		drop(rest, 1);
	if (starts(rest, "\xef\xbb\xbf"))
		drop(rest, 3);
}

enum sw_err sw_syslog_parse(const char *line, size_t len,
			    struct sw_syslog_line *out)
{
	struct sw_syslog_line draft = {.origin = SW_LOG_FOREIGN};
	struct rest rest = {line, len};
	bool is_5424 = take_priority(&rest);
	size_t n = sw_stamp_read(rest.at, rest.len, &draft.stamp);

	if (n == 0 || n == rest.len || rest.at[n] != ' ')
		return SW_E_SYNTAX;
	drop(&rest, n);
	while (rest.len > 0 && rest.at[0] == ' ')
		drop(&rest, 1);
	if (is_5424)
		read_5424(&rest, &draft);
	else
		read_bsd(&rest, &draft);
	draft.message = rest.at;
	draft.message_len = rest.len;
	*out = draft;
	return SW_OK;
}
