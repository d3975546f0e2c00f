#include "record_samples.h"

#include "fake_audit.h"
#include "sshwhy/clock.h"
#include "sshwhy/sink.h"

static struct audit_status off = {.enabled = 0, .pid = 0};
static struct audit_status off_with_daemon = {.enabled = 0, .pid = 7};
static struct audit_status unread = {.enabled = 1, .pid = 0};
static struct audit_status on = {.enabled = 1, .pid = 7};
static struct audit_status locked = {.enabled = 2, .pid = 7};
static struct nlmsgerr acknowledged = {.error = 0};
static struct nlmsgerr denied = {.error = -EPERM};

#define STATUS(which)                                                          \
	{                                                                      \
		.type = AUDIT_GET, .status = &(which)                          \
	}
#define ERROR(which)                                                           \
	{                                                                      \
		.type = NLMSG_ERROR, .error = &(which)                         \
	}

static const struct {
	const char *what;
	int open_error;
	int ask;
	struct audit_reply replies[3];
	int reply_count;
	enum sw_audit_status wanted;
} answers[] = {
	{"off", 0, 1, {STATUS(off)}, 1, SW_AUDIT_OFF},
	{"off, daemon", 0, 1, {STATUS(off_with_daemon)}, 1, SW_AUDIT_OFF},
	{"no daemon", 0, 1, {STATUS(unread)}, 1, SW_AUDIT_UNREAD},
	{"on", 0, 1, {STATUS(on)}, 1, SW_AUDIT_ON},
	{"immutable", 0, 1, {STATUS(locked)}, 1, SW_AUDIT_ON},
	{"ack, on", 0, 1, {ERROR(acknowledged), STATUS(on)}, 2, SW_AUDIT_ON},
	{"other, ack, off",
	 0,
	 1,
	 {{.type = AUDIT_USER}, ERROR(acknowledged), STATUS(off)},
	 3,
	 SW_AUDIT_OFF},
	{"EPERM", 0, 1, {ERROR(denied), STATUS(on)}, 2, SW_AUDIT_UNKNOWN},
	{"question refused", 0, -EPERM, {STATUS(on)}, 1, SW_AUDIT_UNKNOWN},
	{"user namespace", 0, 0, {STATUS(on)}, 1, SW_AUDIT_UNKNOWN},
	{"no audit in it", EPROTONOSUPPORT, 1, {STATUS(on)}, 1, SW_AUDIT_OFF},
	{"no sockets", EAFNOSUPPORT, 1, {STATUS(on)}, 1, SW_AUDIT_OFF},
	{"no descriptor", EMFILE, 1, {STATUS(on)}, 1, SW_AUDIT_UNKNOWN},
};

static void the_status_is_what_the_kernel_answers(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(answers); i++) {
		enum sw_audit_status status;

		fake_audit_reset();
		fake.open_error = answers[i].open_error;
		fake.ask = answers[i].ask;
		fake.replies = answers[i].replies;
		fake.reply_count = answers[i].reply_count;
		status = sw_audit_status(NULL);
		if (status != answers[i].wanted)
			fail_msg("%s: %d", answers[i].what, (int)status);
	}
}

static void
a_kernel_that_never_answers_is_not_waited_for_long(void **state SW_UNUSED)
{
	uint64_t start = sw_clock_monotonic_ns();

	fake_audit_reset();
	assert_int_equal(sw_audit_status(NULL), SW_AUDIT_UNKNOWN);
	assert_true(sw_clock_monotonic_ns() - start < UINT64_C(5000000000));
}

static void the_record_goes_out_with_the_numeric_client(void **state SW_UNUSED)
{
	char message[SW_RECORD_AUDIT_MAX];
	struct sw_record record;

	fake_audit_reset();
	sample_record(&record);
	assert_int_equal(sw_record_to_audit(&record, message, sizeof(message)),
			 SW_OK);
	assert_int_equal(sw_sink_audit(&record), SW_OK);
	assert_int_equal(fake.writes, 1);
	assert_int_equal(fake.type, 2104);
	assert_int_equal(fake.result, 0);
	assert_string_equal(fake.message, message);
	assert_string_equal(fake.hostname, "203.0.113.5");
	assert_string_equal(fake.addr, "203.0.113.5");
	assert_string_equal(fake.tty, "ssh");
}

static void
nothing_is_looked_up_when_the_client_is_unknown(void **state SW_UNUSED)
{
	struct sw_record record;

	fake_audit_reset();
	sample_record(&record);
	memset(&record.conn.client, 0, sizeof(record.conn.client));
	assert_int_equal(sw_sink_audit(&record), SW_OK);
	assert_string_equal(fake.hostname, "?");
	assert_string_equal(fake.addr, "?");
}

static void a_simulated_refusal_is_a_success(void **state SW_UNUSED)
{
	struct sw_record record;

	fake_audit_reset();
	sample_record(&record);
	record.evidence = SW_EVIDENCE_SIMULATED;
	assert_int_equal(sw_sink_audit(&record), SW_OK);
	assert_int_equal(fake.result, 1);
}

static void a_record_without_a_type_is_not_sent(void **state SW_UNUSED)
{
	struct sw_record record;

	fake_audit_reset();
	sample_record(&record);
	record.cause = SW_CAUSE_CLIENT_CLOSED;
	assert_int_equal(sw_sink_audit(&record), SW_E_NOTSUP);
	assert_int_equal(fake.writes, 0);
}

static const struct {
	int open_error;
	int sent;
	int sent_error;
	int wanted;
} failures[] = {
	{0, 0, EPERM, EPERM},
	{0, 0, ECONNREFUSED, ECONNREFUSED},
	{0, -EINVAL, 0, EINVAL},
	{EMFILE, 1, 0, EMFILE},
};

static void every_refusal_of_the_kernel_is_told(void **state SW_UNUSED)
{
	struct sw_record record;

	sample_record(&record);
	for (size_t i = 0; i < SW_ROWS(failures); i++) {
		fake_audit_reset();
		fake.open_error = failures[i].open_error;
		fake.sent = failures[i].sent;
		fake.sent_error = failures[i].sent_error;
		assert_int_equal(sw_sink_audit(&record), SW_E_IO);
		assert_int_equal(errno, failures[i].wanted);
	}
}

static void no_descriptor_is_left_open(void **state SW_UNUSED)
{
	struct sw_record record;
	int before = dup(0);

	assert_int_equal(close(before), 0);
	fake_audit_reset();
	sample_record(&record);
	assert_int_equal(sw_sink_audit(&record), SW_OK);
	fake.ask = 0;
	assert_int_equal(sw_audit_status(NULL), SW_AUDIT_UNKNOWN);
	assert_int_equal(dup(0), before);
	assert_int_equal(close(before), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_status_is_what_the_kernel_answers),
		cmocka_unit_test(
			a_kernel_that_never_answers_is_not_waited_for_long),
		cmocka_unit_test(the_record_goes_out_with_the_numeric_client),
		cmocka_unit_test(
			nothing_is_looked_up_when_the_client_is_unknown),
		cmocka_unit_test(a_simulated_refusal_is_a_success),
		cmocka_unit_test(a_record_without_a_type_is_not_sent),
		cmocka_unit_test(every_refusal_of_the_kernel_is_told),
		cmocka_unit_test(no_descriptor_is_left_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
