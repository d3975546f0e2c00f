#include "sshwhy/record.h"

#include "sshwhy/text.h"
#include "sshwhy/utc.h"

#include <inttypes.h>
#include <string.h>

/* Start a member. A value never ends in a brace that opens. */
static void add_key(struct sw_text *json, const char *key)
{
	if (json->len > 0 && json->buf[json->len - 1] != '{')
		sw_text_add_bytes(json, ",", 1);
	sw_text_add_bytes(json, "\"", 1);
	sw_text_add_bytes(json, key, strlen(key));
	sw_text_add_bytes(json, "\":", 2);
}

static void add_text(struct sw_text *json, const char *key, const char *value)
{
	add_key(json, key);
	sw_text_add_json(json, value);
}

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
static void add_number(struct sw_text *json, const char *key, uint64_t number)
{
	add_key(json, key);
	if (number == 0)
		sw_text_add_bytes(json, "null", 4);
	else
		add_digits(json, number);
}

static void add_time(struct sw_text *json, const char *key, int64_t ms)
{
	char buf[SW_UTC_TEXT_MAX];

	add_text(json, key, ms > 0 ? sw_utc_format(ms, buf) : NULL);
}

static void add_endpoint(struct sw_text *json, const char *key,
			 const struct sw_endpoint *end)
{
	char buf[SW_ADDR_TEXT_MAX];

	add_key(json, key);
	sw_text_add_bytes(json, "{", 1);
	add_text(json, "addr", sw_addr_format(&end->addr, buf));
	add_number(json, "port", end->port);
	sw_text_add_bytes(json, "}", 1);
}

static void add_connection(struct sw_text *json, const struct sw_conn *conn)
{
	add_endpoint(json, "client", &conn->client);
	add_endpoint(json, "server", &conn->server);
	add_text(json, "user", conn->user);
	add_number(json, "pid", conn->pid > 0 ? (uint64_t)conn->pid : 0);
}

static void add_rule(struct sw_text *json, const struct sw_rule *rule)
{
	add_key(json, "rule");
	sw_text_add_bytes(json, "{", 1);
	add_text(json, "source", rule->source);
	add_number(json, "first_line", rule->first_line);
	add_number(json, "line", rule->line);
	add_text(json, "text", rule->text);
	add_text(json, "owner", rule->owner);
	sw_text_add_bytes(json, "}", 1);
}

static void add_by_cause(struct sw_text *json, const uint64_t *counts)
{
	size_t start;

	add_key(json, "by_cause");
	start = json->len;
	sw_text_add_bytes(json, "{", 1);
	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++) {
		if (counts[i] != 0)
			add_number(json, sw_cause_code(i), counts[i]);
	}
	if (json->len == start + 1) {
		json->len = start;
		sw_text_add_bytes(json, "null", 4);
	} else {
		sw_text_add_bytes(json, "}", 1);
	}
}

static void add_lookup(struct sw_text *json, const struct sw_lookup *lookup)
{
	add_key(json, "lookup");
	if (lookup->done)
		sw_text_add(json, "{\"ms\":%" PRIu32 "}", lookup->milliseconds);
	else
		sw_text_add_bytes(json, "null", 4);
}

static void add_record(struct sw_text *json, const struct sw_record *record)
{
	enum sw_stage stage = sw_cause_stage(record->cause);

	add_text(json, "event", sw_event_name(record->event));
	add_time(json, "time", record->time);
	add_time(json, "first", record->first);
	add_time(json, "last", record->last);
	add_number(json, "count", record->count);
	add_text(json, "node", record->node);
	add_text(json, "boot", record->boot);
	add_number(json, "seqno", record->seqno);
	add_text(json, "cause", sw_cause_code(record->cause));
	add_text(json, "stage", sw_stage_name(stage));
	add_text(json, "evidence", sw_evidence_name(record->evidence));
	add_text(json, "via", sw_via_name(record->via));
	add_connection(json, &record->conn);
	add_rule(json, &record->rule);
	add_time(json, "until", record->until);
	add_text(json, "root", record->root);
	add_by_cause(json, record->by_cause);
	add_text(json, "audit", record->audit);
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
