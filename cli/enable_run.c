#include "enable_run.h"

#include "cli.h"
#include "enable_names.h"
#include "enable_parts.h"

#include "sshwhy/auto.h"
#include "sshwhy/run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE 60000 /* milliseconds; units may have to stop */
#define OUTPUT_MAX 65536

int sw_enable_enter(const char *command, const struct sw_options *options)
{
	if (options->word_count > 0) {
		sw_complain("%s: %s: not expected here", command,
			    options->words[0]);
		return SW_EXIT_USAGE;
	}
	if (geteuid() != 0) {
		sw_complain("%s: must be root", command);
		return SW_EXIT_IO;
	}
	if (options->root[0] != '\0' &&
	    (chroot(options->root) != 0 || chdir("/") != 0)) {
		sw_complain("%s: %s: %s", command, options->root,
			    strerror(errno));
		return SW_EXIT_IO;
	}
	return 0;
}

int sw_enable_begin(const char *command, bool writes, int *out_lock,
		    struct sw_manifest *out)
{
	enum sw_err err = SW_OK;
	size_t line = 0;

	*out_lock = -1;
	if (writes && sw_manifest_lock(out_lock) != SW_OK) {
		sw_complain("%s: " SW_PATH_ENABLED ": %s", command,
			    strerror(errno));
		return SW_EXIT_IO;
	}
	err = sw_manifest_read(out, &line);
	if (err != SW_OK) {
		sw_complain(
			"%s: " SW_PATH_MANIFEST ": line %zu: %s", command, line,
			err == SW_E_IO ? strerror(errno) : sw_strerror(err));
		if (*out_lock >= 0)
			(void)close(*out_lock);
		return SW_EXIT_IO;
	}
	for (size_t i = 0; writes && i < out->count; i++)
		sw_content_sweep(out->rows[i].path);
	if (writes)
		sw_content_sweep(SW_PATH_MANIFEST);
	return 0;
}

void sw_enable_end(struct sw_manifest *manifest, int lock)
{
	if (lock >= 0) {
		/* Without a row this removes the folder, if it can. */
		if (manifest->count == 0)
			(void)!sw_manifest_forget(manifest, 0);
		(void)close(lock);
	}
	sw_manifest_free(manifest);
}

static bool answers_yes(void)
{
	char line[16];

	printf("\nWrite this? [y/N] ");
	(void)fflush(stdout);
	return fgets(line, sizeof(line), stdin) != NULL &&
	       (line[0] == 'y' || line[0] == 'Y');
}

int sw_enable_confirm(const char *command, const struct sw_options *options,
		      const struct sw_plan *plan, bool *out_declined)
{
	*out_declined = true;
	sw_plan_print(plan);
	if (options->dry_run) {
		puts("\nnothing was changed (--dry-run)");
		return 0;
	}
	if (!options->yes) {
		if (isatty(STDIN_FILENO) == 0) {
			sw_complain("%s: no terminal to ask on: --yes is"
				    " needed; nothing was changed",
				    command);
			return SW_EXIT_USAGE;
		}
		if (!answers_yes()) {
			puts("nothing was changed");
			return SW_EXIT_REJECTED;
		}
	}
	*out_declined = false;
	return 0;
}

bool sw_enable_has_systemd(const struct sw_options *options)
{
	return options->root[0] == '\0' &&
	       access("/run/systemd/system", F_OK) == 0 &&
	       access("/usr/bin/systemctl", X_OK) == 0;
}

void sw_enable_systemctl(const char *verb, const char *unit, const char *other)
{
	const char *argv[] = {"/usr/bin/systemctl", verb, unit, other, NULL};
	const struct sw_run run = {
		.argv = argv,
		.want = SW_RUN_STDERR,
		.deadline = DEADLINE,
		.max_output = OUTPUT_MAX,
	};
	sw_autofree char *words = NULL;
	int status = 0;
	size_t len = 0;
	enum sw_err err = sw_run(&run, &words, &len, &status);

	if (err == SW_OK && status == 0)
		return;
	sw_complain("systemctl %s %s%s%s failed: %.*s", verb,
		    unit == NULL ? "" : unit, other == NULL ? "" : " ",
		    other == NULL ? "" : other,
		    words == NULL ? 40 : (int)strcspn(words, "\n"),
		    words == NULL ? sw_strerror(err) : words);
}

void sw_enable_say_parts(const char *word, unsigned int parts)
{
	const char *between = ": ";

	if (parts == 0)
		return;
	(void)fputs(word, stdout);
	for (unsigned int part = 1; part <= SW_PART_ALL; part <<= 1) {
		if ((parts & part) == 0)
			continue;
		printf("%s%s", between, sw_part_name(part));
		between = ", ";
	}
	putchar('\n');
}

void sw_enable_say_restart(const struct sw_options *options,
			   const char *sentence)
{
	struct sw_units units;

	sw_units_find(&units);
	for (size_t i = 0; i < units.count; i++) {
		if (sw_unit_is_instance(units.names[i]))
			continue;
		printf("%s:  systemctl restart %s%s\n", sentence,
		       units.names[i],
		       sw_enable_has_systemd(options)
			       ? ""
			       : "  (systemd does not run here)");
		return;
	}
	printf("%s\n", sentence);
}
