#include "sshwhy/said.h"

#include <string.h>

#define FNV_PRIME UINT64_C(0x100000001b3)

uint64_t sw_hash_add(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *byte = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ byte[i]) * FNV_PRIME;
	return hash;
}

static uint64_t add_endpoint(uint64_t hash, const struct sw_endpoint *end)
{
	hash = sw_hash_add(hash, &end->addr.family, sizeof(end->addr.family));
	hash = sw_hash_add(hash, end->addr.bytes, sizeof(end->addr.bytes));
	return sw_hash_add(hash, &end->port, sizeof(end->port));
}

uint64_t sw_said_key(const struct sw_conn *conn, const char *topic)
{
	uint64_t hash = SW_HASH_START;

	hash = add_endpoint(hash, &conn->client);
	hash = add_endpoint(hash, &conn->server);
	hash = sw_hash_add(hash, &conn->pid, sizeof(conn->pid));
	return sw_hash_add(hash, topic, strlen(topic));
}

bool sw_said_first(struct sw_state *state, const struct sw_conn *conn,
		   enum sw_cause cause)
{
	enum sw_stage stage = sw_cause_stage(cause);
	const char *topic = sw_cause_code(cause);

	if (stage == SW_STAGE_WRAPPER || stage == SW_STAGE_PAM)
		topic = sw_stage_name(stage);
	return sw_state_first_time(state, sw_said_key(conn, topic));
}
