#include "sw_test.h"

#include "sshwhy/fact.h"

#include <string.h>

static struct sw_fact sample(void)
{
	struct sw_fact fact;

	sw_fact_init(&fact, SW_FACT_LOG, 1795332751230, 4123);
	fact.client.addr.family = SW_FAMILY_V4;
	memcpy(fact.client.addr.bytes, "\xcb\0\x71\5", 4);
	fact.client.port = 51234;
	fact.cause = SW_CAUSE_LIMIT_MAX_STARTUPS;
	strcpy(fact.rule.source, "/etc/ssh/sshd_config");
	sw_fact_set_text(&fact, "drop connection #10");
	return fact;
}

static void a_fact_is_read_as_it_was_sent(void **state SW_UNUSED)
{
	struct sw_fact fact = sample(), got;

	memset(&got, 0xaa, sizeof(got));
	assert_int_equal(sw_fact_read(&fact, sw_fact_length(&fact), &got),
			 SW_OK);
	assert_memory_equal(&got, &fact, sizeof(fact));
}

static void an_older_sender_leaves_unknown_fields_zero(void **state SW_UNUSED)
{
	struct sw_fact fact = sample(), got;
	char bytes[sizeof(fact)];
	size_t old = offsetof(struct sw_fact, lookup);

	fact.size = (uint16_t)old;
	memcpy(bytes, &fact, old);
	memcpy(bytes + old, fact.text, fact.text_len);
	assert_int_equal(sw_fact_read(bytes, old + fact.text_len, &got), SW_OK);
	assert_string_equal(got.text, "drop connection #10");
	assert_int_equal(got.lookup.done, 0);
	assert_int_equal(got.size, offsetof(struct sw_fact, text));
}

static void
a_newer_sender_is_read_without_its_new_fields(void **state SW_UNUSED)
{
	struct sw_fact fact = sample(), got;
	char bytes[sizeof(fact) + 32];
	size_t fixed = offsetof(struct sw_fact, text);

	fact.size = (uint16_t)(fixed + 8);
	memcpy(bytes, &fact, fixed);
	memset(bytes + fixed, 0x5a, 8);
	memcpy(bytes + fixed + 8, fact.text, fact.text_len);
	assert_int_equal(sw_fact_read(bytes, fixed + 8 + fact.text_len, &got),
			 SW_OK);
	assert_string_equal(got.text, "drop connection #10");
}

static void an_overlong_text_is_cut(void **state SW_UNUSED)
{
	struct sw_fact fact = sample();
	char text[SW_FACT_TEXT_MAX * 2];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	sw_fact_set_text(&fact, text);
	assert_int_equal(fact.text_len, SW_FACT_TEXT_MAX - 1);
	assert_int_equal(strlen(fact.text), SW_FACT_TEXT_MAX - 1);
}

static void unterminated_strings_are_terminated(void **state SW_UNUSED)
{
	struct sw_fact fact = sample(), got;

	memset(fact.user, 'u', sizeof(fact.user));
	memset(fact.rule.source, 's', sizeof(fact.rule.source));
	memset(fact.rule.text, 't', sizeof(fact.rule.text));
	memset(fact.rule.owner, 'o', sizeof(fact.rule.owner));
	assert_int_equal(sw_fact_read(&fact, sw_fact_length(&fact), &got),
			 SW_OK);
	assert_int_equal(strlen(got.user), sizeof(got.user) - 1);
	assert_int_equal(strlen(got.rule.source), sizeof(got.rule.source) - 1);
	assert_int_equal(strlen(got.rule.text), sizeof(got.rule.text) - 1);
	assert_int_equal(strlen(got.rule.owner), sizeof(got.rule.owner) - 1);
}

/* Each row breaks one field of a sound fact. */
static void break_magic(struct sw_fact *fact)
{
	fact->magic++;
}
static void break_size(struct sw_fact *fact)
{
	fact->size = 8;
}
static void break_size_beyond(struct sw_fact *fact)
{
	fact->size = UINT16_MAX;
}
static void break_kind(struct sw_fact *fact)
{
	fact->kind = SW_FACT_COUNT_;
}
static void break_cause(struct sw_fact *fact)
{
	fact->cause = SW_CAUSE_COUNT_;
}
static void break_family(struct sw_fact *fact)
{
	fact->client.addr.family = 7;
}
static void break_pid(struct sw_fact *fact)
{
	fact->pid = -1;
}
static void break_text_len(struct sw_fact *fact)
{
	fact->text_len--;
}
static void break_via(struct sw_fact *fact)
{
	fact->via = UINT16_MAX;
}

static void
what_is_no_fact_is_refused_and_leaves_the_output(void **state SW_UNUSED)
{
	static void (*const rows[])(struct sw_fact *) = {
		break_magic, break_size,     break_size_beyond,
		break_kind,  break_cause,    break_family,
		break_pid,   break_text_len, break_via,
	};

	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		struct sw_fact fact = sample(), got, old;
		size_t len = sw_fact_length(&fact);

		memset(&got, 0x55, sizeof(got));
		old = got;
		rows[i](&fact);
		if (sw_fact_read(&fact, len, &got) != SW_E_SYNTAX)
			fail_msg("row %zu was accepted", i);
		assert_memory_equal(&got, &old, sizeof(got));
	}
}

static void a_cut_message_is_refused_at_every_length(void **state SW_UNUSED)
{
	struct sw_fact fact = sample(), got;
	size_t full = sw_fact_length(&fact);

	for (size_t len = 0; len < full; len++)
		assert_int_equal(sw_fact_read(&fact, len, &got), SW_E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fact_is_read_as_it_was_sent),
		cmocka_unit_test(an_older_sender_leaves_unknown_fields_zero),
		cmocka_unit_test(a_newer_sender_is_read_without_its_new_fields),
		cmocka_unit_test(an_overlong_text_is_cut),
		cmocka_unit_test(unterminated_strings_are_terminated),
		cmocka_unit_test(
			what_is_no_fact_is_refused_and_leaves_the_output),
		cmocka_unit_test(a_cut_message_is_refused_at_every_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
