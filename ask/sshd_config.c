#include "sshwhy/ask_sshd.h"

#include "sshd_run.h"

#include "sshwhy/auto.h"
#include "sshwhy/sshd_dump.h"
#include "sshwhy/sshd_match.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* SINGLE: the first line holds. ASKED: the first or the last, depending on the
 * version of sshd, which is asked for the value. */
enum list { SINGLE, ASKED, LIST, USERS, GROUPS };

static const struct directive {
	enum sw_cause cause;
	const char *keyword;
	enum list list;
} directives[] = {
	{SW_CAUSE_LIMIT_MAX_STARTUPS, "MaxStartups", ASKED},
	{SW_CAUSE_LIMIT_MAX_STARTUPS_RANDOM, "MaxStartups", ASKED},
	{SW_CAUSE_LIMIT_PER_SOURCE, "PerSourceMaxStartups", ASKED},
	{SW_CAUSE_LIMIT_SESSIONS, "MaxSessions", SINGLE},
	{SW_CAUSE_BAN_PENALTY, "PerSourcePenalties", LIST},
	{SW_CAUSE_CONFIG_DENY_USER, "DenyUsers", USERS},
	{SW_CAUSE_CONFIG_ALLOW_USER, "AllowUsers", USERS},
	{SW_CAUSE_CONFIG_DENY_GROUP, "DenyGroups", GROUPS},
	{SW_CAUSE_CONFIG_ALLOW_GROUP, "AllowGroups", GROUPS},
	{SW_CAUSE_CONFIG_ROOT_LOGIN, "PermitRootLogin", SINGLE},
	{SW_CAUSE_CONFIG_REFUSE_CONNECTION, "RefuseConnection", SINGLE},
	{SW_CAUSE_CONFIG_AUTH_METHODS, "AuthenticationMethods", SINGLE},
	{SW_CAUSE_CONFIG_GRACE_TIME, "LoginGraceTime", SINGLE},
	{SW_CAUSE_CONFIG_MAX_AUTH_TRIES, "MaxAuthTries", SINGLE},
	{SW_CAUSE_KEY_FILE, "StrictModes", SINGLE},
	{SW_CAUSE_SERVER_HOST_KEYS, "HostKey", LIST},
	{SW_CAUSE_SERVER_CHROOT, "ChrootDirectory", SINGLE},
};

static const struct directive *directive_of(enum sw_cause cause)
{
	for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]);
	     i++) {
		if (directives[i].cause == cause)
			return &directives[i];
	}
	return NULL;
}

/* sshd says what was not found; each has a directive of its own. */
static const struct {
	const char *words, *keyword;
} algorithms[] = {
	{"no matching key exchange method found", "KexAlgorithms"},
	{"no matching host key type found", "HostKeyAlgorithms"},
	{"no matching cipher found", "Ciphers"},
	{"no matching MAC found", "MACs"},
	{"no matching compression method found", "Compression"},
};

const char *sw_sshd_keyword(enum sw_cause cause, const char *words)
{
	const struct directive *directive = directive_of(cause);

	if (directive != NULL)
		return directive->keyword;
	if (cause != SW_CAUSE_PROTOCOL_NO_COMMON_ALGORITHM)
		return NULL;
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]);
	     i++) {
		if (strncmp(words, algorithms[i].words,
			    strlen(algorithms[i].words)) == 0)
			return algorithms[i].keyword;
	}
	return NULL;
}

/* Keep of several lines the one whose value holds. */
static void keep_in_force(const struct sw_daemon *daemon, const char *spec,
			  const char *keyword, struct sw_sshd_setting *setting)
{
	static const char *const modes[] = {"-G", "-T"};
	const char *value = NULL;
	size_t len = 0;

	for (size_t i = 0; i < 2 && value == NULL; i++) {
		sw_autofree char *text = NULL;

		if (sw_sshd_run(daemon, modes[i], SW_RUN_STDOUT, spec, &text,
				&len) != SW_OK)
			return;
		value = sw_sshd_value_in(text, keyword, &len);
		for (size_t l = setting->count; value != NULL && l-- > 0;) {
			if (!sw_sshd_is_value(setting->lines[l].value, keyword,
					      value, len))
				continue;
			setting->lines[0] = setting->lines[l];
			break;
		}
	}
	setting->count = 1;
}

