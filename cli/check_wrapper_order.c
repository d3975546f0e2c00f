#include "check_wrapper.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FNV_START UINT64_C(14695981039346656037)
#define FNV_PRIME UINT64_C(1099511628211)

/* The clients of a pattern: a net, or a word that is compared as it is. */
struct clients {
	bool is_all;
	bool is_net;
	unsigned int family; /* 0: IPv4, 1: IPv6 */
	unsigned int length;
	uint8_t bytes[16];
	struct sw_word word;
};

static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
	const uint8_t *byte = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ byte[i]) * FNV_PRIME;
	return hash;
}

static uint64_t key_of_net(const struct clients *clients, unsigned int length)
{
	uint8_t bytes[18] = {0};

	memcpy(bytes, clients->bytes, (length + 7) / 8);
	if (length % 8 != 0)
		bytes[length / 8] &= (uint8_t)(0xff00U >> (length % 8));
	bytes[16] = (uint8_t)length;
	bytes[17] = (uint8_t)(clients->family + 1);
	return mix(FNV_START, bytes, sizeof(bytes)) | 1;
}

static uint64_t key_of_word(struct sw_word word)
{
	uint64_t hash = FNV_START;

	for (size_t i = 0; i < word.len; i++) {
		uint8_t byte = (uint8_t)word.start[i];

		if (byte >= 'A' && byte <= 'Z')
			byte += 'a' - 'A';
		hash = mix(hash, &byte, 1);
	}
	return hash | 1;
}

/* --- the set ----------------------------------------------------------------
 */

static struct sw_decider *place_of(const struct sw_order *order, uint64_t key)
{
	size_t i = (size_t)(key >> 1) & (order->room - 1);

	while (order->places[i].key != 0 && order->places[i].key != key)
		i = (i + 1) & (order->room - 1);
	return &order->places[i];
}

static bool grow(struct sw_order *order)
{
	struct sw_order grown = *order;

	if (order->room > 0 && order->count < order->room / 2)
		return true;
	grown.room = order->room == 0 ? 256 : order->room * 2;
	grown.places = calloc(grown.room, sizeof(*grown.places));
	if (grown.places == NULL)
		return false;
	for (size_t i = 0; i < order->room; i++) {
		if (order->places[i].key != 0)
			*place_of(&grown, order->places[i].key) =
				order->places[i];
	}
	free(order->places);
	*order = grown;
	return true;
}

static const struct sw_decider *find_key(const struct sw_order *order,
					 uint64_t key)
{
	const struct sw_decider *place;

	if (order->room == 0)
		return NULL;
	place = place_of(order, key);
	return place->key == 0 ? NULL : place;
}

void sw_order_release(struct sw_order *order)
{
	free(order->places);
	*order = (struct sw_order){0};
}

/* --- patterns ---------------------------------------------------------------
 */

static bool take_v4(struct clients *out, uint32_t address, unsigned int length)
{
	uint32_t bytes = htonl(address);

	out->is_net = true;
	out->family = 0;
	out->length = length;
	memcpy(out->bytes, &bytes, sizeof(bytes));
	return true;
}

/* "192.0." */
static bool read_prefix(struct sw_word word, struct clients *out)
{
	uint32_t address = 0;
	unsigned int shift = 32;
	uint32_t part = 0;

	if (word.start[word.len - 1] != '.')
		return false;
	for (size_t i = 0; i < word.len; i++) {
		char c = word.start[i];

		if (c != '.' && (c < '0' || c > '9' || part > 255))
			return false;
		if (c != '.') {
			part = part * 10 + (uint32_t)(c - '0');
			continue;
		}
		if (shift == 8 || part > 255)
			return false;
		shift -= 8;
		address |= part << shift;
		part = 0;
	}
	return take_v4(out, address, 32 - shift);
}

static bool read_v4(struct sw_word word, struct clients *out)
{
	struct sw_word net = word;
	struct sw_word mask;
	uint32_t address;
	uint32_t bits = UINT32_MAX;

	if (sw_word_split(word, '/', &net, &mask)) {
		int32_t length = sw_number_prefix(mask);

		bits = sw_address_v4(mask);
		if (bits == SW_V4_NONE && (length < 1 || length > 32))
			return false;
		if (bits == SW_V4_NONE)
			bits = UINT32_MAX << (32 - length);
	}
	address = sw_address_v4(net);
	if (address == SW_V4_NONE || (address & ~bits) != 0 ||
	    (~bits & (~bits + 1)) != 0)
		return false;
	return take_v4(out, address,
		       (unsigned int)__builtin_popcount((unsigned int)bits));
}

