#include "sshwhy/sshd_match.h"

#include <grp.h>
#include <pwd.h>

#define GROUPS_MAX 256

static bool names_group(const char *pattern, const char *user)
{
	gid_t groups[GROUPS_MAX];
	int count = GROUPS_MAX;
	struct passwd *account = getpwnam(user);

	if (account == NULL ||
	    getgrouplist(user, account->pw_gid, groups, &count) < 0)
		return false;
	for (int i = 0; i < count; i++) {
		struct group *group = getgrgid(groups[i]);

		if (group != NULL &&
		    sw_sshd_match_pattern(pattern, group->gr_name))
			return true;
	}
	return false;
}

bool sw_sshd_list_names(const char *list, bool groups,
			const struct sw_conn *conn)
{
	char word[SW_TEXT_MAX], host[SW_ADDR_TEXT_MAX];

	(void)sw_addr_format(&conn->client.addr, host);
	for (size_t i = 0; sw_sshd_word(list, i, word, sizeof(word)); i++) {
		if (!groups && sw_sshd_match_user(word, conn->user, host,
						  &conn->client.addr))
			return true;
		if (groups && names_group(word, conn->user))
			return true;
	}
	return false;
}
