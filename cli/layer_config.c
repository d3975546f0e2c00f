#include "layers.h"

#include "layer_account.h"
#include "live.h"

#include "sshwhy/sshd_match.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* In the order in which sshd asks them. */
static const struct list {
	const char *keyword;
	enum sw_cause cause;
	bool groups;
	bool denies; /* whom it names; else whom it does not name */
} lists[] = {
	{"DenyUsers", SW_CAUSE_CONFIG_DENY_USER, false, true},
	{"AllowUsers", SW_CAUSE_CONFIG_ALLOW_USER, false, false},
	{"DenyGroups", SW_CAUSE_CONFIG_DENY_GROUP, true, true},
	{"AllowGroups", SW_CAUSE_CONFIG_ALLOW_GROUP, true, false},
};

#define LISTS (sizeof(lists) / sizeof(lists[0]))

static void say(struct sw_layer *out, enum sw_layer_outcome outcome,
		const char *words)
{
	out->outcome = outcome;
	(void)sw_text_copy(out->detail, sizeof(out->detail), words);
}

static void take_line(const char *keyword, const struct sw_sshd_line *line,
		      struct sw_rule *rule)
{
	memset(rule, 0, sizeof(*rule));
	(void)sw_text_copy(rule->source, sizeof(rule->source), line->source);
	rule->line = rule->first_line = line->line;
	(void)snprintf(rule->text, sizeof(rule->text), "%s %.150s", keyword,
		       line->value);
}

/* The line of a list that names the user; NULL: none does. */
static const struct sw_sshd_line *
line_that_names(const struct sw_sshd_setting *setting, bool groups,
		const struct sw_conn *conn)
{
	for (size_t i = 0; i < setting->count; i++) {
		if (sw_sshd_list_names(setting->lines[i].value, groups, conn))
			return &setting->lines[i];
	}
	return NULL;
}

/* True when the list refuses the user. */
static bool refuses(const struct list *list,
		    const struct sw_sshd_settings *settings,
		    const struct sw_conn *conn, struct sw_layer *out)
{
	static struct sw_sshd_setting setting; /* large */
	const struct sw_sshd_line *line;

	if (sw_sshd_lines(settings, list->keyword, true, &setting) != SW_OK ||
	    setting.count == 0)
		return false;
	line = line_that_names(&setting, list->groups, conn);
	if ((line != NULL) != list->denies)
		return false;
	take_line(list->keyword, line != NULL ? line : &setting.lines[0],
		  &out->rule);
	out->outcome = SW_LAYER_REJECT;
	out->cause = list->cause;
	(void)snprintf(out->detail, sizeof(out->detail), "%s %s %s",
		       list->keyword, list->denies ? "names" : "does not name",
		       conn->user);
	return true;
}

static bool has_value(const struct sw_sshd_settings *settings,
		      const char *keyword, const char *wanted)
{
	char value[SW_SSHD_VALUE_MAX];

	return sw_sshd_value(settings, keyword, value, sizeof(value)) &&
	       strcasecmp(value, wanted) == 0;
}

/* Without a user: what would have to be known of him. */
static bool asks_for_user(const struct sw_sshd_settings *settings,
			  struct sw_layer *out)
{
	static struct sw_sshd_setting setting; /* large */

	for (size_t i = 0; i < LISTS; i++) {
		if (sw_sshd_lines(settings, lists[i].keyword, true, &setting) !=
			    SW_OK ||
		    setting.count == 0)
			continue;
		say(out, SW_LAYER_DEPENDS, "on the user; say --user");
		take_line(lists[i].keyword, &setting.lines[0], &out->rule);
		return true;
	}
	if (strstr(settings->dump, "checking match for 'User ") != NULL ||
	    strstr(settings->dump, "checking match for 'Group ") != NULL) {
		say(out, SW_LAYER_DEPENDS, "on the user, by Match; say --user");
		return true;
	}
	return false;
}

