/* The message of an audit record; read back by record_parse.c. */

#include "sshwhy/record.h"

#include "record_fields.h"
#include "sshwhy/text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* What gives way, in this order, when the message would get too long. */
enum part {
	PART_TEXT,
	PART_ROOT,
	PART_BY_CAUSE,
	PART_OWNER,
	PART_SOURCE,
	PARTS
};

/* Raw bytes, or entries of by_cause, that are written at most. */
static const size_t full[PARTS] = {
	[PART_TEXT] = SW_TEXT_MAX - 1,	   [PART_ROOT] = SW_ROOT_MAX - 1,
	[PART_BY_CAUSE] = SW_CAUSE_COUNT_, [PART_OWNER] = SW_OWNER_MAX - 1,
	[PART_SOURCE] = SW_SOURCE_MAX - 1,
};

static void add_number(struct sw_text *text, const char *name, uint64_t number)
{
	sw_text_add(text, " %s=%" PRIu64, name, number);
}

static void add_known(struct sw_text *text, const char *name, uint64_t number)
{
	if (number != 0)
		add_number(text, name, number);
}

static void add_value(struct sw_text *text, const char *name, const char *value,
		      size_t max)
{
	if (max > 0 && *value != '\0')
		sw_text_add_untrusted(text, name, value, max);
}

static void add_addr(struct sw_text *text, const char *name,
		     const struct sw_addr *addr)
{
	char buf[SW_ADDR_TEXT_MAX];

	add_value(text, name, sw_addr_format(addr, buf), sizeof(buf));
}

static void add_time(struct sw_text *text, const char *name, int64_t ms)
{
	if (ms > 0)
		sw_text_add(text, " %s=%" PRId64 ".%03d", name, ms / 1000,
			    (int)(ms % 1000));
}

/* Where in source a ":" stands that would be read as one before a line; or its
 * length. */
static size_t find_false_line(const char *source, size_t len)
{
	size_t digits = len;

	while (digits > 0 && source[digits - 1] >= '0' &&
	       source[digits - 1] <= '9')
		digits--;
	if (digits == len || digits == 0 || source[digits - 1] != ':')
		return len;
	return digits - 1;
}

static void add_rule(struct sw_text *text, const struct sw_rule *rule,
		     size_t max)
{
	size_t len = strnlen(rule->source, max);
	size_t colon = len;

	if (len == 0)
		return;
	if (rule->line == 0)
		colon = find_false_line(rule->source, len);
	sw_text_add_untrusted(text, "rule", rule->source, colon);
	if (colon < len) {
		sw_text_add(text, "%%3A");
		sw_text_add_bytes(text, rule->source + colon + 1,
				  len - colon - 1);
	}
	if (rule->line != 0)
		sw_text_add(text, ":%u", rule->line);
}

static void add_by_cause(struct sw_text *text, const uint64_t *counts,
			 size_t max)
{
	const char *before = " by_cause=";

	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++) {
		if (counts[i] == 0 || max == 0)
			continue;
		sw_text_add(text, "%s%s:%" PRIu64, before, sw_cause_code(i),
			    counts[i]);
		before = "+";
		max--;
	}
}

/* The fields that audisp-ids gives a ban, and other tools look for. */
static void add_ban(struct sw_text *text, const struct sw_record *record)
{
	int64_t left = record->until - record->time;

	if (record->event != SW_EVENT_BAN && record->event != SW_EVENT_UNBAN)
		return;
	add_addr(text, "daddr", &record->conn.client.addr);
	if (record->event == SW_EVENT_BAN && record->until > 0)
		add_number(text, "time_out",
			   left > 0 ? (uint64_t)(left - 1) / 60000 + 1 : 0);
}

static void add_times(struct sw_text *text, const struct sw_record *record)
{
	if (record->count > 1 || record->first != record->time ||
	    record->last != record->time) {
		add_time(text, "first", record->first);
		add_time(text, "last", record->last);
	}
	add_time(text, "until", record->until);
}

/* "ausearch --format csv" decodes a name and puts it between commas as it is:
 * one of its own would begin the next column. */
static void add_acct(struct sw_text *text, const char *user)
{
	char buf[SW_ACCT_MAX];
	struct sw_text acct;

	sw_text_init(&acct, buf, sizeof(buf));
	for (; *user != '\0'; user++) {
		if (*user == ',' || *user == '%')
			sw_text_add(&acct, "%%%02X", (unsigned char)*user);
		else
			sw_text_add_bytes(&acct, user, 1);
	}
	sw_text_add_decoded(text, "acct", buf, sizeof(buf) - 1);
}

static void add_connection(struct sw_text *text, const struct sw_conn *conn)
{

	if (conn->pid > 0)
		add_number(text, "spid", (uint64_t)conn->pid);
	add_known(text, "rport", conn->client.port);
	add_addr(text, "laddr", &conn->server.addr);
	add_known(text, "lport", conn->server.port);
	add_acct(text, conn->user[0] != '\0' ? conn->user : "(unknown)");
}

/* True when the message fits with these maxima. */
static bool write_message(const struct sw_record *record, const size_t *max,
			  char *buf)
{
	const struct sw_rule *rule = &record->rule;
	struct sw_text text;

	sw_text_init(&text, buf, SW_RECORD_AUDIT_MAX);
	sw_text_add(&text, "op=%s", sw_record_op_name(record->event));
	add_value(&text, "reason", sw_cause_code(record->cause), SIZE_MAX);
	add_rule(&text, rule, max[PART_SOURCE]);
	if (max[PART_TEXT] > 0 && rule->text[0] != '\0')
		sw_text_add_decoded(&text, "cmd", rule->text, max[PART_TEXT]);
	add_value(&text, "owner", rule->owner, max[PART_OWNER]);
	add_value(&text, "via", sw_via_name(record->via), SIZE_MAX);
	add_value(&text, "evidence", sw_evidence_name(record->evidence),
		  SIZE_MAX);
	add_number(&text, "seqno", record->seqno);
	add_number(&text, "count", record->count);
	add_ban(&text, record);
	if (rule->first_line != rule->line)
		add_number(&text, "first_line", rule->first_line);
	if (record->lookup.done)
		add_number(&text, "lookup", record->lookup.milliseconds);
	add_times(&text, record);
	add_value(&text, "root", record->root, max[PART_ROOT]);
	add_by_cause(&text, record->by_cause, max[PART_BY_CAUSE]);
	add_value(&text, "boot", record->boot, SW_BOOT_MAX - 1);
	add_connection(&text, &record->conn);
	return sw_text_ok(&text);
}

/* The largest maximum of part with which the message fits, or 0. */
static void shrink(const struct sw_record *record, size_t *max, enum part part,
		   char *buf)
{
	size_t fits = 0;
	size_t too_long = max[part];

	while (too_long - fits > 1) {
		max[part] = fits + (too_long - fits) / 2;
		if (write_message(record, max, buf))
			fits = max[part];
		else
			too_long = max[part];
	}
	max[part] = fits;
}

enum sw_err sw_record_to_audit(const struct sw_record *record, char *buf,
			       size_t size)
{
	size_t max[PARTS];

	if (size < SW_RECORD_AUDIT_MAX) {
		if (size > 0)
			buf[0] = '\0';
		return SW_E_RANGE;
	}
	memcpy(max, full, sizeof(max));
	for (enum part i = 0; i < PARTS; i++) {
		if (write_message(record, max, buf))
			return SW_OK;
		shrink(record, max, i, buf);
	}
	if (write_message(record, max, buf))
		return SW_OK;
	buf[0] = '\0';
	return SW_E_RANGE;
}
