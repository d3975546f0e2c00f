/* Which files make up fail2ban's configuration, and in which order. */

#include "fail2ban_conf.h"
#include "whole.h"

#include "sshwhy/auto.h"

#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define FILE_MAX_ ((size_t)1 << 20) /* bytes */
#define DEPTH_MAX 8		    /* files that include each other */
#define INCLUDES "INCLUDES"

static enum sw_err read_file(struct sw_f2b_conf *conf, const char *path,
			     int depth);

/* FILE, and FILE.local in the place of FILE.conf behind it. */
static enum sw_err read_with_local(struct sw_f2b_conf *conf, const char *path,
				   int depth)
{
	size_t len = strlen(path);
	char local[PATH_MAX];
	enum sw_err err = read_file(conf, path, depth);

	if (err == SW_E_IO && errno == ENOENT)
		err = SW_OK;
	if (err != SW_OK || len < 5 || strcmp(path + len - 5, ".conf") != 0)
		return err;
	(void)snprintf(local, sizeof(local), "%.*s.local", (int)len - 5, path);
	return access(local, F_OK) == 0 ? read_file(conf, local, depth) : SW_OK;
}

/* The files that one of the two keys of [INCLUDES] names, a line each. */
static enum sw_err include(struct sw_f2b_conf *conf, const char *by,
			   const char *names, int depth)
{
	const char *slash = strrchr(by, '/');
	int dir_len = slash != NULL ? (int)(slash - by) + 1 : 0;
	enum sw_err err = SW_OK;

	while (names != NULL && *names != '\0' && err == SW_OK) {
		int len = (int)strcspn(names, "\n");
		char path[PATH_MAX];

		(void)snprintf(path, sizeof(path), "%.*s%.*s",
			       *names == '/' ? 0 : dir_len, by, len, names);
		err = read_with_local(conf, path, depth + 1);
		names += len;
		names += *names == '\n';
	}
	return err;
}

static enum sw_err merge(struct sw_f2b_conf *conf,
			 const struct sw_f2b_conf *file)
{
	enum sw_err err = SW_OK;

	for (size_t i = 0; i < file->count && err == SW_OK; i++) {
		if (strcmp(file->rows[i].section, INCLUDES) != 0)
			err = sw_f2b_conf_set(conf, file->rows[i].section,
					      file->rows[i].key,
					      file->rows[i].value);
	}
	return err;
}

static enum sw_err read_file(struct sw_f2b_conf *conf, const char *path,
			     int depth)
{
	struct sw_f2b_conf file = SW_F2B_CONF_INIT;
	sw_autofree char *text = NULL;
	enum sw_err err;
	size_t len;

	if (depth > DEPTH_MAX)
		return SW_E_RANGE;
	err = sw_ask_whole(path, FILE_MAX_, &text, &len);
	if (err != SW_OK)
		return err;
	err = sw_f2b_conf_parse(&file, text);
	if (err == SW_OK)
		err = include(conf, path,
			      sw_f2b_conf_raw(&file, INCLUDES, "before"),
			      depth);
	if (err == SW_OK)
		err = merge(conf, &file);
	if (err == SW_OK)
		err = include(conf, path,
			      sw_f2b_conf_raw(&file, INCLUDES, "after"), depth);
	sw_f2b_conf_free(&file);
	return err;
}

static enum sw_err read_all(struct sw_f2b_conf *conf, const char *pattern)
{
	enum sw_err err = SW_OK;
	glob_t found;

	if (glob(pattern, 0, NULL, &found) != 0)
		return SW_OK;
	for (size_t i = 0; i < found.gl_pathc && err == SW_OK; i++)
		err = read_file(conf, found.gl_pathv[i], 0);
	globfree(&found);
	return err;
}

enum sw_err sw_f2b_conf_read(struct sw_f2b_conf *conf, const char *dir,
			     const char *name)
{
	static const char *const behind[] = {".d/*.conf", ".local",
					     ".d/*.local"};
	char path[PATH_MAX];
	enum sw_err err;

	(void)snprintf(path, sizeof(path), "%s/%s.conf", dir, name);
	err = read_file(conf, path, 0);
	for (size_t i = 0; i < sizeof(behind) / sizeof(behind[0]); i++) {
		if (err != SW_OK)
			break;
		(void)snprintf(path, sizeof(path), "%s/%s%s", dir, name,
			       behind[i]);
		err = read_all(conf, path);
	}
	return err;
}
