#include "advice_sshd.h"

#include "layer_account.h"
#include "live.h"

#include "sshwhy/sshd_match.h"
#include "sshwhy/text.h"

#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Who is refused: the one asked about, else the one that was. */
static const char *user_of(const struct sw_explanation *explanation)
{
	if (explanation->question.user != NULL)
		return explanation->question.user;
	return explanation->has_last ? explanation->last.conn.user : "";
}

static const char *client_of(const struct sw_explanation *explanation,
			     char *buf)
{
	return sw_prefix_format(&explanation->question.client, buf);
}

static bool is_in_file(const struct sw_rule *rule)
{
	return rule->source[0] == '/' && rule->line != 0;
}

/* A block of its own, which ends with the file; its list replaces the one that
 * holds for all. */
static bool add_match(struct sw_explanation *explanation, const char *setting)
{
	char client[SW_PREFIX_TEXT_MAX];

	(void)sw_advice_add(explanation,
			    "add at the end of %s:   Match User %s Address %s",
			    sw_advice_config(explanation), user_of(explanation),
			    client_of(explanation, client));
	(void)sw_advice_add(explanation, "and below it:   %s", setting);
	sw_advise_reload(explanation);
	return true;
}

/* The list of a rule without what names the user; false: a pattern names more
 * users than this one. */
static bool without_user(const struct sw_rule *rule, const char *user,
			 const struct sw_addr *client, char *out, size_t size)
{
	const char *list = strchr(rule->text, ' ');
	char word[SW_TEXT_MAX], host[SW_ADDR_TEXT_MAX];
	struct sw_text text;

	sw_text_init(&text, out, size);
	(void)sw_addr_format(client, host);
	for (size_t i = 0;
	     list != NULL && sw_sshd_word(list, i, word, sizeof(word)); i++) {
		if (!sw_sshd_match_user(word, user, host, client))
			sw_text_add(&text, " %s", word);
		else if (strpbrk(word, "*?") != NULL)
			return false;
	}
	return sw_text_ok(&text);
}

static bool advise_deny_user(struct sw_explanation *explanation,
			     const struct sw_rule *rule)
{
	const char *user = user_of(explanation);
	char rest[SW_TEXT_MAX];

	if (user[0] == '\0' || !is_in_file(rule))
		return false;
	if (!without_user(rule, user, &explanation->question.client.base, rest,
			  sizeof(rest)))
		return add_match(explanation, "DenyUsers -");
	if (rest[0] == '\0')
		(void)sw_advice_add(explanation, "remove %s:%u, which is:   %s",
				    rule->source, rule->line, rule->text);
	else
		(void)sw_advice_add(explanation,
				    "replace %s:%u by:   DenyUsers%s",
				    rule->source, rule->line, rest);
	sw_advise_reload(explanation);
	return true;
}

/* Lists add up, inside of a Match block as well. */
static bool advise_allow_user(struct sw_explanation *explanation,
			      const struct sw_rule *rule)
{
	const char *user = user_of(explanation);
	char client[SW_PREFIX_TEXT_MAX];

	if (user[0] == '\0' || !is_in_file(rule))
		return false;
	(void)sw_advice_add(
		explanation, "put above line %u of %s:   AllowUsers %s@%s",
		rule->line, rule->source, user, client_of(explanation, client));
	sw_advise_reload(explanation);
	return true;
}

static bool is_main_group(const char *user, const char *name)
{
	const struct passwd *account = getpwnam(user);
	const struct group *group;
	gid_t gid;

	if (account == NULL)
		return false;
	gid = account->pw_gid;
	group = getgrnam(name);
	return group != NULL && group->gr_gid == gid;
}

static bool advise_deny_group(struct sw_explanation *explanation,
			      const struct sw_rule *rule)
{
	struct sw_conn conn = {.client.addr =
				       explanation->question.client.base};
	const char *list = strchr(rule->text, ' ');
	char word[SW_TEXT_MAX];

	(void)sw_text_copy(conn.user, sizeof(conn.user), user_of(explanation));
	if (conn.user[0] == '\0' || !is_in_file(rule))
		return false;
	for (size_t i = 0;
	     list != NULL && sw_sshd_word(list, i, word, sizeof(word)); i++) {
		if (!sw_sshd_list_names(word, true, &conn))
			continue;
		if (getgrnam(word) != NULL && !is_main_group(conn.user, word))
			return sw_advice_add(explanation, "gpasswd -d %s %s",
					     conn.user, word);
		return add_match(explanation, "DenyGroups -");
	}
	return false;
}

static bool advise_allow_group(struct sw_explanation *explanation,
			       const struct sw_rule *rule)
{
	const char *user = user_of(explanation);
	const char *list = strchr(rule->text, ' ');
	const struct passwd *account = getpwnam(user);
	const struct group *group;
	char word[SW_TEXT_MAX];
	gid_t gid;

	if (account == NULL || !is_in_file(rule))
		return false;
	for (size_t i = 0;
	     list != NULL && sw_sshd_word(list, i, word, sizeof(word)); i++) {
		if (getgrnam(word) != NULL)
			return sw_advice_add(explanation, "gpasswd -a %s %s",
					     user, word);
	}
	gid = account->pw_gid;
	group = getgrgid(gid);
	if (group == NULL)
		return false;
	(void)sw_advice_add(explanation,
			    "put above line %u of %s:   AllowGroups %s",
			    rule->line, rule->source, group->gr_name);
	sw_advise_reload(explanation);
	return true;
}

