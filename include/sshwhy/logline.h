/*
 * logline.h - what one message of sshd's log says about a rejection.
 *
 * One table of anchored patterns (lib/log_messages.def) covers sshd 5 to 10,
 * libwrap and the PAM modules that log under sshd's name, and systemd's socket
 * units. Text that a client chose (user names, banners, offers, host names) is
 * only ever taken from between two trusted ends, so it can't become a cause, an
 * address or a user; where the ends are not certain, nothing is named.
 */

#ifndef SSHWHY_LOGLINE_H
#define SSHWHY_LOGLINE_H

#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_LOGLINE_DETAIL_MAX 161 /* bytes, with the NUL */

/* Who wrote the message. */
enum sw_log_origin {
	SW_LOG_FOREIGN = 0,
	SW_LOG_SSHD,	/* sshd and what it loads: libwrap, PAM modules */
	SW_LOG_SYSTEMD, /* the service manager, about a socket unit */
};

enum sw_log_kind {
	SW_LOG_OTHER = 0, /* of no interest */
	SW_LOG_CONTEXT,	  /* tells who talks to the process; with a cause: a
			   * failure that may be a rejection for it */
	SW_LOG_FACT,	  /* no rejection, but part of the cause of one */
	SW_LOG_SUMMARY,	  /* count drops, which have no lines of their own */
	SW_LOG_COMPANION, /* tells again; alone it is the rejection */
	SW_LOG_REJECTION,
};

/*
 * Everything that the message does not say is zero, "" or SW_CAUSE_NONE.
 * conn.pid is a process that the message names, not the one that wrote it.
 */
struct sw_logline {
	enum sw_log_kind kind;
	enum sw_cause cause;
	struct sw_conn conn;
	struct sw_rule rule; /* FILE:LINE as the message gives it */
	bool unknown_user;   /* conn.user is no account of the machine */
	bool ends;	     /* the process is about to end */
	uint64_t count;	     /* rejections the line stands for */
	/* Of drop connection #N: the startups. Of "p P, r R": chance and draw,
	 * percent. Of "at N of M": the source's connections and its limit. */
	uint32_t number;
	uint32_t limit;
	/* The explaining words: which list, which offence, what PAM said. May
	 * hold text of the client's choice. */
	char detail[SW_LOGLINE_DETAIL_MAX];
};

/*
 * Classify the len bytes of a message, without the header of the log's line
 * and without its newline. Nothing is allocated or looked up, errno is kept, no
 * locale is used.
 *
 * out  filled when the result is not SW_LOG_OTHER, else not to be read
 *
 * Returns out->kind.
 */
enum sw_log_kind sw_logline_classify(enum sw_log_origin origin,
				     const char *message, size_t len,
				     struct sw_logline *out);

#endif
