#include "doctor.h"

#include "sshwhy/addr.h"
#include "sshwhy/ask_pam.h"
#include "sshwhy/ask_wrapper.h"
#include "sshwhy/clock.h"
#include "sshwhy/config.h"
#include "sshwhy/paths.h"
#include "sshwhy/state.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define HOOK "sshwhy_hook.so"
#define LINE_SIZE 4096	/* bytes */
#define VALUE_SIZE 1024 /* bytes */

static bool stands_in(const char *path, const char *word)
{
	FILE *file = fopen(path, "re");
	char line[LINE_SIZE];
	bool found = false;

	while (file != NULL && !found &&
	       fgets(line, sizeof(line), file) != NULL)
		found = line[0] != '#' && strstr(line, word) != NULL;
	if (file != NULL)
		(void)fclose(file);
	return found;
}

static bool stands_in_any(const char *pattern, const char *word, char *path,
			  size_t size)
{
	bool found = false;
	glob_t paths;

	if (glob(pattern, GLOB_BRACE, NULL, &paths) != 0)
		return false;
	for (size_t i = 0; i < paths.gl_pathc && !found; i++) {
		found = stands_in(paths.gl_pathv[i], word);
		if (found)
			(void)snprintf(path, size, "%s", paths.gl_pathv[i]);
	}
	globfree(&paths);
	return found;
}

static bool has_mapped(pid_t pid, const char *word)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	return stands_in(path, word);
}

static bool can_see_maps(pid_t pid)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	return stands_in(path, "libc");
}

void sw_look_at_hook(struct sw_doctor *doctor, struct sw_sight *out)
{
	static const char units[] = "/{etc,run,lib,usr/lib}/systemd/system/"
				    "{ssh,sshd,ssh@,sshd@}.service.d/*.conf";
	char path[VALUE_SIZE];
	bool planned = stands_in_any(units, HOOK, path, sizeof(path));

	if (doctor->daemon_count == 0) {
		sw_sight_is(out, SW_SIGHT_UNKNOWN, NULL,
			    "no sshd that listens is seen%s",
			    geteuid() != 0 ? "; only root sees its sockets"
					   : "");
		return;
	}
	for (size_t i = 0; i < doctor->daemon_count; i++) {
		const struct sw_daemon *daemon = &doctor->daemons[i];

		if (has_mapped(daemon->pid, HOOK))
			continue;
		if (!can_see_maps(daemon->pid))
			sw_sight_is(out, SW_SIGHT_UNKNOWN, NULL,
				    "the memory map of sshd[%d] cannot be read",
				    (int)daemon->pid);
		else if (planned)
			sw_sight_is(out, SW_SIGHT_BLIND,
				    "restart sshd; open sessions stay",
				    "%s loads the hook, but sshd[%d] was "
				    "started before",
				    path, (int)daemon->pid);
		else
			sw_sight_is(out, SW_SIGHT_BLIND,
				    "sshwhy enable --wrapper, then restart "
				    "sshd",
				    "sshd[%d] does not have the hook: refusals "
				    "by TCP wrappers name no rule",
				    (int)daemon->pid);
		return;
	}
	doctor->has_hook = true;
	sw_sight_is(out, SW_SIGHT_OK, NULL, "sshd[%d]%s has the hook mapped",
		    (int)doctor->daemons[0].pid,
		    doctor->daemon_count > 1 ? ", and each other one," : "");
}

/* From 9.8 on another program asks libwrap. */
static bool asks_libwrap(const struct sw_daemon *daemon)
{
	static const char *const sessions[] = {
		"/usr/lib/openssh/sshd-session",
		"/usr/libexec/openssh/sshd-session"};
	const char word[] = "libwrap.so";

	if (has_mapped(daemon->pid, word))
		return true;
	for (size_t i = 0; i < sizeof(sessions) / sizeof(sessions[0]); i++) {
		if (stands_in(sessions[i], word))
			return true;
	}
	return false;
}

/* True when libwrap reads its tables by a call that can be watched. */
static bool can_watch(void)
{
	const struct sw_wrapper_query query = {
		.allow = "/dev/null", .deny = "/dev/null", .daemon = "sshd"};
	struct sw_ask_wrapper answer;

	memset(&answer, 0, sizeof(answer));
	return sw_ask_wrapper(&query, &answer) == SW_OK;
}

void sw_look_at_libwrap(struct sw_doctor *doctor, struct sw_sight *out)
{
	if (doctor->daemon_count == 0) {
		sw_sight_is(out, SW_SIGHT_UNKNOWN, NULL,
			    "no sshd that listens is seen");
		return;
	}
	if (!asks_libwrap(&doctor->daemons[0]))
		sw_sight_is(out, SW_SIGHT_NOTE, NULL,
			    "%s has no libwrap: hosts.allow and hosts.deny "
			    "mean nothing to it",
			    doctor->daemons[0].exe);
	else if (!can_watch())
		sw_sight_is(out, SW_SIGHT_BLIND, NULL,
			    "this libwrap cannot be watched: its rules are "
			    "found by our own matcher");
	else
		sw_sight_is(out, SW_SIGHT_OK, NULL,
			    "sshd asks libwrap, and its reading of the rules "
			    "can be watched");
}

