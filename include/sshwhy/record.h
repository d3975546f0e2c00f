/* record.h - one record of the trail, and its two written forms. */

#ifndef SSHWHY_RECORD_H
#define SSHWHY_RECORD_H

#include "sshwhy/err.h"
#include "sshwhy/verdict.h"

#include <stddef.h>
#include <stdint.h>

#define SW_NODE_MAX 65	/* bytes, with the NUL */
#define SW_BOOT_MAX 37	/* bytes, with the NUL: a UUID */
#define SW_ROOT_MAX 161 /* bytes, with the NUL */
#define SW_AUDIT_MAX 48 /* bytes, with the NUL: SECONDS.MS:SERIAL */

/* The message that is handed to libaudit, with the NUL. */
#define SW_RECORD_AUDIT_MAX 1024
/* How every such message starts: " msg='" and this stand in each of its lines
 * of the audit log, so that a reader can search for them first. */
#define SW_RECORD_AUDIT_START "op=ssh-"
/* One line of JSON, with its newline and NUL; the largest record fits. */
#define SW_RECORD_JSON_MAX 8192
/* The line for the system log, with the NUL. */
#define SW_RECORD_SYSLOG_MAX 4096

enum sw_event {
	SW_EVENT_REJECTION = 0,
	SW_EVENT_BAN,
	SW_EVENT_UNBAN,
	SW_EVENT_SUPPRESSED,
	SW_EVENT_COUNT_
};

enum sw_evidence {
	SW_EVIDENCE_RECORDED = 0, /* a hook, trusted line or trace saw it */
	SW_EVIDENCE_INFERRED,	  /* deduced from what anyone could write */
	SW_EVIDENCE_SIMULATED,	  /* would have been; nobody was refused */
	SW_EVIDENCE_COUNT_
};

enum sw_via {
	SW_VIA_HOOK = 0,
	SW_VIA_PAM,
	SW_VIA_LOG,
	SW_VIA_TRACE,
	SW_VIA_IMPORT,
	SW_VIA_CLI,
	SW_VIA_COUNT_
};

/*
 * Times are milliseconds since 1970 in UTC, at most SW_UTC_MAX; 0 means not
 * known. Identity is
 * (node, boot, seqno).
 */
struct sw_record {
	enum sw_event event;
	enum sw_cause cause; /* SW_CAUSE_NONE for suppressed records */
	enum sw_evidence evidence;
	enum sw_via via;
	int64_t time;	/* of writing */
	int64_t first;	/* of the first rejection counted here */
	int64_t last;	/* of the last one */
	uint64_t count; /* rejections; at least 1 */
	uint64_t seqno; /* 0: none could be taken */
	char node[SW_NODE_MAX];
	char boot[SW_BOOT_MAX];
	struct sw_conn conn;
	struct sw_rule rule;
	struct sw_lookup lookup;
	int64_t until;			    /* end of a ban or penalty */
	char root[SW_ROOT_MAX];		    /* the cause behind the cause */
	uint64_t by_cause[SW_CAUSE_COUNT_]; /* of a suppressed record */
	char audit[SW_AUDIT_MAX]; /* event id; "" outside the audit trail */
	/* How many were not yet authenticated when sshd dropped this one; 0:
	 * not said. For the recorder alone, in neither form. */
	uint32_t open;
};

/* Names as they stand in both forms, op_name in the audit trail: "ssh-reject",
 * "ssh-ban", ...; never NULL. */
const char *sw_event_name(enum sw_event event);
const char *sw_record_op_name(enum sw_event event);
const char *sw_evidence_name(enum sw_evidence evidence);
const char *sw_via_name(enum sw_via via);

/*
 * Start a rejection record from its parts: count 1, recorded, all times now
 * (milliseconds UTC), seqno 0, node and boot empty. The source of a rule, a
 * text and an owner are taken over.
 */
void sw_record_init(struct sw_record *record, const struct sw_conn *conn,
		    const struct sw_verdict *verdict, enum sw_via via,
		    int64_t now);

/* The number of the audit type that this record is written as; 0: none. */
int sw_record_audit_type(const struct sw_record *record);

/* 1 or 0 as libaudit's result argument: whether the client was let in, or the
 * ban placed. Only simulated rejections and bans are a success. */
int sw_record_audit_result(const struct sw_record *record);

/*
 * Write the message for libaudit: everything up to and with acct=, after which
 * nothing of ours may stand. When the whole would not fit, the text of the rule
 * is shortened first, then root, by_cause, the owner, and the source last.
 *
 * Returns SW_OK or SW_E_RANGE (size below SW_RECORD_AUDIT_MAX). On failure buf
 * is an empty text.
 */
SW_MUST_CHECK
enum sw_err sw_record_to_audit(const struct sw_record *record, char *buf,
			       size_t size);

/*
 * Read one line of an audit log, as auditd writes it (raw or enriched, with or
 * without node=). Only fields before acct= are believed, and those that
 * libaudit and the kernel add.
 *
 * line  len bytes without the newline; no NUL needed
 *
 * Returns SW_OK, SW_E_NOTSUP (not one of ours) or SW_E_SYNTAX (one of ours that
 * is damaged, has a field twice, or is of a newer kind: another cause, op or
 * audit type). On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_record_from_audit(const char *line, size_t len,
				 struct sw_record *out);

/*
 * Write one line of JSON with its newline: all keys, null where unknown.
 *
 * Returns SW_OK or SW_E_RANGE (size below SW_RECORD_JSON_MAX). On failure buf
 * is an empty text.
 */
SW_MUST_CHECK
enum sw_err sw_record_to_json(const struct sw_record *record, char *buf,
			      size_t size);

/*
 * Write the line for the system log, without priority, time and newline, every
 * hostile byte visible. Texts that would not fit are left out.
 *
 * Returns SW_OK or SW_E_RANGE (size below SW_RECORD_SYSLOG_MAX). On failure buf
 * is an empty text.
 */
SW_MUST_CHECK
enum sw_err sw_record_to_syslog(const struct sw_record *record, char *buf,
				size_t size);

#endif
