#include "sshwhy/rate.h"

#include "rate_map.h"
#include "sshwhy/paths.h"
#include "sshwhy/text.h"

#define NS_PER_SECOND UINT64_C(1000000000)

static bool is_in(const struct sw_prefix *prefixes, size_t count,
		  const struct sw_addr *client)
{
	for (size_t i = 0; i < count; i++) {
		if (sw_prefix_contains(&prefixes[i], client))
			return true;
	}
	return false;
}

/* The first rule that is for client, or NULL. */
static const struct sw_rate_rule *rule_for(const struct sw_config *config,
					   const struct sw_addr *client)
{
	if (client->family == SW_FAMILY_NONE)
		return NULL;
	for (uint32_t i = 0; i < config->rates && i < SW_RATE_RULES; i++) {
		const struct sw_rate_rule *rule = &config->rate[i];

		if (rule->matches == 0 ||
		    is_in(rule->prefixes, rule->matches, client))
			return rule;
	}
	return NULL;
}

static bool exempts(const struct sw_rate_rule *rule,
		    const struct sw_addr *client)
{
	return is_in(rule->prefixes + rule->matches, rule->exempts, client);
}

bool sw_rate_concerns(const struct sw_config *config,
		      const struct sw_addr *client)
{
	const struct sw_rate_rule *rule = rule_for(config, client);

	return rule != NULL && !exempts(rule, client);
}

static void name_rule(const struct sw_rate_rule *rule, struct sw_rule *out)
{
	(void)sw_text_copy(out->source, sizeof(out->source), SW_PATH_CONFIG);
	(void)sw_text_copy(out->text, sizeof(out->text), rule->text);
	(void)sw_text_copy(out->owner, sizeof(out->owner), "admin");
	out->first_line = rule->line;
	out->line = rule->line;
}

static struct rate_asking asking_of(const struct sw_rate *table,
				    const struct sw_rate_rule *rule,
				    const struct sw_addr *client, uint64_t now)
{
	struct rate_asking asking = {.now = now};

	asking.key = rate_key(table->secret, rule, client);
	/* Rounded down: by less than a nanosecond, to the client's good. */
	asking.spacing = (int64_t)(rule->period * NS_PER_SECOND / rule->count);
	asking.burst = asking.spacing * rule->burst;
	return asking;
}

/* What the outcome is before the table is asked: SW_UNKNOWN where it has to be.
 */
static enum sw_outcome begin(const struct sw_rate_rule *rule,
			     const struct sw_addr *client)
{
	if (rule == NULL)
		return SW_NOMATCH;
	return exempts(rule, client) ? SW_ALLOW : SW_UNKNOWN;
}

static void describe(const struct sw_rate_rule *rule, enum sw_outcome outcome,
		     struct sw_verdict *out)
{
	*out = (struct sw_verdict){.outcome = outcome};
	if (rule != NULL)
		name_rule(rule, &out->rule);
}

static void end(bool is_let_in, struct sw_verdict *out)
{
	out->outcome = is_let_in ? SW_ALLOW : SW_DENY;
	if (!is_let_in)
		out->cause = SW_CAUSE_LIMIT_RATE;
}

void sw_rate_check(struct sw_rate *table, const struct sw_config *config,
		   const struct sw_addr *client, uint64_t now,
		   struct sw_verdict *out, bool *out_observe)
{
	const struct sw_rate_rule *rule = rule_for(config, client);
	enum sw_outcome outcome = begin(rule, client);
	struct rate_asking asking;

	*out_observe = rule != NULL && rule->observe;
	if (outcome != SW_UNKNOWN || table->map == NULL) {
		describe(rule, outcome, out);
		return;
	}
	asking = asking_of(table, rule, client, now);
	/* What is written meanwhile takes about as long as the memory does. */
	rate_prefetch(table->map, asking.key);
	describe(rule, outcome, out);
	end(rate_count(table->map, &asking), out);
}

void sw_rate_look(const struct sw_rate *table, const struct sw_config *config,
		  const struct sw_addr *client, uint64_t now,
		  struct sw_verdict *out, struct sw_rate_room *out_room)
{
	const struct sw_rate_rule *rule = rule_for(config, client);
	struct rate_asking asking;
	int64_t ahead;

	describe(rule, begin(rule, client), out);
	*out_room = (struct sw_rate_room){0, 0, rule != NULL && rule->observe};
	if (out->outcome != SW_UNKNOWN || table->map == NULL)
		return;
	asking = asking_of(table, rule, client, now);
	ahead = rate_ahead_of(table->map, &asking);
	if (ahead <= asking.burst - asking.spacing)
		out_room->left =
			(uint32_t)((asking.burst - ahead) / asking.spacing);
	else
		out_room->wait =
			(uint64_t)(ahead - (asking.burst - asking.spacing));
	end(out_room->wait == 0, out);
}
