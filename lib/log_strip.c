#include "log_strip.h"

#include "sshwhy/num.h"

#include <string.h>

/* sshd hands at most so many bytes of a message to syslog. */
#define MESSAGE_MAX 500

#define REPEATED_MAX UINT64_C(1000000)

static void drop_front(struct sw_log_span *s, size_t len)
{
	s->at += len;
	s->len -= len;
}

static bool take_front(struct sw_log_span *s, const char *words)
{
	size_t n = strlen(words);

	if (s->len < n || memcmp(s->at, words, n) != 0)
		return false;
	drop_front(s, n);
	return true;
}

static bool take_back(struct sw_log_span *s, const char *words)
{
	size_t n = strlen(words);

	if (s->len < n || memcmp(s->at + s->len - n, words, n) != 0)
		return false;
	s->len -= n;
	return true;
}

static size_t run(const struct sw_log_span *s, const char *set)
{
	size_t n = 0;

	while (n < s->len && s->at[n] != '\0' && strchr(set, s->at[n]) != NULL)
		n++;
	return n;
}

/* "message repeated 3 times: [ WORDS]", as rsyslog writes it. */
static uint64_t take_repeated(struct sw_log_span *s)
{
	struct sw_log_span rest = *s;
	uint64_t times;
	size_t digits;

	if (!take_front(&rest, "message repeated "))
		return 1;
	digits = run(&rest, "0123456789");
	if (sw_num_parse_n(rest.at, digits, REPEATED_MAX, &times) != SW_OK ||
	    times == 0)
		return 1;
	drop_front(&rest, digits);
	if (!take_front(&rest, " times: [ ") || !take_back(&rest, "]"))
		return 1;
	*s = rest;
	return times;
}

static enum sw_log_level take_level(struct sw_log_span *s)
{
	struct sw_log_span rest = *s;

	if (take_front(s, "fatal: "))
		return SW_LOG_LEVEL_FATAL;
	if (take_front(s, "error: "))
		return SW_LOG_LEVEL_ERROR;
	if (take_front(&rest, "debug") && run(&rest, "123") == 1) {
		drop_front(&rest, 1);
		if (take_front(&rest, ": ")) {
			*s = rest;
			return SW_LOG_LEVEL_DEBUG;
		}
	}
	return SW_LOG_LEVEL_NONE;
}

#define LOWER "abcdefghijklmnopqrstuvwxyz_0123456789"
#define DIGITS "0123456789"

/* LogVerbose's "sshd.c:drop_connection():887 (bin=sshd, pid=41): " */
static bool take_tag(struct sw_log_span *s)
{
	struct sw_log_span rest = *s;

	drop_front(&rest, run(&rest, LOWER "-."));
	if (rest.at == s->at || rest.at[-1] != 'c' || !take_front(&rest, ":"))
		return false;
	drop_front(&rest, run(&rest, LOWER));
	if (!take_front(&rest, "():"))
		return false;
	drop_front(&rest, run(&rest, DIGITS));
	if (!take_front(&rest, " ("))
		return false;
	if (take_front(&rest, "bin=")) {
		drop_front(&rest, run(&rest, LOWER "-"));
		if (!take_front(&rest, ", "))
			return false;
	}
	if (!take_front(&rest, "pid="))
		return false;
	drop_front(&rest, run(&rest, DIGITS));
	if (!take_front(&rest, "): "))
		return false;
	*s = rest;
	return true;
}

/* "kex_exchange_identification: ", "Fssh_kex_..." as FreeBSD calls it; a name
 * without '_' is left alone. */
static void take_function(struct sw_log_span *s)
{
	struct sw_log_span rest = *s;
	size_t n;

	(void)!take_front(&rest, "Fssh_");
	n = run(&rest, LOWER);
	if (memchr(rest.at, '_', n) == NULL)
		return;
	drop_front(&rest, n);
	if (take_front(&rest, ": "))
		*s = rest;
}

/* Which process of the session said it. */
static const char *const phases[] = {
	" [preauth]",
	" [postauth]",
	" [session-auth early]",
};

struct sw_log_stripped sw_log_strip(struct sw_log_span message)
{
	struct sw_log_stripped out = {.words = message};

	out.times = take_repeated(&out.words);
	out.cut = out.words.len >= MESSAGE_MAX;
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
		if (take_back(&out.words, phases[i]))
			break;
	}
	out.level = take_level(&out.words);
	(void)!take_tag(&out.words);
	take_function(&out.words);
	return out;
}
