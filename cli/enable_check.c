#include "enable_check.h"

#include "cli.h"
#include "enable_names.h"
#include "enable_trial.h"

#include "sshwhy/auto.h"
#include "sshwhy/config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OBJECTION_MAX 700 /* bytes of what a program said */

/* The first lines of what a program wrote, on one line. */
static void complain_of(const char *what, char *words)
{
	size_t len = strlen(words);

	while (len > 0 && strchr("\r\n ", words[len - 1]) != NULL)
		words[--len] = '\0';
	for (char *c = words; *c != '\0'; c++) {
		if (*c == '\n')
			*c = ';';
		else if (*c == '\r')
			*c = ' ';
	}
	sw_complain("%s%s%.*s; nothing was changed", what, len > 0 ? ": " : "",
		    OBJECTION_MAX, words);
}

/* Both must agree: what sshd says without us, and with us. */
static enum sw_err check_sshd(const struct sw_trial *trial,
			      const struct sw_plan *plan)
{
	const struct sw_change *snippet = sw_plan_find(plan, SW_PATH_SNIPPET);
	sw_autofree char *plain = NULL, *with = NULL;
	const char *hook = NULL;
	int before = 0, after = 0;
	enum sw_err err;

	if (trial->sshd == NULL)
		return SW_OK;
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->rows[i].part == SW_PART_WRAPPER)
			hook = SW_PATH_HOOK;
	}
	err = sw_trial_sshd(trial, NULL, NULL, &plain, &before);
	if (err == SW_OK && before != 0) {
		complain_of("sshd -t fails as things are", plain);
		return SW_E_NOTSUP;
	}
	if (err == SW_OK)
		err = sw_trial_sshd(trial, snippet, hook, &with, &after);
	if (err != SW_OK) {
		sw_complain("sshd -t: %s; nothing was changed",
			    sw_strerror(err));
		return err;
	}
	if (after == 0 && strcmp(plain, with) == 0)
		return SW_OK;
	complain_of("sshd -t would no longer be silent", with);
	return SW_E_NOTSUP;
}

static enum sw_err check_pam(const struct sw_trial *trial,
			     const struct sw_plan *plan)
{
	int before = 0, after = 0;
	enum sw_err err;

	for (size_t i = 0; i < plan->count; i++) {
		const struct sw_change *row = &plan->rows[i];

		if (row->kind != SW_CHANGE_PAM)
			continue;
		err = sw_trial_pam(trial, &row->before, &before);
		if (err == SW_OK)
			err = sw_trial_pam(trial, &row->after, &after);
		if (err != SW_OK) {
			sw_complain("the PAM stack could not be tried: %s;"
				    " nothing was changed",
				    sw_strerror(err));
			return err;
		}
		if (before != after) {
			sw_complain("%s: with our lines PAM answers %d for"
				    " root from 127.0.0.1, not %d; nothing was"
				    " changed",
				    row->path, after, before);
			return SW_E_NOTSUP;
		}
	}
	return SW_OK;
}

static enum sw_err check_units(const struct sw_trial *trial,
			       const struct sw_plan *plan)
{
	sw_autofree char *words = NULL;
	enum sw_err err = sw_trial_units(trial, plan, &words);

	if (err != SW_OK) {
		sw_complain("systemd-analyze: %s; nothing was changed",
			    sw_strerror(err));
		return err;
	}
	if (words == NULL || words[0] == '\0')
		return SW_OK;
	complain_of("systemd-analyze verify", words);
	return SW_E_NOTSUP;
}

static enum sw_err check_config(const struct sw_plan *plan)
{
	struct sw_config_error error;
	static struct sw_config config;

	for (size_t i = 0; i < plan->count; i++) {
		const struct sw_change *row = &plan->rows[i];

		if (row->kind != SW_CHANGE_CONFIG ||
		    sw_config_parse(row->after.bytes, &config, &error) == SW_OK)
			continue;
		sw_complain("%s: with \"firewall = yes\": line %u: %s; nothing"
			    " was changed",
			    row->path, error.line, error.reason);
		return SW_E_NOTSUP;
	}
	return SW_OK;
}

enum sw_err sw_plan_check(const struct sw_plan *plan)
{
	struct sw_trial trial;
	enum sw_err err = sw_trial_begin(&trial);

	if (err != SW_OK) {
		sw_complain("no folder to try in: %s; nothing was changed",
			    strerror(errno));
		return err;
	}
	err = check_config(plan);
	if (err == SW_OK)
		err = check_sshd(&trial, plan);
	if (err == SW_OK)
		err = check_pam(&trial, plan);
	if (err == SW_OK)
		err = check_units(&trial, plan);
	sw_trial_end(&trial);
	return err;
}

bool sw_check_has_log_verbose(void)
{
	sw_autofree char *words = NULL;
	struct sw_trial trial;
	bool has = false;

	if (sw_trial_begin(&trial) != SW_OK)
		return false;
	if (trial.sshd != NULL && sw_trial_settings(&trial, &words) == SW_OK)
		has = strstr(words, "\nlogverbose ") != NULL;
	sw_trial_end(&trial);
	return has;
}

bool sw_check_selinux_enforces(void)
{
	FILE *file = fopen("/sys/fs/selinux/enforce", "re");
	bool enforces;

	if (file == NULL)
		return false;
	enforces = fgetc(file) == '1';
	(void)fclose(file);
	return enforces;
}
