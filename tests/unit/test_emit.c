/* The test is the writer and the root process: it holds their ends. */

#include "sw_test.h"

#include "recorder/emit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NOW UINT64_C(1000000) /* monotonic ms */
#define UTC INT64_C(1700000000000)
#define FOLD 60 /* seconds */
#define LOST_AFTER 8000
#define PATIENCE 6000

static char folder[] = "emit-XXXXXX";
static struct sw_shared shared;
static struct sw_recorder recorder;
static struct sw_emitter emitter;

static int new_file(void)
{
	char name[] = "emit-XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	assert_int_equal(unlink(name), 0);
	return fd;
}

static int start(void **state SW_UNUSED)
{
	char path[64];
	int fd = new_file();

	(void)snprintf(folder, sizeof(folder), "emit-XXXXXX");
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/state", folder);
	memset(&recorder, 0, sizeof(recorder));
	sw_config_defaults(&shared.config);
	shared.config.sinks = SW_SINK_FILE;
	shared.config.fold = FOLD;
	recorder.shared = &shared;
	assert_int_equal(sw_state_open(path, geteuid(), &recorder.state),
			 SW_OK);
	assert_int_equal(sw_fold_map_fd(new_file(), &recorder.fold), SW_OK);
	assert_int_equal(sw_pending_map_fd(fd, &recorder.pending), SW_OK);
	(void)close(fd);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, recorder.asker),
			 0);
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_SEQPACKET, 0, recorder.writer), 0);
	assert_int_equal(sw_emitter_init(&emitter, &recorder), SW_OK);
	assert_int_equal(unlink(path), 0);
	return rmdir(folder);
}

static int end(void **state SW_UNUSED)
{
	sw_emitter_free(&emitter);
	sw_state_close(&recorder.state);
	sw_fold_close(&recorder.fold);
	for (int i = 0; i < 2; i++) {
		(void)close(recorder.asker[i]);
		(void)close(recorder.writer[i]);
	}
	return 0;
}

static struct sw_record rejection(enum sw_cause cause, const char *client)
{
	struct sw_verdict verdict = {.outcome = SW_DENY, .cause = cause};
	struct sw_conn conn = {.server.port = 22};
	struct sw_record record;

	assert_int_equal(sw_addr_parse(client, &conn.client.addr), SW_OK);
	if (sw_cause_stage(cause) == SW_STAGE_WRAPPER) {
		(void)snprintf(verdict.rule.source, sizeof(verdict.rule.source),
			       "/etc/hosts.deny");
		verdict.rule.line = 4;
	}
	sw_record_init(&record, &conn, &verdict, SW_VIA_HOOK, UTC);
	return record;
}

static void reject(enum sw_cause cause, const char *client, uint64_t now)
{
	struct sw_record record = rejection(cause, client);

	sw_state_offer(&recorder.state);
	sw_emitter_add(&emitter, &record, true, 41, 0, now);
}

/* The next question to the root process; its kind is NONE: there is none. */
static struct sw_question asked(void)
{
	struct sw_question question;

	if (recv(recorder.asker[1], &question, sizeof(question),
		 MSG_DONTWAIT) != sizeof(question))
		question.kind = SW_QUESTION_NONE;
	return question;
}

/* As the root process does once a record stands in the file. */
static void write_down(const struct sw_question *question)
{
	sw_state_take(&recorder.state, question->counted);
	sw_fold_written(&recorder.fold, question->slot);
}

static uint64_t missing(void)
{
	return sw_state_offered(&recorder.state) -
	       sw_state_taken(&recorder.state);
}

static void
the_first_is_written_and_others_at_the_windows_end(void **state SW_UNUSED)
{
	struct sw_question question;

	for (int i = 0; i < 5; i++)
		reject(SW_CAUSE_WRAPPER_DENY, "203.0.113.5", NOW);
	question = asked();
	assert_int_equal(question.kind, SW_QUESTION_WRITE);
	assert_int_equal(question.record.count, 1);
	assert_int_equal(question.record.seqno, 1);
	write_down(&question);
	assert_int_equal(asked().kind, SW_QUESTION_NONE);
	sw_emitter_tick(&emitter, NOW + FOLD * 1000, UTC);
	question = asked();
	assert_int_equal(question.kind, SW_QUESTION_WRITE);
	assert_int_equal(question.record.count, 4);
	write_down(&question);
	assert_int_equal(missing(), 0);
}

