/* What a jail does: asked of the server, else read in the configuration. */

#include "sshwhy/ask_fail2ban.h"

#include "fail2ban_conf.h"

#include "sshwhy/auto.h"
#include "sshwhy/run.h"
#include "sshwhy/text.h"

#include <ctype.h>
#include <string.h>

#define DEADLINE 3000	 /* milliseconds; Python starts in less than 200 */
#define OUTPUT_MAX 65536 /* bytes */
#define LIST_MARKS "|`"	 /* in front of each row of a list: "|- " and "`- " */

/* What fail2ban-client prints to "get JAIL KEY"; NULL: it does not answer. */
static char *get(const char *client, const char *jail, const char *key)
{
	const char *const argv[] = {client, "get", jail, key, NULL};
	const struct sw_run run = {
		.argv = argv,
		.want = SW_RUN_STDOUT,
		.deadline = DEADLINE,
		.max_output = OUTPUT_MAX,
	};
	sw_autofree char *text = NULL;
	size_t len;
	int status;

	if (sw_run(&run, &text, &len, &status) != SW_OK || status != 0)
		return NULL;
	return sw_take(&text);
}

static void add_word(struct sw_text *list, const char *word, size_t len)
{
	if (len == 0)
		return;
	if (list->len > 0)
		sw_text_add(list, " ");
	sw_text_add_bytes(list, word, len);
}

/* The words of text, which blanks and commas separate. */
static void add_words(struct sw_text *list, const char *text)
{
	static const char separators[] = " \t\r\n,";

	while (*text != '\0') {
		size_t len = strcspn(text, separators);

		add_word(list, text, len);
		text += len;
		text += strspn(text, separators);
	}
}

/* Behind a sentence: a row for each address, or none. */
static void take_addresses(const char *answer, char *out)
{
	struct sw_text list;

	sw_text_init(&list, out, SW_FAIL2BAN_WORDS);
	for (const char *row = answer; row != NULL; row = strchr(row, '\n')) {
		row += *row == '\n';
		if (*row != '\0' && strchr(LIST_MARKS, *row) != NULL &&
		    strncmp(row + 1, "- ", 2) == 0)
			add_word(&list, row + 3, strcspn(row + 3, "\r\n"));
	}
}

/* Behind a sentence: the names, with ", " between them. */
static void take_actions(const char *answer, char *out)
{
	const char *names = strchr(answer, '\n');
	struct sw_text list;

	sw_text_init(&list, out, SW_FAIL2BAN_WORDS);
	if (names != NULL)
		add_words(&list, names);
}

static bool ask_server(const char *client, const char *jail,
		       struct sw_fail2ban_jail *out)
{
	sw_autofree char *actions = get(client, jail, "actions");
	sw_autofree char *addresses =
		actions != NULL ? get(client, jail, "ignoreip") : NULL;

	if (addresses == NULL)
		return false;
	take_actions(actions, out->actions);
	take_addresses(addresses, out->ignoreip);
	out->running = true;
	return true;
}

/* "NAME[option="x y"]" are one action; names without their options. */
static void take_action_names(const char *text, char *out)
{
	struct sw_text list;
	bool in_options = false;

	sw_text_init(&list, out, SW_FAIL2BAN_WORDS);
	while (*text != '\0') {
		size_t len = strcspn(text, " \t\r\n[]");

		if (!in_options)
			add_word(&list, text, len);
		text += len;
		if (*text == '[' || *text == ']')
			in_options = *text == '[';
		text += *text != '\0';
	}
}

static void read_config(const char *dir, const char *jail,
			struct sw_fail2ban_jail *out)
{
	struct sw_f2b_conf conf = SW_F2B_CONF_INIT;
	char value[SW_FAIL2BAN_WORDS];
	struct sw_text list;

	if (sw_f2b_conf_read(&conf, dir, "jail") == SW_OK) {
		if (sw_f2b_conf_get(&conf, jail, "action", value,
				    sizeof(value)) == SW_OK)
			take_action_names(value, out->actions);
		sw_text_init(&list, out->ignoreip, sizeof(out->ignoreip));
		if (sw_f2b_conf_get(&conf, jail, "ignoreip", value,
				    sizeof(value)) == SW_OK)
			add_words(&list, value);
	}
	sw_f2b_conf_free(&conf);
}

/* A name from the database goes to a command line: no option, no blank. */
static bool is_name(const char *jail)
{
	const char *at = jail;

	while (isalnum((unsigned char)*at) != 0 ||
	       (*at != '\0' && strchr("_.-", *at) != NULL))
		at++;
	return at != jail && *at == '\0' && jail[0] != '-';
}

void sw_ask_fail2ban_jail(const struct sw_fail2ban_paths *paths,
			  const char *jail, struct sw_fail2ban_jail *out)
{
	memset(out, 0, sizeof(*out));
	if (!is_name(jail))
		return;
	if (paths->client == NULL || !ask_server(paths->client, jail, out))
		read_config(paths->config, jail, out);
}
