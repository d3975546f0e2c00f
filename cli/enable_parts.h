/* enable_parts.h - which files the parts of sshwhy are switched on by. */

#ifndef SSHWHY_ENABLE_PARTS_H
#define SSHWHY_ENABLE_PARTS_H

#include "enable_change.h"
#include "enable_manifest.h"

#define SW_REASON_MAX 512 /* bytes, with the NUL */
#define SW_UNITS_MAX 4

/* What this machine has of sshd's units. */
struct sw_units {
	const char *names[SW_UNITS_MAX]; /* such as "ssh.service" */
	size_t count;
	/* A file that sets LD_PRELOAD to something else; "" if none does. */
	char conflict[PATH_MAX];
};

void sw_units_find(struct sw_units *out);

/* True for a unit that starts an sshd for each connection. */
bool sw_unit_is_instance(const char *unit);

/*
 * Add to plan what has to be changed for one part; nothing where all is done.
 *
 * manifest    what we wrote before: what an administrator has not touched since
 *             is brought up to date
 * out_reason  why a part of it is left out, "" if nothing is; of SW_REASON_MAX
 *             bytes
 *
 * Returns SW_OK; SW_E_NOTSUP when the part cannot be switched on here
 * (out_reason says why); SW_E_IO (errno set; out_reason names the file),
 * SW_E_NOMEM, SW_E_RANGE or SW_E_UNSAFE. On failure the plan may have rows of
 * it.
 */
SW_MUST_CHECK
enum sw_err sw_part_plan(unsigned int part, const struct sw_manifest *manifest,
			 struct sw_plan *plan, char *out_reason);

/* The units' share of it. */
SW_MUST_CHECK
enum sw_err sw_units_plan(const struct sw_manifest *manifest,
			  struct sw_plan *plan, char *out_reason);

/* The account's; nothing where somebody else made one of the name. */
SW_MUST_CHECK
enum sw_err sw_account_plan(const struct sw_manifest *manifest,
			    struct sw_plan *plan, char *out_reason);

/* A file of ours, as SW_SYSTEMDIR holds it; folders above it are made. */
SW_MUST_CHECK
enum sw_err sw_part_add_file(unsigned int part, const char *path,
			     const char *template,
			     const struct sw_manifest *manifest,
			     struct sw_plan *plan, char *out_reason);

/* A link of ours; folders above it are made. */
SW_MUST_CHECK
enum sw_err sw_part_add_link(unsigned int part, const char *path,
			     const char *target, struct sw_plan *plan,
			     char *out_reason);

/* Lines in a file, unless it has such; the folder must be there. */
SW_MUST_CHECK
enum sw_err sw_part_add_lines(unsigned int part, enum sw_change_kind kind,
			      const char *path, const char *lines,
			      struct sw_plan *plan, char *out_reason);

/* A folder, unless it is there; the ones above it are made. */
SW_MUST_CHECK
enum sw_err sw_part_add_folder(unsigned int part, const char *path, mode_t mode,
			       struct sw_plan *plan, char *out_reason);

#endif
