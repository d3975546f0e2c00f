#include "commands.h"

#include "cli.h"
#include "takers.h"

#include "sshwhy/ban_event.h"
#include "sshwhy/clock.h"
#include "sshwhy/config.h"
#include "sshwhy/node.h"
#include "sshwhy/num.h"
#include "sshwhy/paths.h"
#include "sshwhy/sink.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#define SECONDS_MAX UINT64_C(3153600000) /* a hundred years */
#define FOR_EVER "-1"			 /* as fail2ban says it */

static bool take_owner(void *context, const char *value)
{
	struct sw_ban_event *event = context;

	event->owner = value;
	return *value != '\0';
}

static bool take_why(void *context, const char *value)
{
	struct sw_ban_event *event = context;

	event->why = value;
	return true;
}

static bool take_count(void *context, const char *value)
{
	struct sw_ban_event *event = context;

	return sw_num_parse(value, UINT32_MAX, &event->failures) == SW_OK;
}

static bool take_seconds(void *context, const char *value)
{
	struct sw_ban_event *event = context;
	uint64_t seconds;

	if (strcmp(value, FOR_EVER) == 0) {
		event->until = 0;
		return true;
	}
	/* A time that grows from ban to ban may come with a fraction. */
	if (sw_num_parse_n(value, strcspn(value, "."), SECONDS_MAX, &seconds) !=
	    SW_OK)
		return false;
	event->until = event->now + (int64_t)seconds * 1000;
	return true;
}

static const struct sw_taker takers[] = {
	{"count", take_count, true, "a number"},
	{"for", take_seconds, true, "a number of seconds, or -1"},
	{"owner", take_owner, true, "the name of a tool"},
	{"why", take_why, true, "a text"},
};

static bool read_words(char **words, int count, struct sw_ban_event *event)
{
	if (count == 2 && strcmp(words[0], "ban") == 0)
		event->event = SW_EVENT_BAN;
	else if (count == 2 && strcmp(words[0], "unban") == 0)
		event->event = SW_EVENT_UNBAN;
	else {
		sw_complain("usage: sshwhy event ban|unban ADDRESS [--owner O]"
			    " [--for SECONDS] [--count N] [--why TEXT]");
		return false;
	}
	if (sw_prefix_parse(words[1], &event->client) == SW_OK)
		return true;
	sw_complain("%s: not an address or prefix", words[1]);
	return false;
}

static void read_config(struct sw_config *config)
{
	struct sw_config_error reason;

	sw_config_defaults(config);
	if (sw_config_read(SW_PATH_CONFIG, 0, config, &reason) != SW_OK)
		sw_complain("%s:%u: %s; recorded by the defaults",
			    SW_PATH_CONFIG, reason.line, reason.reason);
}

static int write_record(const struct sw_ban_event *event,
			struct sw_state *state)
{
	struct sw_config config;
	struct sw_record record;
	enum sw_err err;

	if (!sw_ban_event_is_new(state, event))
		return 0;
	sw_ban_event_to_record(event, &record);
	record.seqno = sw_state_next_seqno(state);
	(void)sw_node_name(record.node);
	(void)sw_node_boot(record.boot);
	read_config(&config);
	err = sw_sink_write(&record, &config);
	if (err == SW_OK)
		return 0;
	sw_complain("not recorded: %s",
		    err == SW_E_IO ? strerror(errno) : sw_strerror(err));
	return SW_EXIT_IO;
}

int sw_cmd_event(int argc, char **argv)
{
	struct sw_ban_event event = {
		.owner = "",
		.why = "",
		.now = sw_clock_utc_ms(),
	};
	struct sw_state state = SW_STATE_INIT;
	int status;

	if (!sw_take_options(argc, argv, takers,
			     sizeof(takers) / sizeof(takers[0]), &event) ||
	    !read_words(argv + optind, argc - optind, &event))
		return SW_EXIT_USAGE;
	if (sw_state_open(SW_PATH_STATE, 0, &state) != SW_OK) {
		sw_complain("%s: %s", SW_PATH_STATE, strerror(errno));
		return SW_EXIT_IO;
	}
	status = write_record(&event, &state);
	sw_state_close(&state);
	return status;
}
