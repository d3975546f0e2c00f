#include "commands.h"

#include "cli.h"
#include "enable_check.h"
#include "enable_names.h"
#include "enable_parts.h"
#include "enable_run.h"

#include "sshwhy/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND "enable"
#define OBSERVE_ONLY (SW_PART_WRAPPER | SW_PART_PAM | SW_PART_RECORDER)

/* What was asked for; what nobody named is left out where it can't work. */
struct wish {
	unsigned int parts;
	bool named;
	unsigned int planned; /* of them, those that there is something to do */
	unsigned int left_out;
};

static void wish_for(const struct sw_options *options, struct wish *wish)
{
	*wish = (struct wish){.parts = options->parts,
			      .named = options->parts != 0};
	if (!wish->named)
		wish->parts = OBSERVE_ONLY;
	if ((wish->parts & SW_PART_FIREWALL) != 0)
		wish->parts |= SW_PART_RECORDER;
	if ((wish->parts & SW_PART_WRAPPER) == 0 ||
	    !sw_check_selinux_enforces())
		return;
	if (wish->named) {
		puts("note: SELinux is enforcing, and may have sshd started"
		     " without LD_PRELOAD; see status afterwards");
		return;
	}
	wish->parts &= ~(unsigned int)SW_PART_WRAPPER;
	wish->left_out |= SW_PART_WRAPPER;
	puts("wrapper left out: SELinux is enforcing, and may have sshd"
	     " started without LD_PRELOAD; PAM and sshd's log are watched");
}

static int plan_part(unsigned int part, struct wish *wish,
		     const struct sw_manifest *manifest, struct sw_plan *plan)
{
	char reason[SW_REASON_MAX];
	size_t before = plan->count;
	enum sw_err err = sw_part_plan(part, manifest, plan, reason);

	if (plan->count > before)
		wish->planned |= part;
	if (err == SW_OK) {
		if (reason[0] != '\0')
			printf("note: %s\n", reason);
		return 0;
	}
	if (err == SW_E_NOTSUP && !wish->named) {
		wish->left_out |= part;
		printf("%s left out: %s\n", sw_part_name(part), reason);
		return 0;
	}
	sw_complain(COMMAND ": %s: %s", sw_part_name(part),
		    reason[0] != '\0' ? reason : sw_strerror(err));
	return SW_EXIT_IO;
}

static int make_plan(struct wish *wish, const struct sw_manifest *manifest,
		     struct sw_plan *plan)
{
	int status = 0;

	for (unsigned int part = 1; part <= SW_PART_ALL && status == 0;
	     part <<= 1) {
		if ((wish->parts & part) != 0)
			status = plan_part(part, wish, manifest, plan);
	}
	return status;
}

static bool copy_rows(const struct sw_manifest *from, struct sw_manifest *to)
{
	*to = (struct sw_manifest)SW_MANIFEST_INIT;
	to->rows = calloc(from->count + 1, sizeof(*to->rows));
	if (to->rows == NULL)
		return false;
	memcpy(to->rows, from->rows == NULL ? to->rows : from->rows,
	       from->count * sizeof(*to->rows));
	to->count = from->count;
	return true;
}

/* First the manifest, then the files: see enable_manifest.h. */
static int write_plan(struct sw_manifest *manifest, const struct sw_plan *plan)
{
	struct sw_manifest old;
	enum sw_err err;

	if (!copy_rows(manifest, &old)) {
		sw_complain("out of memory");
		return SW_EXIT_IO;
	}
	err = sw_manifest_note(manifest, plan);
	if (err != SW_OK)
		sw_complain(COMMAND ": " SW_PATH_ENABLED
				    ": %s; nothing was changed",
			    err == SW_E_IO ? strerror(errno)
					   : sw_strerror(err));
	else
		err = sw_plan_carry_out(plan);
	if (err == SW_OK) {
		sw_manifest_free(&old);
		return 0;
	}
	sw_manifest_free(manifest);
	*manifest = old;
	if (old.count > 0 && sw_manifest_write(manifest) != SW_OK)
		sw_complain(COMMAND ": " SW_PATH_MANIFEST ": %s",
			    strerror(errno));
	return SW_EXIT_IO;
}

/* The recorder is ours to start. sshd is not. */
static void take_effect(const struct sw_options *options,
			const struct wish *wish)
{
	bool systemd = sw_enable_has_systemd(options);

	if (systemd)
		sw_enable_systemctl("daemon-reload", NULL, NULL);
	if ((wish->planned & (SW_PART_RECORDER | SW_PART_FIREWALL)) != 0) {
		if (systemd)
			sw_enable_systemctl("restart", "sshwhyd.socket",
					    "sshwhyd.service");
		else
			puts("the recorder is started by systemd, which does"
			     " not run here; or by hand:  " SW_PATH_RECORDER
			     " --foreground");
	}
	if ((wish->planned & SW_PART_WRAPPER) != 0)
		sw_enable_say_restart(options, "sshd loads the hook when it is"
					       " started again");
	else if ((wish->planned & SW_PART_RECORDER) != 0)
		sw_enable_say_restart(options, "sshd reads " SW_PATH_SNIPPET
					       " when it is started again");
	if ((wish->planned & SW_PART_PAM) != 0)
		puts("the PAM lines hold from the next connection on");
}

static int enable(const struct sw_options *options, struct wish *wish,
		  struct sw_manifest *manifest, struct sw_plan *plan)
{
	bool declined = false;
	int status = make_plan(wish, manifest, plan);

	if (status != 0)
		return status;
	sw_enable_say_parts("already enabled",
			    wish->parts & ~wish->planned & ~wish->left_out);
	if (plan->count == 0)
		return 0;
	if (sw_plan_check(plan) != SW_OK)
		return SW_EXIT_IO;
	status = sw_enable_confirm(COMMAND, options, plan, &declined);
	if (declined || status != 0)
		return status;
	status = write_plan(manifest, plan);
	if (status != 0)
		return status;
	sw_enable_say_parts("enabled", wish->planned);
	take_effect(options, wish);
	return 0;
}

int sw_cmd_enable(int argc, char **argv)
{
	struct sw_manifest manifest = SW_MANIFEST_INIT;
	struct sw_plan plan = SW_PLAN_INIT;
	struct sw_options options;
	struct wish wish;
	int lock = -1, status;

	if (sw_options_parse(argc, argv, SW_FOR_ENABLE, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	status = sw_enable_enter(COMMAND, &options);
	if (status != 0)
		return status;
	status = sw_enable_begin(COMMAND, !options.dry_run, &lock, &manifest);
	if (status != 0)
		return status;
	wish_for(&options, &wish);
	status = enable(&options, &wish, &manifest, &plan);
	sw_plan_free(&plan);
	sw_enable_end(&manifest, lock);
	return status;
}
