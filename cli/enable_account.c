#include "enable_names.h"
#include "enable_parts.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>

/* Where system accounts are, by login.defs(5) of every distribution. */
#define ID_FIRST 999
#define ID_LAST 101

#define TITLE "Recorder of refused SSH connections"
#define LINE_MAX_ 256 /* bytes, with the NUL */

/* An id that neither a user nor a group has; 0: all are taken. */
static unsigned int free_id(void)
{
	for (unsigned int id = ID_FIRST; id >= ID_LAST; id--) {
		if (getpwuid(id) == NULL && getgrgid(id) == NULL)
			return id;
	}
	return 0;
}

/* As systemd-sysusers would write them; done here so that the files change
 * together with all others, and back. */
enum sw_err sw_account_plan(const struct sw_manifest *manifest,
			    struct sw_plan *plan, char *out_reason)
{
	const struct passwd *account = getpwnam(SW_NAME_ACCOUNT);
	const struct group *group = getgrnam(SW_NAME_ACCOUNT);
	unsigned int uid, gid;
	char lines[4][LINE_MAX_];
	static const char *const files[4] = {"/etc/passwd", "/etc/group",
					     "/etc/shadow", "/etc/gshadow"};
	enum sw_err err = SW_OK;

	/* One of ours may be half made, by an enable that was killed. */
	if (account != NULL && sw_manifest_find(manifest, files[0]) == NULL)
		return SW_OK;
	uid = account != NULL ? account->pw_uid : free_id();
	gid = group != NULL ? group->gr_gid : uid;
	if (uid == 0) {
		(void)snprintf(out_reason, SW_REASON_MAX,
			       "no system account is free");
		return SW_E_NOTSUP;
	}
	(void)snprintf(lines[0], LINE_MAX_,
		       SW_NAME_ACCOUNT ":x:%u:%u:" TITLE
				       ":/:/usr/sbin/nologin\n",
		       uid, gid);
	(void)snprintf(lines[1], LINE_MAX_, SW_NAME_ACCOUNT ":x:%u:\n", gid);
	(void)snprintf(lines[2], LINE_MAX_, SW_NAME_ACCOUNT ":!*:::::::\n");
	(void)snprintf(lines[3], LINE_MAX_, SW_NAME_ACCOUNT ":!*::\n");
	for (size_t i = 0; i < 4 && err == SW_OK; i++) {
		struct sw_content there;

		/* Not every system has shadows. */
		err = sw_content_load(files[i], &there);
		if (err != SW_OK || there.kind == SW_CONTENT_NONE)
			continue;
		sw_content_free(&there);
		err = sw_part_add_lines(SW_PART_RECORDER, SW_CHANGE_ACCOUNT,
					files[i], lines[i], plan, out_reason);
	}
	return err;
}