void sw_look_at_pam(struct sw_doctor *doctor, struct sw_sight *out)
{
	struct sw_rule line;
	bool missing = false;
	enum sw_err err =
		sw_ask_pam_line("sshd", "pam_sshwhy", &line, &missing);

	if (err == SW_OK && missing)
		sw_sight_is(out, SW_SIGHT_BLIND,
			    "install it, or remove the line",
			    "%s:%u calls pam_sshwhy, which is missing",
			    line.source, line.line);
	else if (err == SW_OK)
		sw_sight_is(out, SW_SIGHT_OK, NULL, "%s:%u calls pam_sshwhy",
			    line.source, line.line);
	else if (err == SW_E_NOTSUP)
		sw_sight_is(out,
			    doctor->has_hook ? SW_SIGHT_NOTE : SW_SIGHT_BLIND,
			    "sshwhy enable --pam",
			    "no line of sshd's PAM service calls pam_sshwhy%s",
			    doctor->has_hook ? "; the hook sees PAM's answers"
					     : "");
	else
		sw_sight_is(out, SW_SIGHT_UNKNOWN, NULL,
			    "sshd's PAM service cannot be read: %s",
			    sw_strerror(err));
}

void sw_look_at_recorder(struct sw_doctor *doctor SW_UNUSED,
			 struct sw_sight *out)
{
	struct sw_state state = SW_STATE_INIT;

	if (geteuid() != 0) {
		sw_sight_is(out, SW_SIGHT_UNKNOWN, "ask as root",
			    "only root can read %s", SW_PATH_STATE);
		return;
	}
	/* Opening would make the file. */
	if (access(SW_PATH_STATE, F_OK) == 0 &&
	    sw_state_open(SW_PATH_STATE, 0, &state) == SW_OK &&
	    sw_state_is_alive(&state, sw_clock_monotonic_ns()))
		sw_sight_is(out, SW_SIGHT_OK, NULL,
			    "sshwhyd runs; %llu records since boot, %llu "
			    "rejections lost",
			    (unsigned long long)sw_state_seqno(&state),
			    (unsigned long long)sw_state_lost(&state));
	else
		sw_sight_is(out, SW_SIGHT_BLIND,
			    "systemctl enable --now sshwhyd.socket "
			    "sshwhyd.service",
			    "sshwhyd does not run: what only sshd's log tells "
			    "is missed");
	sw_state_close(&state);
}

void sw_look_at_log(struct sw_doctor *doctor, struct sw_sight *out)
{
	static const char *const files[] = {"/var/log/auth.log",
					    "/var/log/secure"};
	char level[VALUE_SIZE];

	if (!doctor->has_settings) {
		sw_sight_is(out, SW_SIGHT_UNKNOWN, NULL,
			    "sshd does not tell its LogLevel");
		return;
	}
	if (!sw_sshd_value(&doctor->settings, "loglevel", level, sizeof(level)))
		(void)snprintf(level, sizeof(level), "INFO");
	if (strcasecmp(level, "QUIET") == 0 ||
	    strcasecmp(level, "FATAL") == 0 ||
	    strcasecmp(level, "ERROR") == 0) {
		sw_sight_is(out, SW_SIGHT_BLIND, "LogLevel INFO in sshd_config",
			    "LogLevel is %s: sshd says nothing of most "
			    "refusals",
			    level);
		return;
	}
	if (access("/run/systemd/journal/socket", F_OK) == 0) {
		sw_sight_is(out, SW_SIGHT_OK, NULL,
			    "LogLevel is %s, and the journal takes it", level);
		return;
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (access(files[i], R_OK) != 0)
			continue;
		sw_sight_is(out, SW_SIGHT_OK, NULL,
			    "LogLevel is %s; the log is %s", level, files[i]);
		return;
	}
	sw_sight_is(out, SW_SIGHT_BLIND,
		    "run a syslog daemon, and sshwhyd --log-file with its file",
		    "there is no journal, and no log of sshd that can be read");
}

void sw_look_at_drops(struct sw_doctor *doctor, struct sw_sight *out)
{
	char value[VALUE_SIZE] = "";

	if (!doctor->has_settings) {
		sw_sight_is(out, SW_SIGHT_UNKNOWN, NULL,
			    "sshd does not tell its LogVerbose");
		return;
	}
	(void)sw_sshd_value(&doctor->settings, "logverbose", value,
			    sizeof(value));
	if (strstr(value, "drop_connection") == NULL)
		sw_sight_is(out, SW_SIGHT_BLIND,
			    "put sshwhy's 50-sshwhy.conf into "
			    "/etc/ssh/sshd_config.d, and reload sshd",
			    "sshd logs a few of the connections that "
			    "MaxStartups drops, not all");
	else if (sw_sshd_is_stale(&doctor->settings,
				  doctor->daemons[0].started))
		sw_sight_is(out, SW_SIGHT_NOTE, "reload sshd",
			    "sshd_config is newer than the running sshd");
	else
		sw_sight_is(out, SW_SIGHT_OK, NULL,
			    "each connection that MaxStartups drops is logged");
}

void sw_look_at_firewall(struct sw_doctor *doctor SW_UNUSED,
			 struct sw_sight *out)
{
	struct sw_config_error error;
	struct sw_config config;

	if (sw_config_read(SW_PATH_CONFIG, 0, &config, &error) != SW_OK)
		sw_sight_is(out, SW_SIGHT_BLIND, "correct the line",
			    "%s:%u: %s; the whole file is refused",
			    SW_PATH_CONFIG, error.line, error.reason);
	else if (!config.firewall)
		sw_sight_is(out, SW_SIGHT_NOTE,
			    "firewall = yes in " SW_PATH_CONFIG,
			    "what netfilter drops is not recorded, only asked "
			    "live");
	else
		sw_sight_is(out, SW_SIGHT_OK, NULL,
			    "what netfilter drops on the way to sshd is "
			    "recorded");
}
