#include "sshwhy/ask_pam.h"

#include "pam_child.h"
#include "pam_eval.h"
#include "pam_modules.h"
#include "pam_place.h"
#include "pam_tally.h"

#include "sshwhy/auto.h"
#include "sshwhy/text.h"

#include <security/pam_appl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FAILLOCK "pam_faillock"
#define NOLOGIN "pam_nologin"
#define NOBODY "nobody" /* for modules that ask for nobody */
#define MS_PER_S 1000

/* One question while it is answered. */
struct inquiry {
	const struct sw_pam_question *question;
	const char *rhost;
	enum sw_err err; /* why nobody can be asked at all */
	struct sw_pam_stack stack;
	struct sw_pam_said said[SW_PAM_LINES_MAX];
};

static void say(struct inquiry *inquiry, size_t line, const char *format, ...)
	SW_PRINTF(3, 4);

static void say(struct inquiry *inquiry, size_t line, const char *format, ...)
{
	struct sw_pam_said *said = &inquiry->said[line];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(said->words, sizeof(said->words), format, args);
	va_end(args);
}

static struct sw_pam_call call_of(const struct inquiry *inquiry, size_t line)
{
	const struct sw_pam_question *question = inquiry->question;

	return (struct sw_pam_call){
		.service = question->service,
		.type = question->part == SW_PAM_PART_AUTH ? SW_PAM_AUTH
							   : SW_PAM_ACCOUNT,
		.module = inquiry->stack.lines[line].module,
		.args = inquiry->stack.lines[line].args,
		.user = question->user != NULL ? question->user : NOBODY,
		.rhost = inquiry->rhost,
		.client = question->client,
		.server = question->server,
		.deadline = question->deadline,
	};
}

/* The module works on a copy of its tally. */
static enum sw_err call_faillock(struct sw_pam_call *call,
				 struct sw_pam_said *said)
{
	struct sw_pam_tally tally;
	char name[SW_USER_MAX + 16];
	enum sw_err err;

	sw_pam_tally_read(call->args, call->user, &tally);
	(void)snprintf(name, sizeof(name), "tally/%s", call->user);
	call->file = (struct sw_pam_file){.name = name,
					  .argument = "dir=",
					  .folder = true,
					  .bytes = tally.bytes,
					  .len = tally.len};
	err = sw_pam_call(call, said);
	free(tally.bytes);
	return err;
}

static int ask_module(struct inquiry *inquiry, size_t line,
		      const struct sw_pam_module *module)
{
	struct sw_pam_call call = call_of(inquiry, line);
	struct sw_pam_said *said = &inquiry->said[line];
	enum sw_err err;

	if (strcmp(module->name, FAILLOCK) == 0)
		err = call_faillock(&call, said);
	else
		err = sw_pam_call(&call, said);
	if (err == SW_OK)
		return said->code;
	if (err == SW_E_NOTSUP)
		inquiry->err = err;
	if (err == SW_E_RANGE)
		say(inquiry, line, "%s did not answer within %u ms",
		    module->name, (unsigned int)call.deadline);
	else if (err == SW_E_SYNTAX)
		say(inquiry, line, "%s crashed", module->name);
	else
		say(inquiry, line, "%s cannot be asked: %s", module->name,
		    err == SW_E_IO ? strerror(errno) : sw_strerror(err));
	return SW_PAM_UNKNOWN;
}

static int answer(void *context, size_t line)
{
	struct inquiry *inquiry = context;
	const char *path = inquiry->stack.lines[line].module;
	const struct sw_pam_module *module = sw_pam_module_find(path);
	enum sw_pam_manner manner = SW_PAM_LEAVE;

	if (sw_pam_module_missing(path)) {
		say(inquiry, line, "%s is missing", path);
		return PAM_MODULE_UNKNOWN;
	}
	if (module != NULL)
		manner = inquiry->question->part == SW_PAM_PART_AUTH
				 ? module->auth
				 : module->account;
	if (manner == SW_PAM_RIGHT)
		return PAM_SUCCESS;
	if (manner == SW_PAM_OURS)
		return PAM_IGNORE;
	if (manner == SW_PAM_ASK && module->needs_user &&
	    inquiry->question->user == NULL) {
		say(inquiry, line, "%s decides by the user", module->name);
		return SW_PAM_UNKNOWN;
	}
	if (manner == SW_PAM_ASK)
		return ask_module(inquiry, line, module);
	say(inquiry, line, "%s is not asked: it may have side effects", path);
	return SW_PAM_UNKNOWN;
}

static void explain_lock(const struct sw_pam_call *call,
			 struct sw_pam_answer *out)
{
	struct sw_pam_tally tally;

	sw_pam_tally_read(call->args, call->user, &tally);
	if (tally.failures > 0) {
		out->cause = SW_CAUSE_ACCOUNT_LOCKED;
		(void)snprintf(out->why, sizeof(out->why),
			       "locked after %u failed logins", tally.failures);
	}
	if (tally.lock_time != 0 && tally.latest != 0)
		out->until = (tally.latest + tally.lock_time) * MS_PER_S;
	free(tally.bytes);
}

