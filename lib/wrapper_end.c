#include "sshwhy/text.h"
#include "sshwhy/wrapper_parts.h"

#include <arpa/inet.h>
#include <string.h>

static void fill(char name[SW_WRAPPER_NAME_MAX], const char *text)
{
	(void)sw_text_copy(name, SW_WRAPPER_NAME_MAX, text == NULL ? "" : text);
}

static void add_scope(char *addr, size_t size, const char *scope)
{
	size_t len = strlen(addr);
	size_t scope_len = scope == NULL ? 0 : strlen(scope);

	if (scope_len == 0 || len + scope_len + 2 > size)
		return;
	addr[len] = '%';
	memcpy(addr + len + 1, scope, scope_len + 1);
}

static void fill_end(struct sw_end *end, const struct sw_addr *addr,
		     const char *scope)
{
	const uint8_t *bytes = addr->bytes;

	(void)sw_text_copy(end->addr, sizeof(end->addr), SW_UNKNOWN_NAME);
	end->v4 = SW_V4_NONE;
	if (addr->family == SW_FAMILY_V4) {
		(void)inet_ntop(AF_INET, bytes, end->addr, sizeof(end->addr));
		end->v4 = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
			  (uint32_t)bytes[2] << 8 | bytes[3];
	} else if (addr->family == SW_FAMILY_V6) {
		(void)inet_ntop(AF_INET6, bytes, end->addr, sizeof(end->addr));
		add_scope(end->addr, sizeof(end->addr), scope);
	}
}

void sw_match_begin(struct sw_match *match,
		    const struct sw_wrapper_query *query)
{
	memset(match, 0, sizeof(*match));
	match->query = query;
	fill_end(&match->client, &query->conn.client.addr, query->scope);
	fill_end(&match->server, &query->conn.server.addr, NULL);
	match->server.is_server = true;
	fill(match->client.name, query->name);
	fill(match->daemon, query->daemon);
	fill(match->user, query->user);
	if (match->user[0] == '\0')
		fill(match->user, SW_UNKNOWN_NAME);
}

char *sw_match_name(struct sw_match *match, struct sw_end *end)
{
	match->needs_name = true;
	if (end->name[0] != '\0')
		return end->name;
	if (match->query->resolve != NULL) {
		match->resolved = true;
		match->query->resolve(match->query, end->is_server, end->name);
	}
	if (end->name[0] == '\0')
		fill(end->name, SW_UNKNOWN_NAME);
	return end->name;
}

enum sw_wrapper_answer sw_wrapper_ask(const struct sw_wrapper_query *query,
				      enum sw_wrapper_question question,
				      struct sw_word word, const char *host)
{
	char text[SW_LINE_MAX];

	if (query->ask == NULL)
		return SW_ANSWER_UNKNOWN;
	sw_word_copy(word, text, sizeof(text));
	return query->ask(question, text, host);
}
