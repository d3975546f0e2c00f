#include "enable_manifest.h"

#include "enable_names.h"

#include "sshwhy/auto.h"
#include "sshwhy/num.h"
#include "sshwhy/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#define HEADER "sshwhy enabled 1"
#define NUMBER_MAX 1000000

static const char *const kinds[SW_CHANGE_COUNT_] = {
	[SW_CHANGE_FILE] = "file",	 [SW_CHANGE_LINK] = "link",
	[SW_CHANGE_FOLDER] = "folder",	 [SW_CHANGE_PAM] = "pam",
	[SW_CHANGE_ACCOUNT] = "account", [SW_CHANGE_CONFIG] = "config",
};

static bool copy_word(char *out, size_t size, char **rest)
{
	const char *word = strsep(rest, " ");

	return word != NULL && *word != '\0' && sw_text_copy(out, size, word);
}

/* KIND PART NUMBER BEFORE AFTER PATH */
static bool read_row(char *line, struct sw_entry *row)
{
	char kind[16], part[16], number[16];
	uint64_t value = 0;

	memset(row, 0, sizeof(*row));
	if (!copy_word(kind, sizeof(kind), &line) ||
	    !copy_word(part, sizeof(part), &line) ||
	    !copy_word(number, sizeof(number), &line) ||
	    !copy_word(row->before, sizeof(row->before), &line) ||
	    !copy_word(row->after, sizeof(row->after), &line) || line == NULL ||
	    line[0] != '/' ||
	    !sw_text_copy(row->path, sizeof(row->path), line) ||
	    sw_num_parse(number, NUMBER_MAX, &value) != SW_OK)
		return false;
	row->number = (unsigned int)value;
	row->part = sw_part_named(part);
	for (row->kind = 0; row->kind < SW_CHANGE_COUNT_; row->kind++) {
		if (strcmp(kinds[row->kind], kind) == 0)
			return row->part != 0;
	}
	return false;
}

static enum sw_err add_row(struct sw_manifest *manifest,
			   const struct sw_entry *row)
{
	struct sw_entry *rows =
		reallocarray(manifest->rows, manifest->count + 1, sizeof(*row));

	if (rows == NULL)
		return SW_E_NOMEM;
	manifest->rows = rows;
	rows[manifest->count++] = *row;
	return SW_OK;
}

static enum sw_err read_rows(char *text, struct sw_manifest *manifest,
			     size_t *out_line)
{
	struct sw_entry row;
	enum sw_err err = SW_OK;
	char *line;

	for (size_t number = 1; (line = strsep(&text, "\n")) != NULL;
	     number++) {
		if (number == 1 ? strcmp(line, HEADER) == 0 : *line == '\0')
			continue;
		*out_line = number;
		if (number == 1 || !read_row(line, &row))
			return SW_E_SYNTAX;
		err = add_row(manifest, &row);
		if (err != SW_OK)
			return err;
	}
	return SW_OK;
}

enum sw_err sw_manifest_read(struct sw_manifest *out, size_t *out_line)
{
	struct sw_manifest manifest = SW_MANIFEST_INIT;
	struct sw_content content;
	enum sw_err err = sw_content_load(SW_PATH_MANIFEST, &content);

	if (err == SW_OK && content.kind == SW_CONTENT_FILE)
		err = read_rows(content.bytes, &manifest, out_line);
	else if (err == SW_OK && content.kind != SW_CONTENT_NONE)
		err = SW_E_UNSAFE;
	if (err == SW_OK)
		*out = manifest;
	else
		sw_manifest_free(&manifest);
	if (err != SW_E_IO)
		sw_content_free(&content);
	return err;
}

void sw_manifest_free(struct sw_manifest *manifest)
{
	free(manifest->rows);
	*manifest = (struct sw_manifest)SW_MANIFEST_INIT;
}

const struct sw_entry *sw_manifest_find(const struct sw_manifest *manifest,
					const char *path)
{
	for (size_t i = 0; i < manifest->count; i++) {
		if (strcmp(manifest->rows[i].path, path) == 0)
			return &manifest->rows[i];
	}
	return NULL;
}

static void copy_path(char *out, size_t size, unsigned int number,
		      const char *end)
{
	(void)snprintf(out, size, SW_PATH_ENABLED "/%u.%s", number, end);
}

static enum sw_err keep(unsigned int number, const char *end,
			const struct sw_content *content)
{
	struct sw_content copy = *content;
	char path[PATH_MAX];

	if (content->kind != SW_CONTENT_FILE)
		return SW_OK;
	copy_path(path, sizeof(path), number, end);
	copy.mode = 0600;
	copy.group = 0;
	return sw_content_put(path, &copy);
}

static enum sw_err load_copy(const struct sw_entry *entry, const char *end,
			     struct sw_content *out)
{
	char path[PATH_MAX];
	enum sw_err err;

	copy_path(path, sizeof(path), entry->number, end);
	err = sw_content_load(path, out);
	if (err == SW_OK)
		out->mode = 0644;
	return err;
}

enum sw_err sw_entry_old(const struct sw_entry *entry, struct sw_content *out)
{
	return load_copy(entry, "old", out);
}

enum sw_err sw_entry_new(const struct sw_entry *entry, struct sw_content *out)
{
	return load_copy(entry, "new", out);
}

