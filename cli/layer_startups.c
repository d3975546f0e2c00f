#include "layers.h"

#include "live.h"

#include "sshwhy/num.h"
#include "sshwhy/sshd_slots.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>

/* "begin:rate:full", as sshd prints it. */
struct limit {
	uint64_t begin, rate, full;
};

static bool read_limit(const char *text, struct limit *out)
{
	const char *rate = strchr(text, ':');
	const char *full = rate != NULL ? strchr(rate + 1, ':') : NULL;

	return full != NULL &&
	       sw_num_parse_n(text, (size_t)(rate - text), UINT32_MAX,
			      &out->begin) == SW_OK &&
	       sw_num_parse_n(rate + 1, (size_t)(full - rate - 1), 100,
			      &out->rate) == SW_OK &&
	       sw_num_parse(full + 1, UINT32_MAX, &out->full) == SW_OK;
}

/* The chance of being dropped, in percent, as sshd computes it. */
static uint64_t chance(const struct limit *limit, uint64_t startups)
{
	if (startups < limit->begin)
		return 0;
	if (startups >= limit->full || limit->rate == 100)
		return 100;
	return limit->rate + (100 - limit->rate) * (startups - limit->begin) /
				     (limit->full - limit->begin);
}

/* Who holds the slots, where it is libwrap's refused clients. */
static void add_sleepers(struct sw_text *text, pid_t listener)
{
	static struct sw_sshd_slot slots[SW_SSHD_SLOTS_MAX]; /* large */
	size_t count = sw_sshd_slots(listener, slots, SW_SSHD_SLOTS_MAX);
	size_t sleeping = 0;

	for (size_t i = 0; i < count; i++)
		sleeping += slots[i].sleeps ? 1 : 0;
	if (sleeping > 0)
		sw_text_add(text, "; %zu of them refused by TCP wrappers",
			    sleeping);
}

static void ask_limit(const struct sw_live *live,
		      const struct sw_sshd_settings *settings,
		      struct sw_layer *out)
{
	const struct sw_daemon *daemon = &live->daemon;
	struct limit limit;
	struct sw_text text;
	char value[64];
	uint64_t percent;

	if (!sw_sshd_value(settings, "maxstartups", value, sizeof(value)) ||
	    !read_limit(value, &limit))
		return;
	/* The title has the numbers that the daemon uses. */
	limit.begin = daemon->begin;
	limit.full = daemon->full;
	percent = chance(&limit, daemon->startups);
	sw_text_init(&text, out->detail, sizeof(out->detail));
	sw_text_add(&text, "%u of %u:%u:%u", daemon->startups,
		    (unsigned int)limit.begin, (unsigned int)limit.rate,
		    (unsigned int)limit.full);
	out->outcome = percent == 0 ? SW_LAYER_PASS : SW_LAYER_DEPENDS;
	if (percent == 0)
		return;
	sw_sshd_rule(settings, "MaxStartups", &out->rule);
	if (percent < 100)
		sw_text_add(&text, ", dropped with a chance of %u %%",
			    (unsigned int)percent);
	add_sleepers(&text, daemon->pid);
	if (percent == 100) {
		out->outcome = SW_LAYER_REJECT;
		out->cause = SW_CAUSE_LIMIT_MAX_STARTUPS;
	}
}

/* "32:128": the bits that make clients one source. */
static struct sw_prefix source_of(const struct sw_sshd_settings *settings,
				  const struct sw_addr *client)
{
	uint64_t v4 = 32, v6 = 128;
	const char *colon;
	char value[32];

	if (sw_sshd_value(settings, "persourcenetblocksize", value,
			  sizeof(value)) &&
	    (colon = strchr(value, ':')) != NULL &&
	    (sw_num_parse_n(value, (size_t)(colon - value), 32, &v4) != SW_OK ||
	     sw_num_parse(colon + 1, 128, &v6) != SW_OK))
		v4 = 32, v6 = 128;
	return sw_prefix_of(client, (uint8_t)v4, (uint8_t)v6);
}

static void ask_source(const struct sw_question *question,
		       const struct sw_live *live,
		       const struct sw_sshd_settings *settings,
		       struct sw_layer *out)
{
	static struct sw_sshd_slot slots[SW_SSHD_SLOTS_MAX]; /* large */
	struct sw_prefix source;
	size_t count, open = 0;
	uint64_t most;

	if (!sw_sshd_number(settings, "persourcemaxstartups", &most))
		return;
	source = source_of(settings, &question->client.base);
	count = sw_sshd_slots(live->daemon.pid, slots, SW_SSHD_SLOTS_MAX);
	for (size_t i = 0; i < count; i++)
		open += sw_prefix_contains(&source, &slots[i].client.addr) ? 1
									   : 0;
	if (open >= most) {
		out->outcome = SW_LAYER_REJECT;
		out->cause = SW_CAUSE_LIMIT_PER_SOURCE;
		sw_sshd_rule(settings, "PerSourceMaxStartups", &out->rule);
		(void)snprintf(out->detail, sizeof(out->detail),
			       "%zu of %u of its source", open,
			       (unsigned int)most);
	} else {
		size_t len = strlen(out->detail);

		(void)snprintf(out->detail + len, sizeof(out->detail) - len,
			       ", %zu of %u of its source", open,
			       (unsigned int)most);
	}
}

/* No listener of sshd, no MaxStartups: systemd starts each with -i. */
static bool has_listener(const struct sw_live *live, struct sw_layer *out)
{
	if (live->found)
		return true;
	if (live->why[0] == 'n') { /* no sshd runs, or on that port */
		out->outcome = SW_LAYER_PASS;
		(void)sw_text_copy(out->detail, sizeof(out->detail),
				   "no listener of sshd, so no limit");
	} else {
		(void)sw_text_copy(out->detail, sizeof(out->detail), live->why);
	}
	return false;
}

void sw_layer_ask_startups(const struct sw_question *question,
			   struct sw_layer *out)
{
	const struct sw_live *live = sw_live_find(question);
	const struct sw_sshd_settings *settings;

	if (!has_listener(live, out))
		return;
	settings = sw_live_settings(question);
	if (settings == NULL) {
		(void)sw_text_copy(out->detail, sizeof(out->detail),
				   live->refused);
		return;
	}
	if (!live->daemon.has_startups) {
		out->outcome = SW_LAYER_DEPENDS;
		(void)sw_text_copy(out->detail, sizeof(out->detail),
				   "the listener's title does not tell");
		return;
	}
	ask_limit(live, settings, out);
	if (out->outcome != SW_LAYER_REJECT)
		ask_source(question, live, settings, out);
}
