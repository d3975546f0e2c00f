#include "sw_test.h"

#include "sshwhy/ban_event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOW INT64_C(1795332751000)

static char dir[64];
static struct sw_state state_file = SW_STATE_INIT;

static struct sw_ban_event event_of(const char *client)
{
	struct sw_ban_event event = {
		.event = SW_EVENT_BAN,
		.owner = "fail2ban:sshd",
		.why = "",
		.now = NOW,
		.until = NOW + 600000,
	};

	assert_int_equal(sw_prefix_parse(client, &event.client), SW_OK);
	return event;
}

static int open_state(void **state)
{
	char path[128];

	(void)state;
	(void)snprintf(dir, sizeof(dir), "ban-event.XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/state", dir);
	return sw_state_open(path, geteuid(), &state_file) == SW_OK ? 0 : -1;
}

static int close_state(void **state)
{
	char command[128];

	(void)state;
	sw_state_close(&state_file);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

static void two_reports_of_a_ban_are_one(void **state)
{
	struct sw_ban_event event = event_of("192.0.2.5");

	(void)state;
	assert_true(sw_ban_event_is_new(&state_file, &event));
	assert_false(sw_ban_event_is_new(&state_file, &event));
	event.until += 1000;
	event.why = "other words";
	event.now += SW_BAN_EVENT_SAME - 1;
	assert_false(sw_ban_event_is_new(&state_file, &event));
}

static void on_both_sides_of_a_border_too(void **state)
{
	struct sw_ban_event event = event_of("192.0.2.5");

	(void)state;
	event.now = NOW / SW_BAN_EVENT_SAME * SW_BAN_EVENT_SAME - 1;
	assert_true(sw_ban_event_is_new(&state_file, &event));
	event.now += 2;
	assert_false(sw_ban_event_is_new(&state_file, &event));
}

static void other_events_are_others(void **state)
{
	static const char *const clients[] = {"192.0.2.5", "192.0.2.6",
					      "192.0.2.0/24", "2001:db8::5"};
	struct sw_ban_event event;

	(void)state;
	for (size_t i = 0; i < SW_ROWS(clients); i++) {
		event = event_of(clients[i]);
		assert_true(sw_ban_event_is_new(&state_file, &event));
		event.event = SW_EVENT_UNBAN;
		assert_true(sw_ban_event_is_new(&state_file, &event));
		event.owner = "fail2ban:other";
		assert_true(sw_ban_event_is_new(&state_file, &event));
		event.now += 2 * SW_BAN_EVENT_SAME;
		assert_true(sw_ban_event_is_new(&state_file, &event));
	}
}

static void without_a_state_file_each_is_new(void **state)
{
	struct sw_state none = SW_STATE_INIT;
	struct sw_ban_event event = event_of("192.0.2.5");

	(void)state;
	assert_true(sw_ban_event_is_new(&none, &event));
	assert_true(sw_ban_event_is_new(&none, &event));
}

static const struct {
	const char *client;
	uint64_t failures;
	const char *why;
	const char *text;
} rows[] = {
	{"192.0.2.5", 0, "", ""},
	{"192.0.2.5", 5, "", "5 failures"},
	{"192.0.2.5", 0, "by hand", "by hand"},
	{"192.0.2.5", 5, "one\ntwo\nthree\n", "5 failures, last: three"},
	{"192.0.2.5", 0, "one\r\n \n", "one"},
	{"192.0.2.0/24", 5, "x", "192.0.2.0/24 5 failures, last: x"},
};

static void the_text_says_whom_and_why(void **state)
{
	struct sw_record record;

	(void)state;
	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		struct sw_ban_event event = event_of(rows[i].client);

		event.failures = rows[i].failures;
		event.why = rows[i].why;
		sw_ban_event_to_record(&event, &record);
		assert_string_equal(record.rule.text, rows[i].text);
	}
}

static void a_long_reason_is_cut(void **state)
{
	struct sw_ban_event event = event_of("192.0.2.5");
	struct sw_record record;
	char why[1000];

	(void)state;
	memset(why, 'x', sizeof(why) - 1);
	why[sizeof(why) - 1] = '\0';
	event.why = why;
	sw_ban_event_to_record(&event, &record);
	assert_int_equal(strlen(record.rule.text), SW_TEXT_MAX - 1);
}

static void the_record_is_an_event_of_its_kind(void **state)
{
	struct sw_ban_event event = event_of("192.0.2.5");
	struct sw_record record;
	char addr[SW_ADDR_TEXT_MAX];

	(void)state;
	sw_ban_event_to_record(&event, &record);
	assert_int_equal(record.event, SW_EVENT_BAN);
	assert_int_equal(record.cause, SW_CAUSE_BAN_TOOL);
	assert_int_equal(record.via, SW_VIA_CLI);
	assert_int_equal(record.until, NOW + 600000);
	assert_int_equal(sw_record_audit_type(&record), 2214);
	assert_string_equal(record.rule.owner, "fail2ban:sshd");
	assert_string_equal(sw_addr_format(&record.conn.client.addr, addr),
			    "192.0.2.5");
	event.until = 0;
	sw_ban_event_to_record(&event, &record);
	assert_int_equal(sw_record_audit_type(&record), 2213);
	event.event = SW_EVENT_UNBAN;
	event.until = NOW + 600000;
	sw_ban_event_to_record(&event, &record);
	assert_int_equal(record.until, 0);
	assert_int_equal(sw_record_audit_type(&record), 2215);
	event = event_of("192.0.2.0/24");
	sw_ban_event_to_record(&event, &record);
	assert_int_equal(record.conn.client.addr.family, SW_FAMILY_NONE);
}

#define WITH_STATE(test)                                                       \
	cmocka_unit_test_setup_teardown(test, open_state, close_state)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STATE(two_reports_of_a_ban_are_one),
		WITH_STATE(on_both_sides_of_a_border_too),
		WITH_STATE(other_events_are_others),
		cmocka_unit_test(without_a_state_file_each_is_new),
		cmocka_unit_test(the_text_says_whom_and_why),
		cmocka_unit_test(a_long_reason_is_cut),
		cmocka_unit_test(the_record_is_an_event_of_its_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
