/* log_match.h - patterns of log messages, matched from both trusted ends. */

#ifndef SSHWHY_LOG_MATCH_H
#define SSHWHY_LOG_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of the message; at is NULL where the pattern has no such field. */
struct sw_log_span {
	const char *at;
	size_t len;
};

/*
 * The fields of a pattern, each written "%" and a letter. Tokens end by
 * themselves; free text ends only where the rest of the pattern begins, counted
 * from the end of the message.
 *
 * tokens:
 *	%a address	 %p port	  %r address, perhaps " port N"
 *	%b address and	 %q port of the server's end
 *	%A address, not believed when an "@" stands anywhere behind it
 *	%h address or host name
 *	%n number	 %m second number %c count	%i process	%l line
 *	%F "PATH:LINE:"	 %G "PATH, line N:"
 *	%L "PATH: line N:" or "PATH line N:"		%K "PATH:"
 *	%P path		 %S "ssh...socket:"
 *	%w a word, %k a host name, %j digits, %y all up to ")": not kept
 * free text:
 *	%u user		 %v the same, perhaps behind "invalid user "
 *	%d as %r, perhaps with a user before it
 *	%f path		 %t detail	  %x not kept
 */
struct sw_log_fields {
	uint64_t seen; /* a bit for each letter */
	struct sw_log_span span['z' + 1 - 'A'];
};

enum sw_log_answer {
	SW_LOG_NO = 0,
	SW_LOG_YES,
	SW_LOG_UNCERTAIN /* the client's text could be read in two ways */
};

/*
 * Match the whole of text with pattern.
 *
 * cut     the end of text may be missing: nothing behind free text is believed
 * fields  filled when the answer is SW_LOG_YES
 *
 * A pattern has at most two fields of free text.
 */
enum sw_log_answer sw_log_match(const char *pattern, struct sw_log_span text,
				bool cut, struct sw_log_fields *fields);

/* The field of a letter. */
struct sw_log_span sw_log_field(const struct sw_log_fields *fields,
				char letter);

#endif
