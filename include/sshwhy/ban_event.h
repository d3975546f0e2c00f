/* ban_event.h - a ban that somebody placed or lifted, as a record. */

#ifndef SSHWHY_BAN_EVENT_H
#define SSHWHY_BAN_EVENT_H

#include "sshwhy/addr.h"
#include "sshwhy/record.h"
#include "sshwhy/state.h"

#include <stdbool.h>
#include <stdint.h>

/* Two reports of the same within this time are one, in milliseconds; up to
 * twice as long it depends on the clock. */
#define SW_BAN_EVENT_SAME 5000

struct sw_ban_event {
	enum sw_event event;	 /* SW_EVENT_BAN or SW_EVENT_UNBAN */
	struct sw_prefix client; /* an address, or a range */
	const char *owner;	 /* such as "fail2ban:sshd"; "" unknown */
	const char *why;	 /* "" not told; its last line is kept */
	uint64_t failures;	 /* that led to it; 0: not known */
	int64_t now;		 /* milliseconds UTC */
	int64_t until; /* milliseconds UTC; 0: for ever, or an unban */
};

/*
 * A ban may be reported twice: by the tool that decides it and by the one that
 * carries it out. True for the first who asks about the same event, client and
 * owner at about the same time; always true when state is not open.
 */
bool sw_ban_event_is_new(struct sw_state *state,
			 const struct sw_ban_event *event);

/*
 * Fill a record of another tool's ban: cause ban.tool, the range and the reason
 * as its rule's text. seqno, node and boot are left empty.
 */
void sw_ban_event_to_record(const struct sw_ban_event *event,
			    struct sw_record *out);

#endif
