/* findings.h - what is wrong with a configuration: collected, then shown. */

#ifndef SSHWHY_FINDINGS_H
#define SSHWHY_FINDINGS_H

#include "cli.h"

#include "sshwhy/err.h"

#include <stdbool.h>
#include <stddef.h>

/* The worst first. */
enum sw_level {
	SW_LEVEL_ERROR = 0, /* somebody is let in or kept out by mistake */
	SW_LEVEL_WARNING,   /* it does not do what it says, or may yet fail */
	SW_LEVEL_NOTE,	    /* worth knowing; nobody has to act */
	SW_LEVEL_UNSEEN,    /* could not be looked at */
	SW_LEVEL_COUNT_
};

enum sw_check {
#define CHECK(id, code, level, effect, fix) SW_CHECK_##id,
#include "check.def"
#undef CHECK
	SW_CHECK_COUNT_
};

struct sw_finding {
	enum sw_check check;
	unsigned int line; /* the first one of it; 0: the file as a whole */
	char *file;	   /* or what stands in its place; never NULL */
	char *text;	   /* that is wrong; NULL: none */
	char *detail;	   /* what the table can't know; NULL: none */
};

/* Begin with {0}. */
struct sw_findings {
	struct sw_finding *rows;
	size_t count;
	size_t room;
	bool incomplete; /* memory ran out: some are missing */
};

/* Where something is wrong. */
struct sw_place {
	const char *file;
	unsigned int line;
	const char *text; /* NULL: none */
};

/* Add one; detail may be NULL. The texts are copied. */
void sw_findings_add(struct sw_findings *findings, enum sw_check check,
		     const struct sw_place *place, const char *detail, ...)
	SW_PRINTF(4, 5);

/* Forget all and free what they hold. */
void sw_findings_release(struct sw_findings *findings);

/* Of one row of the table. The layer is the code up to its dot. */
const char *sw_check_code(enum sw_check check);
enum sw_level sw_check_level(enum sw_check check);
const char *sw_check_effect(enum sw_check check);
const char *sw_check_fix(enum sw_check check);
bool sw_check_is_of(enum sw_check check, const char *layer);

/* "error", "warning", "note" or "unseen". */
const char *sw_level_name(enum sw_level level);

/* The level of that name, SW_LEVEL_COUNT_ when there is none. */
enum sw_level sw_level_named(const char *name);

/*
 * Print them on stdout, those of one file together, the worst first, and what
 * they come to as the last line. Those below level are left out; what is unseen
 * never is. JSON is one object a line without a last line.
 */
void sw_findings_print(struct sw_findings *findings, enum sw_level level,
		       bool json);

/*
 * SW_EXIT_REJECTED when there is an error or a warning that is not below level,
 * else SW_EXIT_UNKNOWN when something is unseen, else SW_EXIT_ADMITTED: notes
 * alone are no failure. SW_EXIT_IO when memory ran out.
 */
enum sw_exit sw_findings_status(const struct sw_findings *findings,
				enum sw_level level);

#endif
