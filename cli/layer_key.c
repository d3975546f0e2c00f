#include "layer_account.h"

#include "sshwhy/sshd_match.h"
#include "sshwhy/text.h"

#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Debian and what is made of it let a group write that is the user's own. */
#define OWN_GROUPS SW_SYSCONFDIR "/debian_version"

/* True when nobody but the user is in the group; one without members is not
 * taken for his. */
static bool is_own_group(gid_t gid, uid_t uid)
{
	const struct group *group = getgrgid(gid);
	const struct passwd *account;
	unsigned int members = 0;
	char name[256] = "";
	bool own = true;

	if (group == NULL)
		return false;
	if (group->gr_mem[0] != NULL) {
		own = group->gr_mem[1] == NULL &&
		      sw_text_copy(name, sizeof(name), group->gr_mem[0]);
		account = getpwnam(name);
		own = own && account != NULL && account->pw_uid == uid;
		members++;
	}
	setpwent();
	while (own && (account = getpwent()) != NULL) {
		if (account->pw_gid != gid)
			continue;
		members++;
		own = account->pw_uid == uid;
	}
	endpwent();
	return own && members > 0;
}

static bool is_safe(const char *path, uid_t uid)
{
	struct stat st;

	if (stat(path, &st) != 0 || (st.st_uid != 0 && st.st_uid != uid) ||
	    (st.st_mode & 02) != 0)
		return false;
	return (st.st_mode & 020) == 0 ||
	       (access(OWN_GROUPS, F_OK) == 0 && is_own_group(st.st_gid, uid));
}

/* Cut path to the folder it is in; false at the home and at the root, where
 * sshd stops. */
static bool climb(char *path, const char *home)
{
	char *slash = strrchr(path, '/');

	if (strcmp(path, home) == 0 || slash == NULL || slash == path)
		return false;
	*slash = '\0';
	return true;
}

/* The first of file and its folders, up to the home, that is not; sshd's
 * safe_path(). path is cut. */
static bool find_unsafe(char *path, const char *home, uid_t uid)
{
	while (is_safe(path, uid)) {
		if (!climb(path, home))
			return false;
	}
	return true;
}

bool sw_account_unsafe_above(const char *user, char path[PATH_MAX])
{
	const struct passwd *account = getpwnam(user);
	char home[PATH_MAX];
	uid_t uid;

	if (account == NULL ||
	    !sw_text_copy(home, sizeof(home), account->pw_dir))
		return false;
	uid = account->pw_uid;
	return climb(path, home) && find_unsafe(path, home, uid);
}

/* A file that may be read makes the others irrelevant. */
bool sw_account_unsafe_path(const struct sw_sshd_settings *settings,
			    const char *user, char out[PATH_MAX])
{
	const struct passwd *account = getpwnam(user);
	char files[SW_SSHD_VALUE_MAX], pattern[SW_SSHD_VALUE_MAX];
	char path[PATH_MAX], home[PATH_MAX];
	struct stat st;
	uid_t uid;

	out[0] = '\0';
	if (account == NULL ||
	    !sw_text_copy(home, sizeof(home), account->pw_dir) ||
	    !sw_account_is_on(settings, "strictmodes") ||
	    !sw_sshd_value(settings, "authorizedkeysfile", files,
			   sizeof(files)))
		return false;
	uid = account->pw_uid;
	for (size_t i = 0; sw_sshd_word(files, i, pattern, sizeof(pattern));
	     i++) {
		account = getpwnam(user); /* the search walks through all */
		if (account == NULL ||
		    !sw_account_expand(pattern, account, path, sizeof(path)) ||
		    stat(path, &st) != 0)
			continue;
		if (!find_unsafe(path, home, uid))
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

	if (!sw_account_is_on(settings, "pubkeyauthentication") ||
	    !sw_account_unsafe_path(settings, conn->user, unsafe))
		return false;
	out->outcome = SW_LAYER_DEPENDS;
	if (!sw_account_is_on(settings, "passwordauthentication") &&
	    !sw_account_is_on(settings, "kbdinteractiveauthentication")) {
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
