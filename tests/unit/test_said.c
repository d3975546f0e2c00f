#include "sw_test.h"

#include "sshwhy/said.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "said-XXXXXX";
static char path[64];
static struct sw_state shared;

static int start(void **state SW_UNUSED)
{
	(void)snprintf(folder, sizeof(folder), "said-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/state", folder);
	return sw_state_open(path, geteuid(), &shared) == SW_OK ? 0 : -1;
}

static int end(void **state SW_UNUSED)
{
	sw_state_close(&shared);
	(void)unlink(path);
	return rmdir(folder);
}

static struct sw_conn conn_of(uint16_t port, pid_t pid)
{
	struct sw_conn conn = {.client.port = port, .pid = pid};

	assert_int_equal(sw_addr_parse("203.0.113.5", &conn.client.addr),
			 SW_OK);
	return conn;
}

static void one_denial_is_said_once_whoever_tells(void **state SW_UNUSED)
{
	static const struct {
		uint16_t port;
		pid_t pid;
		enum sw_cause cause;
		bool first;
	} rows[] = {
		{1000, 41, SW_CAUSE_WRAPPER_DENY, true},
		{1000, 41, SW_CAUSE_WRAPPER_DENY, false},
		{1000, 41, SW_CAUSE_WRAPPER_TWIST, false}, /* the same stage */
		{1000, 41, SW_CAUSE_ACCOUNT_PAM, true},
		{1000, 41, SW_CAUSE_ACCOUNT_LOCKED, false},
		{1000, 41, SW_CAUSE_CONFIG_DENY_USER, true},
		{1000, 41, SW_CAUSE_CONFIG_ALLOW_USER, true},
		{1000, 41, SW_CAUSE_CONFIG_DENY_USER, false},
		{1001, 41, SW_CAUSE_WRAPPER_DENY, true}, /* another client */
		{1000, 42, SW_CAUSE_WRAPPER_DENY, true}, /* or session */
	};

	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		struct sw_conn conn = conn_of(rows[i].port, rows[i].pid);

		if (sw_said_first(&shared, &conn, rows[i].cause) !=
		    rows[i].first)
			fail_msg("row %zu", i);
	}
}

static void without_a_state_everything_is_said(void **state SW_UNUSED)
{
	struct sw_state none = SW_STATE_INIT;
	struct sw_conn conn = conn_of(1000, 41);

	assert_true(sw_said_first(&none, &conn, SW_CAUSE_WRAPPER_DENY));
	assert_true(sw_said_first(&none, &conn, SW_CAUSE_WRAPPER_DENY));
}

static void bytes_outside_the_values_make_no_difference(void **state SW_UNUSED)
{
	struct sw_conn a = conn_of(1000, 41), b;

	memset(&b, 0xff, sizeof(b));
	b.client.addr = a.client.addr;
	b.client.port = a.client.port;
	b.server.addr = a.server.addr;
	b.server.port = a.server.port;
	b.pid = a.pid;
	assert_true(sw_said_key(&a, "pam") == sw_said_key(&b, "pam"));
	assert_false(sw_said_key(&a, "pam") == sw_said_key(&a, "wrapper"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			one_denial_is_said_once_whoever_tells, start, end),
		cmocka_unit_test(without_a_state_everything_is_said),
		cmocka_unit_test(bytes_outside_the_values_make_no_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
