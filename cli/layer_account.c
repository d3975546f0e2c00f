#include "layer_account.h"

#include "sshwhy/sshd_match.h"
#include "sshwhy/text.h"

#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

bool sw_account_is_on(const struct sw_sshd_settings *settings,
		      const char *keyword)
{
	char value[32];

	return sw_sshd_value(settings, keyword, value, sizeof(value)) &&
	       strcmp(value, "yes") == 0;
}

bool sw_account_exists(const char *user)
{
	return getpwnam(user) != NULL;
}

/* sshd looks at the shell unless it is one of a chroot. */
bool sw_account_lacks_shell(const struct sw_sshd_settings *settings,
			    const char *user, struct sw_layer *out)
{
	const struct passwd *account = getpwnam(user);
	char chroot[SW_SSHD_VALUE_MAX];
	const char *shell, *lack = NULL;
	struct stat st;

	if (account == NULL || (sw_sshd_value(settings, "chrootdirectory",
					      chroot, sizeof(chroot)) &&
				strcasecmp(chroot, "none") != 0))
		return false;
	shell = account->pw_shell[0] != '\0' ? account->pw_shell : "/bin/sh";
	if (stat(shell, &st) != 0)
		lack = "does not exist";
	else if (!S_ISREG(st.st_mode) || (st.st_mode & 0111) == 0)
		lack = "is not executable";
	if (lack == NULL)
		return false;
	out->outcome = SW_LAYER_REJECT;
	out->cause = SW_CAUSE_CONFIG_SHELL;
	(void)sw_text_copy(out->rule.source, sizeof(out->rule.source),
			   SW_SYSCONFDIR "/passwd");
	(void)snprintf(out->rule.text, sizeof(out->rule.text), "%.60s: %.120s",
		       user, shell);
	(void)snprintf(out->detail, sizeof(out->detail), "shell %.150s %s",
		       shell, lack);
	return true;
}

/* What each method needs; one that is not listed here is taken for on. */
static bool has_method(const struct sw_sshd_settings *settings,
		       const char *name, size_t len)
{
	static const struct {
		const char *method, *keyword;
	} methods[] = {
		{"publickey", "pubkeyauthentication"},
		{"password", "passwordauthentication"},
		{"keyboard-interactive", "kbdinteractiveauthentication"},
		{"hostbased", "hostbasedauthentication"},
		{"gssapi-with-mic", "gssapiauthentication"},
	};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (strlen(methods[i].method) == len &&
		    memcmp(methods[i].method, name, len) == 0)
			return sw_account_is_on(settings, methods[i].keyword);
	}
	return true;
}

static bool has_methods(const struct sw_sshd_settings *settings,
			const char *list)
{
	while (*list != '\0') {
		size_t len = strcspn(list, ",");

		if (!has_method(settings, list, strcspn(list, ",:")))
			return false;
		list += len + (list[len] != '\0');
	}
	return true;
}

bool sw_account_lacks_method(const struct sw_sshd_settings *settings,
			     struct sw_layer *out)
{
	char value[SW_SSHD_VALUE_MAX], list[SW_SSHD_VALUE_MAX];

	if (!sw_sshd_value(settings, "authenticationmethods", value,
			   sizeof(value)) ||
	    strcmp(value, "any") == 0)
		return false;
	for (size_t i = 0; sw_sshd_word(value, i, list, sizeof(list)); i++) {
		if (has_methods(settings, list))
			return false;
	}
	out->outcome = SW_LAYER_REJECT;
	out->cause = SW_CAUSE_CONFIG_AUTH_METHODS;
	sw_sshd_rule(settings, "AuthenticationMethods", &out->rule);
	(void)sw_text_copy(out->detail, sizeof(out->detail),
			   "no list of methods is on as a whole");
	return true;
}

bool sw_account_expand(const char *pattern, const struct passwd *account,
		       char *out, size_t size)
{
	struct sw_text text;

	sw_text_init(&text, out, size);
	if (pattern[0] != '/' && strncmp(pattern, "%h", 2) != 0)
		sw_text_add(&text, "%s/", account->pw_dir);
	for (const char *at = pattern; *at != '\0'; at++) {
		if (*at != '%')
			sw_text_add_bytes(&text, at, 1);
		else if (*++at == 'h')
			sw_text_add(&text, "%s", account->pw_dir);
		else if (*at == 'u')
			sw_text_add(&text, "%s", account->pw_name);
		else if (*at == '%')
			sw_text_add(&text, "%%");
		else
			return false;
	}
	return sw_text_ok(&text);
}

static bool is_roots(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == 0 &&
	       (st.st_mode & 022) == 0;
}

/* Each folder from / on has to be root's alone. */
static bool find_not_roots(char *path)
{
	for (char *at = path + 1;; at++) {
		char kept = *at;

		if (kept != '/' && kept != '\0')
			continue;
		*at = '\0';
		if (!is_roots(path))
			return true;
		*at = kept;
		if (kept == '\0')
			return false;
	}
}

bool sw_account_unsafe_root(const struct sw_sshd_settings *settings,
			    const char *user, char out[PATH_MAX])
{
	const struct passwd *account = getpwnam(user);
	char pattern[SW_SSHD_VALUE_MAX];

	return account != NULL &&
	       sw_sshd_value(settings, "chrootdirectory", pattern,
			     sizeof(pattern)) &&
	       strcasecmp(pattern, "none") != 0 &&
	       sw_account_expand(pattern, account, out, PATH_MAX) &&
	       out[0] == '/' && find_not_roots(out);
}

bool sw_account_lacks_root(const struct sw_sshd_settings *settings,
			   const char *user, struct sw_layer *out)
{
	char path[PATH_MAX];

	if (!sw_account_unsafe_root(settings, user, path))
		return false;
	out->outcome = SW_LAYER_REJECT;
	out->cause = SW_CAUSE_SERVER_CHROOT;
	sw_sshd_rule(settings, "ChrootDirectory", &out->rule);
	(void)snprintf(out->detail, sizeof(out->detail),
		       "owner or mode of %.200s", path);
	return true;
}
