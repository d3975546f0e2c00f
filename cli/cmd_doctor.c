#include "cli.h"
#include "commands.h"
#include "doctor.h"

#include "sshwhy/clock.h"
#include "sshwhy/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct check {
	const char *name; /* interface: appended, never renamed */
	sw_look_fn look;
} checks[] = {
	{"hook", sw_look_at_hook},
	{"libwrap", sw_look_at_libwrap},
	{"pam", sw_look_at_pam},
	{"recorder", sw_look_at_recorder},
	{"log", sw_look_at_log},
	{"drops", sw_look_at_drops},
	{"firewall", sw_look_at_firewall},
	{"audit", sw_look_at_audit},
	{"backlog", sw_look_at_backlog},
	{"exclude", sw_look_at_exclude},
	{"rights", sw_look_at_rights},
	{"probe", sw_look_for_probe},
	{"journald", sw_look_at_journald},
	{"denials", sw_look_for_denials},
	{"retention", sw_look_at_retention},
	{"bans", sw_look_at_bans},
};

#define CHECKS (sizeof(checks) / sizeof(checks[0]))

static const struct {
	const char *name, *mark;
} states[SW_SIGHT_STATES_] = {
	[SW_SIGHT_OK] = {"visible", "ok"},
	[SW_SIGHT_NOTE] = {"note", "--"},
	[SW_SIGHT_UNKNOWN] = {"unknown", "??"},
	[SW_SIGHT_BLIND] = {"blind", "!!"},
};

void sw_sight_is(struct sw_sight *out, enum sw_sight_state state,
		 const char *open, const char *format, ...)
{
	va_list args;

	out->state = state;
	va_start(args, format);
	(void)vsnprintf(out->text, sizeof(out->text), format, args);
	va_end(args);
	(void)sw_text_copy(out->open, sizeof(out->open),
			   open != NULL ? open : "");
}

static void print_text(const struct check *check, const struct sw_sight *sight)
{
	char buf[SW_SIGHT_MAX * 4];
	struct sw_text text;

	sw_text_init(&text, buf, sizeof(buf));
	sw_text_add_visible(&text, sight->text);
	printf("%s  %-10s%s\n", states[sight->state].mark, check->name, buf);
	if (sight->open[0] == '\0')
		return;
	sw_text_init(&text, buf, sizeof(buf));
	sw_text_add_visible(&text, sight->open);
	printf("              %s\n", buf);
}

static void print_json(const struct check *check, const struct sw_sight *sight)
{
	char buf[SW_SIGHT_MAX * 16];
	struct sw_text text;

	sw_text_init(&text, buf, sizeof(buf));
	sw_text_add(&text,
		    "{\"check\":\"%s\",\"state\":\"%s\",\"text\":", check->name,
		    states[sight->state].name);
	sw_text_add_json(&text, sight->text);
	sw_text_add(&text, ",\"fix\":");
	sw_text_add_json(&text, sight->open);
	sw_text_add(&text, "}");
	puts(buf);
}

static int examine(struct sw_doctor *doctor, bool json)
{
	size_t counts[SW_SIGHT_STATES_] = {0};

	for (size_t i = 0; i < CHECKS; i++) {
		struct sw_sight sight = {.state = SW_SIGHT_UNKNOWN};

		checks[i].look(doctor, &sight);
		counts[sight.state]++;
		if (json)
			print_json(&checks[i], &sight);
		else
			print_text(&checks[i], &sight);
		(void)fflush(stdout); /* the probe takes a moment */
	}
	if (!json)
		printf("%zu visible, %zu blind, %zu cannot be told\n",
		       counts[SW_SIGHT_OK] + counts[SW_SIGHT_NOTE],
		       counts[SW_SIGHT_BLIND], counts[SW_SIGHT_UNKNOWN]);
	if (counts[SW_SIGHT_BLIND] > 0)
		return SW_EXIT_REJECTED;
	return counts[SW_SIGHT_UNKNOWN] > 0 ? SW_EXIT_UNKNOWN
					    : SW_EXIT_ADMITTED;
}

int sw_cmd_doctor(int argc, char **argv)
{
	static struct sw_doctor doctor; /* large */
	const struct sw_conn nobody = {.pid = 0};
	bool json = argc == 2 && strcmp(argv[1], "--json") == 0;
	int status;

	if (argc > 1 && !json) {
		sw_complain(
			"doctor: %s: unexpected; it takes --json",
			argv[1 + (argc > 2 && strcmp(argv[1], "--json") == 0)]);
		return SW_EXIT_USAGE;
	}
	doctor.now = sw_clock_utc_ms();
	doctor.daemon_count = sw_daemon_list(doctor.daemons, SW_DAEMONS_MAX);
	doctor.has_settings = doctor.daemon_count > 0 &&
			      sw_sshd_settings_ask(&doctor.daemons[0], &nobody,
						   &doctor.settings) == SW_OK;
	status = examine(&doctor, json);
	if (doctor.has_settings)
		sw_sshd_settings_free(&doctor.settings);
	return status;
}
