#include "options.h"

#include "cli.h"
#include "filter.h"
#include "options_ban.h"
#include "options_enable.h"
#include "options_explain.h"

#include "sshwhy/cause.h"
#include "sshwhy/num.h"

#include <string.h>

typedef enum sw_err (*read_value_fn)(const char *value,
				     struct sw_options *options);

static bool is_of_cause(const char *code, const char *wanted)
{
	size_t len = strlen(wanted);

	return strncmp(code, wanted, len) == 0 &&
	       (code[len] == '\0' || code[len] == '.');
}

static enum sw_err read_cause(const char *value, struct sw_options *options)
{
	options->cause = value;
	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++) {
		if (is_of_cause(sw_cause_code(i), value))
			return SW_OK;
	}
	return SW_E_SYNTAX;
}

static enum sw_err read_client(const char *value, struct sw_options *options)
{
	return sw_prefix_parse(value, &options->client);
}

static enum sw_err read_event(const char *value, struct sw_options *options)
{
	for (enum sw_event i = 0; i < SW_EVENT_COUNT_; i++) {
		if (strcmp(sw_event_name(i), value) == 0) {
			options->event = i;
			return SW_OK;
		}
	}
	return SW_E_SYNTAX;
}

static enum sw_err read_log(const char *value, struct sw_options *options)
{
	options->log = value;
	return SW_OK;
}

static enum sw_err read_allow(const char *value, struct sw_options *options)
{
	options->allow = value;
	return SW_OK;
}

static enum sw_err read_deny(const char *value, struct sw_options *options)
{
	options->deny = value;
	return SW_OK;
}

static enum sw_err read_fail2ban(const char *value, struct sw_options *options)
{
	options->fail2ban = value;
	return SW_OK;
}

static enum sw_err read_user(const char *value, struct sw_options *options)
{
	options->user = value;
	return *value == '\0' ? SW_E_SYNTAX : SW_OK;
}

static enum sw_err read_host(const char *value, struct sw_options *options)
{
	options->host = value;
	return *value == '\0' ? SW_E_SYNTAX : SW_OK;
}

static enum sw_err read_port(const char *value, struct sw_options *options)
{
	return sw_num_parse_port(value, &options->server.port);
}

static enum sw_err read_laddr(const char *value, struct sw_options *options)
{
	return sw_addr_parse(value, &options->server.addr);
}

static enum sw_err read_spec(const char *value, struct sw_options *options);

static enum sw_err read_iface(const char *value, struct sw_options *options)
{
	options->iface = value;
	return *value == '\0' ? SW_E_SYNTAX : SW_OK;
}

static enum sw_err read_year(const char *value, struct sw_options *options)
{
	uint64_t year = 0;
	enum sw_err err = sw_num_parse(value, 9999, &year);

	options->year = (int)year;
	return err == SW_OK && year < 1970 ? SW_E_RANGE : err;
}

static enum sw_err read_node(const char *value, struct sw_options *options)
{
	options->node = value;
	return *value == '\0' ? SW_E_SYNTAX : SW_OK;
}

static enum sw_err read_keep(const char *value, struct sw_options *options)
{
	options->keep = value;
	return *value == '\0' ? SW_E_SYNTAX : SW_OK;
}

static enum sw_err read_output(const char *value, struct sw_options *options)
{
	options->output = value;
	return *value == '\0' ? SW_E_SYNTAX : SW_OK;
}

static enum sw_err read_json(const char *value SW_UNUSED,
			     struct sw_options *options)
{
	options->json = true;
	return SW_OK;
}

/* Those that look at many records share their filters. */
#define SW_FOR_LOOK                                                            \
	(SW_FOR_LIST | SW_FOR_TOP | SW_FOR_TIMELINE | SW_FOR_FOLLOW |          \
	 SW_FOR_REPORT)

#define SW_FOR_SWITCH (SW_FOR_ENABLE | SW_FOR_DISABLE)
#define SW_FOR_THE_LIST (SW_FOR_BAN | SW_FOR_ALLOW | SW_FOR_UNBAN | SW_FOR_BANS)

