#include "reader.h"

#include "sshwhy/text.h"
#include "sshwhy/utc.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* Read value, which is not null, into the member at to of size bytes. */
typedef enum sw_err (*read_member_fn)(const json_t *value, void *to,
				      size_t size);

static enum sw_err read_text(const json_t *value, void *to, size_t size)
{
	if (!json_is_string(value))
		return SW_E_SYNTAX;
	(void)sw_text_copy(to, size, json_string_value(value));
	return SW_OK;
}

static enum sw_err read_whole(const json_t *value, json_int_t max,
			      json_int_t *out)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > max)
		return SW_E_SYNTAX;
	*out = json_integer_value(value);
	return SW_OK;
}

static enum sw_err read_u64(const json_t *value, void *to,
			    size_t size SW_UNUSED)
{
	json_int_t number = 0;
	enum sw_err err = read_whole(value, INT64_MAX, &number);

	*(uint64_t *)to = (uint64_t)number;
	return err;
}

/* A record counts itself. */
static enum sw_err read_count(const json_t *value, void *to, size_t size)
{
	enum sw_err err = read_u64(value, to, size);

	return err == SW_OK && *(uint64_t *)to == 0 ? SW_E_SYNTAX : err;
}

static enum sw_err read_uint(const json_t *value, void *to,
			     size_t size SW_UNUSED)
{
	json_int_t number = 0;
	enum sw_err err = read_whole(value, UINT32_MAX, &number);

	*(unsigned int *)to = (unsigned int)number;
	return err;
}

static enum sw_err read_port(const json_t *value, void *to,
			     size_t size SW_UNUSED)
{
	json_int_t number = 0;
	enum sw_err err = read_whole(value, UINT16_MAX, &number);

	*(uint16_t *)to = (uint16_t)number;
	return err;
}

static enum sw_err read_pid(const json_t *value, void *to,
			    size_t size SW_UNUSED)
{
	json_int_t number = 0;
	enum sw_err err = read_whole(value, INT32_MAX, &number);

	*(pid_t *)to = (pid_t)number;
	return err;
}

/* 0 stands for unknown, which is written as null. */
static enum sw_err read_time(const json_t *value, void *to,
			     size_t size SW_UNUSED)
{
	int64_t ms = 0;

	if (!json_is_string(value) ||
	    sw_utc_parse(json_string_value(value), &ms) != SW_OK || ms == 0)
		return SW_E_SYNTAX;
	*(int64_t *)to = ms;
	return SW_OK;
}

static enum sw_err read_addr(const json_t *value, void *to,
			     size_t size SW_UNUSED)
{
	if (!json_is_string(value))
		return SW_E_SYNTAX;
	return sw_addr_parse(json_string_value(value), to);
}

static enum sw_err read_cause(const json_t *value, void *to,
			      size_t size SW_UNUSED)
{
	if (!json_is_string(value))
		return SW_E_SYNTAX;
	return sw_cause_parse(json_string_value(value),
			      json_string_length(value), to);
}

static enum sw_err read_event(const json_t *value, void *to,
			      size_t size SW_UNUSED)
{
	for (enum sw_event i = 0; i < SW_EVENT_COUNT_; i++) {
		if (json_is_string(value) &&
		    strcmp(json_string_value(value), sw_event_name(i)) == 0) {
			*(enum sw_event *)to = i;
			return SW_OK;
		}
	}
	return SW_E_SYNTAX;
}

static enum sw_err read_evidence(const json_t *value, void *to,
				 size_t size SW_UNUSED)
{
	for (enum sw_evidence i = 0; i < SW_EVIDENCE_COUNT_; i++) {
		if (json_is_string(value) && strcmp(json_string_value(value),
						    sw_evidence_name(i)) == 0) {
			*(enum sw_evidence *)to = i;
			return SW_OK;
		}
	}
	return SW_E_SYNTAX;
}

static enum sw_err read_via(const json_t *value, void *to,
			    size_t size SW_UNUSED)
{
	for (enum sw_via i = 0; i < SW_VIA_COUNT_; i++) {
		if (json_is_string(value) &&
		    strcmp(json_string_value(value), sw_via_name(i)) == 0) {
			*(enum sw_via *)to = i;
			return SW_OK;
		}
	}
	return SW_E_SYNTAX;
}

/* {"wrapper.deny": 3, ...} */
static enum sw_err read_by_cause(const json_t *value, void *to,
				 size_t size SW_UNUSED)
{
	uint64_t *counts = to;
	const char *code;
	json_t *count;

	if (!json_is_object(value))
		return SW_E_SYNTAX;
	json_object_foreach((json_t *)value, code, count)
	{
		enum sw_cause cause;

		if (sw_cause_parse(code, strlen(code), &cause) != SW_OK ||
		    read_u64(count, &counts[cause], 0) != SW_OK)
			return SW_E_SYNTAX;
	}
	return SW_OK;
}

