#include "sshwhy/wrapper_parts.h"

#include <string.h>

static bool is_known(char *name)
{
	return !sw_word_is(sw_word_of(name), SW_UNKNOWN_NAME) &&
	       !sw_word_is(sw_word_of(name), "paranoid");
}

static bool is_in_v4_net(struct sw_word net, struct sw_word mask,
			 uint32_t address)
{
	uint32_t base;
	uint32_t bits;
	int32_t length;

	if (address == SW_V4_NONE)
		return false;
	base = sw_address_v4(net);
	if (base == SW_V4_NONE)
		return false;
	bits = sw_address_v4(mask);
	if (bits == SW_V4_NONE) {
		length = sw_number_prefix(mask);
		if (length < 1 || length > 32)
			return false;
		bits = UINT32_MAX << (32 - length);
	}
	return (address & bits) == base;
}

static bool has_same_bits(const uint8_t *a, const uint8_t *b, int32_t bits)
{
	size_t whole = (size_t)bits / 8;
	unsigned int rest = (unsigned int)bits % 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

/* A mask that is no number counts as 0, which every IPv6 client fits. */
static bool is_in_v6_net(const struct sw_match *match, struct sw_word net,
			 struct sw_word mask, struct sw_end *end)
{
	int32_t bits = sw_number_prefix(mask);
	uint8_t address[16];
	uint8_t base[16];

	return bits >= 0 && bits <= 128 && sw_word_is_bracketed(net) &&
	       sw_address_v6(match->query, sw_word_of(end->addr), address) &&
	       sw_address_v6(match->query, sw_word_inside(net), base) &&
	       has_same_bits(base, address, bits);
}

static void note_entry(struct sw_match *match, struct sw_word entry,
		       struct sw_word path, unsigned int line)
{
	if (!match->recording || match->found.list[0] != '\0')
		return;
	sw_word_copy(entry, match->found.token_text,
		     sizeof(match->found.token_text));
	sw_word_copy(path, match->found.list, sizeof(match->found.list));
	match->found.list_line = line;
}

/* libwrap has no end of its own for files that name one another. */
static bool is_in_list(struct sw_match *match, struct sw_word path,
		       struct sw_end *end)
{
	char text[SW_SOURCE_MAX];
	struct sw_entries entries;
	struct sw_word word;
	enum sw_entry next;
	bool matched = false;

	if (match->depth == SW_LIST_DEPTH_MAX) {
		match->died = true;
		return false;
	}
	if (sw_entries_open(&entries, path) != SW_OK)
		return false;
	sw_word_copy(path, text, sizeof(text));
	path = sw_word_of(text);
	match->depth++;
	while ((next = sw_entries_next(&entries, &word)) == SW_ENTRY_FOUND) {
		matched = sw_match_host(match, word, end);
		if (matched)
			note_entry(match, word, path, entries.entry_line);
		if (matched || match->died)
			break;
	}
	match->died |= next == SW_ENTRY_TOO_LONG;
	match->depth--;
	sw_entries_close(&entries);
	return matched && !match->died;
}

/* libwrap asks for the name only when a byte could not be of an address. */
static bool could_be_name(struct sw_word word)
{
	for (size_t i = 0; i < word.len; i++) {
		char c = word.start[i];

		if ((c < '0' || c > '9') && c != '.' && c != '/')
			return true;
	}
	return false;
}

static bool is_in_netgroup(struct sw_match *match, struct sw_word pattern,
			   struct sw_end *end)
{
	const char *name = sw_match_name(match, end);
	struct sw_word group = {pattern.start + 1, pattern.len - 1};

	return sw_wrapper_ask(match->query, SW_ASK_NETGROUP, group, name) ==
	       SW_ANSWER_YES;
}

static bool is_local(char *name)
{
	return strchr(name, '.') == NULL && is_known(name);
}

bool sw_match_host(struct sw_match *match, struct sw_word pattern,
		   struct sw_end *end)
{
	struct sw_word net;
	struct sw_word mask;

	if (pattern.len == 0)
		return false;
	if (pattern.start[0] == '@')
		return is_in_netgroup(match, pattern, end);
	if (pattern.start[0] == '/')
		return is_in_list(match, pattern, end);
	if (sw_word_is(pattern, "KNOWN"))
		return is_known(sw_match_name(match, end)) &&
		       !sw_word_is(sw_word_of(end->addr), SW_UNKNOWN_NAME);
	if (sw_word_is(pattern, "LOCAL"))
		return is_local(sw_match_name(match, end));
	if (sw_word_split(pattern, '/', &net, &mask))
		return is_in_v4_net(net, mask, end->v4) ||
		       is_in_v6_net(match, net, mask, end);
	if (sw_match_text(match, pattern, end->addr))
		return true;
	return could_be_name(pattern) &&
	       sw_match_text(match, pattern, sw_match_name(match, end));
}
