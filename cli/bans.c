#include "bans.h"

#include "cli.h"
#include "lines.h"

#include "sshwhy/auto.h"
#include "sshwhy/ban_event.h"
#include "sshwhy/clock.h"
#include "sshwhy/node.h"
#include "sshwhy/paths.h"
#include "sshwhy/sink.h"
#include "sshwhy/state.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

struct sw_ban_store sw_bans_store(const struct sw_options *options)
{
	if (options->dir != NULL)
		return sw_ban_store_of(options->dir, geteuid());
	return sw_ban_store_of(SW_PATH_BAN_DIR, 0);
}

int sw_bans_failed(const char *command, const struct sw_ban_store *store,
		   enum sw_err err)
{
	if (err == SW_E_NOMEM || err == SW_E_RANGE)
		sw_complain("%s: %s", command,
			    err == SW_E_NOMEM ? "out of memory"
					      : "the list would be too long");
	else if (err == SW_E_IO)
		sw_complain("%s: %s: %s: %s", command, store->path,
			    store->words, strerror(errno));
	else
		sw_complain("%s: %s: %s", command, store->path, store->words);
	return SW_EXIT_IO;
}

void sw_bans_guard_init(struct sw_bans_guard *guard)
{
	memset(guard, 0, sizeof(*guard));
	guard->own_count = sw_bans_own_clients(guard->own, SW_BANS_OWN_MAX);
}

static const struct {
	const char *prefix;
	const char *what;
} spared[] = {
	{"127.0.0.0/8", "this machine itself (127.0.0.0/8)"},
	{"::1", "this machine itself (::1)"},
};

static bool overlaps(const struct sw_prefix *a, const struct sw_prefix *b)
{
	return sw_prefix_contains(a, &b->base) ||
	       sw_prefix_contains(b, &a->base);
}

static bool is_wide(const struct sw_prefix *prefix)
{
	return prefix->len < (prefix->base.family == SW_FAMILY_V4 ? 8 : 32);
}

bool sw_bans_is_dangerous(const struct sw_bans_guard *guard,
			  const struct sw_prefix *prefix, char *words)
{
	char own[SW_ADDR_TEXT_MAX];
	char text[SW_PREFIX_TEXT_MAX];
	struct sw_prefix other;

	(void)sw_prefix_format(prefix, text);
	for (size_t i = 0; i < guard->own_count; i++) {
		if (!sw_prefix_contains(prefix, &guard->own[i]))
			continue;
		(void)snprintf(words, SW_BANS_DANGER_MAX,
			       "%s would ban you, at %s", text,
			       sw_addr_format(&guard->own[i], own));
		return true;
	}
	for (size_t i = 0; i < sizeof(spared) / sizeof(spared[0]); i++) {
		if (sw_prefix_parse(spared[i].prefix, &other) != SW_OK ||
		    !overlaps(prefix, &other))
			continue;
		(void)snprintf(words, SW_BANS_DANGER_MAX, "%s would ban %s",
			       text, spared[i].what);
		return true;
	}
	if (is_wide(prefix))
		(void)snprintf(
			words, SW_BANS_DANGER_MAX, "%s is wider than %s", text,
			prefix->base.family == SW_FAMILY_V4 ? "/8" : "/32");
	return is_wide(prefix);
}

/* A file of prefixes that is being read. */
struct reading {
	const char *path;
	const struct sw_ban *like;
	const struct sw_bans_guard *guard; /* NULL: forced */
	struct sw_ban_list *list;
	unsigned int line;
	int status;
};

static int take_prefix(struct reading *reading, const char *word)
{
	char words[SW_BANS_DANGER_MAX];
	struct sw_ban ban = *reading->like;

	if (sw_prefix_parse(word, &ban.prefix) != SW_OK) {
		sw_complain("ban: %s:%u: %s: not an address or prefix",
			    reading->path, reading->line, word);
		return SW_EXIT_USAGE;
	}
	if (reading->guard != NULL &&
	    sw_bans_is_dangerous(reading->guard, &ban.prefix, words)) {
		sw_complain("ban: %s:%u: %s; nothing was banned (--force)",
			    reading->path, reading->line, words);
		return SW_EXIT_USAGE;
	}
	if (sw_ban_list_add(reading->list, &ban) != SW_OK) {
		sw_complain("ban: out of memory");
		return SW_EXIT_IO;
	}
	return 0;
}

