#include "enable_trial.h"

#include "enable_names.h"

#include "sshwhy/ask_pam_trial.h"
#include "sshwhy/auto.h"
#include "sshwhy/run.h"
#include "sshwhy/sshd_daemon.h"
#include "sshwhy/text.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEADLINE 20000	     /* milliseconds */
#define OUTPUT_MAX (1 << 20) /* bytes */
#define ANALYZE "/usr/bin/systemd-analyze"
#define ENV "/usr/bin/env"

static const char *find_sshd(void)
{
	static const char *const places[] = {"/usr/sbin/sshd", "/usr/bin/sshd"};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (access(places[i], X_OK) == 0)
			return places[i];
	}
	return NULL;
}

enum sw_err sw_trial_begin(struct sw_trial *out)
{
	struct sw_trial trial = {.sshd = find_sshd()};

	/* In /run a program that is given /run/sshd would not find it. */
	(void)strcpy(trial.folder, "/tmp/sshwhy-trial.XXXXXX");
	if (mkdtemp(trial.folder) == NULL) {
		(void)strcpy(trial.folder, "/run/sshwhy-trial.XXXXXX");
		if (mkdtemp(trial.folder) == NULL)
			return SW_E_IO;
	}
	*out = trial;
	return SW_OK;
}

static int remove_one(const char *path, const struct stat *st, int flag,
		      struct FTW *at)
{
	(void)st;
	(void)flag;
	(void)at;
	(void)remove(path);
	return 0;
}

