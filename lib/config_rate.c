#include "config_rate.h"

#include "sshwhy/duration.h"
#include "sshwhy/num.h"
#include "sshwhy/text.h"

#include <stddef.h>
#include <string.h>

#define COUNT_MAX 1000000 /* connections in a period */
#define PERIOD_MAX 86400  /* seconds */
#define BURST_MAX 10000	  /* connections */
/* The time after which a source that used all of its burst is as new. */
#define REFILL_MAX UINT64_C(2592000) /* seconds; 30 days */

#define BLANKS " \t"
#define SHOWN_MAX 25 /* bytes of a wrong word in a reason, with the NUL */

#define FNV_START UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

/* A line that is being read. */
struct line {
	const char *key;
	const char *word; /* "" behind the last one */
	char *rest;	  /* what stands behind it */
	struct sw_rate_rule *rule;
	struct sw_config_error *error;
};

static void add_shown(struct sw_text *text, const char *word)
{
	char shown[SHOWN_MAX];

	(void)sw_text_copy(shown, sizeof(shown), word);
	sw_text_add(text, "\"");
	sw_text_add_visible(text, shown);
	sw_text_add(text, "\"");
}

/* "rate.x wants WANTED", about the word at hand. */
static enum sw_err refuse(struct line *line, enum sw_err err,
			  const char *wanted)
{
	struct sw_text text;

	sw_text_init(&text, line->error->reason, sizeof(line->error->reason));
	sw_text_add(&text, "a rate wants %s", wanted);
	if (*line->word != '\0') {
		sw_text_add(&text, ", not ");
		add_shown(&text, line->word);
	}
	return err;
}

/* "the rate "x" IS". */
static enum sw_err refuse_rule(struct line *line, enum sw_err err,
			       const char *is)
{
	struct sw_text text;

	sw_text_init(&text, line->error->reason, sizeof(line->error->reason));
	add_shown(&text, line->key);
	sw_text_add(&text, "%s", is);
	return err;
}

static void next_word(struct line *line)
{
	char *word = line->rest + strspn(line->rest, BLANKS);
	char *end = word + strcspn(word, BLANKS);

	line->word = word;
	line->rest = end + (*end != '\0');
	*end = '\0';
}

/* Is the word at hand this one? Then it is passed. */
static bool pass(struct line *line, const char *word)
{
	if (strcmp(line->word, word) != 0)
		return false;
	next_word(line);
	return true;
}

static bool is_number(const char *text, size_t len, uint64_t min, uint64_t max,
		      uint32_t *out)
{
	uint64_t number = 0;

	if (sw_num_parse_n(text, len, max, &number) != SW_OK || number < min)
		return false;
	*out = (uint32_t)number;
	return true;
}

static enum sw_err read_limit(struct line *line)
{
	struct sw_rate_rule *rule = line->rule;
	const char *slash = strchr(line->word, '/');

	if (slash == NULL ||
	    !is_number(line->word, (size_t)(slash - line->word), 1, COUNT_MAX,
		       &rule->count) ||
	    sw_duration_parse(slash + 1, &rule->period) != SW_OK ||
	    rule->period == 0 || rule->period > PERIOD_MAX)
		return refuse(line, SW_E_SYNTAX,
			      "COUNT/PERIOD, from 1 to 1000000 in 1s to 1d");
	next_word(line);
	return SW_OK;
}

static enum sw_err read_burst(struct line *line)
{
	struct sw_rate_rule *rule = line->rule;

	if (!pass(line, "burst"))
		return refuse(line, SW_E_SYNTAX, "\"burst\" here");
	if (!is_number(line->word, strlen(line->word), 1, BURST_MAX,
		       &rule->burst))
		return refuse(line, SW_E_SYNTAX, "a burst from 1 to 10000");
	if ((uint64_t)rule->burst * rule->period > REFILL_MAX * rule->count)
		return refuse_rule(
			line, SW_E_RANGE,
			" would take more than 30 days to forget a burst");
	next_word(line);
	return SW_OK;
}

static enum sw_err read_per(struct line *line)
{
	struct sw_rate_rule *rule = line->rule;
	const char *slash;
	uint32_t v4 = 0;
	uint32_t v6 = 0;

