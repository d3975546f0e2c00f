#include "enable_content.h"

#include "sshwhy/auto.h"
#include "sshwhy/file.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#define BYTES_MAX (8 << 20)
#define ATTRIBUTES_MAX 65536 /* bytes; of all names, and of one value */

static enum sw_err read_file(const char *path, const struct stat *st,
			     struct sw_content *content)
{
	sw_autofd int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	sw_autofree char *bytes = NULL;
	size_t len = 0;
	ssize_t got;

	if (fd < 0)
		return SW_E_IO;
	errno = EFBIG;
	if (st->st_size > BYTES_MAX)
		return SW_E_IO;
	bytes = malloc((size_t)st->st_size + 1);
	if (bytes == NULL)
		return SW_E_NOMEM;
	while (len < (size_t)st->st_size) {
		got = read(fd, bytes + len, (size_t)st->st_size - len);
		if (got < 0)
			return SW_E_IO;
		if (got == 0)
			break;
		len += (size_t)got;
	}
	bytes[len] = '\0';
	content->bytes = sw_take(&bytes);
	content->len = len;
	content->kind = SW_CONTENT_FILE;
	return SW_OK;
}

static enum sw_err read_link(const char *path, struct sw_content *content)
{
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target));

	if (len < 0 || (size_t)len == sizeof(target))
		return SW_E_IO;
	return sw_content_make(SW_CONTENT_LINK, target, (size_t)len, content);
}

enum sw_err sw_content_load(const char *path, struct sw_content *out)
{
	struct sw_content content = {.kind = SW_CONTENT_NONE};
	enum sw_err err = SW_OK;
	struct stat st;

	if (lstat(path, &st) != 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			return SW_E_IO;
		*out = content;
		return SW_OK;
	}
	if (S_ISDIR(st.st_mode))
		content.kind = SW_CONTENT_FOLDER;
	else if (S_ISREG(st.st_mode))
		err = read_file(path, &st, &content);
	else if (S_ISLNK(st.st_mode))
		err = read_link(path, &content);
	else
		err = SW_E_UNSAFE;
	if (err != SW_OK)
		return err;
	content.mode = st.st_mode & 07777;
	content.group = st.st_gid;
	*out = content;
	return SW_OK;
}

enum sw_err sw_content_make(enum sw_content_kind kind, const char *bytes,
			    size_t len, struct sw_content *out)
{
	char *copy = malloc(len + 1);

	if (copy == NULL)
		return SW_E_NOMEM;
	memcpy(copy, bytes, len);
	copy[len] = '\0';
	*out = (struct sw_content){
		.kind = kind, .bytes = copy, .len = len, .mode = 0644};
	return SW_OK;
}

void sw_content_free(struct sw_content *content)
{
	free(content->bytes);
	*content = (struct sw_content){.kind = SW_CONTENT_NONE};
}

bool sw_content_is_same(const struct sw_content *a, const struct sw_content *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == SW_CONTENT_NONE || a->kind == SW_CONTENT_FOLDER)
		return true;
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

const char *sw_content_digest(const struct sw_content *content,
			      char out[SW_SHA256_TEXT_MAX])
{
	switch (content->kind) {
	case SW_CONTENT_FILE:
	case SW_CONTENT_LINK:
		return sw_sha256(content->bytes, content->len, out);
	case SW_CONTENT_FOLDER:
		return strcpy(out, "folder");
	case SW_CONTENT_NONE:
		break;
	}
	return strcpy(out, "-");
}

/* Access lists and security labels are such attributes, too. */
static bool copy_attributes(int from, int to)
{
	sw_autofree char *names = malloc(ATTRIBUTES_MAX);
	sw_autofree char *value = malloc(ATTRIBUTES_MAX);
	ssize_t len, size;

	if (names == NULL || value == NULL)
		return false;
	len = flistxattr(from, names, ATTRIBUTES_MAX);
	if (len < 0)
		return errno == ENOTSUP;
	for (char *name = names; name < names + len; name += strlen(name) + 1) {
		size = fgetxattr(from, name, value, ATTRIBUTES_MAX);
		if (size < 0 ||
		    fsetxattr(to, name, value, (size_t)size, 0) != 0)
			return false;
	}
	return true;
}

