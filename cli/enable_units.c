#include "enable_names.h"
#include "enable_parts.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* In the order in which systemd looks. */
static const char *const folders[] = {
	"/etc/systemd/system",		 "/run/systemd/system",
	"/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
	"/lib/systemd/system",
};

/* Debian's, then Fedora's and Arch's. */
static const char *const units[SW_UNITS_MAX] = {
	"ssh.service",
	"ssh@.service",
	"sshd.service",
	"sshd@.service",
};

#define ROWS(array) (sizeof(array) / sizeof((array)[0]))

bool sw_unit_is_instance(const char *unit)
{
	return strchr(unit, '@') != NULL;
}

/* A link is another name of a unit, or masks it: no drop-in of its own. */
static bool is_there(const char *unit)
{
	char path[PATH_MAX];
	struct stat st;

	for (size_t i = 0; i < ROWS(folders); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folders[i], unit);
		if (lstat(path, &st) == 0)
			return S_ISREG(st.st_mode);
	}
	return false;
}

static bool sets_other_preload(const char *path)
{
	struct sw_content content;
	bool sets = false;

	if (sw_content_load(path, &content) != SW_OK)
		return false;
	if (content.kind == SW_CONTENT_FILE)
		sets = strstr(content.bytes, "LD_PRELOAD=") != NULL &&
		       strstr(content.bytes, SW_NAME_HOOK) == NULL;
	sw_content_free(&content);
	return sets;
}

/* Of several drop-ins the last one holds; one variable has one value. */
static void look_for_conflict(const char *unit, struct sw_units *out)
{
	for (size_t i = 0; i < ROWS(folders); i++) {
		char path[PATH_MAX];
		const struct dirent *file;
		DIR *dir;

		(void)snprintf(path, sizeof(path), "%s/%s.d", folders[i], unit);
		dir = opendir(path);
		while (dir != NULL && (file = readdir(dir)) != NULL) {
			if (strstr(file->d_name, ".conf") == NULL ||
			    strcmp(file->d_name, "sshwhy.conf") == 0)
				continue;
			(void)snprintf(path, sizeof(path), "%s/%s.d/%s",
				       folders[i], unit, file->d_name);
			if (sets_other_preload(path))
				memcpy(out->conflict, path, sizeof(path));
		}
		if (dir != NULL)
			(void)closedir(dir);
	}
}

void sw_units_find(struct sw_units *out)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < SW_UNITS_MAX; i++) {
		if (!is_there(units[i]))
			continue;
		out->names[out->count++] = units[i];
		look_for_conflict(units[i], out);
	}
}

enum sw_err sw_units_plan(const struct sw_manifest *manifest,
			  struct sw_plan *plan, char *out_reason)
{
	struct sw_units found;
	enum sw_err err = SW_OK;

	sw_units_find(&found);
	if (found.count == 0) {
		(void)snprintf(out_reason, SW_REASON_MAX,
			       "there is no unit of sshd; start it with"
			       " LD_PRELOAD=" SW_PATH_HOOK);
		return SW_E_NOTSUP;
	}
	if (found.conflict[0] != '\0') {
		(void)snprintf(out_reason, SW_REASON_MAX,
			       "%.256s sets LD_PRELOAD; add :" SW_PATH_HOOK
			       " to it",
			       found.conflict);
		return SW_E_NOTSUP;
	}
	for (size_t i = 0; i < found.count && err == SW_OK; i++) {
		char path[PATH_MAX];

		(void)snprintf(path, sizeof(path),
			       SW_PATH_UNITS "/%s.d/sshwhy.conf",
			       found.names[i]);
		err = sw_part_add_file(SW_PART_WRAPPER, path,
				       sw_unit_is_instance(found.names[i])
					       ? "sshd-instance-hook.conf"
					       : "sshd-hook.conf",
				       manifest, plan, out_reason);
	}
	return err;
}