void sw_trial_end(const struct sw_trial *trial)
{
	(void)nftw(trial->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static enum sw_err put(const struct sw_trial *trial, const char *name,
		       const struct sw_content *content, char *path)
{
	struct sw_content copy = *content;
	int len = snprintf(path, PATH_MAX, "%s/%s", trial->folder, name);

	if (len < 0 || len >= PATH_MAX)
		return SW_E_RANGE;
	copy.mode = 0600;
	copy.group = 0;
	return sw_content_put(path, &copy);
}

/* Included first, as Debian's sshd_config does with its folder. */
static enum sw_err put_config(const struct sw_trial *trial,
			      const struct sw_change *snippet, char *path)
{
	struct sw_content config, both = {.kind = SW_CONTENT_FILE};
	FILE *memory;
	enum sw_err err = sw_content_load(SW_PATH_SSHD_CONFIG, &config);

	if (err != SW_OK)
		return err;
	memory = open_memstream(&both.bytes, &both.len);
	if (memory != NULL) {
		(void)fwrite(snippet->after.bytes, 1, snippet->after.len,
			     memory);
		(void)fwrite(config.bytes, 1, config.len, memory);
	}
	err = memory == NULL || fclose(memory) != 0
		      ? SW_E_NOMEM
		      : put(trial, "sshd_config", &both, path);
	sw_content_free(&config);
	sw_content_free(&both);
	return err;
}

static enum sw_err run_for_words(const char *const *argv,
				 enum sw_run_output want, char **out_words,
				 int *out_status)
{
	const struct sw_run run = {
		.argv = argv,
		.want = want,
		.deadline = DEADLINE,
		.max_output = OUTPUT_MAX,
		.folder = SW_SSHD_PRIVSEP_DIR,
	};
	size_t len = 0;

	return sw_run(&run, out_words, &len, out_status);
}

enum sw_err sw_trial_sshd(const struct sw_trial *trial,
			  const struct sw_change *snippet, const char *preload,
			  char **out_words, int *out_status)
{
	char path[PATH_MAX] = SW_PATH_SSHD_CONFIG;
	char variable[PATH_MAX];
	const char *argv[] = {ENV,  variable, trial->sshd, "-t",
			      "-f", path,     NULL};
	enum sw_err err = SW_OK;

	(void)snprintf(variable, sizeof(variable), "LD_PRELOAD=%s",
		       preload == NULL ? "" : preload);
	if (snippet != NULL && snippet->after.kind == SW_CONTENT_FILE)
		err = put_config(trial, snippet, path);
	return err == SW_OK ? run_for_words(argv, SW_RUN_STDERR, out_words,
					    out_status)
			    : err;
}

enum sw_err sw_trial_settings(const struct sw_trial *trial, char **out_words)
{
	const char *argv[] = {trial->sshd, "-T", NULL};
	int status = 0;

	return run_for_words(argv, SW_RUN_STDOUT, out_words, &status);
}

/* What our stack includes is looked for beside it. */
static void link_stacks(const char *from, const char *folder)
{
	const struct dirent *file;
	DIR *dir = opendir(from);

	while (dir != NULL && (file = readdir(dir)) != NULL) {
		char target[PATH_MAX], path[PATH_MAX];

		if (file->d_name[0] == '.' || strcmp(file->d_name, "sshd") == 0)
			continue;
		(void)snprintf(target, sizeof(target), "%s/%s", from,
			       file->d_name);
		(void)snprintf(path, sizeof(path), "%s/%s", folder,
			       file->d_name);
		(void)!symlink(target, path);
	}
	if (dir != NULL)
		(void)closedir(dir);
}

enum sw_err sw_trial_pam(const struct sw_trial *trial,
			 const struct sw_content *stack, int *out_answer)
{
	char folder[PATH_MAX], path[PATH_MAX];
	const struct sw_pam_trial question = {
		.folder = folder,
		.service = "sshd",
		.user = "root",
		.host = "127.0.0.1",
		.deadline = DEADLINE,
	};
	enum sw_err err;

	(void)snprintf(folder, sizeof(folder), "%s/pam.d", trial->folder);
	if (mkdir(folder, 0700) == 0) {
		link_stacks(SW_PATH_PAM_DIR, folder);
		link_stacks("/usr/lib/pam.d", folder);
	} else if (errno != EEXIST) {
		return SW_E_IO;
	}
	err = put(trial, "pam.d/sshd", stack, path);
	return err == SW_OK ? sw_ask_pam_trial(&question, out_answer) : err;
}

/* units/ssh.service.d/sshwhy.conf, and its folder, of the path in /etc. */
static enum sw_err put_unit(const struct sw_trial *trial,
			    const struct sw_change *change)
{
	const char *name = change->path + strlen(SW_PATH_UNITS "/");
	const char *end = strchr(name, '/');
	char path[PATH_MAX], inside[PATH_MAX];

	if (end != NULL) {
		(void)snprintf(path, sizeof(path), "%s/units/%.*s",
			       trial->folder, (int)(end - name), name);
		if (mkdir(path, 0755) != 0 && errno != EEXIST)
			return SW_E_IO;
	}
	(void)snprintf(inside, sizeof(inside), "units/%s", name);
	return put(trial, inside, &change->after, path);
}

static bool is_unit(const struct sw_change *change)
{
	return change->kind == SW_CHANGE_FILE &&
	       change->after.kind == SW_CONTENT_FILE &&
	       strncmp(change->path, SW_PATH_UNITS "/",
		       strlen(SW_PATH_UNITS "/")) == 0;
}

/* The unit that a drop-in belongs to, or the unit itself. */
static void unit_of(const struct sw_change *change, char *out, size_t size)
{
	const char *name = change->path + strlen(SW_PATH_UNITS "/");
	size_t len = strcspn(name, "/");

	if (name[len] == '/')
		len -= strlen(".d");
	(void)snprintf(out, size, "%.*s", (int)len, name);
}

/* systemd complains about units of others as well. */
static void keep_ours(char *words)
{
	char *out = words, *line = words;

	while (*line != '\0') {
		size_t len = strcspn(line, "\n");
		size_t whole = len + (line[len] == '\n');

		if (memmem(line, len, "sshwhy", 6) != NULL) {
			memmove(out, line, whole);
			out += whole;
		}
		line += whole;
	}
	*out = '\0';
}

enum sw_err sw_trial_units(const struct sw_trial *trial,
			   const struct sw_plan *plan, char **out_words)
{
	char units[8][64], variable[128], folder[80];
	const char *argv[16] = {ENV, variable, ANALYZE, "verify", "--man=no"};
	size_t count = 0;
	int status = 0;
	enum sw_err err;

	(void)snprintf(folder, sizeof(folder), "%s/units", trial->folder);
	(void)snprintf(variable, sizeof(variable),
		       "SYSTEMD_UNIT_PATH=%s:", folder);
	if (mkdir(folder, 0755) != 0)
		return SW_E_IO;
	for (size_t i = 0; i < plan->count && count < 8; i++) {
		if (!is_unit(&plan->rows[i]))
			continue;
		err = put_unit(trial, &plan->rows[i]);
		if (err != SW_OK)
			return err;
		unit_of(&plan->rows[i], units[count], sizeof(units[count]));
		argv[5 + count] = units[count];
		count++;
	}
	argv[5 + count] = NULL;
	if (count == 0 || access(ANALYZE, X_OK) != 0)
		return SW_OK;
	err = run_for_words(argv, SW_RUN_STDERR, out_words, &status);
	if (err == SW_OK)
		keep_ours(*out_words);
	return err;
}
