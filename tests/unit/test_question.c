#include "sw_test.h"

#include "recorder/question.h"

#include <string.h>

static struct sw_question question(enum sw_question_kind kind)
{
	struct sw_question made = {
		.magic = SW_QUESTION_MAGIC, .kind = kind, .id = 7};

	made.record.cause = SW_CAUSE_LIMIT_MAX_STARTUPS;
	return made;
}

static struct sw_answer answer(void)
{
	struct sw_answer made = {
		.magic = SW_QUESTION_MAGIC, .kind = SW_QUESTION_RULE, .id = 7};

	return made;
}

static void
a_sound_question_is_taken_and_its_strings_end(void **state SW_UNUSED)
{
	struct sw_question sent = question(SW_QUESTION_WRITE), got;

	memset(sent.record.root, 'r', sizeof(sent.record.root));
	memset(sent.record.conn.user, 'u', sizeof(sent.record.conn.user));
	memset(sent.record.rule.text, 't', sizeof(sent.record.rule.text));
	assert_int_equal(sw_question_read(&sent, sizeof(sent), &got), SW_OK);
	assert_int_equal(got.id, 7);
	assert_int_equal(strlen(got.record.root), sizeof(got.record.root) - 1);
	assert_int_equal(strlen(got.record.conn.user),
			 sizeof(got.record.conn.user) - 1);
	assert_int_equal(strlen(got.record.rule.text),
			 sizeof(got.record.rule.text) - 1);
}

typedef void spoil_fn(struct sw_question *question, struct sw_answer *answer);

static void magic(struct sw_question *q, struct sw_answer *a)
{
	q->magic++;
	a->magic++;
}

static void kind(struct sw_question *q, struct sw_answer *a)
{
	q->kind = SW_QUESTION_COUNT_;
	a->kind = SW_QUESTION_COUNT_;
}

static void number(struct sw_question *q, struct sw_answer *a)
{
	q->record.cause = SW_CAUSE_COUNT_;
	a->err = SW_E_COUNT_;
}

static void range(struct sw_question *q, struct sw_answer *a)
{
	q->record.conn.client.addr.family = 77;
	a->port_count = 17;
}

static void what_is_not_sound_is_refused(void **state SW_UNUSED)
{
	static spoil_fn *const spoilers[] = {magic, kind, number, range};

	for (size_t i = 0; i < SW_ROWS(spoilers); i++) {
		struct sw_question sent = question(SW_QUESTION_RULE);
		struct sw_question got = {.id = 99};
		struct sw_answer said = answer(), heard = {.id = 99};

		spoilers[i](&sent, &said);
		if (sw_question_read(&sent, sizeof(sent), &got) !=
			    SW_E_SYNTAX ||
		    sw_answer_read(&said, sizeof(said), &heard) != SW_E_SYNTAX)
			fail_msg("row %zu is taken", i);
		assert_int_equal(got.id, 99);
		assert_int_equal(heard.id, 99);
	}
}

static void another_size_is_refused(void **state SW_UNUSED)
{
	struct sw_question sent = question(SW_QUESTION_RULE), got = {.id = 99};
	struct sw_answer said = answer(), heard = {.id = 99};

	assert_int_equal(sw_question_read(&sent, sizeof(sent) - 1, &got),
			 SW_E_SYNTAX);
	assert_int_equal(sw_question_read(&sent, 0, &got), SW_E_SYNTAX);
	assert_int_equal(sw_answer_read(&said, sizeof(said) - 1, &heard),
			 SW_E_SYNTAX);
	assert_int_equal(got.id, 99);
	assert_int_equal(heard.id, 99);
}

static void a_question_about_nothing_is_refused(void **state SW_UNUSED)
{
	struct sw_question sent = question(SW_QUESTION_NONE), got = {.id = 99};

	assert_int_equal(sw_question_read(&sent, sizeof(sent), &got),
			 SW_E_SYNTAX);
	assert_int_equal(got.id, 99);
}

static void a_sound_answer_is_taken(void **state SW_UNUSED)
{
	struct sw_answer sent = answer(), got;

	sent.port_count = 16;
	memset(sent.rule.source, 's', sizeof(sent.rule.source));
	assert_int_equal(sw_answer_read(&sent, sizeof(sent), &got), SW_OK);
	assert_int_equal(strlen(got.rule.source), sizeof(got.rule.source) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_question_is_taken_and_its_strings_end),
		cmocka_unit_test(what_is_not_sound_is_refused),
		cmocka_unit_test(another_size_is_refused),
		cmocka_unit_test(a_question_about_nothing_is_refused),
		cmocka_unit_test(a_sound_answer_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
