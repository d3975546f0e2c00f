#include "check_wrapper.h"

#include <string.h>

#define BLANKS " \t\r\n"

static const struct known {
	const char *name;
	enum sw_check error;  /* when it is wrong */
	enum sw_check always; /* whenever it stands there */
} known[] = {
	{"aclexec", SW_CHECK_WRAPPER_OPTION_VALUE, SW_CHECK_COUNT_},
	{"allow", SW_CHECK_WRAPPER_OPTION_LAST, SW_CHECK_COUNT_},
	{"banners", SW_CHECK_WRAPPER_OPTION_VALUE, SW_CHECK_COUNT_},
	{"deny", SW_CHECK_WRAPPER_OPTION_LAST, SW_CHECK_COUNT_},
	{"group", SW_CHECK_WRAPPER_OPTION_VALUE, SW_CHECK_WRAPPER_OPTION_USER},
	{"keepalive", SW_CHECK_WRAPPER_OPTION_VALUE, SW_CHECK_COUNT_},
	{"linger", SW_CHECK_WRAPPER_OPTION_VALUE, SW_CHECK_COUNT_},
	{"nice", SW_CHECK_WRAPPER_OPTION_VALUE, SW_CHECK_COUNT_},
	{"rfc931", SW_CHECK_WRAPPER_OPTION_VALUE, SW_CHECK_COUNT_},
	{"setenv", SW_CHECK_WRAPPER_OPTION_VALUE, SW_CHECK_COUNT_},
	{"severity", SW_CHECK_WRAPPER_SEVERITY, SW_CHECK_COUNT_},
	{"spawn", SW_CHECK_WRAPPER_OPTION_VALUE, SW_CHECK_COUNT_},
	{"twist", SW_CHECK_WRAPPER_OPTION_LAST, SW_CHECK_WRAPPER_TWIST},
	{"umask", SW_CHECK_WRAPPER_OPTION_VALUE, SW_CHECK_COUNT_},
	{"user", SW_CHECK_WRAPPER_OPTION_VALUE, SW_CHECK_WRAPPER_OPTION_USER},
};

static const struct known *known_by(struct sw_word field)
{
	struct sw_word name = field;

	name.len = 0;
	while (name.len < field.len &&
	       strchr("=" BLANKS, field.start[name.len]) == NULL)
		name.len++;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (sw_word_is(name, known[i].name))
			return &known[i];
	}
	return NULL;
}

static enum sw_check error_of(struct sw_word field)
{
	const struct known *option = known_by(field);

	if (option != NULL)
		return option->error;
	if (field.len == 0)
		return SW_CHECK_WRAPPER_OPTION_EMPTY;
	if (field.start[0] == '/' || field.start[0] == '(' ||
	    field.start[0] == '.')
		return SW_CHECK_WRAPPER_OPTION_COMMAND;
	return SW_CHECK_WRAPPER_OPTION_UNKNOWN;
}

/* Cut a field off *rest; "\:" does not end it. */
static bool next_field(struct sw_word *rest, struct sw_word *out)
{
	size_t len = 0;

	if (rest->len == 0)
		return false;
	while (len < rest->len && rest->start[len] != ':')
		len += rest->start[len] == '\\' && len + 1 < rest->len &&
				       rest->start[len + 1] == ':'
			       ? 2
			       : 1;
	*out = sw_word_trim((struct sw_word){rest->start, len});
	if (len < rest->len)
		len++;
	*rest = (struct sw_word){rest->start + len, rest->len - len};
	return true;
}

static void check_fields(struct sw_table_check *check, struct sw_word options)
{
	struct sw_word field;

	while (next_field(&options, &field)) {
		const struct known *option = known_by(field);

		if (option != NULL && option->always != SW_CHECK_COUNT_)
			sw_table_add(check, option->always, &field, NULL);
	}
}

void sw_table_check_options(struct sw_table_check *check,
			    struct sw_table_rule *rule)
{
	struct sw_wrapper_options *judged = &rule->judged;
	struct sw_word word;

	if (!rule->has_options)
		return;
	sw_wrapper_options_judge(check->query, rule->options.start, judged);
	if (judged->option == SW_OPTION_ERROR) {
		word = sw_word_of(judged->word);
		sw_table_add(check, error_of(word), word.len > 0 ? &word : NULL,
			     NULL);
		return;
	}
	check_fields(check, rule->options);
	if (check->is_allow && rule->is_for_sshd)
		check->aclexec |= judged->aclexec;
	if (!check->is_allow && rule->is_for_sshd && check->aclexec &&
	    judged->option == SW_OPTION_OTHER)
		sw_table_add(check, SW_CHECK_WRAPPER_ACLEXEC_BYPASS, NULL,
			     NULL);
}
