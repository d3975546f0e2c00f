#include "filter.h"

#include "groups.h"

#include "sshwhy/duration.h"
#include "sshwhy/num.h"

#include <stdio.h>
#include <string.h>

#define LIMIT_MAX 1000000 /* rows */

enum sw_err sw_option_read_by(const char *value, struct sw_options *options)
{
	options->by = sw_group_by_named(value);
	return options->by < SW_BY_COUNT_ ? SW_OK : SW_E_SYNTAX;
}

enum sw_err sw_option_read_html(const char *value, struct sw_options *options)
{
	options->html = value;
	return *value == '\0' ? SW_E_SYNTAX : SW_OK;
}

enum sw_err sw_option_read_limit(const char *value, struct sw_options *options)
{
	uint64_t limit = 0;
	enum sw_err err = sw_num_parse(value, LIMIT_MAX, &limit);

	options->limit = (uint32_t)limit;
	return err == SW_OK && limit == 0 ? SW_E_RANGE : err;
}

enum sw_err sw_option_read_rule(const char *value, struct sw_options *options)
{
	options->rule = value;
	return *value == '\0' ? SW_E_SYNTAX : SW_OK;
}

enum sw_err sw_option_read_step(const char *value, struct sw_options *options)
{
	enum sw_err err = sw_duration_parse(value, &options->step);

	return err == SW_OK && options->step == 0 ? SW_E_RANGE : err;
}

/* SOURCE, or SOURCE:LINE. */
static bool is_of_rule(const struct sw_rule *rule, const char *wanted)
{
	char place[SW_SOURCE_MAX + 12];

	if (strcmp(rule->source, wanted) == 0)
		return true;
	(void)snprintf(place, sizeof(place), "%s:%u", rule->source, rule->line);
	return rule->source[0] != '\0' && strcmp(place, wanted) == 0;
}

/* A tool stands for all of its jails. */
static bool is_of_owner(const char *owner, const char *wanted)
{
	size_t len = strlen(wanted);

	return strncmp(owner, wanted, len) == 0 &&
	       (owner[len] == '\0' || owner[len] == ':');
}

static bool is_of(const char *value, const char *wanted)
{
	return wanted == NULL || strcmp(value, wanted) == 0;
}

bool sw_filter_wants(const struct sw_options *options,
		     const struct sw_record *record)
{
	if (options->rule != NULL && !is_of_rule(&record->rule, options->rule))
		return false;
	if (options->owner != NULL &&
	    !is_of_owner(record->rule.owner, options->owner))
		return false;
	return is_of(record->conn.user, options->user) &&
	       is_of(record->node, options->node);
}

bool sw_filter_is_open(const struct sw_options *options)
{
	return options->event == SW_EVENT_COUNT_ && options->cause == NULL &&
	       options->client.base.family == SW_FAMILY_NONE &&
	       options->server.port == 0 && options->user == NULL &&
	       options->rule == NULL && options->owner == NULL &&
	       options->node == NULL;
}

bool sw_filter_is_refusal(const struct sw_record *record)
{
	return record->event == SW_EVENT_REJECTION &&
	       record->evidence != SW_EVIDENCE_SIMULATED &&
	       record->cause != SW_CAUSE_CLIENT_CLOSED;
}
