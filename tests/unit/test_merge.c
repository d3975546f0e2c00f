#include "sw_test.h"

#include "cli/merge.h"

#include <stdbool.h>
#include <string.h>

#define TIME INT64_C(1795333023500)

static struct sw_record refused(uint64_t seqno)
{
	struct sw_record record;

	memset(&record, 0, sizeof(record));
	record.cause = SW_CAUSE_WRAPPER_DENY;
	record.time = TIME;
	record.first = TIME;
	record.last = TIME;
	record.count = 1;
	record.seqno = seqno;
	record.conn.pid = 4123;
	record.conn.client.port = 51234;
	assert_int_equal(sw_addr_parse("203.0.113.5", &record.conn.client.addr),
			 SW_OK);
	return record;
}

static void add(struct sw_records *records, const struct sw_record *record,
		bool from_audit)
{
	assert_int_equal(sw_records_add(records, record, from_audit), SW_OK);
}

static size_t kept(const struct sw_records *records)
{
	size_t count = 0;

	for (size_t i = 0; i < records->count; i++)
		count += !records->rows[i].dropped;
	return count;
}

static struct sw_record get(const struct sw_records *records, size_t i)
{
	struct sw_record record;

	sw_records_get(records, &records->rows[i], &record);
	return record;
}

/* Every member differs from zero, every text has its full length. */
static struct sw_record full_record(void)
{
	struct sw_record record;

	memset(&record, 'x', sizeof(record));
	record.event = SW_EVENT_SUPPRESSED;
	record.node[sizeof(record.node) - 1] = '\0';
	record.boot[sizeof(record.boot) - 1] = '\0';
	record.conn.user[sizeof(record.conn.user) - 1] = '\0';
	record.rule.source[sizeof(record.rule.source) - 1] = '\0';
	record.rule.text[sizeof(record.rule.text) - 1] = '\0';
	record.rule.owner[sizeof(record.rule.owner) - 1] = '\0';
	record.root[sizeof(record.root) - 1] = '\0';
	record.audit[sizeof(record.audit) - 1] = '\0';
	return record;
}

static void assert_equal_records(const struct sw_record *a,
				 const struct sw_record *b)
{
	assert_int_equal(a->event, b->event);
	assert_int_equal(a->cause, b->cause);
	assert_int_equal(a->evidence, b->evidence);
	assert_int_equal(a->via, b->via);
	assert_int_equal(a->time, b->time);
	assert_int_equal(a->first, b->first);
	assert_int_equal(a->last, b->last);
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->seqno, b->seqno);
	assert_string_equal(a->node, b->node);
	assert_string_equal(a->boot, b->boot);
	assert_memory_equal(&a->conn.client, &b->conn.client,
			    sizeof(a->conn.client));
	assert_memory_equal(&a->conn.server, &b->conn.server,
			    sizeof(a->conn.server));
	assert_int_equal(a->conn.pid, b->conn.pid);
	assert_string_equal(a->conn.user, b->conn.user);
	assert_string_equal(a->rule.source, b->rule.source);
	assert_int_equal(a->rule.first_line, b->rule.first_line);
	assert_int_equal(a->rule.line, b->rule.line);
	assert_string_equal(a->rule.text, b->rule.text);
	assert_string_equal(a->rule.owner, b->rule.owner);
	assert_int_equal(a->lookup.done, b->lookup.done);
	assert_int_equal(a->lookup.milliseconds, b->lookup.milliseconds);
	assert_int_equal(a->until, b->until);
	assert_string_equal(a->root, b->root);
	assert_memory_equal(a->by_cause, b->by_cause, sizeof(a->by_cause));
	assert_string_equal(a->audit, b->audit);
}

static void a_packed_record_comes_out_as_it_went_in(void **state SW_UNUSED)
{
	struct sw_records records = SW_RECORDS_INIT;
	struct sw_record full = full_record();
	struct sw_record small = refused(1);
	struct sw_record out;

	for (size_t i = 0; i < 200; i++) {
		add(&records, &full, true);
		add(&records, &small, false);
	}
	assert_int_equal(records.count, 400);
	out = get(&records, 398);
	assert_equal_records(&out, &full);
	out = get(&records, 399);
	assert_equal_records(&out, &small);
	sw_records_free(&records);
}

