#include "log_match.h"

#include "log_token.h"

#include <string.h>

/* What is left of a pattern or a text between its two ends. */
struct window {
	const char *at;
	const char *end;
};

static size_t left(const struct window *w)
{
	return (size_t)(w->end - w->at);
}

static bool is_free(char letter)
{
	return letter == 'u' || letter == 'd' || letter == 'v' ||
	       letter == 'f' || letter == 't' || letter == 'x';
}

static void keep(struct sw_log_fields *fields, char letter, const char *at,
		 const char *end)
{
	fields->seen |= UINT64_C(1) << (letter - 'A');
	fields->span[letter - 'A'].at = at;
	fields->span[letter - 'A'].len = (size_t)(end - at);
}

struct sw_log_span sw_log_field(const struct sw_log_fields *fields, char letter)
{
	static const struct sw_log_span none = {NULL, 0};

	if ((fields->seen & UINT64_C(1) << (letter - 'A')) == 0)
		return none;
	return fields->span[letter - 'A'];
}

/* True at the first field of free text, and at the end of the pattern. */
static bool take_front(struct window *pattern, struct window *text,
		       struct sw_log_fields *fields)
{
	while (pattern->at < pattern->end) {
		if (*pattern->at != '%') {
			if (text->at == text->end || *text->at != *pattern->at)
				return false;
			pattern->at++;
			text->at++;
			continue;
		}
		char letter = pattern->at[1];

		if (is_free(letter))
			return true;
		size_t len = sw_log_token_front(
			letter, left(pattern) > 2 ? pattern->at[2] : '\0',
			text->at, left(text));

		if (len == SW_LOG_NO_TOKEN)
			return false;
		keep(fields, letter, text->at, text->at + len);
		text->at += len;
		pattern->at += 2;
	}
	return true;
}

static bool ends_in_field(const struct window *pattern)
{
	return left(pattern) >= 2 && pattern->end[-2] == '%';
}

/* The same from the end. */
static bool take_back(struct window *pattern, struct window *text,
		      struct sw_log_fields *fields)
{
	while (left(pattern) > 0) {
		if (!ends_in_field(pattern)) {
			if (left(text) == 0 ||
			    text->end[-1] != pattern->end[-1])
				return false;
			pattern->end--;
			text->end--;
			continue;
		}
		char letter = pattern->end[-1];

		if (is_free(letter))
			return true;
		size_t len = sw_log_token_back(letter, text->at, left(text));

		if (len == SW_LOG_NO_TOKEN)
			return false;
		keep(fields, letter, text->end - len, text->end);
		text->end -= len;
		pattern->end -= 2;
	}
	return true;
}

/* A user in front of an address, as sshd words it; "" for none. */
static size_t preamble(const char *at, size_t len)
{
	static const char *const words[] = {"authenticating user ",
					    "invalid user ", "user "};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);

		if (len >= n && memcmp(at, words[i], n) == 0)
			return n;
	}
	return 0;
}

/* A user called "x ADDR port N: ..." makes one message look like another. */
static bool imitates_remote(const char *at, size_t len)
{
	for (size_t i = 1; i < len; i++) {
		if (at[i] == ':' && sw_log_port_back(at, i) > 0)
			return true;
	}
	return false;
}

/* "[PREAMBLE USER ]ADDR[ port N]" from its end. */
static enum sw_log_answer keep_remote(struct window piece,
				      struct sw_log_fields *fields)
{
	size_t remote = sw_log_token_back('r', piece.at, left(&piece));
	size_t before = preamble(piece.at, left(&piece));
	const char *user = piece.at + before;
	const char *end;

	if (remote == SW_LOG_NO_TOKEN)
		return SW_LOG_NO;
	keep(fields, 'r', piece.end - remote, piece.end);
	if (remote == left(&piece))
		return SW_LOG_YES;
	end = piece.end - remote - 1;
	if (before == 0 || end < user || *end != ' ')
		return SW_LOG_NO;
	if (imitates_remote(user, (size_t)(end - user)))
		return SW_LOG_UNCERTAIN;
	keep(fields, 'u', user, end);
	if (piece.at[0] == 'i')
		keep(fields, 'v', piece.at, end);
	return SW_LOG_YES;
}

static enum sw_log_answer keep_free(char letter, struct window piece,
				    struct sw_log_fields *fields)
{
	if (letter == 'd')
		return keep_remote(piece, fields);
	keep(fields, letter, piece.at, piece.end);
	return SW_LOG_YES;
}

/* Two free texts with the rest of the pattern between them: it has to occur
 * there exactly once. */
static enum sw_log_answer match_between(const struct window *pattern,
					const struct window *text,
					struct sw_log_fields *fields)
{
	struct window first = {NULL, NULL};
	struct window last = {NULL, NULL};
	enum sw_log_answer answer;
	unsigned int found = 0;

	for (const char *at = text->at; at <= text->end; at++) {
		struct window middle = {pattern->at + 2, pattern->end - 2};
		struct window rest = {at, text->end};
		struct sw_log_fields trial = {.seen = 0};

		if (!take_front(&middle, &rest, &trial) || left(&middle) > 0)
			continue;
		if (++found > 1)
			return SW_LOG_UNCERTAIN;
		first = (struct window){text->at, at};
		last = rest;
		rest.at = at;
		middle.at = pattern->at + 2;
		(void)take_front(&middle, &rest, fields);
	}
	if (found == 0)
		return SW_LOG_NO;
	/* The client may have written both, and sshd's own end be inside. */
	if (pattern->at[1] == 'd' && imitates_remote(last.at, left(&last)))
		return SW_LOG_UNCERTAIN;
	answer = keep_free(pattern->at[1], first, fields);
	if (answer == SW_LOG_YES)
		answer = keep_free(pattern->end[-1], last, fields);
	return answer;
}

enum sw_log_answer sw_log_match(const char *pattern, struct sw_log_span text,
				bool cut, struct sw_log_fields *fields)
{
	struct window p = {pattern, pattern + strlen(pattern)};
	struct window t = {text.at, text.at + text.len};
	const char *end;

	fields->seen = 0;
	if (!take_front(&p, &t, fields))
		return SW_LOG_NO;
	if (left(&p) == 0)
		return left(&t) == 0 ? SW_LOG_YES : SW_LOG_NO;
	end = p.end;
	if (!take_back(&p, &t, fields))
		return SW_LOG_NO;
	if (cut && (p.end != end || left(&p) > 2))
		return SW_LOG_UNCERTAIN;
	if (left(&p) > 2)
		return match_between(&p, &t, fields);
	return keep_free(p.at[1], t, fields);
}
