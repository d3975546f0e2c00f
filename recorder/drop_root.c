#include "drop_root.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GROUPS_MAX 3

static size_t readers(gid_t *groups)
{
	static const char *const names[] = {"adm", "systemd-journal"};
	size_t count = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct group *group = getgrnam(names[i]);

		if (group != NULL)
			groups[count++] = group->gr_gid;
	}
	return count;
}

static enum sw_err keep_capabilities(uint64_t keep)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) != 0)
		return SW_E_IO;
	/* In a container there may be fewer; what needs one says so. */
	for (unsigned int i = 0; i < 2; i++) {
		uint32_t bits =
			(uint32_t)(keep >> (32 * i)) & data[i].permitted;

		data[i] = (struct __user_cap_data_struct){bits, bits, 0};
	}
	return syscall(SYS_capset, &header, data) == 0 ? SW_OK : SW_E_IO;
}

enum sw_err sw_drop_root(uint64_t keep)
{
	const struct passwd *account = getpwnam(SW_RECORDER_USER);
	gid_t groups[GROUPS_MAX];
	size_t count = readers(groups);
	uid_t uid;
	gid_t gid;

	if (account == NULL)
		account = getpwnam(SW_RECORDER_USER_ELSE);
	if (account == NULL)
		return SW_E_NOTSUP;
	uid = account->pw_uid;
	gid = account->pw_gid;
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 ||
	    setgroups(count, groups) != 0 || setresgid(gid, gid, gid) != 0 ||
	    setresuid(uid, uid, uid) != 0)
		return SW_E_IO;
	if (keep_capabilities(keep) != SW_OK)
		return SW_E_IO;
	/* Set last: changing the user clears it. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		return SW_E_IO;
	return SW_OK;
}
