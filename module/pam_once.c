#include "pam.h"

#include "sshwhy/paths.h"
#include "sshwhy/state.h"

#include <stdint.h>
#include <string.h>

/* FNV-1a: the keys need to differ, not to withstand anyone. */
#define FNV_START UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

static uint64_t add_bytes(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *byte = bytes;
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ byte[i]) * FNV_PRIME;
	return hash;
}

static uint64_t add_endpoint(uint64_t hash, const struct sw_endpoint *end)
{
	hash = add_bytes(hash, &end->addr.family, sizeof(end->addr.family));
	hash = add_bytes(hash, end->addr.bytes, sizeof(end->addr.bytes));
	return add_bytes(hash, &end->port, sizeof(end->port));
}

static uint64_t key_of(const struct sw_conn *conn, const char *topic)
{
	uint64_t hash = FNV_START;

	hash = add_endpoint(hash, &conn->client);
	hash = add_endpoint(hash, &conn->server);
	hash = add_bytes(hash, &conn->pid, sizeof(conn->pid));
	return add_bytes(hash, topic, strlen(topic));
}

/* The handle keeps a mark under the name of the topic. */
static bool is_marked(pam_handle_t *pamh, const char *topic)
{
	static char mark;
	const void *data;

	if (pam_get_data(pamh, topic, &data) == PAM_SUCCESS)
		return true;
	(void)pam_set_data(pamh, topic, &mark, NULL);
	return false;
}

bool sw_pam_first_time(pam_handle_t *pamh, const struct sw_conn *conn,
		       const char *topic)
{
	struct sw_state state = SW_STATE_INIT;
	bool first;

	if (is_marked(pamh, topic))
		return false;
	/* A state that is not open answers true: the mark alone counts then. */
	(void)!sw_state_open(SW_PATH_STATE, 0, &state);
	first = sw_state_first_time(&state, key_of(conn, topic));
	sw_state_close(&state);
	return first;
}