static bool read_v6(const struct sw_table_check *check, struct sw_word word,
		    struct clients *out)
{
	struct sw_word net = word;
	struct sw_word mask;
	int32_t length = 128;

	if (sw_word_split(word, '/', &net, &mask))
		length = sw_number_prefix(mask);
	if (length < 0 || length > 128 || !sw_word_is_bracketed(net) ||
	    memchr(net.start, '%', net.len) != NULL ||
	    !sw_address_v6(check->query, sw_word_inside(net), out->bytes))
		return false;
	out->is_net = true;
	out->family = 1;
	out->length = (unsigned int)length;
	return true;
}

static struct clients clients_of(const struct sw_table_check *check,
				 struct sw_word word)
{
	struct clients out = {.word = word};

	out.is_all = sw_word_is(word, "ALL");
	if (!out.is_all && !read_v4(word, &out) && !read_prefix(word, &out))
		(void)read_v6(check, word, &out);
	return out;
}

static const struct sw_decider *decider_of(const struct sw_order *order,
					   const struct clients *clients)
{
	const struct sw_decider *found = NULL;

	if (order->all.key != 0)
		return &order->all;
	if (clients->is_all)
		return NULL;
	if (!clients->is_net)
		return find_key(order, key_of_word(clients->word));
	for (unsigned int i = 0; i <= clients->length && found == NULL; i++) {
		if (order->lengths[clients->family][i])
			found = find_key(order, key_of_net(clients, i));
	}
	return found;
}

/* --- rules ------------------------------------------------------------------
 */

static bool denies(const struct sw_table_check *check,
		   const struct sw_table_rule *rule)
{
	switch (rule->judged.option) {
	case SW_OPTION_ALLOW:
		return false;
	case SW_OPTION_DENY:
	case SW_OPTION_TWIST:
	case SW_OPTION_ERROR:
		return true;
	case SW_OPTION_NONE:
	case SW_OPTION_OTHER:
		break;
	}
	return !check->is_allow;
}

static void tell(struct sw_table_check *check, const struct sw_decider *decider,
		 bool is_other)
{
	char words[64];

	(void)snprintf(words, sizeof(words), "line %u%s", decider->line,
		       decider->in_allow_file == check->is_allow
			       ? ""
			       : " of hosts.allow");
	sw_table_add(check,
		     is_other ? SW_CHECK_WRAPPER_SHADOWED
			      : SW_CHECK_WRAPPER_DUPLICATE,
		     NULL, words);
}

/* Those behind EXCEPT only make it fewer. */
static void look_back(struct sw_table_check *check,
		      const struct sw_table_rule *rule)
{
	const struct sw_decider *decider = NULL;
	const struct sw_decider *other = NULL;
	struct sw_word rest = rule->clients;
	struct sw_word word;

	while (sw_word_next(&rest, SW_COMMA, &word) &&
	       !sw_word_is(word, "EXCEPT")) {
		struct clients clients = clients_of(check, word);

		decider = decider_of(&check->order, &clients);
		if (decider == NULL)
			return;
		if (decider->denies != denies(check, rule))
			other = decider;
	}
	if (decider != NULL)
		tell(check, other != NULL ? other : decider, other != NULL);
}

static void remember(struct sw_table_check *check, struct sw_word word,
		     bool is_denied)
{
	struct sw_order *order = &check->order;
	struct clients clients = clients_of(check, word);
	struct sw_decider decider = {1, check->line, check->is_allow,
				     is_denied};
	struct sw_decider *place;

	if (clients.is_all) {
		if (order->all.key == 0)
			order->all = decider;
		return;
	}
	if (!grow(order))
		return;
	decider.key = clients.is_net ? key_of_net(&clients, clients.length)
				     : key_of_word(clients.word);
	if (clients.is_net)
		order->lengths[clients.family][clients.length] = true;
	place = place_of(order, decider.key);
	if (place->key != 0)
		return;
	*place = decider;
	order->count++;
}

static bool has_exception(struct sw_word rest)
{
	struct sw_word word;

	while (sw_word_next(&rest, SW_COMMA, &word)) {
		if (sw_word_is(word, "EXCEPT"))
			return true;
	}
	return false;
}

void sw_table_check_order(struct sw_table_check *check,
			  const struct sw_table_rule *rule)
{
	struct sw_word rest = rule->clients;
	struct sw_word word;

	if (!rule->is_for_sshd)
		return;
	look_back(check, rule);
	if (rule->judged.aclexec || has_exception(rest))
		return;
	while (sw_word_next(&rest, SW_COMMA, &word))
		remember(check, word, denies(check, rule));
}
