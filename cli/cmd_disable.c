#include "commands.h"

#include "cli.h"
#include "enable_names.h"
#include "enable_run.h"

#include "sshwhy/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define COMMAND "disable"

static bool is(const char *digest, const struct sw_content *content)
{
	char now[SW_SHA256_TEXT_MAX];

	return strcmp(digest, sw_content_digest(content, now)) == 0;
}

/* Where no copy was kept: only our line went in, and perhaps the newline that
 * the line before it lacked. */
static enum sw_err without_account(const struct sw_entry *entry,
				   const struct sw_content *now,
				   struct sw_content *out)
{
	enum sw_err err = sw_lines_take(SW_LINES_ACCOUNT, now, out);
	char digest[SW_SHA256_TEXT_MAX];

	if (err == SW_OK && !is(entry->before, out) && out->len > 0 &&
	    strcmp(sw_sha256(out->bytes, out->len - 1, digest),
		   entry->before) == 0)
		out->bytes[--out->len] = '\0';
	return err;
}

/* A file that somebody has changed since: our lines out of it. */
static enum sw_err without_ours(const struct sw_entry *entry,
				const struct sw_content *now,
				struct sw_content *out)
{
	enum sw_lines_of of = sw_change_lines(entry->kind);
	struct sw_content wrote;
	enum sw_err err;

	if (of != SW_LINES_COUNT_)
		return sw_lines_take(of, now, out);
	err = sw_entry_new(entry, &wrote);
	if (err != SW_OK)
		return err;
	err = sw_lines_take_all(now, &wrote, out);
	sw_content_free(&wrote);
	return err;
}

/* What is to stand in the place of now, which is there. */
static enum sw_err restored(const struct sw_entry *entry,
			    const struct sw_content *now,
			    struct sw_content *out, bool *altered)
{
	*out = (struct sw_content){.kind = SW_CONTENT_NONE};
	switch (entry->kind) {
	case SW_CHANGE_FOLDER:
		return SW_OK;
	case SW_CHANGE_ACCOUNT:
		return without_account(entry, now, out);
	case SW_CHANGE_LINK:
	case SW_CHANGE_FILE:
	case SW_CHANGE_PAM:
	case SW_CHANGE_CONFIG:
	case SW_CHANGE_COUNT_:
		break;
	}
	if (is(entry->after, now))
		return sw_entry_old(entry, out);
	*altered = true;
	return without_ours(entry, now, out);
}

static enum sw_err plan_entry(const struct sw_entry *entry,
			      struct sw_plan *plan)
{
	struct sw_content now, then;
	bool altered = false;
	enum sw_err err = sw_content_load(entry->path, &now);

	if (err != SW_OK)
		return err;
	/* It was never written, or somebody has put it back or removed it; or
	 * a link leads somewhere else by now. */
	if (now.kind == SW_CONTENT_NONE || is(entry->before, &now) ||
	    (entry->kind == SW_CHANGE_LINK && !is(entry->after, &now))) {
		sw_content_free(&now);
		return SW_OK;
	}
	err = restored(entry, &now, &then, &altered);
	if (err == SW_OK && sw_content_is_same(&now, &then)) {
		sw_content_free(&then);
		sw_content_free(&now);
		return SW_OK;
	}
	if (err != SW_OK) {
		sw_content_free(&now);
		return err;
	}
	err = sw_plan_add(plan, entry->part, entry->kind, entry->path, &now,
			  &then);
	if (err == SW_OK)
		plan->rows[plan->count - 1].altered = altered;
	return err;
}

/* The last first: a folder comes behind what was put into it. */
static int make_plan(const struct sw_manifest *manifest, unsigned int parts,
		     struct sw_plan *plan)
{
	for (size_t i = manifest->count; i-- > 0;) {
		const struct sw_entry *entry = &manifest->rows[i];
		enum sw_err err = SW_OK;

		if ((entry->part & parts) != 0)
			err = plan_entry(entry, plan);
		if (err == SW_OK)
			continue;
		sw_complain(
			COMMAND ": %s: %s; nothing was changed", entry->path,
			err == SW_E_IO ? strerror(errno) : sw_strerror(err));
		return SW_EXIT_IO;
	}
	return 0;
}

static unsigned int parts_of(const struct sw_manifest *manifest)
{
	unsigned int parts = 0;

	for (size_t i = 0; i < manifest->count; i++)
		parts |= manifest->rows[i].part;
	return parts;
}

static void say_altered(const struct sw_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct sw_change *row = &plan->rows[i];

		if (row->altered)
			printf("%s was changed by somebody: only our lines"
			       " were removed\n",
			       row->path);
	}
}

static int write_plan(struct sw_manifest *manifest, const struct sw_plan *plan,
		      unsigned int parts)
{
	if (sw_plan_carry_out(plan) != SW_OK)
		return SW_EXIT_IO;
	say_altered(plan);
	if (sw_manifest_forget(manifest, parts) != SW_OK) {
		sw_complain(COMMAND ": " SW_PATH_ENABLED ": %s",
			    strerror(errno));
		return SW_EXIT_IO;
	}
	return 0;
}

static int disable(const struct sw_options *options, unsigned int parts,
		   struct sw_manifest *manifest, struct sw_plan *plan)
{
	bool systemd = sw_enable_has_systemd(options);
	bool declined = false;
	int status = make_plan(manifest, parts, plan);

	if (status == 0)
		status = sw_enable_confirm(COMMAND, options, plan, &declined);
	if (declined || status != 0)
		return status;
	if (systemd && (parts & SW_PART_RECORDER) != 0)
		sw_enable_systemctl("stop", "sshwhyd.socket",
				    "sshwhyd.service");
	status = write_plan(manifest, plan, parts);
	if (status != 0)
		return status;
	if (systemd)
		sw_enable_systemctl("daemon-reload", NULL, NULL);
	if (systemd && (parts & SW_PART_FIREWALL) != 0 &&
	    (parts & SW_PART_RECORDER) == 0)
		sw_enable_systemctl("try-restart", "sshwhyd.service", NULL);
	sw_enable_say_parts("disabled", parts);
	if ((parts & SW_PART_WRAPPER) != 0)
		sw_enable_say_restart(options, "sshd keeps the hook until it is"
					       " started again");
	return 0;
}

int sw_cmd_disable(int argc, char **argv)
{
	struct sw_manifest manifest = SW_MANIFEST_INIT;
	struct sw_plan plan = SW_PLAN_INIT;
	struct sw_options options;
	unsigned int parts;
	int lock = -1, status;

	if (sw_options_parse(argc, argv, SW_FOR_DISABLE, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	status = sw_enable_enter(COMMAND, &options);
	if (status != 0)
		return status;
	status = sw_enable_begin(COMMAND, !options.dry_run, &lock, &manifest);
	if (status != 0)
		return status;
	parts = options.parts == 0 ? SW_PART_ALL : options.parts;
	/* The tap cannot do without its recorder. */
	if ((parts & SW_PART_RECORDER) != 0)
		parts |= SW_PART_FIREWALL;
	parts &= parts_of(&manifest);
	if (parts == 0)
		puts("already disabled: nothing of enable's is there");
	else
		status = disable(&options, parts, &manifest, &plan);
	sw_plan_free(&plan);
	sw_enable_end(&manifest, lock);
	return status;
}
