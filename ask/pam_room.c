#include "pam_room.h"

#include "sshwhy/auto.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define LOG_SOCKET "/dev/log"

/* glibc has these from 2.36 on, and then they clash with linux/mount.h. */
static int set_attributes(const char *path, const struct mount_attr *attr)
{
	return (int)syscall(SYS_mount_setattr, AT_FDCWD, path, AT_RECURSIVE,
			    attr, sizeof(*attr));
}

/* A file system in memory that is mounted nowhere. */
static int make_folder(void)
{
	sw_autofd int context =
		(int)syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);

	if (context < 0 || syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE,
				   NULL, NULL, 0) != 0)
		return -1;
	return (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC,
			    MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
				    MOUNT_ATTR_NOEXEC);
}

static int write_file(int folder, const char *name, const char *bytes,
		      size_t len)
{
	sw_autofd int fd = openat(
		folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return -1;
	while (len > 0) {
		ssize_t done = write(fd, bytes, len);

		if (done <= 0)
			return -1;
		bytes += done;
		len -= (size_t)done;
	}
	return 0;
}

static int write_extra(int folder, const struct sw_pam_file *file)
{
	const char *slash;
	char parent[64];

	if (file->name == NULL)
		return 0;
	slash = strchr(file->name, '/');
	if (slash != NULL) {
		(void)snprintf(parent, sizeof(parent), "%.*s",
			       (int)(slash - file->name), file->name);
		if (mkdirat(folder, parent, 0700) != 0)
			return -1;
	}
	if (file->bytes == NULL)
		return 0;
	return write_file(folder, file->name, file->bytes, file->len);
}

/* "[default=ok]" makes libpam return what the module returned. */
static int write_service(int folder, const struct sw_pam_call *call,
			 const char *path)
{
	char text[SW_PAM_LINE_MAX * 2], extra[SW_PAM_ROOM_PATH * 2] = "";
	const struct sw_pam_file *file = &call->file;
	int len;

	if (file->name != NULL) {
		size_t part = file->folder ? strcspn(file->name, "/")
					   : strlen(file->name);

		(void)snprintf(extra, sizeof(extra), " %s%s/%.*s",
			       file->argument, path, (int)part, file->name);
	}
	len = snprintf(text, sizeof(text), "%s [default=ok] %s %s%s\n",
		       call->type == SW_PAM_AUTH ? "auth" : "account",
		       call->module, call->args, extra);
	/* libpam would cut a longer line in two. */
	if (len < 0 || len >= SW_PAM_LINE_MAX) {
		errno = E2BIG;
		return -1;
	}
	return write_file(folder, call->service, text, (size_t)len);
}

/* Whatever looks for the system log finds a device that takes no connection. */
static int cut_log(void)
{
	sw_autofd int nothing =
		(int)syscall(SYS_open_tree, AT_FDCWD, "/dev/null",
			     OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (nothing < 0)
		return -1;
	if (syscall(SYS_move_mount, nothing, "", AT_FDCWD, LOG_SOCKET,
		    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS) == 0)
		return 0;
	return errno == ENOENT ? 0 : -1;
}

static int give_up_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	const uint32_t kept = UINT32_C(1) << CAP_DAC_READ_SEARCH;

	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++) {
		/* Not allowed everywhere; no_new_privs does the same. */
		if (cap != CAP_DAC_READ_SEARCH)
			(void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	}
	if (syscall(SYS_capget, &header, data) != 0)
		return -1;
	data[0].effective = data[0].permitted = data[0].permitted & kept;
	data[0].inheritable = 0;
	memset(&data[1], 0, sizeof(data[1]));
	if (syscall(SYS_capset, &header, data) != 0)
		return -1;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static enum sw_err failed(void)
{
	return errno == EPERM || errno == ENOSYS ? SW_E_NOTSUP : SW_E_IO;
}

enum sw_err sw_pam_room_enter(const struct sw_pam_call *call,
			      char folder[SW_PAM_ROOM_PATH])
{
	const struct mount_attr apart = {.propagation = MS_PRIVATE};
	const struct mount_attr readonly = {.attr_set = MOUNT_ATTR_RDONLY};
	int memory;

	if (unshare(CLONE_NEWNS) != 0 || set_attributes("/", &apart) != 0)
		return failed();
	memory = make_folder(); /* stays open: it is the folder */
	if (memory < 0)
		return failed();
	(void)snprintf(folder, SW_PAM_ROOM_PATH, "/proc/self/fd/%d", memory);
	if (write_extra(memory, &call->file) != 0 ||
	    write_service(memory, call, folder) != 0)
		return failed();
	if (cut_log() != 0 || set_attributes("/", &readonly) != 0 ||
	    give_up_capabilities() != 0)
		return failed();
	return SW_OK;
}
