#include "pam.h"

#include "sshwhy/paths.h"
#include "sshwhy/said.h"
#include "sshwhy/state.h"

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

/* sshd's call sees that PAM denied, and is not to record it once more. */
void sw_pam_note_denial(const struct sw_conn *conn)
{
	struct sw_state state = SW_STATE_INIT;

	(void)!sw_state_open(SW_PATH_STATE, 0, &state);
	(void)sw_said_first(&state, conn, SW_CAUSE_ACCOUNT_PAM);
	sw_state_close(&state);
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
	first = sw_state_first_time(&state, sw_said_key(conn, topic));
	sw_state_close(&state);
	return first;
}
