#include "check_wrapper.h"

#include "sshwhy/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* A client pattern, and its parts where it has a mask. */
struct pattern {
	const struct sw_table_check *check;
	struct sw_word word;
	struct sw_word net;
	struct sw_word mask; /* len 0 and start NULL: none */
	bool in_list;
};

static bool consists_of(struct sw_word word, const char *bytes)
{
	for (size_t i = 0; i < word.len; i++) {
		if (word.start[i] == '\0' ||
		    strchr(bytes, word.start[i]) == NULL)
			return false;
	}
	return word.len > 0;
}

static bool has_one_of(struct sw_word word, const char *bytes)
{
	for (size_t i = 0; i < word.len; i++) {
		if (word.start[i] != '\0' &&
		    strchr(bytes, word.start[i]) != NULL)
			return true;
	}
	return false;
}

static bool has_mask(const struct pattern *pattern)
{
	return pattern->mask.start != NULL;
}

/* --- words ------------------------------------------------------------------
 */

static bool is_all(const struct pattern *pattern)
{
	return sw_word_is(pattern->word, "ALL");
}

static bool is_netgroup(const struct pattern *pattern)
{
	return pattern->word.start[0] == '@';
}

static bool is_doubtful_name(const struct pattern *pattern)
{
	return sw_word_is(pattern->word, "PARANOID") ||
	       sw_word_is(pattern->word, "UNKNOWN");
}

static bool has_other_separator(const struct pattern *pattern)
{
	return has_one_of(pattern->word, pattern->in_list ? ";|\"'," : ";|\"'");
}

static bool is_negated(const struct pattern *pattern)
{
	return pattern->word.len > 1 &&
	       (pattern->word.start[0] == '!' || pattern->word.start[0] == '^');
}

static bool is_range(const struct pattern *pattern)
{
	return consists_of(pattern->word, "0123456789.-") &&
	       has_one_of(pattern->word, "-") && has_one_of(pattern->word, ".");
}

/* --- IPv6 -------------------------------------------------------------------
 */

static bool is_bracketed(const struct pattern *pattern)
{
	return pattern->net.start[0] == '[';
}

static struct sw_word inside(const struct pattern *pattern)
{
	if (sw_word_is_bracketed(pattern->net))
		return sw_word_inside(pattern->net);
	return (struct sw_word){pattern->net.start + 1, 0};
}

static bool reads_v6(const struct pattern *pattern, uint8_t out[16])
{
	return sw_address_v6(pattern->check->query, inside(pattern), out);
}

static bool has_mask_inside(const struct pattern *pattern)
{
	return is_bracketed(pattern) && has_one_of(inside(pattern), "/");
}

static bool is_v4_in_brackets(const struct pattern *pattern)
{
	return is_bracketed(pattern) &&
	       consists_of(inside(pattern), "0123456789.");
}

static bool is_mapped(const struct pattern *pattern)
{
	static const uint8_t prefix[12] = {0, 0, 0, 0, 0,    0,
					   0, 0, 0, 0, 0xff, 0xff};
	uint8_t address[16];

	return is_bracketed(pattern) && reads_v6(pattern, address) &&
	       memcmp(address, prefix, sizeof(prefix)) == 0 &&
	       (!has_mask(pattern) || sw_number_prefix(pattern->mask) >= 96);
}

/* Interfaces of another system are not known. */
static bool is_no_v6(const struct pattern *pattern)
{
	uint8_t address[16];

	return is_bracketed(pattern) && !reads_v6(pattern, address) &&
	       (pattern->check->query->ask != NULL ||
		!has_one_of(pattern->net, "%"));
}

static bool has_v6_mask_of_all(const struct pattern *pattern)
{
	return is_bracketed(pattern) && has_mask(pattern) &&
	       sw_number_prefix(pattern->mask) == 0 &&
	       !consists_of(pattern->mask, "0");
}

static bool has_v6_mask_range(const struct pattern *pattern)
{
	int32_t bits = sw_number_prefix(pattern->mask);

	return is_bracketed(pattern) && has_mask(pattern) &&
	       (bits < 0 || bits > 128);
}

