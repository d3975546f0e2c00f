#include "sshwhy/record.h"

#include <stdbool.h>
#include <string.h>

/* Types of audit-records.h that no single cause stands for. */
enum audit_type {
	ANOM_LOGIN_SESSIONS = 2102,
	RESP_ORIGIN_BLOCK = 2213,
	RESP_ORIGIN_BLOCK_TIMED = 2214,
	RESP_ORIGIN_UNBLOCK_TIMED = 2215
};

static const struct {
	const char *name;
	const char *op;
} events[SW_EVENT_COUNT_] = {
	[SW_EVENT_REJECTION] = {"rejection", "ssh-reject"},
	[SW_EVENT_BAN] = {"ban", "ssh-ban"},
	[SW_EVENT_UNBAN] = {"unban", "ssh-unban"},
	[SW_EVENT_SUPPRESSED] = {"suppressed", "ssh-suppressed"},
};

static const char *const evidences[SW_EVIDENCE_COUNT_] = {
	[SW_EVIDENCE_RECORDED] = "recorded",
	[SW_EVIDENCE_INFERRED] = "inferred",
	[SW_EVIDENCE_SIMULATED] = "simulated",
};

static const char *const vias[SW_VIA_COUNT_] = {
	[SW_VIA_HOOK] = "hook",	    [SW_VIA_PAM] = "pam",
	[SW_VIA_LOG] = "log",	    [SW_VIA_TRACE] = "trace",
	[SW_VIA_IMPORT] = "import", [SW_VIA_CLI] = "cli",
};

const char *sw_event_name(enum sw_event event)
{
	return event < SW_EVENT_COUNT_ ? events[event].name : "";
}

const char *sw_record_op_name(enum sw_event event)
{
	return event < SW_EVENT_COUNT_ ? events[event].op : "";
}

const char *sw_evidence_name(enum sw_evidence evidence)
{
	return evidence < SW_EVIDENCE_COUNT_ ? evidences[evidence] : "";
}

const char *sw_via_name(enum sw_via via)
{
	return via < SW_VIA_COUNT_ ? vias[via] : "";
}

void sw_record_init(struct sw_record *record, const struct sw_conn *conn,
		    const struct sw_verdict *verdict, enum sw_via via,
		    int64_t now)
{
	memset(record, 0, sizeof(*record));
	record->event = SW_EVENT_REJECTION;
	record->cause = verdict->cause;
	record->evidence = SW_EVIDENCE_RECORDED;
	record->via = via;
	record->time = now;
	record->first = now;
	record->last = now;
	record->count = 1;
	record->conn = *conn;
	record->rule = verdict->rule;
	record->lookup = verdict->lookup;
}

int sw_record_audit_type(const struct sw_record *record)
{
	switch (record->event) {
	case SW_EVENT_REJECTION:
		return sw_cause_audit_type(record->cause);
	case SW_EVENT_BAN:
		return record->until > 0 ? RESP_ORIGIN_BLOCK_TIMED
					 : RESP_ORIGIN_BLOCK;
	case SW_EVENT_UNBAN:
		return RESP_ORIGIN_UNBLOCK_TIMED;
	case SW_EVENT_SUPPRESSED:
		return ANOM_LOGIN_SESSIONS;
	case SW_EVENT_COUNT_:
		break;
	}
	return 0;
}

int sw_record_audit_result(const struct sw_record *record)
{
	bool acted = record->event == SW_EVENT_BAN ||
		     record->event == SW_EVENT_UNBAN;

	return acted || record->evidence == SW_EVIDENCE_SIMULATED ? 1 : 0;
}
