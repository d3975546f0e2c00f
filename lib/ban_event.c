#include "sshwhy/ban_event.h"

#include "sshwhy/text.h"

#include <inttypes.h>
#include <string.h>

/* FNV-1a, 64 bits. */
#define HASH_START UINT64_C(0xcbf29ce484222325)
#define HASH_PRIME UINT64_C(0x100000001b3)

static uint64_t hash(uint64_t sum, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < len; i++)
		sum = (sum ^ at[i]) * HASH_PRIME;
	return sum;
}

static uint64_t key_of(const struct sw_ban_event *event, int64_t period)
{
	const struct sw_prefix *client = &event->client;
	uint64_t sum = hash(HASH_START, &period, sizeof(period));

	sum = hash(sum, &event->event, sizeof(event->event));
	sum = hash(sum, &client->base.family, sizeof(client->base.family));
	sum = hash(sum, client->base.bytes, sizeof(client->base.bytes));
	sum = hash(sum, &client->len, sizeof(client->len));
	return hash(sum, event->owner, strlen(event->owner));
}

/* The period before counts too, or two reports could fall on both sides of a
 * border. */
bool sw_ban_event_is_new(struct sw_state *state,
			 const struct sw_ban_event *event)
{
	int64_t period = event->now / SW_BAN_EVENT_SAME;
	bool before = sw_state_first_time(state, key_of(event, period - 1));
	bool now = sw_state_first_time(state, key_of(event, period));

	return before && now;
}

/* Where several lines were handed over, the last one decided. */
static void add_last_line(struct sw_text *text, const char *why)
{
	size_t end = strlen(why);
	size_t start;

	while (end > 0 && strchr("\r\n ", why[end - 1]) != NULL)
		end--;
	for (start = end; start > 0 && why[start - 1] != '\n'; start--)
		;
	if (end - start > text->size - text->len - 1)
		end = start + (text->size - text->len - 1);
	sw_text_add_bytes(text, why + start, end - start);
}

static bool is_range(const struct sw_prefix *client)
{
	bool v4 = client->base.family == SW_FAMILY_V4;

	return client->len != (v4 ? 32 : 128);
}

static void write_text(const struct sw_ban_event *event, char *buf, size_t size)
{
	char range[SW_PREFIX_TEXT_MAX];
	struct sw_text text;

	sw_text_init(&text, buf, size);
	if (is_range(&event->client))
		sw_text_add(&text, "%s ",
			    sw_prefix_format(&event->client, range));
	if (event->failures > 0)
		sw_text_add(&text, "%" PRIu64 " failures%s", event->failures,
			    event->why[0] != '\0' ? ", last: " : "");
	add_last_line(&text, event->why);
}

void sw_ban_event_to_record(const struct sw_ban_event *event,
			    struct sw_record *out)
{
	memset(out, 0, sizeof(*out));
	out->event = event->event;
	out->cause = SW_CAUSE_BAN_TOOL;
	out->evidence = SW_EVIDENCE_RECORDED;
	out->via = SW_VIA_CLI;
	out->time = event->now;
	out->first = event->now;
	out->last = event->now;
	out->count = 1;
	out->until = event->event == SW_EVENT_BAN ? event->until : 0;
	if (!is_range(&event->client))
		out->conn.client.addr = event->client.base;
	write_text(event, out->rule.text, sizeof(out->rule.text));
	(void)sw_text_copy(out->rule.owner, sizeof(out->rule.owner),
			   event->owner);
}