static struct sw_answer answer_to(const struct sw_question *question)
{
	struct sw_answer answer = {.magic = SW_QUESTION_MAGIC,
				   .kind = SW_QUESTION_RULE,
				   .id = question->id};

	(void)snprintf(answer.rule.source, sizeof(answer.rule.source),
		       "/etc/ssh/sshd_config");
	answer.rule.line = 9;
	return answer;
}

static void equal_ones_wait_for_one_answer(void **state SW_UNUSED)
{
	struct sw_question question, next;
	struct sw_answer answer;

	for (int i = 0; i < 5; i++)
		reject(SW_CAUSE_LIMIT_MAX_STARTUPS, "203.0.113.5", NOW);
	question = asked();
	assert_int_equal(question.kind, SW_QUESTION_RULE);
	assert_int_equal(question.listener, 41);
	assert_int_equal(asked().kind, SW_QUESTION_NONE);
	assert_int_equal(missing(), 5);
	answer = answer_to(&question);
	sw_emitter_answer(&emitter, &answer, NOW + 1);
	next = asked();
	assert_int_equal(next.kind, SW_QUESTION_WRITE);
	assert_int_equal(next.record.count, 1);
	assert_int_equal(next.record.rule.line, 9);
	assert_int_equal(missing(), 0);
	assert_int_equal(asked().kind, SW_QUESTION_NONE);
	write_down(&next);
	/* Known for a while: the next one is not asked about. */
	reject(SW_CAUSE_LIMIT_MAX_STARTUPS, "203.0.113.6", NOW + 2);
	next = asked();
	assert_int_equal(next.kind, SW_QUESTION_WRITE);
	assert_int_equal(next.record.rule.line, 9);
	write_down(&next);
	sw_emitter_tick(&emitter, NOW + 2 * FOLD * 1000, UTC);
	next = asked();
	assert_int_equal(next.record.count, 4);
}

static void what_is_never_answered_is_written_without(void **state SW_UNUSED)
{
	struct sw_question question;

	reject(SW_CAUSE_LIMIT_MAX_STARTUPS, "203.0.113.5", NOW);
	assert_int_equal(asked().kind, SW_QUESTION_RULE);
	sw_emitter_tick(&emitter, NOW + PATIENCE - 1, UTC);
	assert_int_equal(asked().kind, SW_QUESTION_NONE);
	sw_emitter_tick(&emitter, NOW + PATIENCE, UTC);
	question = asked();
	assert_int_equal(question.kind, SW_QUESTION_WRITE);
	assert_string_equal(question.record.rule.source, "");
}

static const struct {
	enum sw_err err;
	const char *root, *rule;
	bool is_written;
} suspicions[] = {
	{SW_OK, SW_SUSPICION, "PermitRootLogin no", true},
	{SW_OK, SW_SUSPICION, "PermitRootLogin", true}, /* sshd's default */
	{SW_OK, SW_SUSPICION, "PermitRootLogin YES", false},
	{SW_E_IO, SW_SUSPICION, "", false},
	{SW_OK, "", "PermitRootLogin yes", true}, /* sshd said it itself */
	{SW_E_IO, "", "", true},
};

static void
a_suspicion_is_written_when_sshd_bears_it_out(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(suspicions); i++) {
		char client[] = "203.0.113.0";
		struct sw_record record;
		struct sw_question question;
		struct sw_answer answer;

		client[sizeof(client) - 2] = (char)('0' + i);
		record = rejection(SW_CAUSE_CONFIG_ROOT_LOGIN, client);
		(void)snprintf(record.conn.user, sizeof(record.conn.user),
			       "root");
		(void)snprintf(record.root, sizeof(record.root), "%s",
			       suspicions[i].root);
		sw_emitter_add(&emitter, &record, false, 41, 0, NOW);
		question = asked();
		assert_int_equal(question.kind, SW_QUESTION_RULE);
		answer = answer_to(&question);
		answer.err = suspicions[i].err;
		answer.is_account = 1;
		(void)snprintf(answer.rule.text, sizeof(answer.rule.text), "%s",
			       suspicions[i].rule);
		sw_emitter_answer(&emitter, &answer, NOW + 1);
		if (asked().kind != (suspicions[i].is_written
					     ? SW_QUESTION_WRITE
					     : SW_QUESTION_NONE))
			fail_msg("row %zu", i);
		assert_int_equal(missing(), 0);
	}
}

