#include "layers.h"

#include "layer_account.h"
#include "live.h"

#include "sshwhy/text.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

/* Shells that are there to end every session. */
static bool ends_at_once(const char *shell)
{
	const char *name = strrchr(shell, '/');

	name = name != NULL ? name + 1 : shell;
	return strcmp(name, "nologin") == 0 || strcmp(name, "false") == 0;
}

static void ask_about_user(const struct sw_question *question,
			   const struct sw_sshd_settings *settings,
			   struct sw_layer *out)
{
	const struct passwd *account;

	if (sw_account_lacks_root(settings, question->user, out))
		return;
	account = getpwnam(question->user);
	if (account == NULL || !ends_at_once(account->pw_shell))
		return;
	out->outcome = SW_LAYER_DEPENDS;
	(void)snprintf(out->detail, sizeof(out->detail),
		       "the shell %.150s ends every session",
		       account->pw_shell);
}

/* A chroot without a token in its path is the same for every user. */
static void ask_about_anyone(const struct sw_sshd_settings *settings,
			     struct sw_layer *out)
{
	char path[SW_SSHD_VALUE_MAX];

	if (!sw_sshd_value(settings, "chrootdirectory", path, sizeof(path)) ||
	    strcmp(path, "none") == 0)
		return;
	if (strchr(path, '%') == NULL) {
		(void)sw_account_lacks_root(settings, "root", out);
		return;
	}
	out->outcome = SW_LAYER_DEPENDS;
	sw_sshd_rule(settings, "ChrootDirectory", &out->rule);
	(void)sw_text_copy(out->detail, sizeof(out->detail),
			   "on the user, by ChrootDirectory; say --user");
}

/* One more session than that is what the client wanted, if it was refused for
 * it and nothing has changed since. */
static void recall_limit(const struct sw_question *question,
			 const struct sw_sshd_settings *settings,
			 struct sw_layer *out)
{
	const struct sw_record *last = question->last;
	struct sw_rule rule;

	if (last == NULL || last->cause != SW_CAUSE_LIMIT_SESSIONS ||
	    out->outcome != SW_LAYER_PASS)
		return;
	sw_sshd_rule(settings, "MaxSessions", &rule);
	if (last->rule.text[0] != '\0' &&
	    strcmp(rule.text, last->rule.text) != 0)
		return;
	out->outcome = SW_LAYER_DEPENDS;
	out->rule = rule;
	(void)sw_text_copy(out->detail, sizeof(out->detail),
			   "on how many sessions its client opens");
}

void sw_layer_ask_session(const struct sw_question *question,
			  struct sw_layer *out)
{
	const struct sw_sshd_settings *settings = sw_live_settings(question);
	uint64_t most = 1;

	if (settings == NULL) {
		(void)sw_text_copy(out->detail, sizeof(out->detail),
				   question->live->refused);
		return;
	}
	out->outcome = SW_LAYER_PASS;
	if (sw_sshd_number(settings, "maxsessions", &most) && most == 0) {
		out->outcome = SW_LAYER_REJECT;
		out->cause = SW_CAUSE_LIMIT_SESSIONS;
		sw_sshd_rule(settings, "MaxSessions", &out->rule);
		return;
	}
	(void)snprintf(out->detail, sizeof(out->detail),
		       "%u sessions a connection", (unsigned int)most);
	if (question->user != NULL)
		ask_about_user(question, settings, out);
	else
		ask_about_anyone(settings, out);
	recall_limit(question, settings, out);
}
