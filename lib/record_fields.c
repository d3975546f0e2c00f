#include "record_fields.h"

#include "sshwhy/num.h"
#include "sshwhy/text.h"

#include <limits.h>
#include <string.h>

struct field;

/* False: the value is not one that the writer makes. */
typedef bool (*read_fn)(const struct field *field, struct sw_piece value,
			struct sw_record *out);

struct field {
	const char *name;
	size_t name_len; /* in bytes */
	read_fn read;
	size_t offset; /* of what is read, in struct sw_record */
	size_t size;   /* in bytes */
	uint64_t least;
	uint64_t max;
};

#define NAME(text) text, sizeof(text) - 1

#define MEMBER(member)                                                         \
	offsetof(struct sw_record, member),                                    \
		sizeof(((struct sw_record *)NULL)->member)

static void *member_of(const struct field *field, struct sw_record *out)
{
	return (char *)out + field->offset;
}

static bool read_op(const struct field *field SW_UNUSED, struct sw_piece value,
		    struct sw_record *out)
{
	for (unsigned int i = 0; i < SW_EVENT_COUNT_; i++) {
		out->event = (enum sw_event)i;
		if (sw_piece_equals(value, sw_record_op_name(out->event)))
			return true;
	}
	return false;
}

static bool read_via(const struct field *field SW_UNUSED, struct sw_piece value,
		     struct sw_record *out)
{
	for (unsigned int i = 0; i < SW_VIA_COUNT_; i++) {
		out->via = (enum sw_via)i;
		if (sw_piece_equals(value, sw_via_name(out->via)))
			return true;
	}
	return false;
}

static bool read_evidence(const struct field *field SW_UNUSED,
			  struct sw_piece value, struct sw_record *out)
{
	for (unsigned int i = 0; i < SW_EVIDENCE_COUNT_; i++) {
		out->evidence = (enum sw_evidence)i;
		if (sw_piece_equals(value, sw_evidence_name(out->evidence)))
			return true;
	}
	return false;
}

static bool read_reason(const struct field *field SW_UNUSED,
			struct sw_piece value, struct sw_record *out)
{
	return sw_cause_parse(value.at, value.len, &out->cause) == SW_OK;
}

/* The writer makes no leading zeros. */
static enum sw_err parse_number(struct sw_piece value, uint64_t least,
				uint64_t max, uint64_t *out)
{
	enum sw_err err = sw_num_parse_n(value.at, value.len, max, out);

	if (err != SW_OK)
		return err;
	if (*out < least || (value.len > 1 && value.at[0] == '0'))
		return SW_E_RANGE;
	return SW_OK;
}

static bool read_number(const struct field *field, struct sw_piece value,
			struct sw_record *out)
{
	uint64_t number = 0;
	uint32_t number32;
	uint16_t number16;

	if (parse_number(value, field->least, field->max, &number) != SW_OK)
		return false;
	number32 = (uint32_t)number; /* max has seen to that */
	number16 = (uint16_t)number;
	if (field->size == sizeof(number))
		memcpy(member_of(field, out), &number, sizeof(number));
	else if (field->size == sizeof(number32))
		memcpy(member_of(field, out), &number32, sizeof(number32));
	else
		memcpy(member_of(field, out), &number16, sizeof(number16));
	return true;
}

static bool read_lookup(const struct field *field, struct sw_piece value,
			struct sw_record *out)
{
	out->lookup.done = 1;
	return read_number(field, value, out);
}

static bool read_time(const struct field *field, struct sw_piece value,
		      struct sw_record *out)
{
	return sw_audit_time_parse(value, member_of(field, out)) == SW_OK;
}

static bool read_escaped(const struct field *field, struct sw_piece value,
			 struct sw_record *out)
{
	return value.len > 0 &&
	       sw_text_unescape(value.at, value.len, member_of(field, out),
				field->size) == SW_OK;
}

static bool read_decoded(const struct field *field, struct sw_piece value,
			 struct sw_record *out)
{
	return sw_text_decode(value.at, value.len, member_of(field, out),
			      field->size) == SW_OK;
}

/* The writer has made %2C of a comma, and so %25 of a percent sign. */
static bool read_acct(const struct field *field, struct sw_piece value,
		      struct sw_record *out)
{
	char *user = member_of(field, out);
	char acct[SW_ACCT_MAX];
	size_t len = 0;

	if (sw_piece_equals(value, "\"(unknown)\""))
		return true;
	if (sw_text_decode(value.at, value.len, acct, sizeof(acct)) != SW_OK)
		return false;
	for (const char *at = acct; *at != '\0'; at++) {
		bool comma = strncmp(at, "%2C", 3) == 0;

		if (len + 1 >= field->size)
			return false;
		if (comma || strncmp(at, "%25", 3) == 0) {
			user[len++] = comma ? ',' : '%';
			at += 2;
		} else {
			user[len++] = *at;
		}
	}
	user[len] = '\0';
	return true;
}

static bool read_addr(const struct field *field, struct sw_piece value,
		      struct sw_record *out)
{
	char text[SW_ADDR_TEXT_MAX];

	if (value.len >= sizeof(text))
		return false;
	memcpy(text, value.at, value.len);
	text[value.len] = '\0';
	return sw_addr_parse(text, member_of(field, out)) == SW_OK;
}

static bool read_client(const struct field *field, struct sw_piece value,
			struct sw_record *out)
{
	return sw_piece_equals(value, "?") || read_addr(field, value, out);
}