static void what_waited_is_asked_again_by_the_next_one(void **state SW_UNUSED)
{
	struct sw_question question;
	struct sw_answer answer;

	reject(SW_CAUSE_LIMIT_MAX_STARTUPS, "203.0.113.5", NOW);
	assert_int_equal(asked().kind, SW_QUESTION_RULE);
	sw_emitter_free(&emitter); /* killed */
	assert_int_equal(sw_emitter_init(&emitter, &recorder), SW_OK);
	question = asked();
	assert_int_equal(question.kind, SW_QUESTION_RULE);
	answer = answer_to(&question);
	sw_emitter_answer(&emitter, &answer, NOW + 1);
	assert_int_equal(asked().kind, SW_QUESTION_WRITE);
	assert_int_equal(missing(), 0);
}

static void
what_is_nowhere_is_reported_until_it_is_written(void **state SW_UNUSED)
{
	struct sw_question question;

	for (int i = 0; i < 3; i++)
		sw_state_offer(&recorder.state);
	sw_emitter_tick(&emitter, NOW, UTC);
	sw_emitter_tick(&emitter, NOW + LOST_AFTER - 1, UTC);
	assert_int_equal(asked().kind, SW_QUESTION_NONE);
	for (uint64_t i = 1; i <= 2; i++) {
		sw_emitter_tick(&emitter, NOW + i * LOST_AFTER, UTC);
		question = asked();
		assert_int_equal(question.kind, SW_QUESTION_WRITE);
		assert_int_equal(question.record.event, SW_EVENT_SUPPRESSED);
		assert_int_equal(question.record.count, 3);
		assert_int_equal(strncmp(question.record.root, "lost", 4), 0);
	}
	write_down(&question);
	sw_emitter_tick(&emitter, NOW + 4 * LOST_AFTER, UTC);
	sw_emitter_tick(&emitter, NOW + 6 * LOST_AFTER, UTC);
	assert_int_equal(asked().kind, SW_QUESTION_NONE);
}

static void what_waits_for_an_answer_is_not_lost(void **state SW_UNUSED)
{
	reject(SW_CAUSE_LIMIT_MAX_STARTUPS, "203.0.113.5", NOW + LOST_AFTER);
	assert_int_equal(asked().kind, SW_QUESTION_RULE);
	emitter.pending[0].due = UINT64_MAX;
	sw_emitter_tick(&emitter, NOW + LOST_AFTER, UTC);
	sw_emitter_tick(&emitter, NOW + 3 * LOST_AFTER, UTC);
	assert_int_equal(asked().kind, SW_QUESTION_NONE);
}

static void a_record_for_audit_goes_to_the_writer(void **state SW_UNUSED)
{
	struct sw_parcel parcel;

	emitter.config.sinks = SW_SINK_AUDIT;
	reject(SW_CAUSE_WRAPPER_DENY, "203.0.113.5", NOW);
	assert_int_equal(
		recv(recorder.writer[1], &parcel, sizeof(parcel), MSG_DONTWAIT),
		sizeof(parcel));
	assert_int_equal(parcel.magic, SW_PARCEL_MAGIC);
	assert_int_equal(parcel.record.count, 1);
	assert_int_equal(asked().kind, SW_QUESTION_NONE);
}

/* A writer that hangs costs the records neither their file nor us our time. */
static void behind_a_stuck_writer_is_the_file(void **state SW_UNUSED)
{
	struct sw_question question;

	emitter.config.sinks = SW_SINK_AUDIT;
	emitter.config.fold = 0;
	sw_cap_init(&emitter.cap, 0, 0, NOW);
	do {
		reject(SW_CAUSE_WRAPPER_DENY, "203.0.113.5", NOW);
		question = asked();
	} while (question.kind == SW_QUESTION_NONE);
	assert_int_equal(question.kind, SW_QUESTION_WRITE);
	assert_int_equal(question.counted, 1);
	assert_int_equal(emitter.audit.count, SW_QUEUE_MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_is_written_and_others_at_the_windows_end),
		TEST(equal_ones_wait_for_one_answer),
		TEST(what_is_never_answered_is_written_without),
		TEST(a_suspicion_is_written_when_sshd_bears_it_out),
		TEST(what_waited_is_asked_again_by_the_next_one),
		TEST(what_is_nowhere_is_reported_until_it_is_written),
		TEST(what_waits_for_an_answer_is_not_lost),
		TEST(a_record_for_audit_goes_to_the_writer),
		TEST(behind_a_stuck_writer_is_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
