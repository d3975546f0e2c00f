#include "sshwhy/pam_stack.h"

#include "sshwhy/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define BLANKS " \n\t"
#define JUMP_MAX 1000

/* In the order of their codes in _pam_types.h, "default" behind them. */
static const char *const codes[SW_PAM_RETURNS + 1] = {"success",
						      "open_err",
						      "symbol_err",
						      "service_err",
						      "system_err",
						      "buf_err",
						      "perm_denied",
						      "auth_err",
						      "cred_insufficient",
						      "authinfo_unavail",
						      "user_unknown",
						      "maxtries",
						      "new_authtok_reqd",
						      "acct_expired",
						      "session_err",
						      "cred_unavail",
						      "cred_expired",
						      "cred_err",
						      "no_module_data",
						      "conv_err",
						      "authtok_err",
						      "authtok_recover_err",
						      "authtok_lock_busy",
						      "authtok_disable_aging",
						      "try_again",
						      "ignore",
						      "abort",
						      "authtok_expired",
						      "module_unknown",
						      "bad_item",
						      "conv_again",
						      "incomplete",
						      "default"};

static const char *const actions_by_number[] = {"ignore", "ok",	 "done",
						"bad",	  "die", "reset"};

/* The four old words; success and new_authtok_reqd share the first. */
static const struct {
	const char *word;
	int success, ignore, others;
} old_controls[] = {
	{"required", SW_PAM_DO_OK, SW_PAM_DO_IGNORE, SW_PAM_DO_BAD},
	{"requisite", SW_PAM_DO_OK, SW_PAM_DO_IGNORE, SW_PAM_DO_DIE},
	{"optional", SW_PAM_DO_OK, SW_PAM_DO_IGNORE, SW_PAM_DO_IGNORE},
	{"sufficient", SW_PAM_DO_DONE, SW_PAM_DO_IGNORE, SW_PAM_DO_IGNORE},
};

#define CODE_SUCCESS 0
#define CODE_NEW_AUTHTOK 12
#define CODE_IGNORE 25

/* Take the brackets off: returns the end of what was in them. */
static char *unbracket(char *from)
{
	char *to = from, *end = from;

	for (; *end != '\0' && *end != ']'; to++, end++) {
		if (*end == '\\' && end[1] == ']')
			end++;
		*to = *end;
	}
	if (to != end)
		*to = '\0';
	return end;
}

char *sw_pam_word(char **at)
{
	char *from = *at, *end;

	if (from == NULL)
		return NULL;
	from += strspn(from, BLANKS);
	if (*from == '\0') {
		*at = NULL;
		return NULL;
	}
	if (*from == '[')
		end = unbracket(++from);
	else
		end = from + strcspn(from, BLANKS);
	if (*end != '\0')
		*end++ = '\0';
	*at = *end != '\0' ? end : NULL;
	return from;
}

static void set_undefined(int actions[SW_PAM_RETURNS], int action)
{
	for (size_t i = 0; i < SW_PAM_RETURNS; i++) {
		if (actions[i] == SW_PAM_DO_UNDEF)
			actions[i] = action;
	}
}

static const char *skip_space(const char *at)
{
	while (isspace((unsigned char)*at))
		at++;
	return at;
}

/* The index of the first of names that text begins with; count: none. */
static size_t begins_with(const char *text, const char *const *names,
			  size_t count)
{
	size_t i = 0;

	while (i < count && strncmp(names[i], text, strlen(names[i])) != 0)
		i++;
	return i;
}

static const char *read_jump(const char *at, int *action)
{
	int jump = 0;

	for (; isdigit((unsigned char)*at); at++)
		jump = jump < JUMP_MAX ? jump * 10 + (*at - '0') : JUMP_MAX;
	*action = jump;
	return jump > 0 ? at : NULL;
}

/* One "code=action"; NULL when it is none. */
static const char *read_pair(const char *at, int actions[SW_PAM_RETURNS])
{
	const size_t words =
		sizeof(actions_by_number) / sizeof(actions_by_number[0]);
	size_t code = begins_with(at, codes, SW_PAM_RETURNS + 1);
	size_t word;
	int action;

	if (code > SW_PAM_RETURNS)
		return NULL;
	at = skip_space(at + strlen(codes[code]));
	if (*at != '=')
		return NULL;
	at = skip_space(at + 1);
	word = begins_with(at, actions_by_number, words);
	if (word < words) {
		action = -(int)word;
		at += strlen(actions_by_number[word]);
	} else {
		at = read_jump(at, &action);
	}
	if (at == NULL)
		return NULL;
	if (code == SW_PAM_RETURNS)
		set_undefined(actions, action);
	else
		actions[code] = action;
	return at;
}

static bool read_pairs(const char *control, int actions[SW_PAM_RETURNS])
{
	const char *at = skip_space(control);

	while (at != NULL && *at != '\0') {
		at = read_pair(at, actions);
		if (at != NULL)
			at = skip_space(at);
	}
	return at != NULL;
}

static void set_all(int actions[SW_PAM_RETURNS], int action)
{
	for (size_t i = 0; i < SW_PAM_RETURNS; i++)
		actions[i] = action;
}

bool sw_pam_control(const char *control, int actions[SW_PAM_RETURNS])
{
	set_all(actions, SW_PAM_DO_UNDEF);
	for (size_t i = 0; i < sizeof(old_controls) / sizeof(old_controls[0]);
	     i++) {
		if (strcasecmp(control, old_controls[i].word) != 0)
			continue;
		set_all(actions, old_controls[i].others);
		actions[CODE_SUCCESS] = old_controls[i].success;
		actions[CODE_NEW_AUTHTOK] = old_controls[i].success;
		actions[CODE_IGNORE] = old_controls[i].ignore;
		return true;
	}
	if (!read_pairs(control, actions)) {
		set_all(actions, SW_PAM_DO_BAD);
		return false;
	}
	set_undefined(actions, SW_PAM_DO_BAD);
	return true;
}

bool sw_pam_argument(const char *args, const char *name, char *out, size_t size)
{
	char copy[SW_PAM_LINE_MAX], *at = copy, *word;
	size_t len = strlen(name);
	bool found = false;

	(void)sw_text_copy(copy, sizeof(copy), args);
	while ((word = sw_pam_word(&at)) != NULL) {
		if (strncmp(word, name, len) == 0)
			found = sw_text_copy(out, size, word + len);
	}
	return found;
}
