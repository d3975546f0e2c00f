#include "advice_sshd.h"

#include "sshwhy/text.h"
#include "sshwhy/utc.h"

#include <grp.h>
#include <shadow.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NOLOGIN "/etc/nologin"
#define DAY INT64_C(86400000) /* milliseconds */

static const char *user_of(const struct sw_explanation *explanation)
{
	if (explanation->question.user != NULL)
		return explanation->question.user;
	return explanation->has_last ? explanation->last.conn.user : "";
}

/* The value of an option of the module, else what it is without one. */
static void option(const struct sw_rule *rule, const char *name,
		   const char *usual, char *out, size_t size)
{
	const char *at = strstr(rule->text, name);

	if (at == NULL)
		(void)snprintf(out, size, "%s", usual);
	else
		(void)snprintf(out, size, "%.*s",
			       (int)strcspn(at + strlen(name), " \t"),
			       at + strlen(name));
}

static bool advise_nologin(struct sw_explanation *explanation,
			   const struct sw_rule *rule)
{
	char path[SW_TEXT_MAX];

	option(rule, "file=", NOLOGIN, path, sizeof(path));
	return sw_advice_add(explanation, "rm %s", path);
}

/* Of access.conf the first line that matches decides. */
static bool advise_access(struct sw_explanation *explanation,
			  const struct sw_rule *rule)
{
	char client[SW_PREFIX_TEXT_MAX];

	if (rule->text[0] != '-' || rule->line == 0)
		return false;
	return sw_advice_add(
		explanation, "put above line %u of %s:   +:%s:%s", rule->line,
		rule->source, user_of(explanation),
		sw_prefix_format(&explanation->question.client, client));
}

/* A list holds one name a line; whom it denies is in this one. */
static bool advise_listed(struct sw_explanation *explanation,
			  const struct sw_rule *rule)
{
	return rule->line != 0 &&
	       sw_advice_add(explanation, "remove %s:%u, which is:   %s",
			     rule->source, rule->line, rule->text);
}

/* "services;ttys;users;times": the users without this one. */
static bool advise_time(struct sw_explanation *explanation,
			const struct sw_rule *rule)
{
	const char *times = strrchr(rule->text, ';');

	if (times == NULL || rule->first_line != rule->line)
		return false;
	return sw_advice_add(explanation, "replace %s:%u by:   %.*s&!%s%s",
			     rule->source, rule->line,
			     (int)(times - rule->text), rule->text,
			     user_of(explanation), times);
}

/* Over the next line, for this user from this client alone. */
static bool advise_jump(struct sw_explanation *explanation,
			const struct sw_rule *rule)
{
	char client[SW_PREFIX_TEXT_MAX];

	if (rule->line == 0 || strstr(rule->source, "/pam.d/") == NULL ||
	    sw_question_is_range(&explanation->question))
		return false;
	return sw_advice_add(
		explanation,
		"put above line %u of %s:   account [success=1 default=ignore] "
		"pam_succeed_if.so quiet user = %s rhost = %s",
		rule->first_line, rule->source, user_of(explanation),
		sw_prefix_format(&explanation->question.client, client));
}

static bool advise_listfile(struct sw_explanation *explanation,
			    const struct sw_rule *rule)
{
	char path[SW_TEXT_MAX], sense[SW_TEXT_MAX], item[SW_TEXT_MAX];

	option(rule, "file=", "", path, sizeof(path));
	option(rule, "sense=", "", sense, sizeof(sense));
	option(rule, "item=", "", item, sizeof(item));
	if (path[0] != '/' || strcmp(sense, "allow") != 0 ||
	    strcmp(item, "user") != 0 || access(path, F_OK) != 0)
		return advise_jump(explanation, rule);
	return sw_advice_add(explanation, "add to %s:   %s", path,
			     user_of(explanation));
}

static bool advise_condition(struct sw_explanation *explanation,
			     const struct sw_rule *rule)
{
	char group[SW_TEXT_MAX];

	option(rule, " user ingroup ", "", group, sizeof(group));
	if (group[0] == '\0' || getgrnam(group) == NULL)
		return advise_jump(explanation, rule);
	return sw_advice_add(explanation, "gpasswd -a %s %s",
			     user_of(explanation), group);
}

/* True when a new password may still be set at the login. */
static bool may_renew(const struct spwd *dates, int64_t today)
{
	if (dates->sp_lstchg == 0)
		return true;
	return dates->sp_inact < 0 || dates->sp_max < 0 ||
	       today <= dates->sp_lstchg + dates->sp_max + dates->sp_inact;
}

/* pam_unix denies an account for its dates: that it ends, or that its password
 * has not been changed for too long after it expired. */
static bool advise_expired(struct sw_explanation *explanation,
			   const struct sw_rule *rule SW_UNUSED)
{
	const struct spwd *dates = getspnam(user_of(explanation));
	int64_t today = explanation->now / DAY;
	char now[SW_UTC_TEXT_MAX];

	if (dates == NULL ||
	    (dates->sp_expire >= 0 && dates->sp_expire <= today))
		return sw_advice_add(explanation, "chage -E -1 %s",
				     user_of(explanation));
	if (may_renew(dates, today))
		(void)sw_advice_add(explanation,
				    "on the client: log in on a terminal, and "
				    "set a new password; or here:");
	return sw_advice_add(explanation, "chage -d %.10s %s",
			     sw_utc_format(explanation->now, now),
			     user_of(explanation));
}

/* By the module of a line of the service. */
static const struct module {
	const char *name;
	bool (*advise)(struct sw_explanation *explanation,
		       const struct sw_rule *rule);
} modules[] = {
	{"pam_nologin.so", advise_nologin},
	{"pam_unix.so", advise_expired},
	{"pam_listfile.so", advise_listfile},
	{"pam_succeed_if.so", advise_condition},
	{".so", advise_jump},
};

/* The line is one of a file that a module reads. */
static bool advise_table(struct sw_explanation *explanation,
			 const struct sw_rule *rule)
{
	if (rule->text[0] == '-')
		return advise_access(explanation, rule);
	if (strchr(rule->text, ';') != NULL)
		return advise_time(explanation, rule);
	return advise_listed(explanation, rule);
}

static bool is_of_service(const struct sw_rule *rule)
{
	return strstr(rule->source, "/pam.d/") != NULL ||
	       strcmp(rule->source, SW_SYSCONFDIR "/pam.conf") == 0;
}

static bool advise_pam(struct sw_explanation *explanation,
		       const struct sw_rule *rule)
{
	if (user_of(explanation)[0] == '\0' || rule->source[0] != '/' ||
	    rule->text[0] == '\0')
		return false;
	if (!is_of_service(rule))
		return advise_table(explanation, rule);
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
		if (strstr(rule->text, modules[i].name) != NULL)
			return modules[i].advise(explanation, rule);
	}
	return false;
}

const struct sw_sshd_advice sw_pam_advice[] = {
	{SW_CAUSE_ACCOUNT_PAM, advise_pam},
	{SW_CAUSE_NONE, NULL},
};