/* Owner first: a change of it may clear bits of the mode. */
static bool take_after(int fd, const char *path,
		       const struct sw_content *content)
{
	sw_autofd int old = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (old < 0)
		return errno == ENOENT && fchown(fd, 0, content->group) == 0 &&
		       fchmod(fd, content->mode) == 0;
	return fstat(old, &st) == 0 && fchown(fd, st.st_uid, st.st_gid) == 0 &&
	       fchmod(fd, st.st_mode & 07777) == 0 && copy_attributes(old, fd);
}

static bool draft_of(const char *path, char *draft, size_t size)
{
	const char *name = strrchr(path, '/');
	int len;

	if (name == NULL)
		return false;
	name++;
	len = snprintf(draft, size, "%.*s.%s.sshwhy-new", (int)(name - path),
		       path, name);
	return len > 0 && (size_t)len < size;
}

static bool sync_folder(const char *path)
{
	char folder[PATH_MAX];
	const char *end = strrchr(path, '/');
	sw_autofd int fd = -1;

	(void)snprintf(folder, sizeof(folder), "%.*s",
		       (int)(end == path ? 1 : end - path), path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
}

static bool write_draft(const char *draft, const char *path,
			const struct sw_content *content)
{
	sw_autofd int fd = -1;

	if (content->kind == SW_CONTENT_LINK)
		return symlink(content->bytes, draft) == 0;
	fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  S_IRUSR | S_IWUSR);
	return fd >= 0 &&
	       sw_file_write_all(fd, content->bytes, content->len) == SW_OK &&
	       take_after(fd, path, content) && fsync(fd) == 0;
}

static enum sw_err put_by_draft(const char *path,
				const struct sw_content *content)
{
	char draft[PATH_MAX];
	int saved;

	if (!draft_of(path, draft, sizeof(draft)))
		return SW_E_RANGE;
	if (unlink(draft) != 0 && errno != ENOENT)
		return SW_E_IO;
	if (write_draft(draft, path, content) && rename(draft, path) == 0 &&
	    sync_folder(path))
		return SW_OK;
	saved = errno;
	(void)unlink(draft);
	errno = saved;
	return SW_E_IO;
}

static enum sw_err make_folder(const char *path,
			       const struct sw_content *content)
{
	if (mkdir(path, 0700) != 0)
		return errno == EEXIST ? SW_OK : SW_E_IO;
	if (chown(path, 0, content->group) != 0 ||
	    chmod(path, content->mode) != 0)
		return SW_E_IO;
	return SW_OK;
}

static enum sw_err put_nothing(const char *path)
{
	if (unlink(path) == 0)
		return sync_folder(path) ? SW_OK : SW_E_IO;
	if (errno == ENOENT || errno == ENOTDIR)
		return SW_OK;
	if (errno != EISDIR)
		return SW_E_IO;
	/* What others have put into it stays, and so does the folder. */
	if (rmdir(path) == 0 || errno == ENOTEMPTY || errno == EBUSY)
		return SW_OK;
	return SW_E_IO;
}

enum sw_err sw_content_put(const char *path, const struct sw_content *content)
{
	switch (content->kind) {
	case SW_CONTENT_FILE:
	case SW_CONTENT_LINK:
		return put_by_draft(path, content);
	case SW_CONTENT_FOLDER:
		return make_folder(path, content);
	case SW_CONTENT_NONE:
		break;
	}
	return put_nothing(path);
}

void sw_content_sweep(const char *path)
{
	char draft[PATH_MAX];

	if (draft_of(path, draft, sizeof(draft)))
		(void)unlink(draft);
}

enum sw_err sw_content_resolve(const char *path, char *out)
{
	const char *name = strrchr(path, '/');
	char folder[PATH_MAX];
	struct stat st;
	int len;

	if (realpath(path, out) != NULL)
		return SW_OK;
	if (errno != ENOENT || name == NULL || lstat(path, &st) == 0)
		return SW_E_IO;
	len = snprintf(folder, sizeof(folder), "%.*s", (int)(name - path),
		       path);
	if (len < 0 || (size_t)len >= sizeof(folder))
		return SW_E_RANGE;
	/* A folder that is still to be made has no links on its way. */
	if (realpath(folder, out) == NULL)
		return sw_text_copy(out, PATH_MAX, path) ? SW_OK : SW_E_RANGE;
	len = (int)strlen(out);
	return snprintf(out + len, PATH_MAX - (size_t)len, "%s", name) <
			       PATH_MAX - len
		       ? SW_OK
		       : SW_E_RANGE;
}
