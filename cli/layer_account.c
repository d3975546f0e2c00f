#include "layer_account.h"

#include "sshwhy/sshd_match.h"
#include "sshwhy/text.h"

#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static bool is_on(const struct sw_sshd_settings *settings, const char *keyword)
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
			return is_on(settings, methods[i].keyword);
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

/* "%h/.ssh/keys", "%u", "%%"; a relative path is below the home. */
static bool expand(const char *pattern, const struct passwd *account, char *out,
		   size_t size)
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

static bool is_safe(const char *path, uid_t uid)
{
	struct stat st;

	return stat(path, &st) == 0 && (st.st_uid == 0 || st.st_uid == uid) &&
	       (st.st_mode & 022) == 0;
}

/* The first of file and its folders, up to the home, that is not; sshd's
 * safe_path(). path is cut. */
static bool find_unsafe(char *path, const struct passwd *account)
{
	for (;;) {
		char *slash;

		if (!is_safe(path, account->pw_uid))
			return true;
		if (strcmp(path, account->pw_dir) == 0)
			return false;
		slash = strrchr(path, '/');
		if (slash == NULL || slash == path)
			return false;
		*slash = '\0';
	}
}

/* A file that may be read makes the others irrelevant. */
bool sw_account_unsafe_path(const struct sw_sshd_settings *settings,
			    const char *user, char out[PATH_MAX])
{
	const struct passwd *account = getpwnam(user);
	char files[SW_SSHD_VALUE_MAX], pattern[SW_SSHD_VALUE_MAX];
	char path[PATH_MAX];
	struct stat st;

	out[0] = '\0';
	if (account == NULL || !is_on(settings, "strictmodes") ||
	    !sw_sshd_value(settings, "authorizedkeysfile", files,
			   sizeof(files)))
		return false;
	for (size_t i = 0; sw_sshd_word(files, i, pattern, sizeof(pattern));
	     i++) {
		if (!expand(pattern, account, path, sizeof(path)) ||
		    stat(path, &st) != 0)
			continue;
		if (!find_unsafe(path, account))
			return false;
		if (out[0] == '\0')
			(void)sw_text_copy(out, PATH_MAX, path);
	}
	return out[0] != '\0';
}

bool sw_account_lacks_key(const struct sw_sshd_settings *settings,
			  const struct sw_conn *conn, struct sw_layer *out)
{
	char unsafe[PATH_MAX];

	if (!is_on(settings, "pubkeyauthentication") ||
	    !sw_account_unsafe_path(settings, conn->user, unsafe))
		return false;
	out->outcome = SW_LAYER_DEPENDS;
	if (!is_on(settings, "passwordauthentication") &&
	    !is_on(settings, "kbdinteractiveauthentication")) {
		out->outcome = SW_LAYER_REJECT;
		out->cause = SW_CAUSE_KEY_FILE;
	}
	sw_sshd_rule(settings, "StrictModes", &out->rule);
	(void)snprintf(out->detail, sizeof(out->detail),
		       "no key is read: owner or mode of %.200s", unsafe);
	return true;
}

/* The patterns of from="..." in a line of authorized_keys; false: it has
 * none. */
static bool from_of(const char *path, unsigned int number, char *out,
		    size_t size)
{
	char line[8192];
	const char *from, *end;
	FILE *file = fopen(path, "re");

	line[0] = '\0';
	for (unsigned int i = 0; file != NULL && i < number; i++) {
		if (fgets(line, sizeof(line), file) == NULL)
			line[0] = '\0';
	}
	if (file != NULL)
		(void)fclose(file);
	from = strcasestr(line, "from=\"");
	if (from == NULL)
		return false;
	from += strlen("from=\"");
	end = strchr(from, '"');
	if (end == NULL || (size_t)(end - from) >= size)
		return false;
	memcpy(out, from, (size_t)(end - from));
	out[end - from] = '\0';
	return true;
}

/* A pattern with "!" that names the client outweighs all others. */
static bool names_client(char *patterns, const struct sw_addr *client)
{
	char host[SW_ADDR_TEXT_MAX], pattern[SW_TEXT_MAX + 2];
	char *rest = patterns, *word;
	bool named = false;

	(void)sw_addr_format(client, host);
	while ((word = strsep(&rest, ",")) != NULL) {
		bool negated = word[0] == '!';

		(void)snprintf(pattern, sizeof(pattern), "*@%.190s",
			       word + (negated ? 1 : 0));
		if (!sw_sshd_match_user(pattern, "", host, client))
			continue;
		if (negated)
			return false;
		named = true;
	}
	return named;
}

bool sw_account_was_restricted(const struct sw_record *last,
			       const struct sw_conn *conn, struct sw_layer *out)
{
	char patterns[4096];

	if (last == NULL || last->cause != SW_CAUSE_KEY_RESTRICTED ||
	    last->rule.source[0] != '/' || last->rule.line == 0 ||
	    !from_of(last->rule.source, last->rule.line, patterns,
		     sizeof(patterns)) ||
	    names_client(patterns, &conn->client.addr))
		return false;
	out->outcome = SW_LAYER_DEPENDS;
	out->rule = last->rule;
	(void)sw_text_copy(out->detail, sizeof(out->detail),
			   "on the key; the last one is not for this client");
	return true;
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
	       expand(pattern, account, out, PATH_MAX) && out[0] == '/' &&
	       find_not_roots(out);
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