static void rows_are_in_order_of_time_then_seqno(void **state SW_UNUSED)
{
	static const struct {
		int64_t time;
		uint64_t seqno;
	} added[] = {{30, 3}, {10, 2}, {10, 1}, {20, 9}};
	static const uint64_t order[] = {1, 2, 9, 3};
	struct sw_records records = SW_RECORDS_INIT;

	for (size_t i = 0; i < SW_ROWS(added); i++) {
		struct sw_record record = refused(added[i].seqno);

		record.time = added[i].time;
		add(&records, &record, true);
	}
	sw_records_sort(&records);
	for (size_t i = 0; i < SW_ROWS(order); i++)
		assert_int_equal(records.rows[i].seqno, order[i]);
	sw_records_free(&records);
}

static void one_record_in_both_logs_is_shown_once(void **state SW_UNUSED)
{
	struct sw_records records = SW_RECORDS_INIT;
	struct sw_record audit = refused(7);
	struct sw_record line = refused(7);
	struct sw_record out;

	(void)strcpy(audit.audit, "1795333023.500:411");
	(void)strcpy(audit.rule.source, "/etc/hosts.deny");
	(void)strcpy(audit.rule.text, "sshd: 203.0");
	line.rule = audit.rule;
	(void)strcpy(line.rule.text, "sshd: 203.0.113.5");
	(void)strcpy(line.node, "web1");
	(void)strcpy(line.root, "7 of 10 slots");
	(void)strcpy(line.conn.user, "bob");
	line.time += 40;
	line.first -= 9000;
	add(&records, &line, false);
	add(&records, &audit, true);

	assert_int_equal(sw_records_merge(&records), SW_OK);
	assert_int_equal(kept(&records), 1);
	assert_true(records.rows[0].dropped);
	out = get(&records, 1);
	assert_int_equal(out.time, audit.time);
	assert_int_equal(out.first, line.first);
	assert_string_equal(out.audit, audit.audit);
	assert_string_equal(out.rule.text, line.rule.text);
	assert_string_equal(out.node, "web1");
	assert_string_equal(out.root, line.root);
	assert_string_equal(out.conn.user, "bob");
	sw_records_free(&records);
}

/* How a JSON line may differ from an audit record with its seqno. */
static void other_port(struct sw_record *line)
{
	line->conn.client.port++;
}
static void other_client(struct sw_record *line)
{
	line->conn.client.addr.bytes[3]++;
}
static void other_process(struct sw_record *line)
{
	line->conn.pid++;
}
static void other_cause(struct sw_record *line)
{
	line->cause = SW_CAUSE_WRAPPER_TWIST;
}
static void other_event(struct sw_record *line)
{
	line->event = SW_EVENT_BAN;
}
static void other_boot(struct sw_record *line)
{
	(void)strcpy(line->boot, "b");
}
static void other_node(struct sw_record *line)
{
	(void)strcpy(line->node, "web2");
}
static void other_hour(struct sw_record *line)
{
	line->time += 3600000;
}
static void other_seqno(struct sw_record *line)
{
	line->seqno++;
}

static void what_differs_in_anything_known_stays_apart(void **state SW_UNUSED)
{
	void (*const differences[])(struct sw_record *) = {
		other_port,  other_client, other_process,
		other_cause, other_event,  other_boot,
		other_node,  other_hour,   other_seqno};

	for (size_t i = 0; i < SW_ROWS(differences); i++) {
		struct sw_records records = SW_RECORDS_INIT;
		struct sw_record audit = refused(7);
		struct sw_record line;

		(void)strcpy(audit.boot, "a");
		(void)strcpy(audit.node, "web1");
		line = audit;
		differences[i](&line);
		add(&records, &audit, true);
		add(&records, &line, false);
		assert_int_equal(sw_records_merge(&records), SW_OK);
		if (kept(&records) != 2)
			fail_msg("difference %zu", i);
		sw_records_free(&records);
	}
}

