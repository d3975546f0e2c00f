#include "check_sshd.h"

#include "sshwhy/sshd_match.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define GROUPS_MAX 256

/* Accounts of another root come from its files alone. */
static bool has_account(const struct sw_checking *checking, const char *name)
{
	char path[PATH_MAX];
	struct passwd *account = NULL;
	FILE *file;

	if (checking->is_live)
		return getpwnam(name) != NULL;
	file = fopen(sw_check_path(checking, "/etc/passwd", path), "re");
	if (file == NULL)
		return true;
	while ((account = fgetpwent(file)) != NULL &&
	       strcmp(account->pw_name, name) != 0)
		;
	(void)fclose(file);
	return account != NULL;
}

static bool has_group(const struct sw_checking *checking, const char *name)
{
	char path[PATH_MAX];
	struct group *group = NULL;
	FILE *file;

	if (checking->is_live)
		return getgrnam(name) != NULL;
	file = fopen(sw_check_path(checking, "/etc/group", path), "re");
	if (file == NULL)
		return true;
	while ((group = fgetgrent(file)) != NULL &&
	       strcmp(group->gr_name, name) != 0)
		;
	(void)fclose(file);
	return group != NULL;
}

/* "USER@HOST" without the host; false for a pattern, which names no one. */
static bool read_name(const char *word, char *out, size_t size)
{
	size_t len = strcspn(word, "@");

	if (len == 0 || len >= size || strcspn(word, "*?!") < len)
		return false;
	memcpy(out, word, len);
	out[len] = '\0';
	return true;
}

static void check_exist(struct sw_sshd_check *check, const char *keyword,
			bool is_group)
{
	char value[SW_SSHD_VALUE_MAX];
	char word[SW_TEXT_MAX];
	char name[SW_TEXT_MAX];

	if (!sw_sshd_value(&check->settings, keyword, value, sizeof(value)))
		return;
	for (size_t i = 0; sw_sshd_word(value, i, word, sizeof(word)); i++) {
		if (!read_name(word, name, sizeof(name)))
			continue;
		if (is_group && !has_group(check->checking, name))
			sw_sshd_add(check, SW_CHECK_SSHD_NO_SUCH_GROUP, keyword,
				    name);
		if (!is_group && !has_account(check->checking, name))
			sw_sshd_add(check, SW_CHECK_SSHD_NO_SUCH_USER, keyword,
				    name);
	}
}

static bool is_in_list(const char *value, const char *name)
{
	char word[SW_TEXT_MAX];

	for (size_t i = 0; sw_sshd_word(value, i, word, sizeof(word)); i++) {
		if (strchr(word, '@') == NULL &&
		    sw_sshd_match_pattern(word, name))
			return true;
	}
	return false;
}

static bool is_in_groups(const char *value, const char *name)
{
	struct passwd *account = getpwnam(name);
	gid_t groups[GROUPS_MAX];
	int count = GROUPS_MAX;

	if (account == NULL ||
	    getgrouplist(name, account->pw_gid, groups, &count) < 0)
		return true;
	for (int i = 0; i < count; i++) {
		struct group *group = getgrgid(groups[i]);

		if (group != NULL && is_in_list(value, group->gr_name))
			return true;
	}
	return false;
}

static void check_allowed(struct sw_sshd_check *check)
{
	char allowed[SW_SSHD_VALUE_MAX];
	char denied[SW_SSHD_VALUE_MAX] = "";
	char groups[SW_SSHD_VALUE_MAX] = "";
	char word[SW_TEXT_MAX];
	char name[SW_TEXT_MAX];

	if (!sw_sshd_value(&check->settings, "allowusers", allowed,
			   sizeof(allowed)))
		return;
	(void)sw_sshd_value(&check->settings, "denyusers", denied,
			    sizeof(denied));
	(void)sw_sshd_value(&check->settings, "allowgroups", groups,
			    sizeof(groups));
	for (size_t i = 0; sw_sshd_word(allowed, i, word, sizeof(word)); i++) {
		if (!read_name(word, name, sizeof(name)))
			continue;
		if (is_in_list(denied, name))
			sw_sshd_add(check, SW_CHECK_SSHD_DENIED_TOO,
				    "DenyUsers", name);
		if (groups[0] != '\0' && check->checking->is_live &&
		    !is_in_groups(groups, name))
			sw_sshd_add(check, SW_CHECK_SSHD_NOT_IN_GROUP,
				    "AllowGroups", name);
	}
}

/* sshd says what a Match block sets only for a client that it matches. */
static void check_blocks(struct sw_sshd_check *check)
{
	static const char *const lists[] = {"AllowUsers", "DenyUsers",
					    "AllowGroups", "DenyGroups"};
	FILE *file = fopen(check->config, "re");
	struct sw_place place = {check->config, 0, NULL};
	char value[SW_SSHD_VALUE_MAX];
	bool in_block = false;
	char *line = NULL;
	size_t size = 0;

	while (file != NULL && getline(&line, &size, file) > 0) {
		char *start = line + strspn(line, " \t");
		size_t len = strcspn(start, " \t=\n");

		place.line++;
		place.text = start;
		start[strcspn(start, "\r\n")] = '\0';
		in_block |= len == strlen("Match") &&
			    strncasecmp(start, "Match", len) == 0;
		for (size_t i = 0; in_block && i < 4; i++) {
			if (len == strlen(lists[i]) &&
			    strncasecmp(start, lists[i], len) == 0 &&
			    sw_sshd_value(&check->settings, lists[i], value,
					  sizeof(value)))
				sw_sshd_add_at(check,
					       SW_CHECK_SSHD_BLOCK_REPLACES,
					       place, NULL);
		}
	}
	if (file != NULL)
		(void)fclose(file);
	free(line);
}

void sw_sshd_check_lists(struct sw_sshd_check *check)
{
	check_exist(check, "AllowUsers", false);
	check_exist(check, "DenyUsers", false);
	check_exist(check, "AllowGroups", true);
	check_exist(check, "DenyGroups", true);
	check_allowed(check);
	check_blocks(check);
}
