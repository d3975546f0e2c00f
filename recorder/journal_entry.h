/* journal_entry.h - which entries of the journal are sshd's own words. */

#ifndef RECORDER_JOURNAL_ENTRY_H
#define RECORDER_JOURNAL_ENTRY_H

#include "correlate.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Texts of an entry, "" where it has none. A name that begins with "_" was
 * given by journald, the rest by whoever wrote the entry. A value that does not
 * fit is SW_JOURNAL_LONG: it is there, and it is none of ours.
 */
struct sw_journal_entry {
	char transport[16]; /* _TRANSPORT */
	char uid[16];	    /* _UID */
	char pid[16];	    /* _PID */
	char comm[32];	    /* _COMM; a process can change its own */
	char exe[256];	    /* _EXE; missing where the process was gone */
	char unit[256];	    /* _SYSTEMD_UNIT */
	char about[64];	    /* UNIT, of the service manager's entries */
	char message[2048]; /* MESSAGE, cut when longer */
	size_t message_len;
};

#define SW_JOURNAL_LONG "?"

/*
 * Fill tap, origin, pid, text and len of *line from an entry, the rest is left
 * alone; text points into the entry. False, and *line untouched, for an entry
 * that is not sshd's nor the service manager's about sshd's socket.
 *
 * The tap is SW_TAP_JOURNAL for root's sshd and for the service manager. It is
 * SW_TAP_SYSLOG, so that nothing is called recorded, for the message about
 * MaxSessions, which comes from a process of the user's own, and where journald
 * found a dead process of which only root and the name sshd were left.
 */
bool sw_journal_believe(const struct sw_journal_entry *entry,
			struct sw_line *line);

#endif
