#include "sshwhy/cause.h"

#include <string.h>

static const struct row {
	const char *code;
	size_t code_len;
	const char *sentence;
	const char *advice;
	enum sw_stage stage;
	int audit_type;
} rows[SW_CAUSE_COUNT_] = {
	[SW_CAUSE_NONE] = {"", 0, "", "", SW_STAGE_NONE, 0},
#define CAUSE(id, code, stage, type, sentence, advice)                         \
	[SW_CAUSE_##id] = {code,   sizeof(code) - 1, sentence,                 \
			   advice, SW_STAGE_##stage, type},
#include "sshwhy/cause.def"
#undef CAUSE
};

static const char *const stages[SW_STAGE_COUNT_] = {
	[SW_STAGE_NONE] = "",
	[SW_STAGE_FIREWALL] = "firewall",
	[SW_STAGE_SOCKET] = "socket",
	[SW_STAGE_PENALTY] = "penalty",
	[SW_STAGE_STARTUPS] = "startups",
	[SW_STAGE_BAN] = "ban",
	[SW_STAGE_RATE] = "rate",
	[SW_STAGE_WRAPPER] = "wrapper",
	[SW_STAGE_PROTOCOL] = "protocol",
	[SW_STAGE_CONFIG] = "config",
	[SW_STAGE_PAM] = "pam",
	[SW_STAGE_SESSION] = "session",
};

static const struct row *row_of(enum sw_cause cause)
{
	if (cause < SW_CAUSE_NONE || cause >= SW_CAUSE_COUNT_)
		return &rows[SW_CAUSE_NONE];
	return &rows[cause];
}

const char *sw_cause_code(enum sw_cause cause)
{
	return row_of(cause)->code;
}

enum sw_stage sw_cause_stage(enum sw_cause cause)
{
	return row_of(cause)->stage;
}

const char *sw_cause_sentence(enum sw_cause cause)
{
	return row_of(cause)->sentence;
}

const char *sw_cause_advice(enum sw_cause cause)
{
	return row_of(cause)->advice;
}

int sw_cause_audit_type(enum sw_cause cause)
{
	return row_of(cause)->audit_type;
}

const char *sw_stage_name(enum sw_stage stage)
{
	if (stage < SW_STAGE_NONE || stage >= SW_STAGE_COUNT_)
		return "";
	return stages[stage];
}

enum sw_err sw_cause_parse(const char *code, size_t len, enum sw_cause *out)
{
	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++) {
		if (rows[i].code_len == len &&
		    memcmp(rows[i].code, code, len) == 0) {
			*out = i;
			return SW_OK;
		}
	}
	return SW_E_SYNTAX;
}
