#include "log_token.h"

#include <stdbool.h>
#include <string.h>

/* Classes of characters; the C locale's, whatever sshd's is. */
static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* An address with its scope id, and "UNKNOWN", which sshd writes for a peer
 * that has gone. */
static bool is_name(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '.' || c == ':' || c == '%' ||
	       c == '_' || c == '-';
}

static bool is_word(char c)
{
	return c != ' ' && c != '\0';
}

static bool is_inside(char c)
{
	return c != ')' && c != ' ' && c != '\0';
}

typedef bool (*is_fn)(char c);

static const struct class
{
	const char *letters;
	is_fn is;
	size_t min;
} classes[] = {
	{"abAhk", is_name, 1}, {"pqnmcijl", is_digit, 1}, {"w", is_word, 0},
	{"P", is_word, 1},     {"y", is_inside, 1},
};

static const struct class *class_of(char letter)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (strchr(classes[i].letters, letter) != NULL)
			return &classes[i];
	}
	return NULL;
}

static size_t run_front(is_fn is, const char *at, size_t len)
{
	size_t n = 0;

	while (n < len && is(at[n]))
		n++;
	return n;
}

static size_t run_back(is_fn is, const char *at, size_t len)
{
	size_t n = 0;

	while (n < len && is(at[len - n - 1]))
		n++;
	return n;
}

static bool starts(const char *at, size_t len, const char *words)
{
	size_t n = strlen(words);

	return len >= n && memcmp(at, words, n) == 0;
}

/* ADDR[ port N] */
static size_t remote_front(char next, const char *at, size_t len)
{
	size_t n = run_front(is_name, at, len);
	size_t port;

	if (n == 0)
		return SW_LOG_NO_TOKEN;
	if (starts(at + n, len - n, " port ")) {
		port = run_front(is_digit, at + n + 6, len - n - 6);
		if (port > 0)
			return n + 6 + port;
	}
	if (next == ':' && at[n - 1] == ':')
		n--;
	return n == 0 ? SW_LOG_NO_TOKEN : n;
}

size_t sw_log_port_back(const char *at, size_t len)
{
	size_t n = run_back(is_digit, at, len);

	if (n == 0 || len < n + 6 || memcmp(at + len - n - 6, " port ", 6) != 0)
		return 0;
	return n + 6;
}

static size_t remote_back(const char *at, size_t len)
{
	size_t port = sw_log_port_back(at, len);
	size_t n = run_back(is_name, at, len - port);

	return n == 0 ? SW_LOG_NO_TOKEN : n + port;
}

/* The separators between a path and a line, and what stands behind the line. */
static const struct place {
	char letter;
	const char *line;
	const char *end;
} places[] = {
	{'F', ":", ":"},      {'G', ", line ", ":"}, {'L', ": line ", ":"},
	{'L', " line ", ":"}, {'K', ":", ""},
};

/* What follows a path: separator, digits, end. */
static size_t line_front(const struct place *place, const char *at, size_t len)
{
	size_t n = strlen(place->line);
	size_t digits;

	if (!starts(at, len, place->line))
		return SW_LOG_NO_TOKEN;
	if (place->end[0] == '\0')
		return n;
	digits = run_front(is_digit, at + n, len - n);
	n += digits;
	if (digits == 0 || !starts(at + n, len - n, place->end))
		return SW_LOG_NO_TOKEN;
	return n + 1;
}

/* A path is one word. */
static size_t place_front(const struct place *place, const char *at, size_t len)
{
	if (len == 0 || at[0] != '/')
		return SW_LOG_NO_TOKEN;
	for (size_t path = 1; path < len; path++) {
		size_t n = line_front(place, at + path, len - path);

		if (n != SW_LOG_NO_TOKEN)
			return path + n;
		if (at[path] == ' ')
			break;
	}
	return SW_LOG_NO_TOKEN;
}

static size_t any_place_front(char letter, const char *at, size_t len)
{
	size_t n = SW_LOG_NO_TOKEN;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (places[i].letter == letter && n == SW_LOG_NO_TOKEN)
			n = place_front(&places[i], at, len);
	}
	return n;
}

/* "ssh.socket:", "sshd.socket:", "sshd-unix-local.socket:" */
static size_t unit_front(const char *at, size_t len)
{
	size_t n = run_front(is_word, at, len);

	if (n < 11 || !starts(at, n, "ssh") ||
	    memcmp(at + n - 8, ".socket:", 8) != 0)
		return SW_LOG_NO_TOKEN;
	return n;
}

size_t sw_log_token_front(char letter, char next, const char *at, size_t len)
{
	const struct class *class = class_of(letter);
	size_t n;

	if (letter == 'r')
		return remote_front(next, at, len);
	if (letter == 'S')
		return unit_front(at, len);
	if (class == NULL)
		return any_place_front(letter, at, len);
	n = run_front(class->is, at, len);
	if (class->is == is_name && next == ':' && n > 0 && at[n - 1] == ':')
		n--;
	return n < class->min ? SW_LOG_NO_TOKEN : n;
}

size_t sw_log_token_back(char letter, const char *at, size_t len)
{
	const struct class *class = class_of(letter);
	size_t n;

	if (letter == 'r')
		return remote_back(at, len);
	if (class == NULL)
		return SW_LOG_NO_TOKEN;
	n = run_back(class->is, at, len);
	return n < class->min ? SW_LOG_NO_TOKEN : n;
}
