#include "layers.h"
#include "live.h"
#include "when.h"

#include "sshwhy/ask_pam.h"
#include "sshwhy/text.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODULE_TIME 3000 /* milliseconds for each module */
#define SERVICE_SIZE 64	 /* bytes */
#define FILES_SIZE 1024	 /* bytes, of AuthorizedKeysFile */
#define USUAL_KEYS ".ssh/authorized_keys .ssh/authorized_keys2"

static bool is_off(const struct sw_sshd_settings *settings, const char *keyword)
{
	char value[SERVICE_SIZE];

	return settings != NULL &&
	       sw_sshd_value(settings, keyword, value, sizeof(value)) &&
	       strcmp(value, "no") == 0;
}

/* Expand %h, %u and %% as sshd does; a path without a slash is in the home. */
static bool has_file(const char *pattern, const struct passwd *account)
{
	char path[FILES_SIZE];
	struct sw_text text;
	struct stat st;

	sw_text_init(&text, path, sizeof(path));
	if (pattern[0] != '/' && strncmp(pattern, "%h", 2) != 0)
		sw_text_add(&text, "%s/", account->pw_dir);
	for (; *pattern != '\0'; pattern++) {
		if (*pattern != '%') {
			sw_text_add_bytes(&text, pattern, 1);
			continue;
		}
		pattern++;
		if (*pattern == 'h')
			sw_text_add(&text, "%s", account->pw_dir);
		else if (*pattern == 'u')
			sw_text_add(&text, "%s", account->pw_name);
		else if (*pattern == '%')
			sw_text_add(&text, "%%");
		else
			return false;
	}
	return sw_text_ok(&text) && stat(path, &st) == 0 && st.st_size > 0;
}

/* Whether the user may come by a key, which runs no auth line. */
static bool has_key(const struct sw_sshd_settings *settings,
		    const struct passwd *account)
{
	char files[FILES_SIZE], command[FILES_SIZE], *rest = NULL;

	if (is_off(settings, "pubkeyauthentication"))
		return false;
	if (settings != NULL &&
	    sw_sshd_value(settings, "authorizedkeyscommand", command,
			  sizeof(command)) &&
	    strcmp(command, "none") != 0)
		return true;
	if (settings == NULL || !sw_sshd_value(settings, "authorizedkeysfile",
					       files, sizeof(files)))
		(void)sw_text_copy(files, sizeof(files), USUAL_KEYS);
	for (char *file = strtok_r(files, " ", &rest); file != NULL;
	     file = strtok_r(NULL, " ", &rest)) {
		if (has_file(file, account))
			return true;
	}
	return false;
}

static enum sw_err ask(const struct sw_question *question,
		       const struct sw_sshd_settings *settings,
		       enum sw_pam_part part, struct sw_pam_answer *out)
{
	char service[SERVICE_SIZE];
	const struct sw_pam_question ask = {
		.service = service,
		.user = question->user,
		.client = {.addr = question->client.base},
		.server = question->server,
		.part = part,
		.deadline = MODULE_TIME,
	};

	if (settings == NULL || !sw_sshd_value(settings, "pamservicename",
					       service, sizeof(service)))
		(void)sw_text_copy(service, sizeof(service), "sshd");
	return sw_ask_pam(&ask, out);
}

static void say_error(struct sw_layer *out, enum sw_err err)
{
	const char *why = sw_strerror(err);

	if (err == SW_E_NOTSUP)
		why = geteuid() != 0 ? "only root can ask it"
				     : "its modules need a mount namespace of "
				       "their own";
	else if (err == SW_E_IO)
		why = "there is no service of that name";
	(void)sw_text_copy(out->detail, sizeof(out->detail), why);
}

static void say_until(struct sw_text *text, const struct sw_pam_answer *answer,
		      int64_t now)
{
	char when[SW_WHEN_TEXT_MAX];

	if (answer->until != 0)
		sw_text_add(text, " until %s",
			    sw_when_format_near(answer->until, now, when));
	else if (answer->cause == SW_CAUSE_ACCOUNT_LOCKED)
		sw_text_add(text, " until it is reset");
}

