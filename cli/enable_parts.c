#include "enable_parts.h"

#include "enable_check.h"
#include "enable_names.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PAM_LINES                                                              \
	SW_MARK_PAM                                                            \
	" records who is refused, refuses nobody;"                             \
	" see pam_sshwhy(8)\n"                                                 \
	"-auth    [default=ignore perm_denied=die] " SW_NAME_PAM "\n"          \
	"-account [default=ignore perm_denied=die] " SW_NAME_PAM "\n"
#define CONFIG_LINES                                                           \
	SW_MARK_CONFIG " records what the firewall drops\n"                    \
		       "firewall = yes\n"

typedef enum sw_err (*plan_fn)(const struct sw_manifest *manifest,
			       struct sw_plan *plan, char *out_reason);

static bool is_missing(const char *path, char *out_reason)
{
	if (access(path, F_OK) == 0)
		return false;
	(void)snprintf(out_reason, SW_REASON_MAX, "%s is not installed", path);
	return true;
}

static enum sw_err plan_wrapper(const struct sw_manifest *manifest,
				struct sw_plan *plan, char *out_reason)
{
	if (is_missing(SW_PATH_HOOK, out_reason))
		return SW_E_NOTSUP;
	return sw_units_plan(manifest, plan, out_reason);
}

static enum sw_err plan_pam(const struct sw_manifest *manifest SW_UNUSED,
			    struct sw_plan *plan, char *out_reason)
{
	if (is_missing(SW_PATH_PAM_MODULE, out_reason) ||
	    is_missing(SW_PATH_PAM_STACK, out_reason))
		return SW_E_NOTSUP;
	return sw_part_add_lines(SW_PART_PAM, SW_CHANGE_PAM, SW_PATH_PAM_STACK,
				 PAM_LINES, plan, out_reason);
}

/* True when sshd_config reads sshd_config.d, in front of every Match. */
static bool includes_folder(const struct sw_content *config)
{
	const char *line = config->bytes;

	while (line != NULL) {
		line += strspn(line, " \t\n");
		if (strncasecmp(line, "Match", 5) == 0)
			return false;
		if (strncasecmp(line, "Include", 7) == 0) {
			size_t len = strcspn(line, "\n");
			const char *at = strstr(line, "sshd_config.d/");

			if (at != NULL && at < line + len)
				return true;
		}
		line = strchr(line, '\n');
	}
	return false;
}

/* Without the snippet the recorder works, but sees less. */
static enum sw_err plan_snippet(const struct sw_manifest *manifest,
				struct sw_plan *plan, char *out_reason)
{
	struct sw_content config;
	bool includes;
	enum sw_err err = sw_content_load(SW_PATH_SSHD_CONFIG, &config);

	if (err != SW_OK)
		return err;
	includes = config.kind == SW_CONTENT_FILE && includes_folder(&config);
	sw_content_free(&config);
	if (!includes) {
		(void)snprintf(out_reason, SW_REASON_MAX,
			       SW_PATH_SSHD_CONFIG
			       " does not include sshd_config.d; put the line"
			       " LogVerbose of " SW_SYSTEMDIR "/50-sshwhy.conf"
			       " into it, in front of every Match");
		return SW_OK;
	}
	if (access(SW_PATH_SNIPPET, F_OK) != 0 && sw_check_has_log_verbose()) {
		(void)snprintf(out_reason, SW_REASON_MAX,
			       "sshd's configuration sets LogVerbose, which"
			       " " SW_PATH_SNIPPET " would replace; add the"
			       " words of " SW_SYSTEMDIR "/50-sshwhy.conf to"
			       " it");
		return SW_OK;
	}
	return sw_part_add_file(SW_PART_RECORDER, SW_PATH_SNIPPET,
				"50-sshwhy.conf", manifest, plan, out_reason);
}

/* For systemd; on a machine without it they do no harm. */
static const struct {
	const char *path;
	const char *template;
} files[] = {
	{"/etc/sysusers.d/sshwhy.conf", "sshwhy.sysusers"},
	{"/etc/tmpfiles.d/sshwhy.conf", "sshwhy.tmpfiles"},
	{SW_PATH_UNITS "/sshwhyd.service", "sshwhyd.service"},
	{SW_PATH_UNITS "/sshwhyd.socket", "sshwhyd.socket"},
};

static const struct {
	const char *path;
	const char *target;
} links[] = {
	{SW_PATH_UNITS "/multi-user.target.wants/sshwhyd.service",
	 SW_PATH_UNITS "/sshwhyd.service"},
	{SW_PATH_UNITS "/sockets.target.wants/sshwhyd.socket",
	 SW_PATH_UNITS "/sshwhyd.socket"},
};

#define ROWS(array) (sizeof(array) / sizeof((array)[0]))

static enum sw_err plan_recorder(const struct sw_manifest *manifest,
				 struct sw_plan *plan, char *out_reason)
{
	enum sw_err err;

	if (is_missing(SW_PATH_RECORDER, out_reason))
		return SW_E_NOTSUP;
	err = sw_account_plan(manifest, plan, out_reason);
	if (err == SW_OK)
		err = sw_part_add_folder(SW_PART_RECORDER, SW_PATH_LOG_DIR,
					 0750, plan, out_reason);
	for (size_t i = 0; i < ROWS(files) && err == SW_OK; i++)
		err = sw_part_add_file(SW_PART_RECORDER, files[i].path,
				       files[i].template, manifest, plan,
				       out_reason);
	for (size_t i = 0; i < ROWS(links) && err == SW_OK; i++)
		err = sw_part_add_link(SW_PART_RECORDER, links[i].path,
				       links[i].target, plan, out_reason);
	if (err == SW_OK)
		err = plan_snippet(manifest, plan, out_reason);
	return err;
}

static enum sw_err plan_firewall(const struct sw_manifest *manifest SW_UNUSED,
				 struct sw_plan *plan, char *out_reason)
{
	if (is_missing(SW_PATH_CONFIG, out_reason))
		return SW_E_NOTSUP;
	return sw_part_add_lines(SW_PART_FIREWALL, SW_CHANGE_CONFIG,
				 SW_PATH_CONFIG, CONFIG_LINES, plan,
				 out_reason);
}

static const struct {
	unsigned int part;
	plan_fn plan;
} planners[SW_PARTS] = {
	{SW_PART_WRAPPER, plan_wrapper},
	{SW_PART_PAM, plan_pam},
	{SW_PART_RECORDER, plan_recorder},
	{SW_PART_FIREWALL, plan_firewall},
};

enum sw_err sw_part_plan(unsigned int part, const struct sw_manifest *manifest,
			 struct sw_plan *plan, char *out_reason)
{
	out_reason[0] = '\0';
	for (size_t i = 0; i < SW_PARTS; i++) {
		if (planners[i].part == part)
			return planners[i].plan(manifest, plan, out_reason);
	}
	return SW_E_NOTSUP;
}
