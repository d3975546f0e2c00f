#include "sw_test.h"

#include "sshwhy/ask_wrapper.h"
#include "sshwhy/num.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VECTORS_MIN 234

static char folder[] = "wrapper_vectors.XXXXXX";
static char allow_path[64];
static char deny_path[64];
static json_t *vectors;

/* What an engine said, in the words of a vector. */
struct answer {
	bool denies;
	const struct sw_rule *rule;
	bool options;
	bool asked_name;
};

typedef void (*answer_fn)(const struct sw_wrapper_query *query,
			  struct answer *out);

static const char *text_of(const json_t *vector, const char *key)
{
	return json_string_value(json_object_get(vector, key));
}

/* A character below 256 stands for the byte of that number; null for no file.
 */
static void write_table(const char *path, const json_t *text)
{
	const unsigned char *byte =
		(const unsigned char *)json_string_value(text);
	const unsigned char *end;
	FILE *file;

	(void)unlink(path);
	if (json_is_null(text))
		return;
	file = fopen(path, "w");
	assert_non_null(file);
	if (byte == NULL)
		byte = (const unsigned char *)"";
	end = byte + json_string_length(text);
	for (; byte < end; byte++) {
		if ((*byte & 0xfc) == 0xc0) {
			putc((*byte & 3) << 6 | (byte[1] & 0x3f), file);
			byte++;
		} else {
			putc(*byte, file);
		}
	}
	assert_int_equal(fclose(file), 0);
}

static void read_address(const char *text, struct sw_addr *out)
{
	char bare[SW_ADDR_TEXT_MAX];
	size_t len = strcspn(text, "%");

	assert_true(len < sizeof(bare));
	memcpy(bare, text, len);
	bare[len] = '\0';
	assert_int_equal(sw_addr_parse(bare, out), SW_OK);
}

static void read_query(const json_t *vector, struct sw_wrapper_query *out)
{
	const char *client = text_of(vector, "client");
	const char *scope = strchr(client, '%');

	write_table(allow_path, json_object_get(vector, "allow"));
	write_table(deny_path, json_object_get(vector, "deny"));
	*out = (struct sw_wrapper_query){
		.allow = allow_path,
		.deny = deny_path,
		.daemon = text_of(vector, "daemon"),
		.scope = scope == NULL ? NULL : scope + 1,
		.name = text_of(vector, "client_name"),
		.user = text_of(vector, "user"),
		.ask = sw_ask_system,
	};
	read_address(client, &out->conn.client.addr);
	read_address(text_of(vector, "server"), &out->conn.server.addr);
	out->conn.server.port = (uint16_t)json_integer_value(
		json_object_get(vector, "local_port"));
}

static unsigned int number_of(const json_t *decided, const char *key)
{
	return (unsigned int)json_integer_value(json_object_get(decided, key));
}

static const char *path_of(const json_t *decided)
{
	const char *file = text_of(decided, "file");

	if (file == NULL)
		return "";
	return strcmp(file, "allow") == 0 ? allow_path : deny_path;
}

static bool agrees(const json_t *vector, const struct answer *answer)
{
	const json_t *decided = json_object_get(vector, "decided");
	unsigned int first = number_of(decided, "first_line");
	unsigned int last = number_of(decided, "last_line");

	/* libwrap counts a line at its newline. */
	if (last < first)
		last = first;
	if (answer->denies != (strcmp(text_of(vector, "verdict"), "deny") == 0))
		return false;
	if (text_of(vector, "client_name") == NULL &&
	    answer->asked_name !=
		    json_is_true(json_object_get(vector, "looks_up_name")))
		return false;
	return strcmp(answer->rule->source, path_of(decided)) == 0 &&
	       answer->rule->first_line == first &&
	       answer->rule->line == last &&
	       answer->options ==
		       json_is_true(json_object_get(decided, "options"));
}

static void run_vectors(answer_fn ask)
{
	unsigned int failures = 0;
	json_t *vector;
	size_t i;

	json_array_foreach(vectors, i, vector)
	{
		struct sw_wrapper_query query;
		struct answer answer;

		read_query(vector, &query);
		ask(&query, &answer);
		if (agrees(vector, &answer))
			continue;
		failures++;
		print_error("%s: got %s by %s:%u-%u%s%s\n",
			    text_of(vector, "id"),
			    answer.denies ? "deny" : "grant",
			    answer.rule->source, answer.rule->first_line,
			    answer.rule->line, answer.options ? " options" : "",
			    answer.asked_name ? " name" : "");
	}
	assert_int_equal(failures, 0);
}

static void ask_matcher(const struct sw_wrapper_query *query,
			struct answer *out)
{
	static struct sw_wrapper_result result;

	sw_wrapper_decide(query, &result);
	*out = (struct answer){
		.denies = result.verdict.outcome == SW_DENY,
		.rule = &result.verdict.rule,
		.options = sw_wrapper_has_options(&result),
		.asked_name = result.needs_name,
	};
}

static void ask_libwrap(const struct sw_wrapper_query *query,
			struct answer *out)
{
	static struct sw_ask_libwrap result;

	assert_int_equal(sw_ask_libwrap_here(query, &result), SW_OK);
	*out = (struct answer){
		.denies = result.verdict.outcome == SW_DENY,
		.rule = &result.verdict.rule,
		.options = result.options,
		.asked_name = result.asked_name,
	};
}

static void the_matcher_answers_every_vector_as_observed(void **state SW_UNUSED)
{
	run_vectors(ask_matcher);
}

static void
libwrap_watched_answers_every_vector_as_observed(void **state SW_UNUSED)
{
	run_vectors(ask_libwrap);
}

static int load(void **state SW_UNUSED)
{
	char path[4096];
	const char *srcdir = getenv("srcdir");

	(void)snprintf(path, sizeof(path), "%s/tests/data/libwrap-vectors.json",
		       srcdir == NULL ? "." : srcdir);
	vectors = json_load_file(path, JSON_ALLOW_NUL, NULL);
	if (json_array_size(vectors) < VECTORS_MIN || mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(allow_path, sizeof(allow_path), "%s/allow", folder);
	(void)snprintf(deny_path, sizeof(deny_path), "%s/deny", folder);
	return 0;
}

static int clean_up(void **state SW_UNUSED)
{
	(void)unlink(allow_path);
	(void)unlink(deny_path);
	json_decref(vectors);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_matcher_answers_every_vector_as_observed),
		cmocka_unit_test(
			libwrap_watched_answers_every_vector_as_observed),
	};

	return cmocka_run_group_tests(tests, load, clean_up);
}