	if (!pass(line, "per"))
		return refuse(line, SW_E_SYNTAX, "\"per\" here");
	slash = strchr(line->word, '/');
	if (slash == NULL ||
	    !is_number(line->word, (size_t)(slash - line->word), 0, 32, &v4) ||
	    !is_number(slash + 1, strlen(slash + 1), 0, 128, &v6))
		return refuse(line, SW_E_SYNTAX,
			      "two lengths of prefixes, as in 32/64");
	rule->v4_len = (uint8_t)v4;
	rule->v6_len = (uint8_t)v6;
	next_word(line);
	return SW_OK;
}

/* The prefixes behind keyword, if it is there. */
static enum sw_err read_prefixes(struct line *line, const char *keyword,
				 uint8_t *out_count)
{
	struct sw_rate_rule *rule = line->rule;
	size_t used = rule->matches;

	if (!pass(line, keyword))
		return SW_OK;
	do {
		if (used >= SW_RATE_PREFIXES)
			return refuse(line, SW_E_RANGE, "at most 16 prefixes");
		if (sw_prefix_parse(line->word, &rule->prefixes[used]) != SW_OK)
			return refuse(line, SW_E_SYNTAX, "a prefix");
		used++;
		(*out_count)++;
		next_word(line);
	} while (strpbrk(line->word, ".:") != NULL);
	return SW_OK;
}

static enum sw_err read_end(struct line *line)
{
	line->rule->observe = pass(line, "observe");
	if (*line->word != '\0')
		return refuse(line, SW_E_SYNTAX,
			      "match, exempt or observe in this order");
	return SW_OK;
}

static enum sw_err read_value(struct line *line)
{
	struct sw_rate_rule *rule = line->rule;
	enum sw_err err = read_limit(line);

	if (err == SW_OK)
		err = read_burst(line);
	if (err == SW_OK)
		err = read_per(line);
	if (err == SW_OK)
		err = read_prefixes(line, "match", &rule->matches);
	if (err == SW_OK)
		err = read_prefixes(line, "exempt", &rule->exempts);
	return err == SW_OK ? read_end(line) : err;
}

static bool is_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	return len > 0 && len < SW_RATE_NAME_MAX && name[len] == '\0';
}

static bool is_taken(const struct sw_config *draft, const char *name)
{
	for (uint32_t i = 0; i < draft->rates; i++) {
		if (strcmp(draft->rate[i].name, name) == 0)
			return true;
	}
	return false;
}

static enum sw_err check_rule(struct line *line, const struct sw_config *draft,
			      const char *name)
{
	if (!is_name(name))
		return refuse_rule(line, SW_E_SYNTAX,
				   " has no name of 1 to 32 letters, digits, "
				   "\"-\" and \"_\"");
	if (is_taken(draft, name))
		return refuse_rule(line, SW_E_SYNTAX, " stands twice");
	if (draft->rates >= SW_RATE_RULES)
		return refuse_rule(
			line, SW_E_RANGE,
			" is one more than the 16 that there can be");
	return SW_OK;
}

static uint64_t add_number(uint64_t hash, uint32_t number)
{
	for (int i = 0; i < 4; i++, number >>= 8)
		hash = (hash ^ (number & 0xff)) * FNV_PRIME;
	return hash;
}

/* A rule whose numbers change starts anew; one that only moves does not. */
static uint64_t id_of(const struct sw_rate_rule *rule)
{
	uint64_t hash = FNV_START;

	for (const char *at = rule->name; *at != '\0'; at++)
		hash = (hash ^ (unsigned char)*at) * FNV_PRIME;
	hash = add_number(hash, rule->count);
	hash = add_number(hash, rule->period);
	return add_number(hash, rule->burst);
}

bool config_rate_is_key(const char *key)
{
	return strncmp(key, CONFIG_RATE_PREFIX, strlen(CONFIG_RATE_PREFIX)) ==
	       0;
}

enum sw_err config_rate_read(const char *key, char *value, const char *written,
			     struct sw_config *draft,
			     struct sw_config_error *error)
{
	const char *name = key + strlen(CONFIG_RATE_PREFIX);
	struct line line = {.key = key, .rest = value, .error = error};
	struct sw_rate_rule *rule;
	enum sw_err err = check_rule(&line, draft, name);

	if (err != SW_OK)
		return err;
	rule = &draft->rate[draft->rates];
	memset(rule, 0, sizeof(*rule));
	(void)sw_text_copy(rule->name, sizeof(rule->name), name);
	(void)sw_text_copy(rule->text, sizeof(rule->text), written);
	rule->line = error->line;
	line.rule = rule;
	next_word(&line);
	err = read_value(&line);
	if (err != SW_OK)
		return err;
	rule->id = id_of(rule);
	draft->rates++;
	return SW_OK;
}
