#include "enable_names.h"
#include "enable_parts.h"

#include "sshwhy/text.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>

static enum sw_err because(enum sw_err err, const char *path, char *out_reason)
{
	(void)snprintf(out_reason, SW_REASON_MAX, "%.256s: %s", path,
		       err == SW_E_IO ? strerror(errno) : sw_strerror(err));
	return err;
}

enum sw_err sw_part_add_folder(unsigned int part, const char *path, mode_t mode,
			       struct sw_plan *plan, char *out_reason)
{
	const struct group *readers = getgrnam("adm");
	struct sw_content before, after = {.kind = SW_CONTENT_FOLDER};
	char above[PATH_MAX];
	char *end;
	enum sw_err err;

	if (!sw_text_copy(above, sizeof(above), path))
		return SW_E_RANGE;
	end = strrchr(above, '/');
	if (end == above || sw_plan_find(plan, path) != NULL)
		return SW_OK;
	*end = '\0';
	err = sw_part_add_folder(part, above, 0755, plan, out_reason);
	if (err == SW_OK)
		err = sw_content_load(path, &before);
	if (err != SW_OK)
		return because(err, path, out_reason);
	if (before.kind != SW_CONTENT_NONE) {
		sw_content_free(&before);
		return SW_OK;
	}
	after.mode = mode;
	if (mode == 0750 && readers != NULL)
		after.group = readers->gr_gid;
	return sw_plan_add(plan, part, SW_CHANGE_FOLDER, path, &before, &after);
}

static enum sw_err add_folder_of(unsigned int part, const char *path,
				 struct sw_plan *plan, char *out_reason)
{
	char folder[PATH_MAX];

	(void)snprintf(folder, sizeof(folder), "%.*s",
		       (int)(strrchr(path, '/') - path), path);
	return sw_part_add_folder(part, folder, 0755, plan, out_reason);
}

/* What an administrator has put there, or done to what we put there, stays;
 * what nobody has touched since becomes what is installed now. */
static bool is_left_alone(const struct sw_manifest *manifest, const char *path,
			  const struct sw_content *before)
{
	const struct sw_entry *entry = sw_manifest_find(manifest, path);
	char digest[SW_SHA256_TEXT_MAX];

	if (before->kind != SW_CONTENT_FILE)
		return false;
	if (entry == NULL)
		return strstr(before->bytes, "sshwhy") != NULL;
	(void)sw_content_digest(before, digest);
	return strcmp(entry->after, digest) != 0 &&
	       strcmp(entry->before, digest) != 0;
}

enum sw_err sw_part_add_file(unsigned int part, const char *path,
			     const char *template,
			     const struct sw_manifest *manifest,
			     struct sw_plan *plan, char *out_reason)
{
	struct sw_content before, after;
	char real[PATH_MAX], from[PATH_MAX];
	enum sw_err err;

	(void)snprintf(from, sizeof(from), SW_SYSTEMDIR "/%s", template);
	err = sw_content_load(from, &after);
	errno = ENOENT;
	if (err == SW_OK && after.kind != SW_CONTENT_FILE)
		err = SW_E_IO;
	if (err != SW_OK)
		return because(err, from, out_reason);
	after.mode = 0644;
	after.group = 0;
	err = add_folder_of(part, path, plan, out_reason);
	if (err == SW_OK)
		err = sw_content_resolve(path, real);
	if (err == SW_OK)
		err = sw_content_load(real, &before);
	if (err != SW_OK) {
		sw_content_free(&after);
		return because(err, path, out_reason);
	}
	if (sw_content_is_same(&before, &after) ||
	    is_left_alone(manifest, real, &before)) {
		sw_content_free(&before);
		sw_content_free(&after);
		return SW_OK;
	}
	return sw_plan_add(plan, part, SW_CHANGE_FILE, real, &before, &after);
}

enum sw_err sw_part_add_link(unsigned int part, const char *path,
			     const char *target, struct sw_plan *plan,
			     char *out_reason)
{
	struct sw_content before, after;
	enum sw_err err = add_folder_of(part, path, plan, out_reason);

	if (err == SW_OK)
		err = sw_content_load(path, &before);
	if (err != SW_OK)
		return because(err, path, out_reason);
	/* A link to somewhere else is somebody's decision. */
	if (before.kind != SW_CONTENT_NONE) {
		sw_content_free(&before);
		return SW_OK;
	}
	err = sw_content_make(SW_CONTENT_LINK, target, strlen(target), &after);
	if (err != SW_OK)
		return err;
	return sw_plan_add(plan, part, SW_CHANGE_LINK, path, &before, &after);
}

enum sw_err sw_part_add_lines(unsigned int part, enum sw_change_kind kind,
			      const char *path, const char *lines,
			      struct sw_plan *plan, char *out_reason)
{
	enum sw_lines_of of = sw_change_lines(kind);
	struct sw_content before = {.kind = SW_CONTENT_NONE}, after;
	char real[PATH_MAX];
	enum sw_err err = sw_content_resolve(path, real);

	if (err == SW_OK)
		err = sw_content_load(real, &before);
	errno = err == SW_OK ? ENOENT : errno;
	if (err == SW_OK && before.kind != SW_CONTENT_FILE)
		err = SW_E_IO;
	if (err != SW_OK)
		return because(err, path, out_reason);
	if (sw_lines_have(of, &before)) {
		sw_content_free(&before);
		return SW_OK;
	}
	err = sw_lines_put(of, &before, lines, &after);
	if (err != SW_OK) {
		sw_content_free(&before);
		return because(err, path, out_reason);
	}
	return sw_plan_add(plan, part, kind, real, &before, &after);
}
