#include "sshwhy/wrapper_parts.h"

typedef bool (*match_word_fn)(struct sw_match *match, struct sw_word word);

static bool skip_to_except(struct sw_word *rest)
{
	struct sw_word word;

	while (sw_word_next(rest, SW_COMMA, &word)) {
		if (sw_word_is(word, "EXCEPT"))
			return true;
	}
	return false;
}

/* "a EXCEPT b EXCEPT c" is "a EXCEPT (b EXCEPT c)". */
static bool is_in_words(struct sw_match *match, struct sw_word rest,
			match_word_fn matches)
{
	bool recording = match->recording;
	struct sw_word word;
	bool excepted;

	while (sw_word_next(&rest, SW_COMMA, &word)) {
		if (sw_word_is(word, "EXCEPT"))
			return false;
		if (!matches(match, word)) {
			if (match->died)
				return false;
			continue;
		}
		if (recording)
			match->found.token = word;
		if (!skip_to_except(&rest))
			return true;
		if (recording)
			match->found.except = sw_word_trim(rest);
		match->recording = false;
		excepted = is_in_words(match, rest, matches);
		return !excepted && !match->died;
	}
	return false;
}

/* Split at the '@' that is not the first byte of word. */
static bool split_at_sign(struct sw_word word, struct sw_word *out_left,
			  struct sw_word *out_right)
{
	struct sw_word rest = {word.start + 1, word.len - 1};

	if (!sw_word_split(rest, '@', out_left, out_right))
		return false;
	*out_left = (struct sw_word){word.start, out_left->len + 1};
	return true;
}

/* The daemon by its name or by the port that the client came to. */
static bool is_daemon(struct sw_match *match, struct sw_word word)
{
	const struct sw_endpoint *server = &match->query->conn.server;
	uint32_t port;

	if (!sw_number_unsigned(word, 10, &port) || port > UINT16_MAX)
		return sw_match_text(match, word, match->daemon);
	if (server->port == 0 && server->addr.family == SW_FAMILY_NONE)
		return false;
	return port == server->port;
}

static bool is_daemon_word(struct sw_match *match, struct sw_word word)
{
	struct sw_word daemon;
	struct sw_word host;

	if (!split_at_sign(word, &daemon, &host))
		return is_daemon(match, word);
	return is_daemon(match, daemon) &&
	       sw_match_host(match, host, &match->server);
}

static bool is_client_word(struct sw_match *match, struct sw_word word)
{
	struct sw_word user;
	struct sw_word host;

	if (!split_at_sign(word, &user, &host))
		return sw_match_host(match, word, &match->client);
	return sw_match_host(match, host, &match->client) &&
	       sw_match_text(match, user, match->user);
}

bool sw_match_daemons(struct sw_match *match, struct sw_word list)
{
	match->recording = false;
	return is_in_words(match, list, is_daemon_word);
}

bool sw_match_clients(struct sw_match *match, struct sw_word list)
{
	match->recording = true;
	match->found = (struct sw_found){0};
	return is_in_words(match, list, is_client_word);
}