static void a_seqno_of_another_boot_finds_its_own_pair(void **state SW_UNUSED)
{
	struct sw_records records = SW_RECORDS_INIT;

	for (int boot = 0; boot < 3; boot++) {
		struct sw_record record = refused(1);

		record.time += boot * 3600000;
		add(&records, &record, true);
		record.boot[0] = (char)('a' + boot);
		add(&records, &record, false);
	}
	assert_int_equal(sw_records_merge(&records), SW_OK);
	assert_int_equal(kept(&records), 3);
	for (int boot = 0; boot < 3; boot++) {
		struct sw_record out = get(&records, (size_t)boot * 2);

		assert_int_equal(out.boot[0], 'a' + boot);
	}
	sw_records_free(&records);
}

static void records_without_a_seqno_are_never_merged(void **state SW_UNUSED)
{
	struct sw_records records = SW_RECORDS_INIT;
	struct sw_record record = refused(0);

	add(&records, &record, true);
	add(&records, &record, false);
	assert_int_equal(sw_records_merge(&records), SW_OK);
	assert_int_equal(kept(&records), 2);
	assert_int_equal(sw_records_missing(&records), 0);
	sw_records_free(&records);
}

struct seen {
	const char *node;
	const char *boot;
	uint64_t seqno;
	int64_t seconds;
};

static const struct {
	const char *name;
	struct seen seen[6];
	uint64_t missing;
} gaps[] = {
	{"none", {{"", "", 5, 1}, {"", "", 6, 2}, {"", "", 7, 3}}, 0},
	{"one", {{"", "", 5, 1}, {"", "", 7, 2}}, 1},
	{"many", {{"", "", 5, 1}, {"", "", 17, 2}, {"", "", 19, 2}}, 12},
	{"writers that overtake each other",
	 {{"", "", 5, 1}, {"", "", 7, 2}, {"", "", 6, 3}, {"", "", 8, 3}},
	 0},
	{"the same number twice", {{"", "", 5, 1}, {"", "", 5, 1}}, 0},
	{"a restart that only the numbers show",
	 {{"", "", 500, 1}, {"", "", 501, 2}, {"", "", 1, 3}, {"", "", 2, 4}},
	 0},
	{"a restart that only the time shows",
	 {{"", "", 5, 1}, {"", "", 6, 2}, {"", "", 1, 90}, {"", "", 3, 91}},
	 1},
	{"two boots that are named",
	 {{"", "a", 5, 1}, {"", "a", 7, 2}, {"", "b", 1, 3}, {"", "b", 4, 4}},
	 3},
	{"two nodes",
	 {{"x", "", 5, 1}, {"y", "", 90, 1}, {"x", "", 6, 2}, {"y", "", 92, 2}},
	 1},
	{"a boot that not every record names",
	 {{"", "", 5, 1}, {"", "a", 6, 2}, {"x", "", 7, 3}, {"", "a", 8, 3}},
	 0},
};

static void gaps_are_counted_for_each_boot_of_each_node(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(gaps); i++) {
		struct sw_records records = SW_RECORDS_INIT;
		uint64_t missing;

		for (size_t j = 0; gaps[i].seen[j].node != NULL; j++) {
			const struct seen *seen = &gaps[i].seen[j];
			struct sw_record record = refused(seen->seqno);

			(void)strcpy(record.node, seen->node);
			(void)strcpy(record.boot, seen->boot);
			record.time += seen->seconds * 1000;
			add(&records, &record, true);
		}
		missing = sw_records_missing(&records);
		if (missing != gaps[i].missing)
			fail_msg("%s: %llu missing", gaps[i].name,
				 (unsigned long long)missing);
		sw_records_free(&records);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packed_record_comes_out_as_it_went_in),
		cmocka_unit_test(rows_are_in_order_of_time_then_seqno),
		cmocka_unit_test(one_record_in_both_logs_is_shown_once),
		cmocka_unit_test(what_differs_in_anything_known_stays_apart),
		cmocka_unit_test(a_seqno_of_another_boot_finds_its_own_pair),
		cmocka_unit_test(records_without_a_seqno_are_never_merged),
		cmocka_unit_test(gaps_are_counted_for_each_boot_of_each_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
