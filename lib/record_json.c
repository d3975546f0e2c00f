#include "sshwhy/record.h"

#include "sshwhy/text.h"
#include "sshwhy/utc.h"

#include <inttypes.h>
#include <string.h>

/* Start a member, ",\"KEY\":", without the comma behind a brace that opens. A
 * value never ends in one. */
static void start(struct sw_text *json, const char *member, size_t len)
{
	size_t skip = json->len > 0 && json->buf[json->len - 1] == '{' ? 1 : 0;

	sw_text_add_bytes(json, member + skip, len - skip);
}

#define START(json, key) start(json, ",\"" key "\":", sizeof(key) + 3)
#define ADD_TEXT(json, key, value)                                             \
	(START(json, key), sw_text_add_json(json, value))
#define ADD_NUMBER(json, key, value) (START(json, key), add_number(json, value))
#define ADD_TIME(json, key, ms) (START(json, key), add_time(json, ms))
#define ADD_ENDPOINT(json, key, end) (START(json, key), add_endpoint(json, end))

/* A log of rejections is mostly numbers and times; printf() would take the
 * half of the time that a record takes. */
static void add_digits(struct sw_text *json, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	for (; number != 0; number /= 10)
		digits[--at] = (char)('0' + number % 10);
	sw_text_add_bytes(json, digits + at, sizeof(digits) - at);
}

/* 0 means not known. */
static void add_number(struct sw_text *json, uint64_t number)
{
	if (number == 0)
		sw_text_add_bytes(json, "null", 4);
	else
		add_digits(json, number);
}

static void add_time(struct sw_text *json, int64_t ms)
{
	char buf[SW_UTC_TEXT_MAX];

	sw_text_add_json(json, ms > 0 ? sw_utc_format(ms, buf) : NULL);
}

static void add_endpoint(struct sw_text *json, const struct sw_endpoint *end)
{
	char buf[SW_ADDR_TEXT_MAX];

	sw_text_add_bytes(json, "{", 1);
	ADD_TEXT(json, "addr", sw_addr_format(&end->addr, buf));
	ADD_NUMBER(json, "port", end->port);
	sw_text_add_bytes(json, "}", 1);
}

static void add_connection(struct sw_text *json, const struct sw_conn *conn)
{
	ADD_ENDPOINT(json, "client", &conn->client);
	ADD_ENDPOINT(json, "server", &conn->server);
	ADD_TEXT(json, "user", conn->user);
	ADD_NUMBER(json, "pid", conn->pid > 0 ? (uint64_t)conn->pid : 0);
}

static void add_rule(struct sw_text *json, const struct sw_rule *rule)
{
	START(json, "rule");
	sw_text_add_bytes(json, "{", 1);
	ADD_TEXT(json, "source", rule->source);
	ADD_NUMBER(json, "first_line", rule->first_line);
	ADD_NUMBER(json, "line", rule->line);
	ADD_TEXT(json, "text", rule->text);
	ADD_TEXT(json, "owner", rule->owner);
	sw_text_add_bytes(json, "}", 1);
}

static void add_by_cause(struct sw_text *json, const uint64_t *counts)
{
	size_t begun;

	START(json, "by_cause");
	begun = json->len;
	sw_text_add_bytes(json, "{", 1);
	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++) {
		if (counts[i] == 0)
			continue;
		sw_text_add_bytes(json, ",", json->len > begun + 1 ? 1 : 0);
		sw_text_add_json(json, sw_cause_code(i));
		sw_text_add_bytes(json, ":", 1);
		add_number(json, counts[i]);
	}
	if (json->len == begun + 1) {
		json->len = begun;
		sw_text_add_bytes(json, "null", 4);
	} else {
		sw_text_add_bytes(json, "}", 1);
	}
}

static void add_lookup(struct sw_text *json, const struct sw_lookup *lookup)
{
	START(json, "lookup");
	if (lookup->done)
		sw_text_add(json, "{\"ms\":%" PRIu32 "}", lookup->milliseconds);
	else
		sw_text_add_bytes(json, "null", 4);
}

static void add_record(struct sw_text *json, const struct sw_record *record)
{
	enum sw_stage stage = sw_cause_stage(record->cause);

	ADD_TEXT(json, "event", sw_event_name(record->event));
	ADD_TIME(json, "time", record->time);
	ADD_TIME(json, "first", record->first);
	ADD_TIME(json, "last", record->last);
	ADD_NUMBER(json, "count", record->count);
	ADD_TEXT(json, "node", record->node);
	ADD_TEXT(json, "boot", record->boot);
	ADD_NUMBER(json, "seqno", record->seqno);
	ADD_TEXT(json, "cause", sw_cause_code(record->cause));
	ADD_TEXT(json, "stage", sw_stage_name(stage));
	ADD_TEXT(json, "evidence", sw_evidence_name(record->evidence));
	ADD_TEXT(json, "via", sw_via_name(record->via));
	add_connection(json, &record->conn);
	add_rule(json, &record->rule);
	ADD_TIME(json, "until", record->until);
	ADD_TEXT(json, "root", record->root);
	add_by_cause(json, record->by_cause);
	ADD_TEXT(json, "audit", record->audit);
	add_lookup(json, &record->lookup);
}

enum sw_err sw_record_to_json(const struct sw_record *record, char *buf,
			      size_t size)
{
	struct sw_text json;

	if (size == 0)
		return SW_E_RANGE;
	sw_text_init(&json, buf, size);
	sw_text_add_bytes(&json, "{", 1);
	add_record(&json, record);
	sw_text_add_bytes(&json, "}\n", 2);
	if (sw_text_ok(&json))
		return SW_OK;
	buf[0] = '\0';
	return SW_E_RANGE;
}
