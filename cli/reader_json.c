#include "reader.h"

#include "reader_member.h"
#include "reader_quick.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* False: it is neither a string nor a whole number. */
static bool convert(const json_t *json, struct sw_json_value *out)
{
	if (json_is_string(json))
		*out = (struct sw_json_value){json_string_value(json),
					      json_string_length(json), 0};
	else
		*out = (struct sw_json_value){NULL, 0,
					      json_integer_value(json)};
	return json_is_string(json) || json_is_integer(json);
}

static bool read_whole(const json_t *json, int64_t max, int64_t *out)
{
	struct sw_json_value value;

	return convert(json, &value) && sw_member_whole(&value, max, out);
}

/* {"wrapper.deny": 3, ...} */
static enum sw_err read_by_cause(const json_t *value, struct sw_record *record)
{
	const char *code;
	json_t *count;

	if (!json_is_object(value))
		return SW_E_SYNTAX;
	json_object_foreach((json_t *)value, code, count)
	{
		enum sw_cause cause;
		int64_t number;

		if (sw_cause_parse(code, strlen(code), &cause) != SW_OK ||
		    !read_whole(count, INT64_MAX, &number))
			return SW_E_SYNTAX;
		record->by_cause[cause] = (uint64_t)number;
	}
	return SW_OK;
}

/* {"ms": 12} */
static enum sw_err read_lookup(const json_t *value, struct sw_record *record)
{
	int64_t ms;

	if (!read_whole(json_object_get(value, "ms"), UINT32_MAX, &ms))
		return SW_E_SYNTAX;
	record->lookup = (struct sw_lookup){1, (uint32_t)ms};
	return SW_OK;
}

static const struct {
	const char *key;
	enum sw_err (*read)(const json_t *value, struct sw_record *record);
} objects[] = {
	{"by_cause", read_by_cause},
	{"lookup", read_lookup},
};

/* Without these nothing can be said about a record. */
static const char *const required[] = {"event", "time"};

static enum sw_err refuse(const char *object, const char *key, char *reason)
{
	(void)snprintf(reason, SW_LOG_REASON_MAX, "%s%s%s is not understood",
		       object == NULL ? "" : object, object == NULL ? "" : ".",
		       key);
	return SW_E_SYNTAX;
}

static enum sw_err read_member(const json_t *root,
			       const struct sw_member *member,
			       struct sw_record *record, char *reason)
{
	const json_t *holder = root, *json;
	struct sw_json_value value;

	if (member->object != NULL)
		holder = json_object_get(root, member->object);
	json = json_object_get(holder, member->key);
	if (member->read == NULL || json == NULL || json_is_null(json))
		return SW_OK;
	if (convert(json, &value) &&
	    member->read(&value, (char *)record + member->offset, member->size))
		return SW_OK;
	return refuse(member->object, member->key, reason);
}

static enum sw_err read_objects(const json_t *root, struct sw_record *record,
				char *reason)
{
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		const json_t *json = json_object_get(root, objects[i].key);

		if (json != NULL && !json_is_null(json) &&
		    objects[i].read(json, record) != SW_OK)
			return refuse(NULL, objects[i].key, reason);
	}
	return SW_OK;
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
	for (size_t i = 0; i < SW_MEMBERS; i++) {
		if (read_member(root, &sw_members[i], &record, reason) != SW_OK)
			return SW_E_SYNTAX;
	}
	if (read_objects(root, &record, reason) != SW_OK)
		return SW_E_SYNTAX;
	*out = record;
	return SW_OK;
}

enum sw_err sw_record_from_any_json(const char *line, size_t len,
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

enum sw_err sw_record_from_json(const char *line, size_t len,
				struct sw_record *out, char *out_reason)
{
	if (sw_record_quick(line, len, out))
		return SW_OK;
	return sw_record_from_any_json(line, len, out, out_reason);
}
