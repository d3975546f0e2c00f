#include "enable_state.h"

#include "enable_names.h"

#include "sshwhy/auto.h"
#include "sshwhy/clock.h"
#include "sshwhy/sshd_daemon.h"
#include "sshwhy/state.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *const words[SW_STATE_COUNT_] = {
	[SW_STATE_OFF] = "off",
	[SW_STATE_ON] = "on",
	[SW_STATE_PENDING] = "pending",
	[SW_STATE_CHANGED] = "changed",
};

const char *sw_state_name(enum sw_state_word word)
{
	return words[word];
}

static void SW_PRINTF(3, 4)
	say(struct sw_part_state *state, enum sw_state_word word,
	    const char *format, ...)
{
	va_list args;

	state->word = word;
	va_start(args, format);
	(void)vsnprintf(state->reason, sizeof(state->reason), format, args);
	va_end(args);
}

enum hooked { HOOKED_NO, HOOKED_OLD, HOOKED_YES };

/* "(deleted)" behind it: the file was replaced since. */
static enum hooked is_hooked(pid_t pid)
{
	enum hooked hooked = HOOKED_NO;
	char path[64], line[PATH_MAX + 128];
	FILE *maps;

	(void)snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	maps = fopen(path, "re");
	while (maps != NULL && fgets(line, sizeof(line), maps) != NULL) {
		if (strstr(line, "/" SW_NAME_HOOK) == NULL)
			continue;
		hooked = strstr(line, "(deleted)") == NULL ? HOOKED_YES
							   : HOOKED_OLD;
	}
	if (maps != NULL)
		(void)fclose(maps);
	return hooked;
}

static void look_at_listeners(struct sw_part_state *state)
{
	static struct sw_daemon daemons[SW_DAEMONS_MAX];
	size_t count = sw_daemon_list(daemons, SW_DAEMONS_MAX);

	for (size_t i = 0; i < count; i++) {
		switch (is_hooked(daemons[i].pid)) {
		case HOOKED_NO:
			say(state, SW_STATE_PENDING,
			    "sshd[%d] runs without it until sshd is started"
			    " again",
			    (int)daemons[i].pid);
			return;
		case HOOKED_OLD:
			say(state, SW_STATE_PENDING,
			    "sshd[%d] runs an older one until sshd is started"
			    " again",
			    (int)daemons[i].pid);
			return;
		case HOOKED_YES:
			break;
		}
	}
	if (count == 0 && state->reason[0] == '\0')
		say(state, SW_STATE_ON, "no sshd listens now");
}

static bool recorder_runs(void)
{
	struct sw_state state = SW_STATE_INIT;
	bool runs;

	/* Opening it would make it. */
	if (access(SW_PATH_STATE, F_OK) != 0 ||
	    sw_state_open(SW_PATH_STATE, 0, &state) != SW_OK)
		return false;
	runs = sw_state_is_alive(&state, sw_clock_monotonic_ns());
	sw_state_close(&state);
	return runs;
}

/* A daemon does not say when it has read its files; its start is the least. */
static void look_at_snippet(struct sw_part_state *state)
{
	static struct sw_daemon daemons[SW_DAEMONS_MAX];
	size_t count = sw_daemon_list(daemons, SW_DAEMONS_MAX);
	struct stat st;

	if (stat(SW_PATH_SNIPPET, &st) != 0)
		return;
	for (size_t i = 0; i < count; i++) {
		if (daemons[i].started >= (int64_t)st.st_mtime * 1000)
			continue;
		(void)sw_text_copy(state->file, sizeof(state->file),
				   SW_PATH_SNIPPET);
		say(state, SW_STATE_PENDING,
		    "sshd[%d] was started before this file was written",
		    (int)daemons[i].pid);
		return;
	}
}

static void look_at_processes(struct sw_part_state *state)
{
	switch (state->part) {
	case SW_PART_WRAPPER:
		look_at_listeners(state);
		return;
	case SW_PART_RECORDER:
	case SW_PART_FIREWALL:
		if (!recorder_runs())
			say(state, SW_STATE_PENDING, "sshwhyd does not run");
		else if (state->part == SW_PART_RECORDER)
			look_at_snippet(state);
		return;
	default:
		return;
	}
}

/* Other lines in somebody's file are that somebody's. */
static bool is_altered(const struct sw_entry *entry)
{
	enum sw_lines_of of = sw_change_lines(entry->kind);
	char digest[SW_SHA256_TEXT_MAX];
	struct sw_content now;
	bool altered;

	if (entry->kind == SW_CHANGE_FOLDER ||
	    sw_content_load(entry->path, &now) != SW_OK)
		return false;
	if (of == SW_LINES_COUNT_)
		altered = strcmp(entry->after,
				 sw_content_digest(&now, digest)) != 0;
	else
		altered =
			now.kind != SW_CONTENT_FILE || !sw_lines_have(of, &now);
	sw_content_free(&now);
	return altered;
}

/* The file by which a part is known, for a line about it. */
static bool is_main(const struct sw_entry *entry)
{
	return entry->kind == SW_CHANGE_PAM ||
	       entry->kind == SW_CHANGE_CONFIG ||
	       (entry->kind == SW_CHANGE_FILE &&
		(strstr(entry->path, ".service.d/") != NULL ||
		 strstr(entry->path, "sshwhyd.service") != NULL));
}

static size_t look_at_files(const struct sw_manifest *manifest,
			    struct sw_part_state *state)
{
	size_t count = 0;

	for (size_t i = 0; i < manifest->count; i++) {
		const struct sw_entry *entry = &manifest->rows[i];

		if (entry->part != state->part)
			continue;
		count++;
		if (is_main(entry) && state->word != SW_STATE_CHANGED)
			(void)sw_text_copy(state->file, sizeof(state->file),
					   entry->path);
		if (!is_altered(entry))
			continue;
		(void)sw_text_copy(state->file, sizeof(state->file),
				   entry->path);
		say(state, SW_STATE_CHANGED,
		    "it is not what enable wrote any more");
		return count;
	}
	return count;
}

/* Nothing to do, and none of it ours: by hand. */
static void look_at_plan(size_t entries, const struct sw_manifest *manifest,
			 struct sw_part_state *state)
{
	struct sw_plan plan = SW_PLAN_INIT;
	char reason[SW_REASON_MAX];
	enum sw_err err = sw_part_plan(state->part, manifest, &plan, reason);

	if (entries > 0) {
		say(state, SW_STATE_ON, "%s",
		    err == SW_OK && plan.count > 0
			    ? "another version is installed: enable again"
			    : reason);
	} else if (err == SW_OK && plan.count == 0) {
		say(state, SW_STATE_ON, "by hand, not by enable");
	} else {
		say(state, SW_STATE_OFF, "%s", err == SW_OK ? "" : reason);
	}
	sw_plan_free(&plan);
}

void sw_part_look(unsigned int part, const struct sw_manifest *manifest,
		  bool live, struct sw_part_state *out)
{
	struct sw_part_state state = {.part = part};
	size_t entries = look_at_files(manifest, &state);

	if (state.word != SW_STATE_CHANGED)
		look_at_plan(entries, manifest, &state);
	if (state.word == SW_STATE_ON && live)
		look_at_processes(&state);
	*out = state;
}