static bool is_v6(const struct pattern *pattern)
{
	return is_bracketed(pattern) && !has_mask(pattern);
}

static bool is_v6_net(const struct pattern *pattern)
{
	return is_bracketed(pattern);
}

/* --- IPv4 with a mask -------------------------------------------------------
 */

static bool is_masked(const struct pattern *pattern)
{
	return has_mask(pattern) && !is_bracketed(pattern);
}

static bool is_short_net(const struct pattern *pattern)
{
	return is_masked(pattern) && sw_address_v4(pattern->net) == SW_V4_NONE;
}

static bool has_dotted_mask(const struct pattern *pattern)
{
	return sw_address_v4(pattern->mask) != SW_V4_NONE;
}

static bool has_mask_of_ones(const struct pattern *pattern)
{
	return is_masked(pattern) &&
	       sw_word_is(pattern->mask, "255.255.255.255");
}

static bool has_mask_of_zero(const struct pattern *pattern)
{
	return is_masked(pattern) && !has_dotted_mask(pattern) &&
	       consists_of(pattern->mask, "0");
}

static bool has_mask_range(const struct pattern *pattern)
{
	int32_t bits = sw_number_prefix(pattern->mask);

	return is_masked(pattern) && !has_dotted_mask(pattern) &&
	       (bits < 1 || bits > 32);
}

static uint32_t bits_of(const struct pattern *pattern)
{
	uint32_t bits = sw_address_v4(pattern->mask);

	if (bits != SW_V4_NONE)
		return bits;
	return UINT32_MAX << (32 - sw_number_prefix(pattern->mask));
}

static bool has_host_bits(const struct pattern *pattern)
{
	return is_masked(pattern) &&
	       (sw_address_v4(pattern->net) & ~bits_of(pattern)) != 0;
}

/* --- IPv4 without -----------------------------------------------------------
 */

static size_t dots_of(struct sw_word word)
{
	size_t dots = 0;

	for (size_t i = 0; i < word.len; i++)
		dots += word.start[i] == '.';
	return dots;
}

static bool is_dotted(const struct pattern *pattern)
{
	return !has_mask(pattern) && consists_of(pattern->word, "0123456789.");
}

static bool is_prefix_without_dot(const struct pattern *pattern)
{
	const struct sw_word word = pattern->word;

	return is_dotted(pattern) && dots_of(word) < 3 &&
	       word.start[0] != '.' && word.start[word.len - 1] != '.';
}

/* One number of an address as it is printed. */
static bool is_octet(struct sw_word word)
{
	return word.len >= 1 && word.len <= 3 &&
	       (word.len == 1 || word.start[0] != '0') &&
	       sw_number_prefix(word) <= 255;
}

/* Addresses are compared as text. */
static bool is_odd_address(const struct pattern *pattern)
{
	struct sw_word rest = pattern->word;
	size_t octets = 0;
	struct sw_word octet;

	if (!is_dotted(pattern))
		return false;
	while (sw_word_split(rest, '.', &octet, &rest)) {
		octets++;
		if (!is_octet(octet))
			return true;
	}
	return rest.len == 0 ? octets > 3 : octets != 3 || !is_octet(rest);
}

static bool is_address(const struct pattern *pattern)
{
	return is_dotted(pattern) || is_masked(pattern);
}

static bool is_any(const struct pattern *pattern SW_UNUSED)
{
	return true;
}

#define NOTHING SW_CHECK_COUNT_