static const struct option {
	const char *name;
	unsigned int commands;
	bool takes_value;
	read_value_fn read;
	const char *meant; /* ends the sentence "... is not " */
} table[] = {
	{"--all", SW_FOR_UNBAN, false, sw_option_read_all, ""},
	{"--allow", SW_FOR_EXPLAIN | SW_FOR_TEST, true, read_allow, "a file"},
	{"--by", SW_FOR_TOP, true, sw_option_read_by,
	 "one of client, prefix, cause, rule, owner, user"},
	{"--cause", SW_FOR_LOOK | SW_FOR_IMPORT, true, read_cause, "a cause"},
	{"--client", SW_FOR_LOOK | SW_FOR_IMPORT, true, read_client,
	 "an address or prefix"},
	{"--deny", SW_FOR_EXPLAIN | SW_FOR_TEST, true, read_deny, "a file"},
	{"--dir", SW_FOR_THE_LIST | SW_FOR_SYNC, true, sw_option_read_dir,
	 "a folder"},
	{"--dry-run", SW_FOR_SWITCH, false, sw_option_read_dry_run, ""},
	{"--event", SW_FOR_LIST | SW_FOR_FOLLOW, true, read_event,
	 "one of rejection, ban, unban, suppressed"},
	{"--fail2ban", SW_FOR_EXPLAIN | SW_FOR_TEST, true, read_fail2ban,
	 "a folder"},
	{"--firewall", SW_FOR_SWITCH, false, sw_option_read_firewall, ""},
	{"--for", SW_FOR_BAN | SW_FOR_ALLOW, true, sw_option_read_for,
	 "a duration such as 10m, 1h or 7d"},
	{"--force", SW_FOR_BAN, false, sw_option_read_force, ""},
	{"--forever", SW_FOR_BAN | SW_FOR_ALLOW, false, sw_option_read_forever,
	 ""},
	{"--from", SW_FOR_BAN, true, sw_option_read_from, "a file"},
	{"--html", SW_FOR_REPORT, true, sw_option_read_html, "a file"},
	{"--iface", SW_FOR_EXPLAIN | SW_FOR_TEST, true, read_iface,
	 "an interface"},
	{"--json",
	 SW_FOR_LIST | SW_FOR_EXPLAIN | SW_FOR_TEST | SW_FOR_IMPORT |
		 SW_FOR_BANS | SW_FOR_TOP | SW_FOR_TIMELINE | SW_FOR_FOLLOW |
		 SW_FOR_STATUS,
	 false, read_json, ""},
	{"--keep", SW_FOR_METRICS, true, read_keep, "a file"},
	{"--key-file", SW_FOR_SYNC, true, sw_option_read_key_file, "a file"},
	{"--limit", SW_FOR_TOP | SW_FOR_FOLLOW, true, sw_option_read_limit,
	 "a number of rows"},
	{"--log", SW_FOR_LOOK | SW_FOR_EXPLAIN | SW_FOR_METRICS, true, read_log,
	 "a file"},
	{"--node", SW_FOR_LOOK | SW_FOR_IMPORT, true, read_node, "a host name"},
	{"--now", SW_FOR_EXPLAIN | SW_FOR_TEST, true, sw_option_read_now,
	 "a time"},
	{"--output", SW_FOR_METRICS, true, read_output, "a file"},
	{"--owner", SW_FOR_THE_LIST | SW_FOR_LOOK, true, sw_option_read_owner,
	 "a name of plain characters"},
	{"--pam", SW_FOR_SWITCH, false, sw_option_read_pam, ""},
	{"--port", SW_FOR_EXPLAIN, true, read_port, "a port"},
	{"--recorder", SW_FOR_SWITCH, false, sw_option_read_recorder, ""},
	{"--replace", SW_FOR_BAN, false, sw_option_read_replace, ""},
	{"--root", SW_FOR_EXPLAIN | SW_FOR_TEST | SW_FOR_SWITCH | SW_FOR_STATUS,
	 true, sw_option_read_root, "a folder"},
	{"--rule", SW_FOR_LOOK, true, sw_option_read_rule,
	 "a file or FILE:LINE"},
	{"--since", SW_FOR_LOOK | SW_FOR_EXPLAIN | SW_FOR_IMPORT, true,
	 sw_option_read_since, "a time"},
	{"--step", SW_FOR_TIMELINE, true, sw_option_read_step,
	 "a duration such as 10m, 1h or 1d"},
	{"--until", SW_FOR_LOOK | SW_FOR_EXPLAIN | SW_FOR_IMPORT, true,
	 sw_option_read_until, "a time"},
	{"--user", SW_FOR_LOOK | SW_FOR_EXPLAIN, true, read_user,
	 "a user name"},
	{"--why", SW_FOR_BAN | SW_FOR_ALLOW, true, sw_option_read_why,
	 "a text"},
	{"--wrapper", SW_FOR_SWITCH, false, sw_option_read_wrapper, ""},
	{"--year", SW_FOR_IMPORT, true, read_year, "a year"},
	{"--yes", SW_FOR_SWITCH, false, sw_option_read_yes, ""},
	{"-C", SW_FOR_TEST, true, read_spec,
	 "a list of user=, host=, laddr=, lport="},
	{"-v", SW_FOR_EXPLAIN | SW_FOR_TEST, false, sw_option_read_verbose, ""},
};

