#include "reader_quick.h"

#include "reader_member.h"

#include <string.h>

#define NUMBER_MAX 18 /* digits, which fit into an int64_t */

#define TAKE(rest, word) take(rest, word, sizeof(word) - 1)

/* What has not been read yet. */
struct rest {
	const char *at;
	const char *end;
};

static bool take(struct rest *rest, const char *word, size_t len)
{
	if ((size_t)(rest->end - rest->at) < len ||
	    memcmp(rest->at, word, len) != 0)
		return false;
	rest->at += len;
	return true;
}

static bool is_plain(char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static bool take_string(struct rest *rest, struct sw_json_value *out)
{
	const char *at = rest->at;

	while (at < rest->end && is_plain(*at))
		at++;
	*out = (struct sw_json_value){rest->at, (size_t)(at - rest->at), 0};
	rest->at = at;
	return TAKE(rest, "\"");
}

static bool take_number(struct rest *rest, struct sw_json_value *out)
{
	const char *start = rest->at;
	int64_t number = 0;

	for (; rest->at < rest->end && *rest->at >= '0' && *rest->at <= '9' &&
	       rest->at - start < NUMBER_MAX;
	     rest->at++)
		number = number * 10 + (*rest->at - '0');
	*out = (struct sw_json_value){NULL, 0, number};
	return rest->at > start && (*start != '0' || rest->at - start == 1);
}

static bool take_member(struct rest *rest, const struct sw_member *member,
			struct sw_record *record)
{
	struct sw_json_value value;

	if (!take(rest, member->before, member->before_len))
		return false;
	if (TAKE(rest, "null"))
		return true;
	if (!(TAKE(rest, "\"") ? take_string(rest, &value)
			       : take_number(rest, &value)))
		return false;
	return member->read == NULL ||
	       member->read(&value, (char *)record + member->offset,
			    member->size);
}

static bool take_lookup(struct rest *rest, struct sw_lookup *lookup)
{
	struct sw_json_value value;
	int64_t ms;

	if (TAKE(rest, ",\"lookup\":null"))
		return true;
	if (!TAKE(rest, ",\"lookup\":{\"ms\":") || !take_number(rest, &value) ||
	    !TAKE(rest, "}") || !sw_member_whole(&value, UINT32_MAX, &ms))
		return false;
	*lookup = (struct sw_lookup){1, (uint32_t)ms};
	return true;
}

bool sw_record_quick(const char *line, size_t len, struct sw_record *out)
{
	struct rest rest = {line, line + len};
	struct sw_record record = {.event = SW_EVENT_COUNT_, .count = 1};

	for (size_t i = 0; i < SW_MEMBERS; i++) {
		if (!take_member(&rest, &sw_members[i], &record))
			return false;
	}
	if (!take_lookup(&rest, &record.lookup) || !TAKE(&rest, "}"))
		return false;
	(void)TAKE(&rest, "\n");
	/* Without these nothing can be said about a record. */
	if (rest.at != rest.end || record.event == SW_EVENT_COUNT_ ||
	    record.time == 0)
		return false;
	*out = record;
	return true;
}