static bool stands_in_match(const struct sw_explanation *explanation,
			    const char *keyword)
{
	static struct sw_sshd_setting setting; /* large */
	const struct sw_live *live = explanation->question.live;

	return live != NULL && live->has_settings &&
	       sw_sshd_lines(&live->settings, keyword, false, &setting) ==
		       SW_OK &&
	       setting.matched;
}

static bool advise_root(struct sw_explanation *explanation,
			const struct sw_rule *rule)
{
	static const char by_key[] = "PermitRootLogin prohibit-password";

	if (!stands_in_match(explanation, "PermitRootLogin") ||
	    !is_in_file(rule))
		return add_match(explanation, by_key);
	(void)sw_advice_add(explanation, "replace %s:%u by:   %s", rule->source,
			    rule->line, by_key);
	sw_advise_reload(explanation);
	return true;
}

static bool replace(struct sw_explanation *explanation,
		    const struct sw_rule *rule, const char *by)
{
	if (!is_in_file(rule))
		return false;
	(void)sw_advice_add(explanation, "replace %s:%u by:   %s", rule->source,
			    rule->line, by);
	sw_advise_reload(explanation);
	return true;
}

static bool advise_path(struct sw_explanation *explanation, const char *user,
			uid_t uid, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	if (st.st_uid != 0 && st.st_uid != uid)
		return sw_advice_add(explanation,
				     "chown %s %s && chmod go-w %s", user, path,
				     path);
	return sw_advice_add(explanation, "chmod go-w %s", path);
}

/* sshd reads no key below a folder that is not acceptable, so each has to be
 * mended. */
static bool advise_key_file(struct sw_explanation *explanation,
			    const struct sw_rule *rule SW_UNUSED)
{
	const struct sw_live *live = explanation->question.live;
	const char *user = user_of(explanation);
	const struct passwd *account = getpwnam(user);
	uid_t uid = account != NULL ? account->pw_uid : 0;
	char path[PATH_MAX];
	bool is_advised;

	if (account == NULL || live == NULL || !live->has_settings ||
	    !sw_account_unsafe_path(&live->settings, user, path))
		return false;
	do {
		is_advised = advise_path(explanation, user, uid, path);
	} while (is_advised && sw_account_unsafe_above(user, path));
	return is_advised;
}

static bool advise_key(struct sw_explanation *explanation,
		       const struct sw_rule *rule)
{
	char client[SW_PREFIX_TEXT_MAX];

	return is_in_file(rule) &&
	       sw_advice_add(explanation, "sed -i '%us/from=\"/&%s,/' %s",
			     rule->line, client_of(explanation, client),
			     rule->source);
}

static bool advise_refuse(struct sw_explanation *explanation,
			  const struct sw_rule *rule)
{
	return replace(explanation, rule, "RefuseConnection no");
}

static bool advise_methods(struct sw_explanation *explanation,
			   const struct sw_rule *rule)
{
	return replace(explanation, rule, "AuthenticationMethods any");
}

static bool advise_shell(struct sw_explanation *explanation,
			 const struct sw_rule *rule SW_UNUSED)
{
	const char *user = user_of(explanation);

	return user[0] != '\0' &&
	       sw_advice_add(explanation, "usermod -s /bin/sh %s", user);
}

static bool advise_locked(struct sw_explanation *explanation,
			  const struct sw_rule *rule SW_UNUSED)
{
	const char *user = user_of(explanation);

	return user[0] != '\0' &&
	       sw_advice_add(explanation, "faillock --user %s --reset", user);
}

const struct sw_sshd_advice sw_account_advice[] = {
	{SW_CAUSE_CONFIG_DENY_USER, advise_deny_user},
	{SW_CAUSE_CONFIG_ALLOW_USER, advise_allow_user},
	{SW_CAUSE_CONFIG_DENY_GROUP, advise_deny_group},
	{SW_CAUSE_CONFIG_ALLOW_GROUP, advise_allow_group},
	{SW_CAUSE_CONFIG_ROOT_LOGIN, advise_root},
	{SW_CAUSE_CONFIG_REFUSE_CONNECTION, advise_refuse},
	{SW_CAUSE_CONFIG_AUTH_METHODS, advise_methods},
	{SW_CAUSE_CONFIG_SHELL, advise_shell},
	{SW_CAUSE_ACCOUNT_LOCKED, advise_locked},
	{SW_CAUSE_KEY_FILE, advise_key_file},
	{SW_CAUSE_KEY_RESTRICTED, advise_key},
	{SW_CAUSE_NONE, NULL},
};
