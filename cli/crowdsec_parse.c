#include "crowdsec.h"

#include "bans.h"

#include "sshwhy/text.h"

#include <jansson.h>
#include <string.h>

#define YEAR INT64_C(31536000000) /* milliseconds */

void sw_crowdsec_free(struct sw_crowdsec *answer)
{
	sw_ban_list_free(&answer->placed);
	sw_ban_list_free(&answer->lifted);
}

static const struct {
	const char *name;
	double ms;
} units[] = {
	{"ns", 1e-6}, {"us", 1e-3}, {"\xc2\xb5s", 1e-3}, {"ms", 1},
	{"s", 1000},  {"m", 60000}, {"h", 3600000},
};

/* The digits and the fraction at *text, which is moved behind them. */
static bool read_number(const char **text, double *out)
{
	const char *at = *text;
	double scale = 1;
	double value = 0;
	bool any = false;

	for (; *at >= '0' && *at <= '9'; at++, any = true)
		value = value * 10 + (*at - '0');
	if (*at == '.') {
		for (at++; *at >= '0' && *at <= '9'; at++) {
			scale /= 10;
			value += (*at - '0') * scale;
		}
	}
	*text = at;
	*out = value;
	return any;
}

static bool read_unit(const char **text, double *out)
{
	size_t len = strcspn(*text, "0123456789.");

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strlen(units[i].name) == len &&
		    memcmp(units[i].name, *text, len) == 0) {
			*out = units[i].ms;
			*text += len;
			return true;
		}
	}
	return false;
}

enum sw_err sw_crowdsec_duration(const char *text, int64_t *out_ms)
{
	bool negative = *text == '-';
	double sum = 0;

	text += negative;
	do {
		double number = 0;
		double unit = 0;

		if (!read_number(&text, &number) || !read_unit(&text, &unit))
			return SW_E_SYNTAX;
		sum += number * unit;
		if (sum > 1e15)
			return SW_E_RANGE;
	} while (*text != '\0');
	*out_ms = negative ? -(int64_t)sum : (int64_t)sum;
	return SW_OK;
}

static const char *text_of(const json_t *decision, const char *key)
{
	const char *text = json_string_value(json_object_get(decision, key));

	return text != NULL ? text : "";
}

static bool is_for_us(const json_t *decision)
{
	const char *scope = text_of(decision, "scope");

	return strcmp(text_of(decision, "type"), "ban") == 0 &&
	       (strcasecmp(scope, "ip") == 0 ||
		strcasecmp(scope, "range") == 0);
}

/* A list that is fed by many machines must not take this one off the net. */
static bool is_safe(const struct sw_prefix *prefix)
{
	const struct sw_bans_guard nobody = {.own_count = 0};
	char words[SW_BANS_DANGER_MAX];

	return !sw_bans_is_dangerous(&nobody, prefix, words);
}

static enum sw_err take_decision(const json_t *decision, int64_t now,
				 struct sw_ban_list *list, size_t *left_out)
{
	struct sw_ban ban = {.placed = now, .owner = SW_CROWDSEC_OWNER};
	int64_t left = 0;

	if (!json_is_object(decision) ||
	    sw_crowdsec_duration(text_of(decision, "duration"), &left) ==
		    SW_E_SYNTAX)
		return SW_E_SYNTAX;
	if (!is_for_us(decision) ||
	    sw_prefix_parse(text_of(decision, "value"), &ban.prefix) != SW_OK ||
	    !is_safe(&ban.prefix)) {
		(*left_out)++;
		return SW_OK;
	}
	/* Out of range is as long as can be. */
	ban.until = now + (left > 0 && left < YEAR ? left : YEAR);
	(void)sw_text_copy(ban.reason, sizeof(ban.reason),
			   text_of(decision, "scenario"));
	return sw_ban_list_add(list, &ban);
}

static enum sw_err take_all(const json_t *decisions, int64_t now,
			    struct sw_ban_list *list, size_t *left_out)
{
	enum sw_err err = SW_OK;
	const json_t *decision;
	size_t i;

	if (decisions == NULL ||
	    (!json_is_array(decisions) && !json_is_null(decisions)))
		return SW_E_SYNTAX;
	json_array_foreach(decisions, i, decision)
	{
		err = take_decision(decision, now, list, left_out);
		if (err != SW_OK)
			break;
	}
	return err;
}

enum sw_err sw_crowdsec_parse(const char *json, size_t len, int64_t now,
			      struct sw_crowdsec *out)
{
	struct sw_crowdsec answer = SW_CROWDSEC_INIT;
	json_error_t error;
	json_t *root = json_loadb(json, len, 0, &error);
	size_t ignored = 0;
	enum sw_err err;

	err = take_all(json_object_get(root, "deleted"), now, &answer.lifted,
		       &ignored);
	if (err == SW_OK)
		err = take_all(json_object_get(root, "new"), now,
			       &answer.placed, &answer.left_out);
	json_decref(root);
	if (err == SW_OK)
		*out = answer;
	else
		sw_crowdsec_free(&answer);
	return err;
}
