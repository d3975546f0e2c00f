#include "check_sshd.h"

#include "sshwhy/auto.h"
#include "sshwhy/run.h"
#include "sshwhy/sshd_match.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define SSHD "/usr/sbin/sshd"
#define KEYGEN "/usr/bin/ssh-keygen"
#define CONFIG "/etc/ssh/sshd_config"
#define CONFIG_DIR "/etc/ssh/"
#define DEADLINE 10000	/* milliseconds */
#define WORDS_MAX 65536 /* bytes of complaints, with the NUL */

static bool find_running(struct sw_daemon *out)
{
	struct sw_daemon daemons[SW_DAEMONS_MAX];

	if (sw_daemon_list(daemons, SW_DAEMONS_MAX) == 0)
		return false;
	*out = daemons[0];
	return true;
}

static bool make_scratch(struct sw_sshd_check *check)
{
	const char *parent = getenv("TMPDIR");

	(void)snprintf(check->scratch, sizeof(check->scratch),
		       "%s/sshwhy.XXXXXX", parent == NULL ? "/tmp" : parent);
	if (mkdtemp(check->scratch) != NULL)
		return true;
	check->scratch[0] = '\0';
	return false;
}

/* sshd -T wants a host key that it can read. */
static void add_host_key(struct sw_sshd_check *check)
{
	char *option = check->daemon.options[0];
	const char *path = option + strlen("HostKey=");
	const char *const argv[] = {KEYGEN, "-q", "-t", "ed25519", "-N",
				    "",	    "-f", path, NULL};
	const struct sw_run run = {.argv = argv,
				   .want = SW_RUN_STDERR,
				   .deadline = DEADLINE,
				   .max_output = 65536};
	sw_autofree char *text = NULL;
	size_t len;
	int status;

	if (snprintf(option, SW_DAEMON_OPTION_MAX, "HostKey=%s/key",
		     check->scratch) >= SW_DAEMON_OPTION_MAX)
		return;
	check->daemon.option_count = 1;
	if (sw_run(&run, &text, &len, &status) != SW_OK)
		check->daemon.option_count = 0;
}

/* "Include WORD..." with the root before every path. */
static void write_include(const struct sw_sshd_check *check, const char *words,
			  FILE *to)
{
	char word[PATH_MAX];

	(void)fputs("Include", to);
	for (size_t i = 0; sw_sshd_word(words, i, word, sizeof(word)); i++)
		(void)fprintf(to, " \"%s%s%s\"", check->checking->root,
			      word[0] == '/' ? "" : CONFIG_DIR, word);
	(void)fputc('\n', to);
}

/* A copy, line by line, so that it includes the files of the other root. */
static bool copy_config(struct sw_sshd_check *check)
{
	static const char include[] = "Include";
	struct sw_text path;
	FILE *from;
	FILE *to = NULL;
	sw_autofree char *line = NULL;
	size_t size = 0;

	sw_text_init(&path, check->daemon.config, sizeof(check->daemon.config));
	sw_text_add(&path, "%s/config", check->scratch);
	if (!sw_text_ok(&path))
		return false;
	from = fopen(check->config, "re");
	if (from != NULL)
		to = fopen(check->daemon.config, "we");
	while (to != NULL && getline(&line, &size, from) > 0) {
		const char *start = line + strspn(line, " \t");

		line[strcspn(line, "\n")] = '\0';
		if (strncasecmp(start, include, strlen(include)) == 0 &&
		    strchr(" \t=", start[strlen(include)]) != NULL)
			write_include(
				check,
				start + strlen(include) +
					strspn(start + strlen(include), " \t="),
				to);
		else
			(void)fprintf(to, "%s\n", line);
	}
	if (from != NULL)
		(void)fclose(from);
	return to != NULL && fclose(to) == 0;
}

bool sw_sshd_prepare(struct sw_sshd_check *check, const char *file)
{
	static char path[PATH_MAX];
	struct stat st;

	check->config = file != NULL
				? file
				: sw_check_path(check->checking, CONFIG, path);
	if (file == NULL && check->checking->is_live)
		check->is_running = find_running(&check->daemon);
	if (check->is_running) {
		check->config = check->daemon.config;
		return true;
	}
	if (stat(SSHD, &st) != 0 || stat(check->config, &st) != 0)
		return false;
	(void)sw_text_copy(check->daemon.exe, sizeof(check->daemon.exe), SSHD);
	if (!make_scratch(check))
		return false;
	add_host_key(check);
	if (!check->checking->is_live)
		return copy_config(check);
	return realpath(check->config, path) != NULL &&
	       sw_text_copy(check->daemon.config, sizeof(check->daemon.config),
			    path);
}

void sw_sshd_clean_up(struct sw_sshd_check *check)
{
	static const char *const names[] = {"/config", "/key", "/key.pub", ""};
	char path[PATH_MAX + 16];

	sw_sshd_settings_free(&check->settings);
	for (size_t i = 0; check->scratch[0] != '\0' && i < 4; i++) {
		(void)snprintf(path, sizeof(path), "%s%s", check->scratch,
			       names[i]);
		(void)remove(path);
	}
}

/* The words before a colon or " line " are the file. */
static void tell_error(struct sw_sshd_check *check, const char *line)
{
	const char *mark = strstr(line, ": line ");
	char file[PATH_MAX];
	struct sw_place place = {check->config, 0, NULL};
	const char *words = line;

	if (mark == NULL)
		mark = strstr(line, " line ");
	if (mark != NULL && (size_t)(mark - line) < sizeof(file)) {
		char *end;

		memcpy(file, line, (size_t)(mark - line));
		file[mark - line] = '\0';
		place.file = file;
		place.line = (unsigned int)strtoul(
			strstr(mark, "line ") + strlen("line "), &end, 10);
		words = end + strspn(end, ": ");
	}
	sw_sshd_add_at(check,
		       strstr(words, "AuthenticationMethods") != NULL
			       ? SW_CHECK_SSHD_METHODS
			       : SW_CHECK_SSHD_SYNTAX,
		       place, words);
}

void sw_sshd_tell_errors(struct sw_sshd_check *check, bool is_refused)
{
	static char text[WORDS_MAX];
	struct sw_place place = {check->config, 0, NULL};
	size_t count = check->checking->findings->count;
	char *rest;

	text[0] = '\0';
	(void)!sw_sshd_complaint(&check->daemon, text, sizeof(text));
	for (char *line = strtok_r(text, "\r\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\r\n", &rest)) {
		if (strstr(line, ": terminating, ") == NULL)
			tell_error(check, line);
	}
	if (is_refused && check->checking->findings->count == count)
		sw_sshd_add_at(check, SW_CHECK_SSHD_UNSEEN, place, NULL);
}