/* {"ms": 12} */
static enum sw_err read_lookup(const json_t *value, void *to,
			       size_t size SW_UNUSED)
{
	struct sw_lookup *lookup = to;
	json_int_t ms = 0;

	if (read_whole(json_object_get(value, "ms"), UINT32_MAX, &ms) != SW_OK)
		return SW_E_SYNTAX;
	*lookup = (struct sw_lookup){1, (uint32_t)ms};
	return SW_OK;
}

#define MEMBER(object, key, read, name)                                        \
	{                                                                      \
		object, key, read, offsetof(struct sw_record, name),           \
			sizeof(((struct sw_record *)NULL)->name)               \
	}

static const struct member {
	const char *object; /* NULL: the key stands at the top */
	const char *key;
	read_member_fn read;
	size_t offset;
	size_t size;
} members[] = {
	MEMBER(NULL, "event", read_event, event),
	MEMBER(NULL, "time", read_time, time),
	MEMBER(NULL, "first", read_time, first),
	MEMBER(NULL, "last", read_time, last),
	MEMBER(NULL, "count", read_count, count),
	MEMBER(NULL, "node", read_text, node),
	MEMBER(NULL, "boot", read_text, boot),
	MEMBER(NULL, "seqno", read_u64, seqno),
	MEMBER(NULL, "cause", read_cause, cause),
	MEMBER(NULL, "evidence", read_evidence, evidence),
	MEMBER(NULL, "via", read_via, via),
	MEMBER("client", "addr", read_addr, conn.client.addr),
	MEMBER("client", "port", read_port, conn.client.port),
	MEMBER("server", "addr", read_addr, conn.server.addr),
	MEMBER("server", "port", read_port, conn.server.port),
	MEMBER(NULL, "user", read_text, conn.user),
	MEMBER(NULL, "pid", read_pid, conn.pid),
	MEMBER("rule", "source", read_text, rule.source),
	MEMBER("rule", "first_line", read_uint, rule.first_line),
	MEMBER("rule", "line", read_uint, rule.line),
	MEMBER("rule", "text", read_text, rule.text),
	MEMBER("rule", "owner", read_text, rule.owner),
	MEMBER(NULL, "until", read_time, until),
	MEMBER(NULL, "root", read_text, root),
	MEMBER(NULL, "by_cause", read_by_cause, by_cause),
	MEMBER(NULL, "audit", read_text, audit),
	MEMBER(NULL, "lookup", read_lookup, lookup),
};

/* Without these nothing can be said about a record. */
static const char *const required[] = {"event", "time"};

static enum sw_err read_member(const json_t *root, const struct member *member,
			       struct sw_record *record, char *reason)
{
	const json_t *holder = root;
	const json_t *value;

	if (member->object != NULL)
		holder = json_object_get(root, member->object);
	value = json_object_get(holder, member->key);
	if (value == NULL || json_is_null(value))
		return SW_OK;
	if (member->read(value, (char *)record + member->offset,
			 member->size) == SW_OK)
		return SW_OK;
	(void)snprintf(reason, SW_LOG_REASON_MAX, "%s%s%s is not understood",
		       member->object == NULL ? "" : member->object,
		       member->object == NULL ? "" : ".", member->key);
	return SW_E_SYNTAX;
}

static enum sw_err read_members(const json_t *root, struct sw_record *out,
				char *reason)
{
	struct sw_record record = {.count = 1};

	for (size_t i = 0; i < sizeof(required) / sizeof(required[0]); i++) {
		const json_t *value = json_object_get(root, required[i]);

		if (value == NULL || json_is_null(value)) {
			(void)snprintf(reason, SW_LOG_REASON_MAX,
				       "%s is missing", required[i]);
			return SW_E_SYNTAX;
		}
	}
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (read_member(root, &members[i], &record, reason) != SW_OK)
			return SW_E_SYNTAX;
	}
	*out = record;
	return SW_OK;
}

enum sw_err sw_record_from_json(const char *line, size_t len,
				struct sw_record *out, char *out_reason)
{
	json_error_t error;
	json_t *root = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
	enum sw_err err;

	if (root == NULL && json_error_code(&error) == json_error_out_of_memory)
		return SW_E_NOMEM;
	if (root == NULL) {
		(void)snprintf(out_reason, SW_LOG_REASON_MAX,
			       "not JSON: %.120s", error.text);
		return SW_E_SYNTAX;
	}
	err = read_members(root, out, out_reason);
	json_decref(root);
	return err;
}
