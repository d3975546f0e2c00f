#include "unit_asker.h"

#include "sshwhy/text.h"

#include <string.h>

#define FRESH 1000 /* ms that an answer of the service manager is good for */
#define PROGRAM "/usr/sbin/sshd"

static const struct sw_socket_unit *unit_of(struct sw_unit_asker *asker,
					    uint64_t now)
{
	if (asker->asked == 0 || now - asker->asked >= FRESH) {
		asker->found = sw_socket_unit_ask(&asker->unit) == SW_OK;
		asker->asked = now;
	}
	return asker->found ? &asker->unit : NULL;
}

void sw_unit_answer_rule(struct sw_unit_asker *asker,
			 const struct sw_record *record,
			 struct sw_answer *answer, uint64_t now)
{
	const struct sw_socket_unit *unit = unit_of(asker, now);

	answer->err = SW_E_NOTSUP;
	if (unit == NULL)
		return;
	sw_socket_unit_rule(unit, sw_socket_unit_key(record->root),
			    &answer->rule);
	answer->err = SW_OK;
}

static void add_port(struct sw_answer *answer, uint16_t port)
{
	size_t most = sizeof(answer->ports) / sizeof(answer->ports[0]);

	for (size_t i = 0; i < answer->port_count; i++) {
		if (answer->ports[i] == port)
			return;
	}
	if (answer->port_count < most)
		answer->ports[answer->port_count++] = port;
}

void sw_unit_answer_listen(struct sw_unit_asker *asker,
			   struct sw_answer *answer, uint64_t now)
{
	const struct sw_socket_unit *unit;

	/* A program is only run where there may be something to learn. */
	if (!sw_daemon_is_ours(1) || !sw_daemon_holds_port(1))
		return;
	unit = unit_of(asker, now);
	for (size_t i = 0; unit != NULL && i < unit->port_count; i++)
		add_port(answer, unit->ports[i]);
}

bool sw_unit_daemon(struct sw_unit_asker *asker, const struct sw_record *record,
		    struct sw_daemon *out, uint64_t now)
{
	const struct sw_socket_unit *unit = unit_of(asker, now);

	if (unit == NULL || !unit->accepts)
		return false;
	memset(out, 0, sizeof(*out));
	out->started = record->time;
	return sw_text_copy(out->exe, sizeof(out->exe), PROGRAM) &&
	       sw_text_copy(out->config, sizeof(out->config),
			    SW_SYSCONFDIR "/ssh/sshd_config");
}