/* "PREFIX" with blanks and a comment around it. */
static bool take_line(void *context, const char *line, size_t len)
{
	struct reading *reading = context;
	char text[128];
	char *word;
	char *rest;

	reading->line++;
	if (len >= sizeof(text))
		len = sizeof(text) - 1;
	memcpy(text, line, len);
	text[len] = '\0';
	text[strcspn(text, "#;\r")] = '\0';
	word = text + strspn(text, " \t");
	rest = word + strcspn(word, " \t");
	if (*word == '\0')
		return true;
	if (rest[strspn(rest, " \t")] == '\0')
		*rest = '\0';
	reading->status = take_prefix(reading, word);
	return reading->status == 0;
}

int sw_bans_read_file(const char *path, const struct sw_ban *like, bool force,
		      struct sw_ban_list *out)
{
	bool is_input = strcmp(path, "-") == 0;
	struct sw_bans_guard guard;
	struct reading reading = {
		.path = is_input ? "standard input" : path,
		.like = like,
		.list = out,
	};
	sw_autofd int opened = -1;

	sw_bans_guard_init(&guard);
	if (!force)
		reading.guard = &guard;
	if (!is_input)
		opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if ((!is_input && opened < 0) ||
	    sw_lines_read(is_input ? STDIN_FILENO : opened, take_line,
			  &reading) != SW_OK) {
		sw_complain("ban: %s: %s", reading.path, strerror(errno));
		reading.status = SW_EXIT_IO;
	}
	if (reading.status != 0)
		sw_ban_list_free(out);
	return reading.status;
}

static void fill(struct sw_record *record, enum sw_event event,
		 const struct sw_ban *ban, size_t count)
{
	bool v4 = ban->prefix.base.family == SW_FAMILY_V4;
	char prefix[SW_PREFIX_TEXT_MAX];
	struct sw_text text;

	memset(record, 0, sizeof(*record));
	record->event = event;
	record->cause = SW_CAUSE_BAN_LIST;
	record->via = SW_VIA_CLI;
	record->time = sw_clock_utc_ms();
	record->first = record->time;
	record->last = record->time;
	record->count = count;
	record->until = event == SW_EVENT_BAN ? ban->until : 0;
	if (ban->prefix.len == (v4 ? 32 : 128))
		record->conn.client.addr = ban->prefix.base;
	(void)sw_text_copy(record->rule.source, sizeof(record->rule.source),
			   SW_PATH_BAN_DIR "/bans");
	sw_text_init(&text, record->rule.text, sizeof(record->rule.text));
	if (ban->prefix.base.family != SW_FAMILY_NONE)
		sw_text_add(&text, "%s%s",
			    sw_prefix_format(&ban->prefix, prefix),
			    ban->reason[0] != '\0' ? " " : "");
	sw_text_add(&text, "%s", ban->reason);
	(void)sw_text_copy(record->rule.owner, sizeof(record->rule.owner),
			   ban->owner);
}

/* What a jail bans through us, its action sshwhy-report may have told before.
 */
static bool is_told(struct sw_state *state, enum sw_event event,
		    const struct sw_ban *ban, int64_t now)
{
	const struct sw_ban_event told = {
		.event = event,
		.client = ban->prefix,
		.owner = ban->owner,
		.now = now,
	};

	return strchr(ban->owner, ':') != NULL &&
	       ban->prefix.base.family != SW_FAMILY_NONE &&
	       !sw_ban_event_is_new(state, &told);
}

static void write_record(struct sw_record *record)
{
	struct sw_config_error reason;
	struct sw_config config;
	enum sw_err err;

	sw_config_defaults(&config);
	if (sw_config_read(SW_PATH_CONFIG, 0, &config, &reason) != SW_OK)
		sw_complain("%s:%u: %s; recorded by the defaults",
			    SW_PATH_CONFIG, reason.line, reason.reason);
	(void)sw_node_name(record->node);
	(void)sw_node_boot(record->boot);
	err = sw_sink_write(record, &config);
	if (err != SW_OK)
		sw_complain("done, but not recorded: %s",
			    err == SW_E_IO ? strerror(errno)
					   : sw_strerror(err));
}

void sw_bans_record(const struct sw_options *options, enum sw_event event,
		    const struct sw_ban *ban, size_t count)
{
	struct sw_state state = SW_STATE_INIT;
	struct sw_record record;
	bool told;

	if (options->dir != NULL || count == 0)
		return;
	fill(&record, event, ban, count);
	(void)!sw_state_open(SW_PATH_STATE, 0, &state);
	told = is_told(&state, event, ban, record.time);
	if (!told)
		record.seqno = sw_state_next_seqno(&state);
	sw_state_close(&state);
	if (!told)
		write_record(&record);
}
