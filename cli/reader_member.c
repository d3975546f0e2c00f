#include "reader_member.h"

#include "sshwhy/utc.h"

#include <string.h>

bool sw_member_whole(const struct sw_json_value *value, int64_t max,
		     int64_t *out)
{
	*out = value->number;
	return value->text == NULL && value->number >= 0 &&
	       value->number <= max;
}

static bool equals(const struct sw_json_value *value, const char *name)
{
	return value->text != NULL && strlen(name) == value->len &&
	       memcmp(name, value->text, value->len) == 0;
}

/* With a NUL behind it; false: there is no room, or it is no string. */
static bool copy_short(const struct sw_json_value *value, char *buf,
		       size_t size)
{
	if (value->text == NULL || value->len >= size)
		return false;
	memcpy(buf, value->text, value->len);
	buf[value->len] = '\0';
	return true;
}

static bool read_text(const struct sw_json_value *value, void *to, size_t size)
{
	size_t len = value->len < size ? value->len : size - 1;

	if (value->text == NULL)
		return false;
	memcpy(to, value->text, len);
	((char *)to)[len] = '\0';
	return true;
}

static bool read_u64(const struct sw_json_value *value, void *to,
		     size_t size SW_UNUSED)
{
	int64_t number;
	bool whole = sw_member_whole(value, INT64_MAX, &number);

	*(uint64_t *)to = (uint64_t)number;
	return whole;
}

/* A record counts itself. */
static bool read_count(const struct sw_json_value *value, void *to, size_t size)
{
	return read_u64(value, to, size) && *(uint64_t *)to != 0;
}

static bool read_uint(const struct sw_json_value *value, void *to,
		      size_t size SW_UNUSED)
{
	int64_t number;
	bool whole = sw_member_whole(value, UINT32_MAX, &number);

	*(unsigned int *)to = (unsigned int)number;
	return whole;
}

static bool read_port(const struct sw_json_value *value, void *to,
		      size_t size SW_UNUSED)
{
	int64_t number;
	bool whole = sw_member_whole(value, UINT16_MAX, &number);

	*(uint16_t *)to = (uint16_t)number;
	return whole;
}

static bool read_pid(const struct sw_json_value *value, void *to,
		     size_t size SW_UNUSED)
{
	int64_t number;
	bool whole = sw_member_whole(value, INT32_MAX, &number);

	*(pid_t *)to = (pid_t)number;
	return whole;
}

/* 0 stands for unknown, which is written as null. */
static bool read_time(const struct sw_json_value *value, void *to,
		      size_t size SW_UNUSED)
{
	char text[SW_UTC_TEXT_MAX];

	return copy_short(value, text, sizeof(text)) &&
	       sw_utc_parse(text, to) == SW_OK && *(int64_t *)to != 0;
}

static bool read_addr(const struct sw_json_value *value, void *to,
		      size_t size SW_UNUSED)
{
	char text[SW_ADDR_TEXT_MAX + 32]; /* a scope id may follow */

	return copy_short(value, text, sizeof(text)) &&
	       sw_addr_parse(text, to) == SW_OK;
}

static bool read_cause(const struct sw_json_value *value, void *to,
		       size_t size SW_UNUSED)
{
	return value->text != NULL &&
	       sw_cause_parse(value->text, value->len, to) == SW_OK;
}

static bool read_event(const struct sw_json_value *value, void *to,
		       size_t size SW_UNUSED)
{
	enum sw_event i = 0;

	while (i < SW_EVENT_COUNT_ && !equals(value, sw_event_name(i)))
		i++;
	*(enum sw_event *)to = i;
	return i < SW_EVENT_COUNT_;
}

static bool read_evidence(const struct sw_json_value *value, void *to,
			  size_t size SW_UNUSED)
{
	enum sw_evidence i = 0;

	while (i < SW_EVIDENCE_COUNT_ && !equals(value, sw_evidence_name(i)))
		i++;
	*(enum sw_evidence *)to = i;
	return i < SW_EVIDENCE_COUNT_;
}

static bool read_via(const struct sw_json_value *value, void *to,
		     size_t size SW_UNUSED)
{
	enum sw_via i = 0;

	while (i < SW_VIA_COUNT_ && !equals(value, sw_via_name(i)))
		i++;
	*(enum sw_via *)to = i;
	return i < SW_VIA_COUNT_;
}

#define ROW(object, key, open, read, name)                                     \
	{                                                                      \
		object, key,                                                   \
			open "\"" key "\":", sizeof(open "\"" key "\":") - 1,  \
			read, offsetof(struct sw_record, name),                \
			sizeof(((struct sw_record *)NULL)->name)               \
	}

const struct sw_member sw_members[SW_MEMBERS] = {
	ROW(NULL, "event", "{", read_event, event),
	ROW(NULL, "time", ",", read_time, time),
	ROW(NULL, "first", ",", read_time, first),
	ROW(NULL, "last", ",", read_time, last),
	ROW(NULL, "count", ",", read_count, count),
	ROW(NULL, "node", ",", read_text, node),
	ROW(NULL, "boot", ",", read_text, boot),
	ROW(NULL, "seqno", ",", read_u64, seqno),
	ROW(NULL, "cause", ",", read_cause, cause),
	ROW(NULL, "stage", ",", NULL, cause),
	ROW(NULL, "evidence", ",", read_evidence, evidence),
	ROW(NULL, "via", ",", read_via, via),
	ROW("client", "addr", ",\"client\":{", read_addr, conn.client.addr),
	ROW("client", "port", ",", read_port, conn.client.port),
	ROW("server", "addr", "},\"server\":{", read_addr, conn.server.addr),
	ROW("server", "port", ",", read_port, conn.server.port),
	ROW(NULL, "user", "},", read_text, conn.user),
	ROW(NULL, "pid", ",", read_pid, conn.pid),
	ROW("rule", "source", ",\"rule\":{", read_text, rule.source),
	ROW("rule", "first_line", ",", read_uint, rule.first_line),
	ROW("rule", "line", ",", read_uint, rule.line),
	ROW("rule", "text", ",", read_text, rule.text),
	ROW("rule", "owner", ",", read_text, rule.owner),
	ROW(NULL, "until", "},", read_time, until),
	ROW(NULL, "root", ",", read_text, root),
	ROW(NULL, "audit", ",\"by_cause\":null,", read_text, audit),
};
