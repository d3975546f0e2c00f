#include "heard_penalty.h"

#include "sshwhy/num.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static const char *find(const char *in, size_t len, const char *what)
{
	return memmem(in, len, what, strlen(what));
}

/* "ipv4: new 203.0.113.5/24 active penalty of 15 seconds for ...", or
 * "203.0.113.5/24: activating ipv4 penalty of ...". */
bool sw_heard_is_in_block(const struct sw_import_seen *seen,
			  const struct sw_prefix *client)
{
	const char *slash = memchr(seen->message, '/', seen->len);
	const char *from = slash, *to = slash;
	const char *end = seen->message + seen->len;
	char text[SW_PREFIX_TEXT_MAX];
	struct sw_prefix block;

	if (slash == NULL)
		return false;
	while (from > seen->message && from[-1] != ' ')
		from--;
	while (to < end && *to != ' ' && *to != ':')
		to++;
	if ((size_t)(to - from) >= sizeof(text))
		return false;
	memcpy(text, from, (size_t)(to - from));
	text[to - from] = '\0';
	return sw_prefix_parse(text, &block) == SW_OK &&
	       sw_prefix_contains(&block, &client->base);
}

void sw_heard_note_penalty(struct sw_heard *heard,
			   const struct sw_import_seen *seen)
{
	int64_t time = seen->line->time;
	struct sw_heard_penalty *penalty = &heard->penalty;
	const char *at = find(seen->message, seen->len, SW_HEARD_PENALTY);
	const char *end = seen->message + seen->len, *why;
	uint64_t seconds = 0;

	if (at == NULL ||
	    find(seen->message, seen->len, " deferred penalty") != NULL)
		return;
	at += strlen(SW_HEARD_PENALTY);
	if (sw_num_parse_n(at, strspn(at, "0123456789"), INT_MAX, &seconds) !=
	    SW_OK)
		return;
	/* Those of another listener ended with it. */
	if (seen->line->pid != penalty->pid)
		penalty->until = 0;
	penalty->pid = seen->line->pid;
	penalty->told = time;
	if (time + (int64_t)(seconds + 1) * 1000 > penalty->until)
		penalty->until = time + (int64_t)(seconds + 1) * 1000;
	why = find(at, (size_t)(end - at), " for ");
	if (why != NULL)
		(void)snprintf(penalty->why, sizeof(penalty->why), "%.*s",
			       (int)(end - why - 5), why + 5);
}
