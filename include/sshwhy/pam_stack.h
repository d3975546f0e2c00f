/* pam_stack.h - the lines of a PAM service, in libpam's order. */

#ifndef SSHWHY_PAM_STACK_H
#define SSHWHY_PAM_STACK_H

#include "sshwhy/err.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stddef.h>

#define SW_PAM_LINES_MAX 128
#define SW_PAM_SUCCESS 0     /* PAM_SUCCESS, of Linux-PAM */
#define SW_PAM_PERM_DENIED 6 /* PAM_PERM_DENIED */
#define SW_PAM_RETURNS 32    /* the codes that a control can name */
#define SW_PAM_LINE_MAX 1024 /* bytes, with the NUL; as in libpam */
#define SW_PAM_LEVELS 16     /* of substacks and of included files */

enum sw_pam_type {
	SW_PAM_AUTH = 0,
	SW_PAM_ACCOUNT,
	SW_PAM_SESSION,
	SW_PAM_PASSWORD,
	SW_PAM_TYPES_,
	SW_PAM_ANY = SW_PAM_TYPES_
};

/* What a control does with a return code; above 0: skip so many lines. */
enum sw_pam_action {
	SW_PAM_DO_IGNORE = 0,
	SW_PAM_DO_OK = -1,
	SW_PAM_DO_DONE = -2,
	SW_PAM_DO_BAD = -3,
	SW_PAM_DO_DIE = -4,
	SW_PAM_DO_RESET = -5,
	SW_PAM_DO_UNDEF = -6
};

enum sw_pam_kind {
	SW_PAM_MODULE = 0,
	SW_PAM_SUBSTACK, /* only opens the level of the lines behind it */
	SW_PAM_MUST_FAIL /* libpam does not understand the line: it denies */
};

struct sw_pam_line {
	struct sw_rule rule; /* where it stands */
	enum sw_pam_kind kind;
	int actions[SW_PAM_RETURNS];
	unsigned int level; /* of substacks; 0 is the service itself */
	char module[SW_SOURCE_MAX];
	char args[SW_PAM_LINE_MAX]; /* as written */
};

/* The folders and the file that libpam reads; absolute paths. */
struct sw_pam_places {
	const char *etc;   /* /etc/pam.d */
	const char *usr;   /* /usr/lib/pam.d */
	const char *conf;  /* /etc/pam.conf */
	bool usr_includes; /* include finds files in usr; not with Debian's */
};

struct sw_pam_stack {
	size_t count;
	struct sw_pam_line lines[SW_PAM_LINES_MAX];
	struct sw_rule broken; /* for SW_E_SYNTAX: the line, and why as text */
};

/*
 * Read the lines of one type of a service. Where it has none the lines of
 * "other" are in force, as in libpam.
 *
 * places  NULL: those of this machine
 *
 * Returns SW_OK, SW_E_SYNTAX (libpam reads no further and starts nothing:
 * out->broken tells the line), SW_E_RANGE (too many lines, or one that libpam
 * would cut in two: broken tells it) or SW_E_IO (no such service and no
 * "other"). Without SW_OK, out holds no lines.
 */
SW_MUST_CHECK
enum sw_err sw_pam_stack_read(const struct sw_pam_places *places,
			      const char *service, enum sw_pam_type type,
			      struct sw_pam_stack *out);

/*
 * Cut the next word off, as libpam does: blanks part words, and what stands in
 * brackets is one word, without them, in which "\]" is "]".
 *
 * at  on entry the rest of a line, which is changed; afterwards what is left,
 *     NULL for nothing
 *
 * Returns the word, or NULL when there is none.
 */
char *sw_pam_word(char **at);

/* Fill in what control says about each code. False, with all codes denying,
 * when libpam would complain about it. */
bool sw_pam_control(const char *control, int actions[SW_PAM_RETURNS]);

/* The value of the last argument that starts with name, such as "accessfile=";
 * false when there is none. */
bool sw_pam_argument(const char *args, const char *name, char *out,
		     size_t size);

#endif
