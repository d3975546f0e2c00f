/* sink.h - where a finished record goes. */

#ifndef SSHWHY_SINK_H
#define SSHWHY_SINK_H

#include "sshwhy/config.h"
#include "sshwhy/err.h"
#include "sshwhy/record.h"

#include <stdint.h>

/* What the kernel's audit can do for us at this moment. */
enum sw_audit_status {
	SW_AUDIT_OFF,	  /* disabled: everything is accepted and dropped */
	SW_AUDIT_UNREAD,  /* enabled, but no daemon writes it to a log */
	SW_AUDIT_ON,	  /* enabled, and a daemon is there */
	SW_AUDIT_UNKNOWN, /* the kernel does not say (pid namespace, rights) */
};

/* Ask the kernel; waits for its answer for a moment. *out_daemon, unless NULL,
 * becomes the pid of the daemon, 0 where none is known. */
enum sw_audit_status sw_audit_status(uint32_t *out_daemon);

/*
 * Write one kernel audit record through libaudit, with the numeric client
 * address as both hostname and addr, so that nothing is ever looked up. May
 * block while the kernel's queue is full: never called by a listener.
 *
 * Returns SW_OK (which proves nothing: a kernel with audit off says so too),
 * SW_E_IO (errno set; EPERM without CAP_AUDIT_WRITE) or SW_E_NOTSUP (a record
 * without an audit type).
 */
SW_MUST_CHECK
enum sw_err sw_sink_audit(const struct sw_record *record);

/*
 * Append one line of JSON to the file at path, in one write. The folder is made
 * when missing (0750, root:adm), the file too (0640, root:adm).
 *
 * max_size  the file is not let grow beyond it, in bytes
 *
 * Returns SW_OK, SW_E_IO (errno set; a torn last line was taken back),
 * SW_E_UNSAFE (folder or file is not ours) or SW_E_RANGE (full).
 */
SW_MUST_CHECK
enum sw_err sw_sink_file(const char *path, uint32_t max_size,
			 const struct sw_record *record);

/*
 * Send one line to the system logger at /dev/log (authpriv.notice, ident
 * "sshwhy"), without openlog() and without waiting. Local time is used.
 *
 * Returns SW_OK or SW_E_IO (errno set).
 */
SW_MUST_CHECK
enum sw_err sw_sink_syslog(const struct sw_record *record);

enum sw_syslog { SW_SYSLOG_ERR = 3, SW_SYSLOG_NOTICE = 5 };

/*
 * The same for words of ours, with what could steer a terminal made visible.
 *
 * now  milliseconds UTC
 *
 * Returns SW_OK, SW_E_RANGE (too long; nothing is sent) or SW_E_IO (errno set).
 */
SW_MUST_CHECK
enum sw_err sw_sink_syslog_words(enum sw_syslog level, int64_t now,
				 const char *words);

/* The sinks (SW_SINK_*) that SW_SINK_AUTO stands for. */
uint32_t sw_sink_chosen(enum sw_audit_status status);

/*
 * Write record to every sink that sinks (SW_SINK_*) asks for. For
 * SW_SINK_AUTO: audit where the kernel has it enabled, the file where it has
 * not, where no daemon reads it or where that is behind, and the system log.
 *
 * Returns SW_OK when one lasting sink (audit or file) took it, otherwise the
 * failure of the last one that was tried.
 */
SW_MUST_CHECK
enum sw_err sw_sink_write(const struct sw_record *record,
			  const struct sw_config *config);

#endif
