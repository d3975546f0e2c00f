#include "syslog_name.h"

#include "sshwhy/num.h"

#include <string.h>

void sw_rest_drop(struct sw_log_rest *rest, size_t len)
{
	rest->at += len;
	rest->len -= len;
}

bool sw_rest_starts(const struct sw_log_rest *rest, const char *words)
{
	size_t n = strlen(words);

	return rest->len >= n && memcmp(rest->at, words, n) == 0;
}

struct sw_log_rest sw_rest_word(struct sw_log_rest *rest)
{
	const char *blank = memchr(rest->at, ' ', rest->len);
	struct sw_log_rest word = *rest;

	if (blank != NULL)
		word.len = (size_t)(blank - rest->at);
	sw_rest_drop(rest, word.len);
	while (rest->len > 0 && rest->at[0] == ' ')
		sw_rest_drop(rest, 1);
	return word;
}

struct sw_log_rest sw_rest_bracketed(struct sw_log_rest *rest, char open,
				     char close)
{
	struct sw_log_rest inside = {rest->at, 0};
	const char *end;

	if (rest->len == 0 || rest->at[0] != open)
		return inside;
	end = memchr(rest->at, close, rest->len);
	if (end == NULL)
		return inside;
	inside.at = rest->at + 1;
	inside.len = (size_t)(end - inside.at);
	sw_rest_drop(rest, inside.len + 2);
	return inside;
}

pid_t sw_log_pid(struct sw_log_rest digits)
{
	uint64_t pid = 0;

	(void)!sw_num_parse_n(digits.at, digits.len, INT32_MAX, &pid);
	return (pid_t)pid;
}

static bool ends(struct sw_log_rest name, const char *words)
{
	size_t n = strlen(words);

	return name.len >= n && memcmp(name.at + name.len - n, words, n) == 0;
}

static bool is(struct sw_log_rest name, const char *words)
{
	return name.len == strlen(words) && ends(name, words);
}

/* "sshd.service", "ssh@3-192.0.2.1:22-203.0.113.5:51234.service" */
static bool is_unit_of_sshd(struct sw_log_rest name)
{
	if (!sw_rest_starts(&name, "ssh") || !ends(name, ".service"))
		return false;
	sw_rest_drop(&name, 3);
	if (sw_rest_starts(&name, "d"))
		sw_rest_drop(&name, 1);
	return sw_rest_starts(&name, "@") || is(name, ".service");
}

enum sw_log_origin sw_log_origin(struct sw_log_rest name)
{
	static const struct {
		const char *name;
		enum sw_log_origin origin;
	} programs[] = {
		{"sshd", SW_LOG_SSHD},		{"sshd-session", SW_LOG_SSHD},
		{"sshd-auth", SW_LOG_SSHD},	{"systemd", SW_LOG_SYSTEMD},
		{"init.scope", SW_LOG_SYSTEMD},
	};
	const char *slash = memrchr(name.at, '/', name.len);

	if (slash != NULL)
		sw_rest_drop(&name, (size_t)(slash + 1 - name.at));
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (is(name, programs[i].name))
			return programs[i].origin;
	}
	return is_unit_of_sshd(name) ? SW_LOG_SSHD : SW_LOG_FOREIGN;
}

bool sw_log_is_priority(struct sw_log_rest word)
{
	static const char *const facilities[] = {
		"auth", "authpriv", "security", "daemon", "user", "local",
	};
	size_t n = 0;

	while (n < word.len && word.at[n] >= 'a' && word.at[n] <= 'z')
		n++;
	if (n == word.len || word.at[word.len - 1] == ':')
		return false;
	for (size_t i = 0; i < sizeof(facilities) / sizeof(facilities[0]);
	     i++) {
		const char *behind = word.at + strlen(facilities[i]);

		if (!sw_rest_starts(&word, facilities[i]) ||
		    behind == word.at + word.len)
			continue;
		if (i == sizeof(facilities) / sizeof(facilities[0]) - 1 &&
		    *behind >= '0' && *behind <= '7' &&
		    behind + 1 < word.at + word.len)
			behind++;
		if (*behind == '.' || *behind == '|')
			return true;
	}
	return false;
}

/* "sshd(pam_unix)[41]" without the colon; true when nothing stands behind. */
static bool read_parts(struct sw_log_rest word, struct sw_syslog_line *out)
{
	struct sw_log_rest name = word;
	struct sw_log_rest module;
	size_t n = 0;

	if (sw_rest_starts(&word, "[")) {
		name = sw_rest_bracketed(&word, '[', ']');
	} else {
		while (n < word.len && word.at[n] != '[' && word.at[n] != '(')
			n++;
		name.len = n;
		sw_rest_drop(&word, n);
	}
	out->origin = sw_log_origin(name);
	if (out->origin == SW_LOG_FOREIGN)
		return true;
	module = sw_rest_bracketed(&word, '(', ')');
	out->module = module.at;
	out->module_len = module.len;
	out->pid = sw_log_pid(sw_rest_bracketed(&word, '[', ']'));
	return word.len == 0;
}

bool sw_log_read_name(struct sw_log_rest word, struct sw_syslog_line *out)
{
	struct sw_syslog_line draft = *out;
	bool has_colon = word.len > 0 && word.at[word.len - 1] == ':';

	if (!has_colon && !ends(word, "]"))
		return false;
	if (has_colon)
		word.len--;
	if (!read_parts(word, &draft))
		draft.origin = SW_LOG_FOREIGN;
	if (!has_colon && draft.origin != SW_LOG_SSHD)
		return false;
	*out = draft;
	return true;
}
