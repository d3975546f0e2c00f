#include "commands.h"

#include "cli.h"
#include "enable_run.h"
#include "enable_state.h"

#include "sshwhy/clock.h"
#include "sshwhy/text.h"

#include <stdio.h>

#define JSON_MAX 8192 /* bytes; a path and a reason, escaped */

static void print_json(const struct sw_part_state *state)
{
	char line[4 * JSON_MAX];
	struct sw_text text;

	sw_text_init(&text, line, sizeof(line));
	sw_text_add(&text, "{\"part\":\"%s\",\"state\":\"%s\",\"file\":",
		    sw_part_name(state->part), sw_state_name(state->word));
	sw_text_add_json(&text, state->file);
	sw_text_add(&text, ",\"reason\":");
	sw_text_add_json(&text, state->reason);
	sw_text_add(&text, "}");
	puts(line);
}

static void print_text(const struct sw_part_state *state)
{
	bool has_file = state->file[0] != '\0';

	printf("%-8s  ", sw_part_name(state->part));
	if (has_file)
		printf("%-7s  %s", sw_state_name(state->word), state->file);
	else
		(void)fputs(sw_state_name(state->word), stdout);
	if (state->reason[0] != '\0')
		printf("  %s%s%s", has_file ? "(" : "", state->reason,
		       has_file ? ")" : "");
	putchar('\n');
}

int sw_cmd_status(int argc, char **argv)
{
	struct sw_manifest manifest = SW_MANIFEST_INIT;
	struct sw_options options;
	int lock = -1, status;

	if (sw_options_parse(argc, argv, SW_FOR_STATUS, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	status = sw_enable_enter("status", &options);
	if (status == 0)
		status = sw_enable_begin("status", false, &lock, &manifest);
	if (status != 0)
		return status;
	for (unsigned int part = 1; part <= SW_PART_ALL; part <<= 1) {
		struct sw_part_state state;

		sw_part_look(part, &manifest, options.root[0] == '\0', &state);
		if (options.json)
			print_json(&state);
		else
			print_text(&state);
		if (state.word == SW_STATE_PENDING ||
		    state.word == SW_STATE_CHANGED)
			status = SW_EXIT_REJECTED;
	}
	sw_enable_end(&manifest, lock);
	return status;
}