/* The keys of -C, which are those of sshd -T -C. */
static const struct {
	const char *name;
	read_value_fn read;
} spec_keys[] = {
	{"host=", read_host},
	{"laddr=", read_laddr},
	{"lport=", read_port},
	{"user=", read_user},
};

#define ROWS(array) (sizeof(array) / sizeof((array)[0]))

static enum sw_err read_pair(const char *pair, struct sw_options *options)
{
	for (size_t i = 0; i < ROWS(spec_keys); i++) {
		size_t len = strlen(spec_keys[i].name);

		if (strncmp(pair, spec_keys[i].name, len) == 0)
			return spec_keys[i].read(pair + len, options);
	}
	return SW_E_SYNTAX;
}

/* argv belongs to the program: its commas are cut in place, and are put back
 * for the complaint about a bad one. */
static enum sw_err read_spec(const char *value, struct sw_options *options)
{
	char *start = (char *)value;
	char *rest = start;
	char *pair;

	while ((pair = strsep(&rest, ",")) != NULL) {
		enum sw_err err = read_pair(pair, options);

		if (err == SW_OK)
			continue;
		for (char *c = start; rest != NULL && c < rest; c++) {
			if (*c == '\0')
				*c = ',';
		}
		return err;
	}
	return SW_OK;
}

static const struct option *option_named(const char *word, size_t len,
					 unsigned int command)
{
	for (size_t i = 0; i < ROWS(table); i++) {
		if ((table[i].commands & command) != 0 &&
		    strlen(table[i].name) == len &&
		    memcmp(table[i].name, word, len) == 0)
			return &table[i];
	}
	return NULL;
}

/* One option, at argv[*i]; *i is moved on over a value in a word of its own. */
static enum sw_err read_option(char **argv, int *i, unsigned int command,
			       struct sw_options *options)
{
	const char *word = argv[*i];
	size_t len = word[1] == '-' ? strcspn(word, "=") : 2;
	const struct option *option = option_named(word, len, command);
	const char *value = word[len] == '\0' ? NULL : word + len;

	if (option == NULL) {
		sw_complain("%s: no such option; see man sshwhy", word);
		return SW_E_SYNTAX;
	}
	if (value != NULL && word[1] == '-')
		value++;
	if (!option->takes_value && value != NULL) {
		sw_complain("%s takes no value", option->name);
		return SW_E_SYNTAX;
	}
	if (option->takes_value && value == NULL)
		value = argv[++*i];
	if (option->takes_value && value == NULL) {
		sw_complain("%s needs a value", option->name);
		return SW_E_SYNTAX;
	}
	if (option->read(value, options) != SW_OK) {
		sw_complain("%s %s: not %s", option->name, value,
			    option->meant);
		return SW_E_SYNTAX;
	}
	return SW_OK;
}

enum sw_err sw_options_parse(int argc, char **argv, unsigned int command,
			     int64_t now, struct sw_options *out)
{
	struct sw_options options = {
		.now = now,
		.since = INT64_MIN,
		.until = INT64_MAX,
		.event = SW_EVENT_COUNT_,
		.root = "",
		.strict = (command & SW_FOR_LOOK) != 0,
		.words = argv + 1,
	};
	bool ended = false;

	for (int i = 1; i < argc; i++) {
		enum sw_err err;

		if (!ended && strcmp(argv[i], "--") == 0) {
			ended = true;
			continue;
		}
		if (ended || argv[i][0] != '-' || argv[i][1] == '\0') {
			options.words[options.word_count++] = argv[i];
			continue;
		}
		err = read_option(argv, &i, command, &options);
		if (err != SW_OK)
			return err;
	}
	sw_options_settle_times(&options);
	*out = options;
	return SW_OK;
}

bool sw_options_want(const struct sw_options *options,
		     const struct sw_record *record)
{
	if (options->event != SW_EVENT_COUNT_ &&
	    options->event != record->event)
		return false;
	if (options->cause != NULL &&
	    !is_of_cause(sw_cause_code(record->cause), options->cause))
		return false;
	if (options->user != NULL && record->conn.user[0] != '\0' &&
	    strcmp(options->user, record->conn.user) != 0)
		return false;
	if (options->server.port != 0 && record->conn.server.port != 0 &&
	    options->server.port != record->conn.server.port)
		return false;
	return options->client.base.family == SW_FAMILY_NONE ||
	       sw_prefix_contains(&options->client, &record->conn.client.addr);
}

bool sw_options_in_time(const struct sw_options *options,
			const struct sw_record *record)
{
	int64_t first = record->first != 0 ? record->first : record->time;
	int64_t last = record->last != 0 ? record->last : record->time;

	return last >= options->since && first <= options->until;
}
