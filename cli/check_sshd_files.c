#include "check_sshd.h"

#include "sshwhy/sshd_match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* sshd does not use a key that others may read. */
static void check_key(struct sw_sshd_check *check, const char *name)
{
	const struct sw_place none = {check->config, 0, name};
	char path[PATH_MAX];
	struct sw_place place = {path, 0, NULL};
	struct stat st;

	(void)sw_check_path(check->checking, name, path);
	if (stat(path, &st) != 0)
		sw_sshd_add_at(check, SW_CHECK_SSHD_KEY_MISSING, none, NULL);
	else if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		sw_sshd_add_at(check, SW_CHECK_SSHD_KEY_MODE, place, NULL);
}

static void check_keys(struct sw_sshd_check *check)
{
	char value[SW_SSHD_VALUE_MAX];
	char key[PATH_MAX];

	if (!sw_sshd_value(&check->settings, "hostkey", value, sizeof(value)))
		return;
	for (size_t i = 0; sw_sshd_word(value, i, key, sizeof(key)); i++) {
		if (check->scratch[0] == '\0' ||
		    strncmp(key, check->scratch, strlen(check->scratch)) != 0)
			check_key(check, key);
	}
}

/* Every folder of the path has to be root's, and writable by nobody else. */
static void check_chroot(struct sw_sshd_check *check)
{
	char value[SW_SSHD_VALUE_MAX];
	char path[PATH_MAX];
	size_t root = strlen(check->checking->root);
	struct stat st;

	if (!sw_sshd_value(&check->settings, "chrootdirectory", value,
			   sizeof(value)) ||
	    value[0] != '/')
		return;
	value[strcspn(value, "%")] = '\0';
	(void)sw_check_path(check->checking, value, path);
	for (size_t i = root + 1; i <= strlen(path); i++) {
		char saved = path[i];

		if (saved != '/' && saved != '\0')
			continue;
		path[i] = '\0';
		if (stat(path, &st) != 0 ||
		    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0 ||
		    (st.st_uid != 0 && check->checking->is_live)) {
			sw_sshd_add(check, SW_CHECK_SSHD_CHROOT,
				    "ChrootDirectory", path);
			return;
		}
		path[i] = saved;
	}
}

/* "FILE line N: no match for PATTERN"; an empty folder is meant to be. */
static void check_includes(struct sw_sshd_check *check)
{
	static const char words[] = ": no match for ";
	const char *at = check->settings.dump;

	while ((at = strstr(at, words)) != NULL) {
		char pattern[PATH_MAX];
		struct sw_place place = {check->config, 0, pattern};
		const char *line = at;
		size_t len;
		struct stat st;
		char *slash;

		at += strlen(words);
		len = strcspn(at, "\r\n");
		if (len >= sizeof(pattern))
			continue;
		memcpy(pattern, at, len);
		pattern[len] = '\0';
		slash = strrchr(pattern, '/');
		while (line > check->settings.dump && line[-1] != ' ')
			line--;
		place.line = (unsigned int)strtoul(line, NULL, 10);
		if (slash == NULL)
			continue;
		*slash = '\0';
		if (stat(pattern, &st) == 0)
			continue;
		*slash = '/';
		sw_sshd_add_at(check, SW_CHECK_SSHD_INCLUDE, place, NULL);
	}
}

void sw_sshd_check_files(struct sw_sshd_check *check)
{
	check_keys(check);
	check_chroot(check);
	check_includes(check);
}