/* The line to change, the line of the service that led to it, and why. */
static void say_line(struct sw_text *text, const struct sw_pam_answer *answer,
		     int64_t now)
{
	sw_text_add(text, "%s:%u", answer->rule.source, answer->rule.line);
	if (strcmp(answer->rule.source, answer->line.source) != 0 ||
	    answer->rule.line != answer->line.line)
		sw_text_add(text, " by %s:%u", answer->line.source,
			    answer->line.line);
	if (answer->why[0] == '\0')
		return;
	sw_text_add(text, ": ");
	sw_text_add_visible(text, answer->why);
	say_until(text, answer, now);
}

static void take_account(const struct sw_question *question,
			 const struct sw_pam_answer *answer,
			 struct sw_layer *out)
{
	struct sw_text text;

	sw_text_init(&text, out->detail, sizeof(out->detail));
	out->rule = answer->rule;
	if (answer->outcome == SW_PAM_REFUSED) {
		out->outcome = SW_LAYER_REJECT;
		out->cause = answer->cause;
		say_line(&text, answer, question->now);
	} else if (question->user == NULL) {
		out->outcome = SW_LAYER_DEPENDS;
		sw_text_add(&text, "on the user; name one with --user");
	} else {
		out->outcome = SW_LAYER_DEPENDS;
		sw_text_add(&text, "on ");
		say_line(&text, answer, question->now);
	}
}

/* sshd has a new one set on a terminal; whoever has none is sent away. */
static void take_password(const struct sw_question *question,
			  const struct sw_pam_answer *answer,
			  struct sw_layer *out)
{
	struct sw_text text;

	sw_text_init(&text, out->detail, sizeof(out->detail));
	out->outcome = SW_LAYER_DEPENDS;
	out->cause = SW_CAUSE_ACCOUNT_PAM;
	out->rule = answer->rule;
	sw_text_add(&text, "on a terminal; ");
	say_line(&text, answer, question->now);
}

/* The account may log in; a password or a dialogue has auth lines before it. */
static void take_auth(const struct sw_question *question,
		      const struct sw_pam_answer *answer, bool by_key,
		      struct sw_layer *out)
{
	struct sw_text text;

	sw_text_init(&text, out->detail, sizeof(out->detail));
	out->rule = answer->rule;
	out->outcome = answer->outcome == SW_PAM_REFUSED && !by_key
			       ? SW_LAYER_REJECT
			       : SW_LAYER_DEPENDS;
	if (out->outcome == SW_LAYER_REJECT)
		out->cause = answer->cause;
	else
		sw_text_add(&text,
			    by_key ? "on the method: a key passes, a password "
				     "meets "
				   : "on ");
	say_line(&text, answer, question->now);
}

static void ask_auth(const struct sw_question *question,
		     const struct sw_sshd_settings *settings,
		     const struct passwd *account, struct sw_layer *out)
{
	struct sw_pam_answer answer;
	enum sw_err err;

	if (is_off(settings, "passwordauthentication") &&
	    is_off(settings, "kbdinteractiveauthentication"))
		return;
	err = ask(question, settings, SW_PAM_PART_AUTH, &answer);
	if (err == SW_OK && answer.outcome != SW_PAM_PASS)
		take_auth(question, &answer, has_key(settings, account), out);
}

void sw_layer_ask_pam(const struct sw_question *question, struct sw_layer *out)
{
	const struct sw_sshd_settings *settings = sw_live_settings(question);
	const struct passwd *account =
		question->user != NULL ? getpwnam(question->user) : NULL;
	struct sw_pam_answer answer;
	enum sw_err err;

	if (is_off(settings, "usepam")) {
		out->outcome = SW_LAYER_PASS;
		(void)sw_text_copy(out->detail, sizeof(out->detail),
				   "UsePAM is off");
		return;
	}
	if (question->user != NULL && account == NULL) {
		out->outcome = SW_LAYER_DEPENDS;
		(void)sw_text_copy(out->detail, sizeof(out->detail),
				   "there is no account of that name");
		return;
	}
	err = ask(question, settings, SW_PAM_PART_ACCOUNT, &answer);
	if (err != SW_OK) {
		say_error(out, err);
		return;
	}
	if (answer.outcome != SW_PAM_PASS) {
		take_account(question, &answer, out);
		return;
	}
	out->outcome = SW_LAYER_PASS;
	(void)sw_text_copy(out->detail, sizeof(out->detail), answer.why);
	if (answer.wants_password)
		take_password(question, &answer, out);
	else if (account != NULL)
		ask_auth(question, settings, account, out);
}
