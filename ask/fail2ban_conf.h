/* fail2ban_conf.h - fail2ban's configuration, merged as it does it itself. */

#ifndef ASK_FAIL2BAN_CONF_H
#define ASK_FAIL2BAN_CONF_H

#include "sshwhy/err.h"

#include <stddef.h>

struct sw_f2b_entry {
	char *section;
	char *key; /* in lower case */
	char *value;
};

/* Starts as SW_F2B_CONF_INIT; sw_f2b_conf_free() releases it. */
struct sw_f2b_conf {
	struct sw_f2b_entry *rows;
	size_t count;
	size_t room;
};

#define SW_F2B_CONF_INIT                                                       \
	{                                                                      \
		0                                                              \
	}

void sw_f2b_conf_free(struct sw_f2b_conf *conf);

/* What stands in section itself, before interpolation; NULL: nothing. */
const char *sw_f2b_conf_raw(const struct sw_f2b_conf *conf, const char *section,
			    const char *key);

/*
 * Set a value. The one that it replaces stays readable in the section
 * "KNOWN/SECTION", for "%(known/key)s".
 *
 * Returns SW_OK or SW_E_NOMEM (nothing was changed).
 */
SW_MUST_CHECK
enum sw_err sw_f2b_conf_set(struct sw_f2b_conf *conf, const char *section,
			    const char *key, const char *value);

/*
 * Take over what a file's text says: sections, "key = value" or "key: value",
 * further lines of a value that are indented, comments.
 *
 * conf  empty before: a key that stands twice is refused, as fail2ban does
 * text  is changed
 *
 * Returns SW_OK, SW_E_SYNTAX (a line that is none of these; what stood above is
 * taken over) or SW_E_NOMEM.
 */
SW_MUST_CHECK
enum sw_err sw_f2b_conf_parse(struct sw_f2b_conf *conf, char *text);

/*
 * Read NAME.conf, all .conf of NAME.d, NAME.local and all .local of NAME.d in
 * dir, with the files that they include, in fail2ban's order.
 *
 * Returns SW_OK, SW_E_IO (errno set; ENOENT when there is no NAME.conf),
 * SW_E_RANGE (a file too large, or including without end), SW_E_SYNTAX or
 * SW_E_NOMEM. On failure *conf holds what was read before.
 */
SW_MUST_CHECK
enum sw_err sw_f2b_conf_read(struct sw_f2b_conf *conf, const char *dir,
			     const char *name);

/*
 * The value of key in section, or in [DEFAULT], with all "%(...)s" replaced.
 *
 * Returns SW_OK, SW_E_NOTSUP (no such key), SW_E_SYNTAX ("%" that fail2ban
 * refuses, or a name in it that is not set) or SW_E_RANGE (longer than size,
 * or referring to itself). On failure buf is an empty text.
 */
SW_MUST_CHECK
enum sw_err sw_f2b_conf_get(const struct sw_f2b_conf *conf, const char *section,
			    const char *key, char *buf, size_t size);

#endif
