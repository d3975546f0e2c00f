/* The way back from record_audit.c, out of a line of the audit log. */

#include "sshwhy/record.h"

#include "audit_line.h"
#include "record_fields.h"
#include "sshwhy/num.h"

#include <limits.h>
#include <string.h>

#define BIT(id) (UINT32_C(1) << (id))

static const uint32_t required = BIT(F_OP) | BIT(F_VIA) | BIT(F_EVIDENCE) |
				 BIT(F_SEQNO) | BIT(F_COUNT) | BIT(F_ACCT) |
				 BIT(F_ADDR) | BIT(F_RES);

/* Only our fields before acct=, only libaudit's behind it; others are newer
 * than this reader, or not for it. */
static enum sw_err read_fields(struct sw_piece rest, uint32_t *seen,
			       struct sw_record *out)
{
	struct sw_piece value = {0};
	struct sw_piece name = {0};
	unsigned int first = 0;
	unsigned int end = F_ACCT + 1;
	unsigned int next = first;
	enum sw_err err;

	while ((err = sw_audit_line_field(&rest, &name, &value)) == SW_OK) {
		enum sw_field id = sw_field_find(name, next, end);

		if (id == F_COUNT_)
			id = sw_field_find(name, first, next);
		if (id == F_COUNT_)
			continue;
		if ((*seen & BIT(id)) != 0 || !sw_field_read(id, value, out))
			return SW_E_SYNTAX;
		*seen |= BIT(id);
		next = id + 1;
		if (id == F_ACCT) {
			first = next;
			end = F_COUNT_;
		}
	}
	return err == SW_E_RANGE ? SW_OK : err;
}

static const struct {
	const char *name;
	int number;
} types[] = {
	{"ANOM_LOGIN_LOCATION", 2104},
	{"ANOM_LOGIN_SESSIONS", 2102},
	{"ANOM_LOGIN_ACCT", 2103},
	{"ANOM_ORIGIN_FAILURES", 2120},
	{"USER_ERR", 1109},
	{"RESP_ORIGIN_BLOCK", 2213},
	{"RESP_ORIGIN_BLOCK_TIMED", 2214},
	{"RESP_ORIGIN_UNBLOCK_TIMED", 2215},
};

/* auditd writes UNKNOWN[n] for a type that it is too old for; a number that
 * cannot be read stays 0, which is nobody's. Returns 0 for what is not ours. */
static int find_type(struct sw_piece type)
{
	static const char unknown[] = "UNKNOWN[";
	size_t start = sizeof(unknown) - 1;
	uint64_t number = 0;

	if (type.len > start && memcmp(type.at, unknown, start) == 0 &&
	    type.at[type.len - 1] == ']')
		(void)!sw_num_parse_n(type.at + start, type.len - start - 1,
				      INT_MAX, &number);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if ((int)number == types[i].number ||
		    sw_piece_equals(type, types[i].name))
			return types[i].number;
	}
	return 0;
}

static bool is_ours(const struct sw_audit_line *line)
{
	size_t len = strlen(SW_RECORD_AUDIT_START);

	return line->message.len >= len &&
	       memcmp(line->message.at, SW_RECORD_AUDIT_START, len) == 0 &&
	       find_type(line->type) != 0;
}

static void copy_piece(char *dst, size_t size, struct sw_piece piece)
{
	size_t len = piece.len < size ? piece.len : size - 1;

	memcpy(dst, piece.at, len);
	dst[len] = '\0';
}

/* What the line itself says, and what the writer leaves out when equal. */
static void complete(const struct sw_audit_line *line, uint32_t seen,
		     struct sw_record *out)
{
	if (line->node.len > 0)
		copy_piece(out->node, sizeof(out->node), line->node);
	copy_piece(out->audit, sizeof(out->audit), line->event);
	out->time = line->time;
	if ((seen & BIT(F_FIRST)) == 0)
		out->first = line->time;
	if ((seen & BIT(F_LAST)) == 0)
		out->last = line->time;
	if ((seen & BIT(F_FIRST_LINE)) == 0)
		out->rule.first_line = out->rule.line;
}

enum sw_err sw_record_from_audit(const char *line, size_t len,
				 struct sw_record *out)
{
	struct sw_audit_line parsed;
	struct sw_record record;
	uint32_t seen = 0;
	enum sw_err err;

	if (sw_audit_line_parse(line, len, &parsed) != SW_OK ||
	    !is_ours(&parsed))
		return SW_E_NOTSUP;
	if (!parsed.whole)
		return SW_E_SYNTAX;
	memset(&record, 0, sizeof(record));
	err = read_fields(parsed.message, &seen, &record);
	if (err != SW_OK)
		return err;
	complete(&parsed, seen, &record);
	if ((seen & required) != required ||
	    sw_record_audit_type(&record) != find_type(parsed.type))
		return SW_E_SYNTAX;
	*out = record;
	return SW_OK;
}