/* SOURCE, or SOURCE:LINE. */
static bool read_rule(const struct field *field, struct sw_piece value,
		      struct sw_record *out)
{
	const char *colon = memrchr(value.at, ':', value.len);
	struct sw_piece digits = {value.at, 0};
	uint64_t line = 0;
	enum sw_err err;

	if (colon != NULL) {
		digits.at = colon + 1;
		digits.len = value.len - (size_t)(digits.at - value.at);
	}
	err = parse_number(digits, 1, UINT_MAX, &line);
	if (err == SW_E_RANGE)
		return false;
	if (err == SW_OK)
		value.len -= digits.len + 1;
	out->rule.line = (unsigned int)line;
	return read_escaped(field, value, out);
}

/* CODE:NUMBER, each cause once. */
static bool read_count(struct sw_piece value, struct sw_record *out)
{
	const char *colon = memchr(value.at, ':', value.len);
	enum sw_cause cause = SW_CAUSE_NONE;
	struct sw_piece digits;
	size_t len;

	if (colon == NULL)
		return false;
	len = (size_t)(colon - value.at);
	digits = (struct sw_piece){colon + 1, value.len - len - 1};
	return sw_cause_parse(value.at, len, &cause) == SW_OK &&
	       out->by_cause[cause] == 0 &&
	       parse_number(digits, 1, UINT64_MAX, &out->by_cause[cause]) ==
		       SW_OK;
}

static bool read_by_cause(const struct field *field SW_UNUSED,
			  struct sw_piece value, struct sw_record *out)
{
	const char *plus;

	while ((plus = memchr(value.at, '+', value.len)) != NULL) {
		struct sw_piece one = {value.at, (size_t)(plus - value.at)};

		if (!read_count(one, out))
			return false;
		value.at = plus + 1;
		value.len -= one.len + 1;
	}
	return read_count(value, out);
}

/* Fields that repeat what others say; they are there for other readers. */
static bool read_past(const struct field *field SW_UNUSED,
		      struct sw_piece value, struct sw_record *out SW_UNUSED)
{
	return value.len > 0;
}

static bool read_result(const struct field *field SW_UNUSED,
			struct sw_piece value, struct sw_record *out SW_UNUSED)
{
	return sw_piece_equals(value, "failed") ||
	       sw_piece_equals(value, "success");
}

static const struct field fields[F_COUNT_] = {
	[F_OP] = {NAME("op"), read_op, MEMBER(event), 0, 0},
	[F_REASON] = {NAME("reason"), read_reason, MEMBER(cause), 0, 0},
	[F_RULE] = {NAME("rule"), read_rule, MEMBER(rule.source), 0, 0},
	[F_CMD] = {NAME("cmd"), read_decoded, MEMBER(rule.text), 0, 0},
	[F_OWNER] = {NAME("owner"), read_escaped, MEMBER(rule.owner), 0, 0},
	[F_VIA] = {NAME("via"), read_via, MEMBER(via), 0, 0},
	[F_EVIDENCE] = {NAME("evidence"), read_evidence, MEMBER(evidence), 0,
			0},
	[F_SEQNO] = {NAME("seqno"), read_number, MEMBER(seqno), 0, UINT64_MAX},
	[F_COUNT] = {NAME("count"), read_number, MEMBER(count), 1, UINT64_MAX},
	[F_DADDR] = {NAME("daddr"), read_past, 0, 0, 0, 0},
	[F_TIME_OUT] = {NAME("time_out"), read_past, 0, 0, 0, 0},
	[F_FIRST_LINE] = {NAME("first_line"), read_number,
			  MEMBER(rule.first_line), 0, UINT_MAX},
	[F_LOOKUP] = {NAME("lookup"), read_lookup, MEMBER(lookup.milliseconds),
		      0, UINT32_MAX},
	[F_FIRST] = {NAME("first"), read_time, MEMBER(first), 0, 0},
	[F_LAST] = {NAME("last"), read_time, MEMBER(last), 0, 0},
	[F_UNTIL] = {NAME("until"), read_time, MEMBER(until), 0, 0},
	[F_ROOT] = {NAME("root"), read_escaped, MEMBER(root), 0, 0},
	[F_BY_CAUSE] = {NAME("by_cause"), read_by_cause, MEMBER(by_cause), 0,
			0},
	[F_BOOT] = {NAME("boot"), read_escaped, MEMBER(boot), 0, 0},
	[F_SPID] = {NAME("spid"), read_number, MEMBER(conn.pid), 1, INT_MAX},
	[F_RPORT] = {NAME("rport"), read_number, MEMBER(conn.client.port), 1,
		     UINT16_MAX},
	[F_LADDR] = {NAME("laddr"), read_addr, MEMBER(conn.server.addr), 0, 0},
	[F_LPORT] = {NAME("lport"), read_number, MEMBER(conn.server.port), 1,
		     UINT16_MAX},
	[F_ACCT] = {NAME("acct"), read_acct, MEMBER(conn.user), 0, 0},
	[F_ADDR] = {NAME("addr"), read_client, MEMBER(conn.client.addr), 0, 0},
	[F_RES] = {NAME("res"), read_result, 0, 0, 0, 0},
};

enum sw_field sw_field_find(struct sw_piece name, unsigned int start,
			    unsigned int end)
{
	for (unsigned int i = start; i < end; i++) {
		if (name.len == fields[i].name_len &&
		    memcmp(name.at, fields[i].name, name.len) == 0)
			return (enum sw_field)i;
	}
	return F_COUNT_;
}

bool sw_field_read(enum sw_field id, struct sw_piece value,
		   struct sw_record *out)
{
	return fields[id].read(&fields[id], value, out);
}
