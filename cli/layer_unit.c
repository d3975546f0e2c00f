#include "layers.h"

#include "live.h"

#include "sshwhy/tcp_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The connections of one source that the unit has handed out. */
struct counting {
	const struct sw_socket_unit *unit;
	const struct sw_addr *client;
	uint64_t open;
};

static void count(void *context, const struct sw_tcp_socket *row)
{
	struct counting *counting = context;

	if (row->state != SW_TCP_ESTABLISHED ||
	    !sw_addr_equal(&row->remote.addr, counting->client))
		return;
	for (size_t i = 0; i < counting->unit->port_count; i++)
		counting->open += counting->unit->ports[i] == row->local.port;
}

static void refuse(const struct sw_socket_unit *unit, const char *key,
		   struct sw_layer *out)
{
	out->outcome = SW_LAYER_REJECT;
	out->cause = SW_CAUSE_LIMIT_SOCKET_UNIT;
	sw_socket_unit_rule(unit, key, &out->rule);
}

/* What systemd started again and again may have refused its configuration. */
static bool is_broken(const struct sw_question *question)
{
	struct sw_layer layer;

	memset(&layer, 0, sizeof(layer));
	return sw_layer_take_complaint(sw_live_complaint(question), &layer) &&
	       layer.cause == SW_CAUSE_SERVER_CONFIG;
}

/* In the order in which systemd looks. */
bool sw_layer_ask_unit(const struct sw_question *question, struct sw_layer *out)
{
	const struct sw_live *live = sw_live_find(question);
	const struct sw_socket_unit *unit = &live->unit;
	struct counting counting = {unit, &question->client.base, 0};

	if (!live->has_unit)
		return false;
	if (!unit->is_active && is_broken(question))
		return false;
	if (!unit->is_active) {
		refuse(unit, "TriggerLimitBurst", out);
		(void)snprintf(out->detail, sizeof(out->detail),
			       "%s was started too often, and was given up",
			       unit->name);
		return true;
	}
	if (!unit->accepts)
		return false;
	if (unit->max_connections > 0 &&
	    unit->connections >= unit->max_connections) {
		refuse(unit, "MaxConnections", out);
		(void)snprintf(out->detail, sizeof(out->detail),
			       "%" PRIu64 " of %" PRIu64 " of %s",
			       unit->connections, unit->max_connections,
			       unit->name);
		return true;
	}
	sw_tcp_table_read(0, count, &counting);
	if (unit->max_per_source == 0 || counting.open < unit->max_per_source)
		return false;
	refuse(unit, "MaxConnectionsPerSource", out);
	(void)snprintf(out->detail, sizeof(out->detail),
		       "%" PRIu64 " of %" PRIu64 " of its source",
		       counting.open, unit->max_per_source);
	return true;
}
