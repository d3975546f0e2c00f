#include "check.h"

#include "sshwhy/pam_stack.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ETC "/etc/pam.d"
#define USR "/usr/lib/pam.d"
#define CONF "/etc/pam.conf"
#define SERVICE "sshd"
#define ACCESS "/etc/security/access.conf"
#define OURS "pam_sshwhy.so"

struct pam_check {
	struct sw_checking *checking;
	struct sw_pam_stack stack;
	bool uses_access;
};

static void add(struct pam_check *check, enum sw_check what,
		const struct sw_rule *rule, const char *detail)
{
	const struct sw_place place = {rule->source, rule->line,
				       rule->text[0] != '\0' ? rule->text
							     : NULL};

	if (detail == NULL)
		sw_findings_add(check->checking->findings, what, &place, NULL);
	else
		sw_findings_add(check->checking->findings, what, &place, "%s",
				detail);
}

static void add_file(struct pam_check *check, enum sw_check what,
		     const char *file, const char *detail)
{
	struct sw_rule rule = {0};

	(void)sw_text_copy(rule.source, sizeof(rule.source), file);
	add(check, what, &rule, detail);
}

static bool has_module(struct pam_check *check, const char *module)
{
	static const char *const folders[] = {
		"/lib/*/security/", "/usr/lib/*/security/",
		"/lib/security/",   "/usr/lib/security/",
		"/lib64/security/", "/usr/lib64/security/"};
	char pattern[PATH_MAX];
	char path[PATH_MAX];
	bool found = false;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && !found;
	     i++) {
		glob_t matches;

		(void)snprintf(pattern, sizeof(pattern), "%s%s",
			       module[0] == '/' ? "" : folders[i], module);
		found = glob(sw_check_path(check->checking, pattern, path), 0,
			     NULL, &matches) == 0;
		globfree(&matches);
	}
	return found;
}

/* -account [default=ignore perm_denied=die] */
static bool has_our_control(const struct sw_pam_line *line)
{
	for (int i = 0; i < SW_PAM_RETURNS; i++) {
		int wanted = i == SW_PAM_PERM_DENIED ? SW_PAM_DO_DIE
						     : SW_PAM_DO_IGNORE;

		if (line->actions[i] != wanted)
			return false;
	}
	return true;
}

/* What libpam makes of a control that it does not know. */
static bool is_always_bad(const struct sw_pam_line *line)
{
	for (int i = 0; i < SW_PAM_RETURNS; i++) {
		if (line->actions[i] != SW_PAM_DO_BAD)
			return false;
	}
	return strchr(line->rule.text, '[') == NULL;
}

static void check_line(struct pam_check *check, const struct sw_pam_line *line,
		       bool ended)
{
	if (line->kind == SW_PAM_MUST_FAIL) {
		add(check, SW_CHECK_PAM_CONTROL, &line->rule, NULL);
		return;
	}
	if (line->kind != SW_PAM_MODULE)
		return;
	if (is_always_bad(line))
		add(check, SW_CHECK_PAM_CONTROL, &line->rule, NULL);
	check->uses_access |= strstr(line->module, "pam_access.so") != NULL;
	if (line->rule.text[0] != '-' && !has_module(check, line->module))
		add(check, SW_CHECK_PAM_MODULE, &line->rule, NULL);
	if (strstr(line->module, OURS) == NULL)
		return;
	if (ended)
		add(check, SW_CHECK_PAM_UNREACHED, &line->rule, NULL);
	if (!has_our_control(line))
		add(check, SW_CHECK_PAM_OUR_CONTROL, &line->rule, NULL);
}

/* A success that is done keeps libpam from reading on. */
static void check_stack(struct pam_check *check)
{
	bool ended = false;

	for (size_t i = 0; i < check->stack.count; i++) {
		const struct sw_pam_line *line = &check->stack.lines[i];

		check_line(check, line, ended);
		ended |= line->kind == SW_PAM_MODULE && line->level == 0 &&
			 line->actions[SW_PAM_SUCCESS] == SW_PAM_DO_DONE;
	}
}

/* pam_access says nothing to the user of a line that it skips. */
static void check_access(struct pam_check *check)
{
	char path[PATH_MAX];
	FILE *file = fopen(sw_check_path(check->checking, ACCESS, path), "re");
	struct sw_rule rule = {0};
	char *line = NULL;
	size_t size = 0;

	(void)sw_text_copy(rule.source, sizeof(rule.source), path);
	while (file != NULL && getline(&line, &size, file) > 0) {
		char *start = line + strspn(line, " \t");
		char *users = strchr(start, ':');

		rule.line++;
		line[strcspn(line, "\n")] = '\0';
		if (*start == '#' || *start == '\0')
			continue;
		(void)sw_text_copy(rule.text, sizeof(rule.text), line);
		if ((*start != '+' && *start != '-') || users == NULL ||
		    strchr(users + 1, ':') == NULL)
			add(check, SW_CHECK_PAM_ACCESS_SYNTAX, &rule, NULL);
	}
	free(line);
	if (file != NULL)
		(void)fclose(file);
}

static void check_nologin(struct pam_check *check)
{
	static const char *const files[] = {"/etc/nologin", "/run/nologin",
					    "/var/run/nologin"};
	char path[PATH_MAX];
	struct stat st;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (stat(sw_check_path(check->checking, files[i], path), &st) ==
		    0) {
			add_file(check, SW_CHECK_PAM_NOLOGIN, path, NULL);
			return;
		}
	}
}

static bool read_stack(struct pam_check *check,
		       const struct sw_pam_places *places, const char *service,
		       enum sw_pam_type type)
{
	enum sw_err err =
		sw_pam_stack_read(places, service, type, &check->stack);

	if (err == SW_OK)
		return true;
	if (err == SW_E_SYNTAX || err == SW_E_RANGE)
		add(check, SW_CHECK_PAM_BROKEN, &check->stack.broken, NULL);
	else
		add_file(check, SW_CHECK_PAM_UNSEEN, places->etc,
			 strerror(errno));
	return false;
}

/* FOLDER/SERVICE of a file that is named. */
static const char *split(const char *file, char folder[PATH_MAX])
{
	char *slash;

	if (realpath(file, folder) == NULL)
		return NULL;
	slash = strrchr(folder, '/');
	*slash = '\0';
	return slash + 1;
}

void sw_check_pam(struct sw_checking *checking, const char *file)
{
	static struct pam_check check;
	char etc[PATH_MAX];
	char usr[PATH_MAX];
	char conf[PATH_MAX];
	char path[PATH_MAX];
	struct sw_pam_places places = {
		.etc = sw_check_path(checking, ETC, etc),
		.usr = sw_check_path(checking, USR, usr),
		.conf = sw_check_path(checking, CONF, conf)};
	const char *service = SERVICE;
	struct stat st;

	memset(&check, 0, sizeof(check));
	check.checking = checking;
	if (file != NULL)
		service = split(file, etc);
	if (service == NULL || stat(etc, &st) != 0)
		return;
	(void)snprintf(path, sizeof(path), "%.*s/%s", PATH_MAX - 64, etc,
		       service);
	if (stat(path, &st) != 0)
		add_file(&check, SW_CHECK_PAM_MISSING, path, NULL);
	/* A broken file is broken for every type. */
	for (enum sw_pam_type type = SW_PAM_AUTH; type < SW_PAM_TYPES_;
	     type++) {
		if (!read_stack(&check, &places, service, type))
			break;
		check_stack(&check);
	}
	if (check.uses_access)
		check_access(&check);
	check_nologin(&check);
}