static enum sw_err find(const struct sw_daemon *daemon, const char *spec,
			const char *keyword, bool is_list,
			struct sw_sshd_setting *setting)
{
	static const char *const modes[] = {"-G", "-T"};
	enum sw_err err = SW_E_SYNTAX;

	for (size_t i = 0; i < 2 && err == SW_E_SYNTAX; i++) {
		sw_autofree char *text = NULL;
		size_t len = 0;

		err = sw_sshd_run(daemon, modes[i], SW_RUN_STDERR, spec, &text,
				  &len);
		if (err == SW_OK)
			err = sw_sshd_dump_find(text, len, daemon->config,
						keyword, is_list, setting);
	}
	return err;
}

/* The line whose pattern names the user, otherwise the first one. */
static size_t choose(const struct sw_sshd_setting *setting, enum list list,
		     const struct sw_conn *conn, bool *is_named)
{
	*is_named = false;
	for (size_t i = 0; list >= USERS && i < setting->count; i++) {
		if (sw_sshd_list_names(setting->lines[i].value, list == GROUPS,
				       conn)) {
			*is_named = true;
			return i;
		}
	}
	return 0;
}

static void write_rule(const struct sw_sshd_setting *setting,
		       const struct directive *directive, const char *keyword,
		       const struct sw_conn *conn, struct sw_rule *rule)
{
	char joined[2 * SW_SSHD_VALUE_MAX];
	struct sw_text text;
	bool is_named = false;
	size_t chosen = 0;

	sw_text_init(&text, joined, sizeof(joined));
	sw_text_add(&text, "%s", keyword);
	if (setting->count == 0) {
		(void)sw_text_copy(rule->source, sizeof(rule->source),
				   "sshd:default");
	} else {
		chosen = choose(setting, directive->list, conn, &is_named);
		(void)sw_text_copy(rule->source, sizeof(rule->source),
				   setting->lines[chosen].source);
		rule->line = setting->lines[chosen].line;
		rule->first_line = rule->line;
	}
	for (size_t i = 0; i < setting->count; i++) {
		if (i == chosen || (directive->list > ASKED && !is_named))
			sw_text_add(&text, " %s", setting->lines[i].value);
	}
	(void)sw_text_copy(rule->text, sizeof(rule->text), joined);
}

enum sw_err sw_ask_sshd(const struct sw_daemon *daemon, int64_t loaded,
			const struct sw_conn *conn, enum sw_cause cause,
			const char *keyword, struct sw_sshd_answer *out)
{
	static const struct directive any = {SW_CAUSE_NONE, NULL, SINGLE};
	const struct directive *directive = directive_of(cause);
	static struct sw_sshd_setting setting;
	struct sw_sshd_answer answer = {0};
	char spec[SW_SSHD_SPEC_MAX];
	const char *option;
	enum sw_err err;

	if (directive == NULL)
		directive = &any;
	if (keyword == NULL)
		keyword = directive->keyword;
	if (keyword == NULL)
		return SW_E_NOTSUP;
	if (loaded == 0)
		loaded = daemon->started;
	option = sw_sshd_option(daemon, keyword);
	if (option != NULL && directive->list <= ASKED) {
		(void)sw_text_copy(answer.rule.source,
				   sizeof(answer.rule.source),
				   "sshd:command-line");
		(void)snprintf(answer.rule.text, sizeof(answer.rule.text),
			       "%s %s", keyword, option);
		*out = answer;
		return SW_OK;
	}
	sw_sshd_write_spec(conn, spec, sizeof(spec));
	err = find(daemon, spec, keyword, directive->list != SINGLE, &setting);
	if (err != SW_OK)
		return err;
	if (directive->list == ASKED && setting.count > 1)
		keep_in_force(daemon, spec, keyword, &setting);
	write_rule(&setting, directive, keyword, conn, &answer.rule);
	answer.stale = sw_sshd_is_newer(daemon->config, loaded);
	for (size_t i = 0; i < setting.count; i++)
		answer.stale |=
			sw_sshd_is_newer(setting.lines[i].source, loaded);
	*out = answer;
	return SW_OK;
}