static bool refuses_root(const struct sw_sshd_settings *settings,
			 const struct sw_conn *conn, struct sw_layer *out)
{
	if (strcmp(conn->user, "root") != 0)
		return false;
	if (has_value(settings, "permitrootlogin", "yes"))
		return false;
	sw_sshd_rule(settings, "PermitRootLogin", &out->rule);
	if (has_value(settings, "permitrootlogin", "no")) {
		say(out, SW_LAYER_REJECT, "PermitRootLogin no");
		out->cause = SW_CAUSE_CONFIG_ROOT_LOGIN;
		return true;
	}
	if (has_value(settings, "permitrootlogin", "forced-commands-only")) {
		say(out, SW_LAYER_DEPENDS, "root by forced commands only");
		return true;
	}
	say(out, SW_LAYER_PASS, "root by key only");
	return false;
}

static void ask_about_user(const struct sw_question *question,
			   const struct sw_sshd_settings *settings,
			   struct sw_layer *out)
{
	struct sw_conn conn = {.client.addr = question->client.base,
			       .server = question->server};

	(void)sw_text_copy(conn.user, sizeof(conn.user), question->user);
	if (!sw_account_exists(conn.user)) {
		say(out, SW_LAYER_DEPENDS, "there is no such account");
		return;
	}
	if (sw_account_lacks_shell(settings, conn.user, out))
		return;
	for (size_t i = 0; i < LISTS; i++) {
		if (refuses(&lists[i], settings, &conn, out))
			return;
	}
	say(out, SW_LAYER_PASS, "");
	if (refuses_root(settings, &conn, out) ||
	    sw_account_lacks_method(settings, out) ||
	    sw_account_lacks_key(settings, &conn, out))
		return;
	(void)sw_account_was_restricted(question->last, &conn, out);
}

/* What the client does decides; it has not been seen to do better since. */
static void recall_limit(const struct sw_question *question,
			 const struct sw_sshd_settings *settings,
			 struct sw_layer *out)
{
	const struct sw_record *last = question->last;
	const char *keyword;
	struct sw_rule rule;

	if (last == NULL || out->outcome != SW_LAYER_PASS)
		return;
	if (last->cause == SW_CAUSE_CONFIG_GRACE_TIME)
		keyword = "LoginGraceTime";
	else if (last->cause == SW_CAUSE_CONFIG_MAX_AUTH_TRIES)
		keyword = "MaxAuthTries";
	else
		return;
	sw_sshd_rule(settings, keyword, &rule);
	if (last->rule.text[0] != '\0' &&
	    strcmp(rule.text, last->rule.text) != 0)
		return;
	out->rule = rule;
	say(out, SW_LAYER_DEPENDS, "on what its client does this time");
}

static void mention_staleness(const struct sw_live *live, struct sw_layer *out)
{
	size_t len = strlen(out->detail);

	if (!live->found || !live->stale)
		return;
	(void)snprintf(out->detail + len, sizeof(out->detail) - len,
		       "%ssshd has not read its changed files yet",
		       len > 0 ? "; " : "");
	if (out->outcome == SW_LAYER_PASS)
		out->outcome = SW_LAYER_DEPENDS;
}

void sw_layer_ask_config(const struct sw_question *question,
			 struct sw_layer *out)
{
	const struct sw_sshd_settings *settings = sw_live_settings(question);

	if (settings == NULL) {
		say(out, SW_LAYER_UNSEEN, question->live->refused);
		return;
	}
	if (has_value(settings, "refuseconnection", "yes")) {
		say(out, SW_LAYER_REJECT, "RefuseConnection");
		out->cause = SW_CAUSE_CONFIG_REFUSE_CONNECTION;
		sw_sshd_rule(settings, "RefuseConnection", &out->rule);
	} else if (question->user != NULL) {
		ask_about_user(question, settings, out);
	} else if (!asks_for_user(settings, out)) {
		say(out, SW_LAYER_PASS, "");
	}
	recall_limit(question, settings, out);
	mention_staleness(question->live, out);
}