static void explain_nologin(const struct sw_pam_call *call,
			    struct sw_pam_answer *out)
{
	static const char *const usual[] = {"/var/run/nologin", "/etc/nologin"};
	char path[SW_SOURCE_MAX] = "";

	if (!sw_pam_argument(call->args, "file=", path, sizeof(path)))
		(void)sw_text_copy(path, sizeof(path),
				   usual[access(usual[0], F_OK) != 0]);
	(void)snprintf(out->why, sizeof(out->why), "%s exists", path);
}

/* A module that denies may say more than which line called it. */
static void explain(const struct inquiry *inquiry, size_t line,
		    struct sw_pam_answer *out)
{
	const struct sw_pam_module *module =
		sw_pam_module_find(inquiry->stack.lines[line].module);
	const struct sw_pam_call call = call_of(inquiry, line);

	(void)sw_text_copy(out->why, sizeof(out->why),
			   inquiry->said[line].words);
	if (module == NULL || inquiry->said[line].code == PAM_SUCCESS)
		return;
	if (strcmp(module->name, FAILLOCK) == 0)
		explain_lock(&call, out);
	else if (strcmp(module->name, NOLOGIN) == 0)
		explain_nologin(&call, out);
	else
		(void)sw_pam_place(module, &call, &out->rule);
}

static void refuse(const struct inquiry *inquiry,
		   const struct sw_pam_result *result,
		   struct sw_pam_answer *out)
{
	const struct sw_pam_stack *stack = &inquiry->stack;

	out->outcome = SW_PAM_REFUSED;
	out->cause = SW_CAUSE_ACCOUNT_PAM;
	if (result->decider >= 0) {
		out->line = stack->lines[result->decider].rule;
		out->rule = out->line;
		explain(inquiry, (size_t)result->decider, out);
		return;
	}
	if (stack->count > 0)
		(void)sw_text_copy(out->rule.source, sizeof(out->rule.source),
				   stack->lines[0].rule.source);
	out->line = out->rule;
	(void)sw_text_copy(out->why, sizeof(out->why),
			   "no line of the stack grants the login");
}

static void take_first_that_says(const struct inquiry *inquiry, int code,
				 struct sw_pam_answer *out)
{
	for (size_t i = 0; i < inquiry->stack.count; i++) {
		if (inquiry->said[i].code != code)
			continue;
		out->line = out->rule = inquiry->stack.lines[i].rule;
		return;
	}
}

static void take_result(const struct inquiry *inquiry,
			const struct sw_pam_result *result,
			struct sw_pam_answer *out)
{
	if (result->denies && !result->passes && !result->gave_up) {
		refuse(inquiry, result, out);
	} else if (result->denies || result->gave_up) {
		out->outcome = SW_PAM_DEPENDS;
		out->not_asked = true;
		out->line = inquiry->stack.lines[result->unknown].rule;
		out->rule = out->line;
		(void)sw_text_copy(out->why, sizeof(out->why),
				   inquiry->said[result->unknown].words);
	} else if (result->status == PAM_NEW_AUTHTOK_REQD) {
		out->wants_password = true;
		take_first_that_says(inquiry, PAM_NEW_AUTHTOK_REQD, out);
		(void)sw_text_copy(out->why, sizeof(out->why),
				   "the password has to be changed");
	}
}

static enum sw_err read_stack(struct inquiry *inquiry,
			      struct sw_pam_answer *out)
{
	enum sw_err err = sw_pam_stack_read(
		NULL, inquiry->question->service,
		inquiry->question->part == SW_PAM_PART_AUTH ? SW_PAM_AUTH
							    : SW_PAM_ACCOUNT,
		&inquiry->stack);

	if (err != SW_E_SYNTAX)
		return err;
	out->outcome = SW_PAM_REFUSED;
	out->cause = SW_CAUSE_ACCOUNT_PAM;
	out->rule = inquiry->stack.broken;
	(void)sw_text_copy(out->why, sizeof(out->why), out->rule.text);
	out->line = out->rule;
	return err;
}

enum sw_err sw_ask_pam(const struct sw_pam_question *question,
		       struct sw_pam_answer *out)
{
	sw_autofree struct inquiry *inquiry = calloc(1, sizeof(*inquiry));
	char address[SW_ADDR_TEXT_MAX];
	struct sw_pam_answer said;
	struct sw_pam_result result;
	enum sw_err err;

	if (inquiry == NULL)
		return SW_E_NOMEM;
	if (geteuid() != 0)
		return SW_E_NOTSUP;
	memset(&said, 0, sizeof(said));
	inquiry->question = question;
	(void)sw_addr_format(&question->client.addr, address);
	inquiry->rhost = question->rhost != NULL ? question->rhost : address;
	err = read_stack(inquiry, &said);
	if (err == SW_OK) {
		sw_pam_evaluate(&inquiry->stack, answer, inquiry, &result);
		if (inquiry->err != SW_OK)
			return inquiry->err;
		take_result(inquiry, &result, &said);
	} else if (err != SW_E_SYNTAX) {
		return err;
	}
	*out = said;
	return SW_OK;
}