/* The first one that fits. What is none of these is a name. */
static const struct {
	bool (*fits)(const struct pattern *pattern);
	enum sw_check check;
} kinds[] = {
	{is_all, NOTHING},
	{is_netgroup, SW_CHECK_WRAPPER_NETGROUP},
	{is_doubtful_name, SW_CHECK_WRAPPER_PARANOID},
	{has_other_separator, SW_CHECK_WRAPPER_SEPARATOR},
	{is_negated, SW_CHECK_WRAPPER_NEGATION},
	{is_range, SW_CHECK_WRAPPER_RANGE},
	{has_mask_inside, SW_CHECK_WRAPPER_V6_INSIDE},
	{is_v4_in_brackets, SW_CHECK_WRAPPER_V4_BRACKETS},
	{is_mapped, SW_CHECK_WRAPPER_V4_MAPPED},
	{is_no_v6, SW_CHECK_WRAPPER_V6_FORM},
	{has_v6_mask_of_all, SW_CHECK_WRAPPER_V6_MASK},
	{has_v6_mask_range, SW_CHECK_WRAPPER_MASK_RANGE},
	{is_v6, SW_CHECK_WRAPPER_DNS_V6},
	{is_v6_net, NOTHING},
	{is_short_net, SW_CHECK_WRAPPER_NET_SHORT},
	{has_mask_of_ones, SW_CHECK_WRAPPER_MASK_ONES},
	{has_mask_of_zero, SW_CHECK_WRAPPER_MASK_ZERO},
	{has_mask_range, SW_CHECK_WRAPPER_MASK_RANGE},
	{has_host_bits, SW_CHECK_WRAPPER_HOST_BITS},
	{is_prefix_without_dot, SW_CHECK_WRAPPER_PREFIX_DOT},
	{is_odd_address, SW_CHECK_WRAPPER_V4_FORM},
	{is_address, NOTHING},
	{is_any, SW_CHECK_WRAPPER_DNS},
};

static void add(struct sw_table_check *check, const struct pattern *pattern,
		enum sw_check what)
{
	char net[INET_ADDRSTRLEN];
	char mask[SW_WRAPPER_TOKEN_MAX];
	char detail[sizeof(net) + sizeof(mask) + 16];
	uint32_t first;

	if (what != SW_CHECK_WRAPPER_HOST_BITS) {
		sw_table_add(check, what, &pattern->word, NULL);
		return;
	}
	first = htonl(sw_address_v4(pattern->net) & bits_of(pattern));
	(void)inet_ntop(AF_INET, &first, net, sizeof(net));
	sw_word_copy(pattern->mask, mask, sizeof(mask));
	(void)snprintf(detail, sizeof(detail), "the net is %s/%s", net, mask);
	sw_table_add(check, what, &pattern->word, detail);
}

void sw_table_check_pattern(struct sw_table_check *check, struct sw_word word,
			    bool in_list)
{
	struct pattern pattern = {check, word, word, {NULL, 0}, in_list};

	if (word.start[0] == '/') {
		sw_table_check_list(check, word);
		return;
	}
	(void)sw_word_split(word, '/', &pattern.net, &pattern.mask);
	if (pattern.net.len == 0)
		pattern.net = word;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!kinds[i].fits(&pattern))
			continue;
		if (kinds[i].check != NOTHING)
			add(check, &pattern, kinds[i].check);
		return;
	}
}

/* The words behind a '#' are patterns as any others. */
static void check_comment(struct sw_table_check *check, struct sw_word rest,
			  bool excepted)
{
	struct sw_word word;

	while (!excepted && sw_word_next(&rest, SW_COMMA, &word)) {
		if (sw_word_is(word, "EXCEPT"))
			break;
		if (sw_word_is(word, "ALL")) {
			sw_table_add(check, SW_CHECK_WRAPPER_COMMENT_ALL, NULL,
				     NULL);
			return;
		}
	}
	sw_table_add(check, SW_CHECK_WRAPPER_TRAILING_COMMENT, NULL, NULL);
}

void sw_table_check_clients(struct sw_table_check *check,
			    const struct sw_table_rule *rule)
{
	struct sw_word rest = rule->clients;
	bool excepted = false;
	struct sw_word word;

	while (sw_word_next(&rest, SW_COMMA, &word)) {
		struct sw_word host = word;
		struct sw_word user;

		if (word.start[0] == '#') {
			check_comment(check, rest, excepted);
			return;
		}
		if (sw_word_is(word, "EXCEPT")) {
			excepted = true;
			continue;
		}
		if (word.start[0] != '@' &&
		    sw_word_split(word, '@', &user, &host)) {
			sw_table_add(check, SW_CHECK_WRAPPER_USER, &word, NULL);
			if (host.len == 0)
				continue;
		}
		sw_table_check_pattern(check, host, false);
	}
}