static unsigned int free_number(const struct sw_manifest *manifest)
{
	unsigned int number = 0;

	for (size_t i = 0; i < manifest->count; i++) {
		if (manifest->rows[i].number >= number)
			number = manifest->rows[i].number + 1;
	}
	return number;
}

/* No copy is kept of files with passwords in them: our line is known. */
static enum sw_err note_one(struct sw_manifest *manifest,
			    const struct sw_change *change)
{
	struct sw_entry *row =
		(struct sw_entry *)sw_manifest_find(manifest, change->path);
	char now[SW_SHA256_TEXT_MAX];
	struct sw_entry fresh = {.kind = change->kind, .part = change->part};
	bool secret = change->kind == SW_CHANGE_ACCOUNT;
	enum sw_err err = SW_OK;

	(void)sw_content_digest(&change->before, now);
	if (row == NULL) {
		(void)sw_text_copy(fresh.path, sizeof(fresh.path),
				   change->path);
		err = add_row(manifest, &fresh);
		if (err != SW_OK)
			return err;
		row = &manifest->rows[manifest->count - 1];
	}
	if (strcmp(row->after, now) != 0) {
		/* Killed before the manifest is written, the old one holds,
		 * with its own copy. */
		row->number = free_number(manifest);
		(void)sw_text_copy(row->before, sizeof(row->before), now);
		if (!secret)
			err = keep(row->number, "old", &change->before);
	}
	(void)sw_content_digest(&change->after, row->after);
	if (err == SW_OK && change->kind == SW_CHANGE_FILE)
		err = keep(row->number, "new", &change->after);
	return err;
}

enum sw_err sw_manifest_write(const struct sw_manifest *manifest)
{
	struct sw_content content = {.kind = SW_CONTENT_FILE, .mode = 0600};
	sw_autofree char *bytes = NULL;
	FILE *memory = open_memstream(&bytes, &content.len);

	if (memory == NULL)
		return SW_E_NOMEM;
	(void)fputs(HEADER "\n", memory);
	for (size_t i = 0; i < manifest->count; i++) {
		const struct sw_entry *row = &manifest->rows[i];

		(void)fprintf(memory, "%s %s %u %s %s %s\n", kinds[row->kind],
			      sw_part_name(row->part), row->number, row->before,
			      row->after, row->path);
	}
	if (fclose(memory) != 0)
		return SW_E_NOMEM;
	content.bytes = bytes;
	return sw_content_put(SW_PATH_MANIFEST, &content);
}

enum sw_err sw_manifest_note(struct sw_manifest *manifest,
			     const struct sw_plan *plan)
{
	enum sw_err err = SW_OK;

	for (size_t i = 0; i < plan->count && err == SW_OK; i++)
		err = note_one(manifest, &plan->rows[i]);
	return err == SW_OK ? sw_manifest_write(manifest) : err;
}

/* The manifest goes last: without it the copies mean nothing. */
static enum sw_err remove_all(void)
{
	DIR *dir = opendir(SW_PATH_ENABLED);
	const struct dirent *file;

	if (dir == NULL)
		return errno == ENOENT ? SW_OK : SW_E_IO;
	while ((file = readdir(dir)) != NULL) {
		if (strcmp(file->d_name, "manifest") != 0)
			(void)unlinkat(dirfd(dir), file->d_name, 0);
	}
	(void)unlinkat(dirfd(dir), "manifest", 0);
	(void)closedir(dir);
	/* The ban list may be in there. */
	if (rmdir(SW_PATH_ENABLED) != 0 ||
	    (rmdir(SW_PATH_BAN_DIR) != 0 && errno != ENOTEMPTY))
		return SW_E_IO;
	return SW_OK;
}

enum sw_err sw_manifest_forget(struct sw_manifest *manifest, unsigned int parts)
{
	size_t kept = 0;

	for (size_t i = 0; i < manifest->count; i++) {
		char path[PATH_MAX];

		if ((manifest->rows[i].part & parts) == 0) {
			manifest->rows[kept++] = manifest->rows[i];
			continue;
		}
		copy_path(path, sizeof(path), manifest->rows[i].number, "old");
		(void)unlink(path);
		copy_path(path, sizeof(path), manifest->rows[i].number, "new");
		(void)unlink(path);
	}
	manifest->count = kept;
	return kept > 0 ? sw_manifest_write(manifest) : remove_all();
}

static bool make_folder(const char *path, mode_t mode)
{
	const struct group *readers = getgrnam("adm");

	if (mkdir(path, 0700) != 0)
		return errno == EEXIST;
	return chown(path, 0, readers == NULL ? 0 : readers->gr_gid) == 0 &&
	       chmod(path, mode) == 0;
}

static bool is_still(int fd, const char *path)
{
	struct stat ours, theirs;

	return fstat(fd, &ours) == 0 && stat(path, &theirs) == 0 &&
	       ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev;
}

enum sw_err sw_manifest_lock(int *out_fd)
{
	/* Who disables removes the folder, with others waiting for it. */
	for (;;) {
		sw_autofd int fd = -1;

		if (!make_folder(SW_PATH_BAN_DIR, 0750) ||
		    !make_folder(SW_PATH_ENABLED, 0700))
			return SW_E_IO;
		fd = open(SW_PATH_ENABLED, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 ? errno != ENOENT : flock(fd, LOCK_EX) != 0)
			return SW_E_IO;
		if (fd >= 0 && is_still(fd, SW_PATH_ENABLED)) {
			*out_fd = sw_take_fd(&fd);
			return SW_OK;
		}
	}
}
