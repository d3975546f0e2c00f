#include "advice_sshd.h"

#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>

#define NOLOGIN "/etc/nologin"

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

/* pam_unix and the like deny an account only for its dates. */
static bool advise_expired(struct sw_explanation *explanation,
			   const struct sw_rule *rule SW_UNUSED)
{
	return sw_advice_add(explanation, "chage -E -1 %s",
			     user_of(explanation));
}

static const struct {
	const char *module; /* in the text of the line; "" none is */
	bool (*advise)(struct sw_explanation *explanation,
		       const struct sw_rule *rule);
} modules[] = {
	{"pam_nologin.so", advise_nologin},
	{"pam_unix.so", advise_expired},
	{"", advise_access},
};

static bool advise_pam(struct sw_explanation *explanation,
		       const struct sw_rule *rule)
{
	if (user_of(explanation)[0] == '\0')
		return false;
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
		if (strstr(rule->text, modules[i].module) != NULL)
			return modules[i].advise(explanation, rule);
	}
	return false;
}

const struct sw_sshd_advice sw_pam_advice[] = {
	{SW_CAUSE_ACCOUNT_PAM, advise_pam},
	{SW_CAUSE_NONE, NULL},
};
