/* enable_change.h - what enable and disable do to one path, and a plan of it.
 */

#ifndef SSHWHY_ENABLE_CHANGE_H
#define SSHWHY_ENABLE_CHANGE_H

#include "enable_content.h"
#include "enable_lines.h"

#include <limits.h>

/* Bits; what the options name. */
enum sw_part {
	SW_PART_WRAPPER = 1, /* the hook in sshd */
	SW_PART_PAM = 2,
	SW_PART_RECORDER = 4,
	SW_PART_FIREWALL = 8 /* the recorder's tap of netfilter */
};
#define SW_PARTS 4

/* The name of one part; never NULL. */
const char *sw_part_name(unsigned int part);

/* The part of this name, 0 when there is none. */
unsigned int sw_part_named(const char *name);

enum sw_change_kind {
	SW_CHANGE_FILE = 0, /* ours as a whole */
	SW_CHANGE_LINK,
	SW_CHANGE_FOLDER,
	SW_CHANGE_PAM,	   /* lines of ours in somebody's file, */
	SW_CHANGE_ACCOUNT, /* as the next two */
	SW_CHANGE_CONFIG,
	SW_CHANGE_COUNT_
};

/* Which lines are ours in such a file; SW_LINES_COUNT_ for the first three. */
enum sw_lines_of sw_change_lines(enum sw_change_kind kind);

struct sw_change {
	unsigned int part; /* one bit */
	enum sw_change_kind kind;
	char path[PATH_MAX]; /* links followed */
	struct sw_content before;
	struct sw_content after;
	bool altered; /* somebody has changed it since we wrote it */
};

struct sw_plan {
	struct sw_change *rows;
	size_t count;
};

#define SW_PLAN_INIT                                                           \
	{                                                                      \
		NULL, 0                                                        \
	}

/*
 * Add a change; before and after are taken over whatever happens.
 *
 * Returns SW_OK, SW_E_NOMEM or SW_E_RANGE (path too long).
 */
SW_MUST_CHECK
enum sw_err sw_plan_add(struct sw_plan *plan, unsigned int part,
			enum sw_change_kind kind, const char *path,
			struct sw_content *before, struct sw_content *after);

void sw_plan_free(struct sw_plan *plan);

/* The last change of path in the plan, or NULL. */
const struct sw_change *sw_plan_find(const struct sw_plan *plan,
				     const char *path);

/*
 * Carry out all changes, in order, or none: when one fails, those before it are
 * taken back, and one line on stderr has said which one and why.
 *
 * Returns SW_OK, SW_E_UNSAFE (a file is no longer what the plan says it was) or
 * what sw_content_put() returned.
 */
SW_MUST_CHECK
enum sw_err sw_plan_carry_out(const struct sw_plan *plan);

/* Print it as unified diffs. */
void sw_plan_print(const struct sw_plan *plan);

#endif
