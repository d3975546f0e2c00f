#include "banned.h"

#include "when.h"

#include "sshwhy/duration.h"
#include "sshwhy/text.h"
#include "sshwhy/utc.h"

#include <inttypes.h>
#include <string.h>

#define LINE_MAX_ 4096 /* bytes, with the NUL */

static void print_line(struct sw_text *line, FILE *stream)
{
	(void)fprintf(stream, "%s\n", line->buf);
	sw_text_init(line, line->buf, line->size);
}

static void add_end(struct sw_text *line, const struct sw_fail2ban_ban *ban,
		    int64_t now)
{
	int64_t left = ban->until > now ? ban->until - now : 0;
	char when[SW_WHEN_TEXT_MAX];
	char lasts[SW_DURATION_TEXT_MAX];

	if (ban->until == 0)
		sw_text_add(line, " for ever");
	else
		sw_text_add(line, " until %s, %s left",
			    sw_when_format_near(ban->until, now, when),
			    sw_duration_format((uint64_t)left / 1000, lasts));
}

static void print_ban(const struct sw_explanation *explanation,
		      const struct sw_fail2ban_ban *ban, bool is_first,
		      struct sw_text *line, FILE *stream)
{
	char when[SW_WHEN_TEXT_MAX];
	char range[SW_PREFIX_TEXT_MAX];

	sw_text_add(line, "  banned    by fail2ban, jail ");
	sw_text_add_visible(line, ban->jail);
	if (strchr(sw_prefix_format(&ban->client, range), '/') != NULL)
		sw_text_add(line, ", as %s", range);
	sw_text_add(line, ", since %s",
		    sw_when_format_near(ban->since, explanation->now, when));
	add_end(line, ban, explanation->now);
	if (ban->count > 1)
		sw_text_add(line, ", ban number %" PRIu64, ban->count);
	if (ban->failures > 0)
		sw_text_add(line, "; %" PRIu64 " failures", ban->failures);
	if (is_first && explanation->jail.actions[0] != '\0') {
		sw_text_add(line, "; action ");
		sw_text_add_visible(line, explanation->jail.actions);
	}
	print_line(line, stream);
	for (size_t i = 0; i < ban->line_count; i++) {
		sw_text_add(line, "            ");
		sw_text_add_visible(line, ban->lines[i]);
		print_line(line, stream);
	}
}

void sw_render_banned(const struct sw_explanation *explanation, FILE *stream)
{
	const struct sw_fail2ban *fail2ban = &explanation->fail2ban;
	char buf[LINE_MAX_];
	struct sw_text line;

	sw_text_init(&line, buf, sizeof(buf));
	for (size_t i = 0; i < fail2ban->ban_count; i++)
		print_ban(explanation, &fail2ban->bans[i], i == 0, &line,
			  stream);
	if (fail2ban->state == SW_FAIL2BAN_UNREAD) {
		sw_text_add(&line, "  note      fail2ban can't be asked: ");
		sw_text_add_visible(&line, fail2ban->reason);
		print_line(&line, stream);
	}
	for (size_t i = 0; i < explanation->finding_count; i++) {
		sw_text_add(&line, "  note      ");
		sw_text_add_visible(&line, explanation->findings[i]);
		print_line(&line, stream);
	}
}

/* --- JSON -------------------------------------------------------------------
 */

static void add_key(struct sw_text *json, const char *key, const char *value)
{
	sw_text_add(json, "\"%s\":", key);
	sw_text_add_json(json, value);
	sw_text_add(json, ",");
}

static void add_ban(struct sw_text *json,
		    const struct sw_explanation *explanation,
		    const struct sw_fail2ban_ban *ban, bool is_first)
{
	char text[SW_PREFIX_TEXT_MAX];
	char utc[SW_UTC_TEXT_MAX];

	sw_text_add(json, "{\"by\":\"fail2ban\",");
	add_key(json, "jail", ban->jail);
	add_key(json, "client", sw_prefix_format(&ban->client, text));
	add_key(json, "since", sw_utc_format(ban->since, utc));
	add_key(json, "until",
		ban->until != 0 ? sw_utc_format(ban->until, utc) : NULL);
	sw_text_add(json, "\"count\":%" PRIu64 ",", ban->count);
	if (ban->failures > 0)
		sw_text_add(json, "\"failures\":%" PRIu64 ",", ban->failures);
	else
		sw_text_add(json, "\"failures\":null,");
	add_key(json, "actions", is_first ? explanation->jail.actions : NULL);
	add_key(json, "ignoreip", is_first ? explanation->jail.ignoreip : NULL);
}

static void print_json(const char *before, const char *value, FILE *stream)
{
	char buf[6 * SW_FAIL2BAN_LINE + 3];
	struct sw_text json;

	sw_text_init(&json, buf, sizeof(buf));
	sw_text_add(&json, "%s", before);
	sw_text_add_json(&json, value);
	(void)fputs(buf, stream);
}

static void print_ban_json(const struct sw_explanation *explanation,
			   const struct sw_fail2ban_ban *ban, bool is_first,
			   FILE *stream)
{
	char buf[16384];
	struct sw_text json;

	sw_text_init(&json, buf, sizeof(buf));
	add_ban(&json, explanation, ban, is_first);
	(void)fprintf(stream, "%s\"lines\":[", buf);
	for (size_t i = 0; i < ban->line_count; i++)
		print_json(i == 0 ? "" : ",", ban->lines[i], stream);
	(void)fputs("]}", stream);
}

void sw_render_banned_json(const struct sw_explanation *explanation,
			   FILE *stream)
{
	const struct sw_fail2ban *fail2ban = &explanation->fail2ban;
	const char *before = "";

	(void)fputs(",\"bans\":[", stream);
	for (size_t i = 0; i < fail2ban->ban_count; i++) {
		(void)fputs(i == 0 ? "" : ",", stream);
		print_ban_json(explanation, &fail2ban->bans[i], i == 0, stream);
	}
	(void)fputs("],\"findings\":[", stream);
	if (fail2ban->state == SW_FAIL2BAN_UNREAD) {
		print_json("", fail2ban->reason, stream);
		before = ",";
	}
	for (size_t i = 0; i < explanation->finding_count; i++) {
		print_json(before, explanation->findings[i], stream);
		before = ",";
	}
	(void)fputs("]", stream);
}
