#include "audit_line.h"

#include "sshwhy/num.h"
#include "sshwhy/utc.h"

#include <string.h>

#define ENRICHMENT 0x1d

bool sw_piece_equals(struct sw_piece piece, const char *word)
{
	return piece.len == strlen(word) &&
	       memcmp(piece.at, word, piece.len) == 0;
}

static struct sw_piece piece_until(struct sw_piece text, char end)
{
	const char *found = memchr(text.at, end, text.len);

	if (found != NULL)
		text.len = (size_t)(found - text.at);
	return text;
}

static void skip(struct sw_piece *text, size_t len)
{
	text->at += len;
	text->len -= len;
}

/* Take word off the front of text. */
static bool take_word(struct sw_piece *text, const char *word)
{
	size_t len = strlen(word);

	if (text->len < len || memcmp(text->at, word, len) != 0)
		return false;
	skip(text, len);
	return true;
}

/* Take what stands before end, and end itself, off the front of text. */
static bool take_until(struct sw_piece *text, char end, struct sw_piece *out)
{
	*out = piece_until(*text, end);
	if (out->len == 0 || out->len == text->len)
		return false;
	skip(text, out->len + 1);
	return true;
}

enum sw_err sw_audit_time_parse(struct sw_piece text, int64_t *out_ms)
{
	uint64_t seconds = 0;
	uint64_t ms = 0;

	if (text.len < 5 || text.at[text.len - 4] != '.' ||
	    sw_num_parse_n(text.at, text.len - 4, SW_UTC_MAX / 1000,
			   &seconds) != SW_OK ||
	    sw_num_parse_n(text.at + text.len - 3, 3, 999, &ms) != SW_OK)
		return SW_E_SYNTAX;
	*out_ms = (int64_t)(seconds * 1000 + ms);
	return SW_OK;
}

static enum sw_err parse_event(struct sw_audit_line *line)
{
	struct sw_piece time = piece_until(line->event, ':');
	uint64_t serial = 0;

	if (time.len == line->event.len ||
	    sw_num_parse_n(line->event.at + time.len + 1,
			   line->event.len - time.len - 1, UINT64_MAX,
			   &serial) != SW_OK)
		return SW_E_SYNTAX;
	return sw_audit_time_parse(time, &line->time);
}

/* The kernel's own fields stand before msg='. */
static bool find_message(struct sw_piece rest, struct sw_audit_line *line)
{
	static const char start[] = " msg='";
	const char *found = memmem(rest.at, rest.len, start, sizeof(start) - 1);

	if (found == NULL)
		return false;
	skip(&rest, (size_t)(found - rest.at) + sizeof(start) - 1);
	line->whole = rest.len > 0 && rest.at[rest.len - 1] == '\'';
	if (line->whole)
		rest.len--;
	line->message = rest;
	return true;
}

enum sw_err sw_audit_line_parse(const char *line, size_t len,
				struct sw_audit_line *out)
{
	struct sw_piece rest =
		piece_until((struct sw_piece){line, len}, ENRICHMENT);
	struct sw_audit_line parsed = {0};
	enum sw_err err;

	if (take_word(&rest, "node=") && !take_until(&rest, ' ', &parsed.node))
		return SW_E_SYNTAX;
	if (!take_word(&rest, "type=") ||
	    !take_until(&rest, ' ', &parsed.type) ||
	    !take_word(&rest, "msg=audit(") ||
	    !take_until(&rest, ')', &parsed.event) || !take_word(&rest, ":"))
		return SW_E_SYNTAX;
	err = parse_event(&parsed);
	if (err != SW_OK)
		return err;
	if (!find_message(rest, &parsed))
		return SW_E_SYNTAX;
	*out = parsed;
	return SW_OK;
}

enum sw_err sw_audit_line_field(struct sw_piece *rest,
				struct sw_piece *out_name,
				struct sw_piece *out_value)
{
	struct sw_piece field;
	struct sw_piece name;

	if (rest->len == 0)
		return SW_E_RANGE;
	field = piece_until(*rest, ' ');
	name = piece_until(field, '=');
	if (name.len == 0 || name.len == field.len)
		return SW_E_SYNTAX;
	*out_name = name;
	out_value->at = field.at + name.len + 1;
	out_value->len = field.len - name.len - 1;
	skip(rest, field.len < rest->len ? field.len + 1 : field.len);
	return SW_OK;
}
