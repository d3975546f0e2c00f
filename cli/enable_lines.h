/* enable_lines.h - lines of ours in files that belong to somebody else. */

#ifndef SSHWHY_ENABLE_LINES_H
#define SSHWHY_ENABLE_LINES_H

#include "enable_content.h"

/* Whose file it is says which lines are ours, and where they belong. */
enum sw_lines_of {
	SW_LINES_PAM,	  /* in front of the first line that counts */
	SW_LINES_ACCOUNT, /* of passwd, group and their shadows: at the end */
	SW_LINES_CONFIG,  /* of sshwhy.conf: behind the default it changes */
	SW_LINES_COUNT_
};

/* True when a line that counts is ours, whoever wrote it. */
bool sw_lines_have(enum sw_lines_of of, const struct sw_content *file);

/*
 * The file with our lines in it.
 *
 * lines  whole lines, each with its newline
 * out    on success: freed by the caller
 *
 * Returns SW_OK or SW_E_NOMEM. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_lines_put(enum sw_lines_of of, const struct sw_content *file,
			 const char *lines, struct sw_content *out);

/* The file without our lines; the rest is what it was. As above. */
SW_MUST_CHECK
enum sw_err sw_lines_take(enum sw_lines_of of, const struct sw_content *file,
			  struct sw_content *out);

/*
 * The file, one of ours as a whole once, without the lines of wrote. Headers
 * of sections stay as long as a line that somebody added stands under any of
 * them; when nothing of theirs is left, *out is SW_CONTENT_NONE.
 */
SW_MUST_CHECK
enum sw_err sw_lines_take_all(const struct sw_content *file,
			      const struct sw_content *wrote,
			      struct sw_content *out);

#endif
