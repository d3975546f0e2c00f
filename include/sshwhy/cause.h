/* cause.h - why a connection was rejected, as one table. */

#ifndef SSHWHY_CAUSE_H
#define SSHWHY_CAUSE_H

#include "sshwhy/err.h"

#include <stddef.h>

enum sw_cause {
	SW_CAUSE_NONE = 0, /* no rejection */
#define CAUSE(id, code, stage, type, sentence, advice) SW_CAUSE_##id,
#include "sshwhy/cause.def"
#undef CAUSE
	SW_CAUSE_COUNT_
};

/* Where in the life of a connection something decides, in this order. */
enum sw_stage {
	SW_STAGE_NONE = 0,
	SW_STAGE_FIREWALL,
	SW_STAGE_SOCKET,
	SW_STAGE_PENALTY,
	SW_STAGE_STARTUPS,
	SW_STAGE_BAN,
	SW_STAGE_RATE,
	SW_STAGE_WRAPPER,
	SW_STAGE_PROTOCOL,
	SW_STAGE_CONFIG,
	SW_STAGE_PAM,
	SW_STAGE_SESSION,
	SW_STAGE_COUNT_
};

/* The functions below answer "" or 0 for SW_CAUSE_NONE; no NULL. */
const char *sw_cause_code(enum sw_cause cause);
enum sw_stage sw_cause_stage(enum sw_cause cause);
const char *sw_cause_sentence(enum sw_cause cause);
const char *sw_cause_advice(enum sw_cause cause);
/* The number of the audit record type; 0: never written to the audit trail. */
int sw_cause_audit_type(enum sw_cause cause);

/* The stage as it stands in JSON, such as "wrapper". */
const char *sw_stage_name(enum sw_stage stage);

/*
 * Find a cause by the len bytes of its code.
 *
 * Returns SW_OK or SW_E_SYNTAX (no such code). On failure *out keeps its old
 * value.
 */
SW_MUST_CHECK
enum sw_err sw_cause_parse(const char *code, size_t len, enum sw_cause *out);

#endif
