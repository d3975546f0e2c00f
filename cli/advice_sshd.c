#include "advice_sshd.h"

#include "live.h"

#include "sshwhy/ask_sshd.h"
#include "sshwhy/num.h"
#include "sshwhy/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SYSTEMD "/run/systemd/system" /* is there when systemd runs */

bool sw_advice_add(struct sw_explanation *explanation, const char *format, ...)
{
	va_list values;
	char *line;
	int len;

	if (explanation->advice_count >= SW_ADVICE_MAX)
		return false;
	line = explanation->advice[explanation->advice_count];
	va_start(values, format);
	len = vsnprintf(line, SW_ADVICE_TEXT_MAX, format, values);
	va_end(values);
	if (len <= 0 || len >= SW_ADVICE_TEXT_MAX)
		return false;
	for (size_t i = 0; i < explanation->advice_count; i++) {
		if (strcmp(explanation->advice[i], line) == 0)
			return true; /* said already */
	}
	explanation->advice_count++;
	return true;
}

const char *sw_advice_config(const struct sw_explanation *explanation)
{
	const struct sw_live *live = explanation->question.live;

	return live != NULL && live->daemon.config[0] != '\0'
		       ? live->daemon.config
		       : SW_SYSCONFDIR "/ssh/sshd_config";
}

/* The unit that the daemon belongs to, "" none that systemd could reload. */
static void unit_of(pid_t pid, char *out, size_t size)
{
	char path[64], text[512];
	const char *slash, *end;
	FILE *file;

	out[0] = '\0';
	(void)snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
	file = access(SYSTEMD, F_OK) == 0 ? fopen(path, "re") : NULL;
	while (file != NULL && fgets(text, sizeof(text), file) != NULL) {
		slash = strrchr(text, '/');
		end = slash != NULL ? strstr(slash, ".service\n") : NULL;
		if (end != NULL)
			(void)snprintf(out, size, "%.*s",
				       (int)(end - slash - 1), slash + 1);
	}
	if (file != NULL)
		(void)fclose(file);
}

void sw_advise_reload(struct sw_explanation *explanation)
{
	explanation->advise_reload = true;
}

void sw_advise_end(struct sw_explanation *explanation)
{
	const struct sw_live *live = explanation->question.live;
	char unit[64];

	if (!explanation->advise_reload || live == NULL || !live->found)
		return;
	unit_of(live->daemon.pid, unit, sizeof(unit));
	if (unit[0] != '\0')
		(void)sw_advice_add(explanation, "then: systemctl reload %s",
				    unit);
	else
		(void)sw_advice_add(explanation, "then: kill -HUP %d",
				    (int)live->daemon.pid);
}

bool sw_advise_set(struct sw_explanation *explanation,
		   const struct sw_rule *rule, const char *text)
{
	if (strcmp(rule->source, "sshd:command-line") == 0)
		return sw_advice_add(explanation,
				     "start sshd with other options:   -o '%s'",
				     text);
	if (rule->source[0] == '/' && rule->line != 0)
		(void)sw_advice_add(explanation, "replace %s:%u by:   %s",
				    rule->source, rule->line, text);
	else
		(void)sw_advice_add(explanation, "put above line 1 of %s:   %s",
				    sw_advice_config(explanation), text);
	sw_advise_reload(explanation);
	return true;
}

/* What sshd has now; else the value in the text of a rule. */
static bool value_of(const struct sw_explanation *explanation,
		     const char *keyword, const struct sw_rule *rule, char *out,
		     size_t size)
{
	const struct sw_live *live = explanation->question.live;
	const char *blank = strchr(rule->text, ' ');

	if (live != NULL && live->has_settings &&
	    sw_sshd_value(&live->settings, keyword, out, size))
		return true;
	return blank != NULL && sw_text_copy(out, size, blank + 1);
}

