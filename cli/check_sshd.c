#include "check_sshd.h"

#include "sshwhy/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PID_FILE "/run/sshd.pid"
#define PAM_FILE "/etc/pam.d/sshd"

void sw_sshd_add_at(struct sw_sshd_check *check, enum sw_check what,
		    struct sw_place place, const char *detail)
{
	if (strcmp(place.file, check->daemon.config) == 0)
		place.file = check->config;
	if (detail == NULL)
		sw_findings_add(check->checking->findings, what, &place, NULL);
	else
		sw_findings_add(check->checking->findings, what, &place, "%s",
				detail);
}

void sw_sshd_add(struct sw_sshd_check *check, enum sw_check what,
		 const char *keyword, const char *detail)
{
	struct sw_rule rule = {0};
	struct sw_place place = {check->config, 0, NULL};

	sw_sshd_rule(&check->settings, keyword, &rule);
	if (rule.line != 0)
		place = (struct sw_place){rule.source, rule.line, NULL};
	place.text = rule.text[0] != '\0' ? rule.text : keyword;
	sw_sshd_add_at(check, what, place, detail);
}

bool sw_sshd_is(const struct sw_sshd_check *check, const char *keyword,
		const char *value)
{
	char own[SW_SSHD_VALUE_MAX];

	return sw_sshd_value(&check->settings, keyword, own, sizeof(own)) &&
	       strcmp(own, value) == 0;
}

/* A reload writes the pid file again. */
static void check_stale(struct sw_sshd_check *check)
{
	const struct sw_place place = {check->config, 0, NULL};
	int64_t loaded = check->daemon.started;
	struct stat st;

	if (!check->is_running)
		return;
	if (stat(PID_FILE, &st) == 0 && (int64_t)st.st_mtime * 1000 > loaded)
		loaded = (int64_t)st.st_mtime * 1000;
	if (sw_sshd_is_stale(&check->settings, loaded))
		sw_sshd_add_at(check, SW_CHECK_SSHD_STALE, place, NULL);
}

static void check_startups(struct sw_sshd_check *check)
{
	const struct sw_daemon *daemon = &check->daemon;
	char words[64];

	if (!check->is_running || !daemon->has_startups ||
	    daemon->startups < daemon->begin)
		return;
	(void)snprintf(words, sizeof(words), "%u now", daemon->startups);
	sw_sshd_add(check, SW_CHECK_SSHD_STARTUPS_NOW, "MaxStartups", words);
}

static bool has_our_line(const struct sw_checking *checking)
{
	char path[PATH_MAX];
	char *line = NULL;
	size_t size = 0;
	bool found = false;
	FILE *file = fopen(sw_check_path(checking, PAM_FILE, path), "re");

	while (file != NULL && !found && getline(&line, &size, file) > 0)
		found = line[0] != '#' && strstr(line, "pam_sshwhy") != NULL;
	if (file != NULL)
		(void)fclose(file);
	free(line);
	return found;
}

static void check_pam(struct sw_sshd_check *check)
{
	if (sw_sshd_is(check, "usepam", "no") && has_our_line(check->checking))
		sw_sshd_add(check, SW_CHECK_SSHD_NO_PAM, "UsePAM", NULL);
}

/* A quiet sshd does not even say where its settings come from, unless told. */
static enum sw_err ask(struct sw_sshd_check *check)
{
	struct sw_daemon *daemon = &check->daemon;
	const struct sw_conn conn = {0};
	enum sw_err err = sw_sshd_settings_ask(daemon, &conn, &check->settings);

	if (err != SW_E_SYNTAX || daemon->option_count == SW_DAEMON_OPTIONS_MAX)
		return err;
	(void)sw_text_copy(daemon->options[daemon->option_count++],
			   SW_DAEMON_OPTION_MAX, "LogLevel=DEBUG3");
	err = sw_sshd_settings_ask(daemon, &conn, &check->settings);
	daemon->option_count--;
	return err;
}

void sw_check_sshd(struct sw_checking *checking, const char *file)
{
	static struct sw_sshd_check check;
	struct sw_place place = {file, 0, NULL};

	memset(&check, 0, sizeof(check));
	check.checking = checking;
	if (!sw_sshd_prepare(&check, file)) {
		place.file = check.config;
		sw_findings_add(checking->findings, SW_CHECK_SSHD_UNSEEN,
				&place, NULL);
	} else if (ask(&check) != SW_OK) {
		sw_sshd_tell_errors(&check, true);
	} else {
		/* Its next client starts it anew. */
		if (check.is_running)
			sw_sshd_tell_errors(&check, false);
		sw_sshd_check_limits(&check);
		sw_sshd_check_methods(&check);
		sw_sshd_check_lists(&check);
		sw_sshd_check_repeated(&check);
		sw_sshd_check_files(&check);
		check_startups(&check);
		check_stale(&check);
		check_pam(&check);
	}
	sw_sshd_clean_up(&check);
}
