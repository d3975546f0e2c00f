/* The JSON that fail2ban keeps with a ban. */

#include "fail2ban_db.h"

#include "sshwhy/text.h"

#include <jansson.h>
#include <string.h>

/* A line is one text, or its pieces. */
static void add_line(struct sw_fail2ban_ban *ban, const json_t *match)
{
	char *line = ban->lines[ban->line_count];
	struct sw_text text;
	size_t i;
	const json_t *piece;

	if (json_is_string(match)) {
		(void)sw_text_copy(line, SW_FAIL2BAN_LINE,
				   json_string_value(match));
	} else {
		sw_text_init(&text, line, SW_FAIL2BAN_LINE);
		json_array_foreach(match, i, piece)
			sw_text_add_bytes(&text, json_string_value(piece),
					  json_string_length(piece));
	}
	line[strcspn(line, "\r\n")] = '\0';
	if (line[0] != '\0')
		ban->line_count++;
}

void sw_f2b_data_read(const void *json, size_t len, struct sw_fail2ban_ban *ban)
{
	json_t *data = json_loadb(json, len, JSON_ALLOW_NUL, NULL);
	const json_t *matches = json_object_get(data, "matches");
	json_int_t failures =
		json_integer_value(json_object_get(data, "failures"));
	size_t count = json_array_size(matches);

	for (size_t i = count > SW_FAIL2BAN_LINES ? count - SW_FAIL2BAN_LINES
						  : 0;
	     i < count; i++)
		add_line(ban, json_array_get(matches, i));
	ban->failures = failures > 0 ? (uint64_t)failures : 0;
	json_decref(data);
}
