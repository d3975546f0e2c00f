#include "sshwhy/cause.h"

#include <assert.h>
#include <string.h>

/* Texts inside the tables, not pointers to them: a module that holds pointers
 * has to be corrected page by page in every process that loads it. */
#define CODE_SIZE 32 /* bytes, with the NUL */
#define STAGE_SIZE 12

#define CAUSE(id, code, stage, type, sentence, advice)                         \
	static_assert(sizeof(code) <= CODE_SIZE, "CODE_SIZE");
#include "sshwhy/cause.def"
#undef CAUSE

static const struct row {
	char code[CODE_SIZE];
	enum sw_stage stage;
	int audit_type;
} rows[SW_CAUSE_COUNT_] = {
	[SW_CAUSE_NONE] = {"", SW_STAGE_NONE, 0},
#define CAUSE(id, code, stage, type, sentence, advice)                         \
	[SW_CAUSE_##id] = {code, SW_STAGE_##stage, type},
#include "sshwhy/cause.def"
#undef CAUSE
};

/* Nobody inside sshd asks for these. */
static const struct words {
	const char *sentence;
	const char *advice;
} words[SW_CAUSE_COUNT_] = {
	[SW_CAUSE_NONE] = {"", ""},
#define CAUSE(id, code, stage, type, sentence, advice)                         \
	[SW_CAUSE_##id] = {sentence, advice},
#include "sshwhy/cause.def"
#undef CAUSE
};

static const char stages[SW_STAGE_COUNT_][STAGE_SIZE] = {
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

static enum sw_cause known(enum sw_cause cause)
{
	return cause < SW_CAUSE_NONE || cause >= SW_CAUSE_COUNT_ ? SW_CAUSE_NONE
								 : cause;
}

const char *sw_cause_code(enum sw_cause cause)
{
	return rows[known(cause)].code;
}

enum sw_stage sw_cause_stage(enum sw_cause cause)
{
	return rows[known(cause)].stage;
}

const char *sw_cause_sentence(enum sw_cause cause)
{
	return words[known(cause)].sentence;
}

const char *sw_cause_advice(enum sw_cause cause)
{
	return words[known(cause)].advice;
}

int sw_cause_audit_type(enum sw_cause cause)
{
	return rows[known(cause)].audit_type;
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
		if (strlen(rows[i].code) == len &&
		    memcmp(rows[i].code, code, len) == 0) {
			*out = i;
			return SW_OK;
		}
	}
	return SW_E_SYNTAX;
}
