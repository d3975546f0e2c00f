#include "ban_writing.h"

#include "folder.h"
#include "sshwhy/auto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#define READERS "adm" /* the group that may read the list */

#define LOCK_TRIES 200
#define LOCK_PAUSE 50000000 /* nanoseconds */

static enum sw_err lock(struct sw_ban_store *store, int folder)
{
	const struct timespec pause = {0, LOCK_PAUSE};

	for (int i = 0; flock(folder, LOCK_EX | LOCK_NB) != 0; i++) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return ban_fault(store, "", SW_E_IO,
					 "cannot be locked");
		if (i == LOCK_TRIES)
			return ban_fault(store, "", SW_E_IO,
					 "another writer does not end");
		(void)nanosleep(&pause, NULL);
	}
	return SW_OK;
}

enum sw_err ban_begin(struct sw_ban_store *store, struct ban_writing *out)
{
	const struct folder want = {store->owner, 0750, READERS};
	char path[SW_SOURCE_MAX];
	const char *name = NULL;
	enum sw_err err;

	*out = (struct ban_writing){.store = store, .folder = -1};
	out->recent = (struct ban_recent)BAN_RECENT_INIT;
	out->file = (struct ban_file)BAN_FILE_INIT;
	err = folder_open(ban_path(store, BAN_FILE, path), &want, &out->folder,
			  &name);
	if (err == SW_E_UNSAFE || err == SW_E_RANGE)
		return ban_fault(store, "", SW_E_UNSAFE,
				 "not a folder that only its owner may write");
	if (err != SW_OK)
		return ban_fault(store, "", err, "cannot be opened");
	err = lock(store, out->folder);
	if (err == SW_OK)
		err = ban_recent_open(store, &out->recent);
	if (err == SW_OK)
		err = ban_file_open(store, &out->file);
	return err;
}

void ban_end(struct ban_writing *writing)
{
	int fds[] = {writing->recent.fd, writing->file.fd, writing->folder};
	int saved = errno;

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (fds[i] >= 0)
			(void)close(fds[i]);
	}
	errno = saved;
}

enum sw_err ban_not_written(struct ban_writing *writing, const char *name,
			    enum sw_err err)
{
	if (err == SW_E_IO)
		return ban_fault(writing->store, name, err,
				 "cannot be written");
	return err;
}

enum sw_err ban_draft(struct ban_writing *writing, const char *name,
		      int *out_fd)
{
	sw_autofd int fd = -1;
	struct stat st;

	if (unlinkat(writing->folder, name, 0) != 0 && errno != ENOENT)
		return SW_E_IO;
	fd = openat(writing->folder, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    S_IRUSR | S_IWUSR);
	if (fd < 0 || fstat(writing->folder, &st) != 0)
		return SW_E_IO;
	/* Only root may give it away; others keep it to their own group. */
	(void)!fchown(fd, (uid_t)-1, st.st_gid);
	if (fchmod(fd, S_IRUSR | S_IWUSR | S_IRGRP) != 0)
		return SW_E_IO;
	*out_fd = sw_take_fd(&fd);
	return SW_OK;
}

enum sw_err ban_publish(struct ban_writing *writing, int fd, const char *draft,
			const char *name)
{
	if (fsync(fd) != 0 ||
	    renameat(writing->folder, draft, writing->folder, name) != 0 ||
	    fsync(writing->folder) != 0)
		return SW_E_IO;
	return SW_OK;
}