static bool set_number(struct sw_explanation *explanation, const char *keyword,
		       const struct sw_rule *rule, uint64_t least)
{
	char value[64], text[128];
	uint64_t number = 0;

	if (!value_of(explanation, keyword, rule, value, sizeof(value)) ||
	    sw_num_parse(value, UINT32_MAX, &number) != SW_OK)
		return false;
	number = 2 * number > least ? 2 * number : least;
	(void)snprintf(text, sizeof(text), "%s %" PRIu64, keyword, number);
	return sw_advise_set(explanation, rule, text);
}

/* So wide that what is open now does not even begin to be dropped. */
static bool set_startups(struct sw_explanation *explanation,
			 const struct sw_rule *rule)
{
	char value[64], text[128];
	uint64_t full = 0;
	const char *colon;

	if (!value_of(explanation, "MaxStartups", rule, value, sizeof(value)))
		return false;
	colon = strrchr(value, ':');
	if (sw_num_parse(colon != NULL ? colon + 1 : value, UINT32_MAX,
			 &full) != SW_OK)
		return false;
	(void)snprintf(text, sizeof(text),
		       "MaxStartups %" PRIu64 ":30:%" PRIu64, 2 * full,
		       3 * full);
	return sw_advise_set(explanation, rule, text);
}

static bool exempt(struct sw_explanation *explanation,
		   const struct sw_rule *of_penalties SW_UNUSED)
{
	static const char keyword[] = "PerSourcePenaltyExemptList";
	const struct sw_live *live = explanation->question.live;
	char client[SW_PREFIX_TEXT_MAX], value[256], text[384];
	struct sw_rule rule;

	memset(&rule, 0, sizeof(rule));
	(void)sw_prefix_format(&explanation->question.client, client);
	(void)snprintf(text, sizeof(text), "%s %s", keyword, client);
	if (live != NULL && live->has_settings &&
	    sw_sshd_value(&live->settings, keyword, value, sizeof(value)) &&
	    strcmp(value, "none") != 0) {
		sw_sshd_rule(&live->settings, keyword, &rule);
		(void)snprintf(text, sizeof(text), "%s %s,%s", keyword, value,
			       client);
	}
	return sw_advise_set(explanation, &rule, text);
}

static bool set_source_startups(struct sw_explanation *explanation,
				const struct sw_rule *rule)
{
	return set_number(explanation, "PerSourceMaxStartups", rule, 10);
}

static bool set_sessions(struct sw_explanation *explanation,
			 const struct sw_rule *rule)
{
	return set_number(explanation, "MaxSessions", rule, 10);
}

static bool set_grace_time(struct sw_explanation *explanation,
			   const struct sw_rule *rule)
{
	return set_number(explanation, "LoginGraceTime", rule, 120);
}

static bool set_tries(struct sw_explanation *explanation,
		      const struct sw_rule *rule)
{
	(void)sw_advice_add(explanation,
			    "on the client: ssh -o IdentitiesOnly=yes -i KEY; "
			    "or here:");
	return set_number(explanation, "MaxAuthTries", rule, 6);
}

static const struct sw_sshd_advice limits[] = {
	{SW_CAUSE_LIMIT_MAX_STARTUPS, set_startups},
	{SW_CAUSE_LIMIT_MAX_STARTUPS_RANDOM, set_startups},
	{SW_CAUSE_LIMIT_PER_SOURCE, set_source_startups},
	{SW_CAUSE_LIMIT_SESSIONS, set_sessions},
	{SW_CAUSE_BAN_PENALTY, exempt},
	{SW_CAUSE_CONFIG_GRACE_TIME, set_grace_time},
	{SW_CAUSE_CONFIG_MAX_AUTH_TRIES, set_tries},
	{SW_CAUSE_NONE, NULL},
};

bool sw_advise_sshd(struct sw_explanation *explanation, enum sw_cause cause,
		    const struct sw_rule *rule)
{
	const struct sw_sshd_advice *const tables[] = {
		limits,	       sw_account_advice, sw_pam_advice,
		sw_own_advice, sw_server_advice,  sw_protocol_advice,
		sw_unit_advice};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		for (const struct sw_sshd_advice *row = tables[i];
		     row->advise != NULL; row++) {
			if (row->cause == cause)
				return row->advise(explanation, rule);
		}
	}
	return false;
}
