#include "delay.h"

#include <stdlib.h>
#include <string.h>

struct held {
	struct sw_line line; /* text is ours */
	int64_t since;	     /* milliseconds UTC */
};

struct sw_delay {
	sw_line_fn line;
	void *context;
	size_t first; /* the oldest */
	size_t count;
	struct held held[SW_DELAY_LINES];
};

struct sw_delay *sw_delay_new(sw_line_fn line, void *context)
{
	struct sw_delay *delay = calloc(1, sizeof(*delay));

	if (delay == NULL)
		return NULL;
	delay->line = line;
	delay->context = context;
	return delay;
}

static void deliver_oldest(struct sw_delay *delay)
{
	struct held *oldest = &delay->held[delay->first];
	char *text = (char *)(uintptr_t)oldest->line.text;

	delay->line(delay->context, &oldest->line);
	free(text);
	delay->first = (delay->first + 1) % SW_DELAY_LINES;
	delay->count--;
}

static void deliver_all(struct sw_delay *delay)
{
	while (delay->count > 0)
		deliver_oldest(delay);
}

void sw_delay_free(struct sw_delay *delay)
{
	if (delay == NULL)
		return;
	deliver_all(delay);
	free(delay);
}

void sw_delay_add(struct sw_delay *delay, const struct sw_line *line,
		  int64_t now)
{
	size_t len = line->len < SW_DELAY_TEXT ? line->len : SW_DELAY_TEXT;
	char *text = malloc(len + 1);
	struct held *held;

	if (text == NULL) {
		deliver_all(delay);
		delay->line(delay->context, line);
		return;
	}
	memcpy(text, line->text, len);
	text[len] = '\0';
	if (delay->count == SW_DELAY_LINES)
		deliver_oldest(delay);
	held = &delay->held[(delay->first + delay->count) % SW_DELAY_LINES];
	delay->count++;
	held->line = *line;
	held->line.text = text;
	held->line.len = len;
	held->since = now;
}

static bool is_due(const struct held *held, int64_t now)
{
	return now < held->since || now - held->since >= SW_DELAY_MS;
}

void sw_delay_tick(struct sw_delay *delay, int64_t now)
{
	while (delay->count > 0 && is_due(&delay->held[delay->first], now))
		deliver_oldest(delay);
}
