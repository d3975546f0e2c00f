#include "advice_sshd.h"

#include "live.h"

#include "sshwhy/num.h"
#include "sshwhy/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define USUAL "ssh.socket"

/* "MaxConnections=64" or "MaxConnections": the key and twice the value. */
static bool double_of(const struct sw_socket_unit *unit,
		      const struct sw_rule *rule, char *out, size_t size)
{
	const char *equals = strchr(rule->text, '=');
	size_t len = strcspn(rule->text, " =");
	uint64_t value = unit->max_connections;

	if (equals != NULL)
		(void)!sw_num_parse(equals + 1 + strspn(equals + 1, " "),
				    UINT32_MAX / 2, &value);
	if (value == 0)
		return false;
	(void)snprintf(out, size, "%.*s=%" PRIu64, (int)len, rule->text,
		       2 * value);
	return true;
}

/* A file of a package is not for an administrator to change. */
static bool is_packaged(const struct sw_rule *rule)
{
	return rule->line == 0 || strncmp(rule->source, "/usr/", 5) == 0 ||
	       strncmp(rule->source, "/lib/", 5) == 0;
}

static void set(struct sw_explanation *explanation, const char *name,
		const struct sw_rule *rule, const char *text)
{
	char folder[SW_SOURCE_MAX];

	if (!is_packaged(rule)) {
		(void)sw_advice_add(explanation, "replace %s:%u by:   %s",
				    rule->source, rule->line, text);
		return;
	}
	(void)snprintf(folder, sizeof(folder), "/etc/systemd/system/%s.d",
		       name);
	(void)sw_advice_add(explanation,
			    "mkdir -p %s && printf '[Socket]\\n%s\\n' "
			    ">%s/limits.conf",
			    folder, text, folder);
}

/* systemd compares with what it has read when a connection comes; what it gave
 * up has to be started. */
static bool advise_unit(struct sw_explanation *explanation,
			const struct sw_rule *rule)
{
	const struct sw_live *live = explanation->question.live;
	const char *name = USUAL;
	char text[SW_TEXT_MAX];

	if (live == NULL || rule->text[0] == '\0')
		return false;
	if (live->has_unit)
		name = live->unit.name;
	if (strncmp(rule->text, "Trigger", 7) != 0) {
		if (!double_of(&live->unit, rule, text, sizeof(text)))
			return false;
		set(explanation, name, rule, text);
		return sw_advice_add(explanation,
				     "then: systemctl daemon-reload");
	}
	if (rule->line != 0 && double_of(&live->unit, rule, text, sizeof(text)))
		set(explanation, name, rule, text);
	return sw_advice_add(explanation,
			     "then: systemctl daemon-reload && systemctl "
			     "reset-failed %s && systemctl start %s",
			     name, name);
}

const struct sw_sshd_advice sw_unit_advice[] = {
	{SW_CAUSE_LIMIT_SOCKET_UNIT, advise_unit},
	{SW_CAUSE_NONE, NULL},
};
