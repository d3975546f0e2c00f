/*
 * sshd_dump.h - read what sshd -T -ddd (or -G -ddd) says of its settings.
 *
 * sshd itself is the engine: it prints FILE:LINE of every setting that it
 * takes, Include files and matching Match blocks too. Two passes are printed:
 * the global one, and behind it the one for Match blocks, in which the main
 * file is called "reprocess config".
 */

#ifndef SSHWHY_SSHD_DUMP_H
#define SSHWHY_SSHD_DUMP_H

#include "sshwhy/err.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stddef.h>

#define SW_SSHD_VALUE_MAX 1024 /* bytes, with the NUL; longer ones are cut */
#define SW_SSHD_LINES_MAX 64   /* lines that one list may be spread over */

/* One line that sets a keyword. */
struct sw_sshd_line {
	char source[SW_SOURCE_MAX];
	unsigned int line;
	char value[SW_SSHD_VALUE_MAX]; /* without the keyword */
};

/* The lines in force for a keyword: one, or several for a list. */
struct sw_sshd_setting {
	size_t count; /* 0: no line sets it; sshd's default holds */
	bool matched; /* the lines stand in a matching Match block */
	bool cut;     /* there were more than SW_SSHD_LINES_MAX */
	struct sw_sshd_line lines[SW_SSHD_LINES_MAX];
};

/*
 * Find the lines that set keyword, with sshd's precedence: the first line wins
 * for single values, lists accumulate, and what a matching Match block sets
 * replaces the global setting.
 *
 * dump     len bytes of the program's standard error
 * main     the path of the main file
 * keyword  compared without regard to case
 * is_list  the keyword is a list (AllowUsers, DenyUsers, AllowGroups,
 *          DenyGroups, HostKey, ...)
 *
 * Returns SW_OK, or SW_E_SYNTAX when dump shows no pass over a configuration:
 * then it is not what sshd prints. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_sshd_dump_find(const char *dump, size_t len, const char *main,
			      const char *keyword, bool is_list,
			      struct sw_sshd_setting *out);

#endif
