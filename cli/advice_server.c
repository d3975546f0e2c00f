#include "advice_sshd.h"

#include "layer_account.h"
#include "live.h"

#include "sshwhy/text.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SYSTEMD "/run/systemd/system" /* is there when systemd runs */

static const char *complaint_of(const struct sw_explanation *explanation)
{
	return explanation->question.live != NULL
		       ? explanation->question.live->complaint
		       : "";
}

static bool start(struct sw_explanation *explanation, const char *before)
{
	const struct sw_live *live = explanation->question.live;

	if (access(SYSTEMD, F_OK) == 0)
		return sw_advice_add(explanation, "%ssystemctl start ssh",
				     before);
	return sw_advice_add(explanation, "%s%s", before,
			     live != NULL && live->daemon.exe[0] != '\0'
				     ? live->daemon.exe
				     : "/usr/sbin/sshd");
}

static bool advise_listen(struct sw_explanation *explanation,
			  const struct sw_rule *rule)
{
	const struct sw_live *live = explanation->question.live;
	bool v6 = explanation->question.client.base.family == SW_FAMILY_V6;

	if (rule->line != 0) {
		(void)sw_advice_add(
			explanation, "replace %s:%u by:   ListenAddress %s",
			rule->source, rule->line, v6 ? "::" : "0.0.0.0");
		sw_advise_reload(explanation);
		return true;
	}
	if (live != NULL && strncmp(live->why, "no sshd listens", 15) == 0) {
		(void)sw_advice_add(explanation,
				    "use the port that sshd listens on, see: "
				    "ss -tlnp");
		return true;
	}
	return start(explanation, "");
}

/* Copy what stands behind words, up to blanks, quotes or a colon. */
static bool path_behind(const char *text, const char *words, char *out,
			size_t size)
{
	const char *at = strstr(text, words);
	size_t len;

	if (at == NULL)
		return false;
	at += strlen(words);
	at += *at == '"';
	len = strcspn(at, "\" \n\r");
	if (len == 0 || len >= size || *at != '/')
		return false;
	memcpy(out, at, len);
	out[len] = '\0';
	if (out[len - 1] == ':')
		out[len - 1] = '\0';
	return true;
}

static bool advise_host_keys(struct sw_explanation *explanation,
			     const struct sw_rule *rule SW_UNUSED)
{
	char path[PATH_MAX];

	if (!path_behind(complaint_of(explanation),
			 "Unable to load host key: ", path, sizeof(path)) &&
	    !path_behind(complaint_of(explanation), "Unable to load host key ",
			 path, sizeof(path)))
		return sw_advice_add(explanation, "ssh-keygen -A");
	if (access(path, F_OK) == 0)
		return sw_advice_add(explanation,
				     "chown root: %s && chmod 600 %s", path,
				     path);
	return sw_advice_add(explanation,
			     "ssh-keygen -q -t ed25519 -N '' -f %s", path);
}

static bool advise_privsep(struct sw_explanation *explanation,
			   const struct sw_rule *rule SW_UNUSED)
{
	if (strstr(complaint_of(explanation), "does not exist") != NULL)
		return sw_advice_add(explanation, "useradd -r -d /run/sshd -s "
						  "/usr/sbin/nologin sshd");
	return sw_advice_add(explanation, "install -d -o root -g root -m 0755 "
					  "/run/sshd");
}

static bool advise_config(struct sw_explanation *explanation,
			  const struct sw_rule *rule)
{
	if (rule->line == 0)
		return false;
	(void)sw_advice_add(explanation, "remove or correct %s:%u:   %s",
			    rule->source, rule->line, rule->text);
	return start(explanation, "then: ");
}

static bool advise_chroot(struct sw_explanation *explanation,
			  const struct sw_rule *rule SW_UNUSED)
{
	const struct sw_live *live = explanation->question.live;
	char path[PATH_MAX];

	return live != NULL && live->has_settings &&
	       sw_account_unsafe_root(&live->settings,
				      explanation->question.user != NULL
					      ? explanation->question.user
					      : "root",
				      path) &&
	       sw_advice_add(explanation, "chown root: %s && chmod 755 %s",
			     path, path);
}

static bool advise_queue(struct sw_explanation *explanation,
			 const struct sw_rule *rule SW_UNUSED)
{
	const struct sw_live *live = explanation->question.live;

	return live != NULL && live->found &&
	       sw_advice_add(explanation, "kill -CONT %d",
			     (int)live->daemon.pid);
}

const struct sw_sshd_advice sw_server_advice[] = {
	{SW_CAUSE_SERVER_NOT_LISTENING, advise_listen},
	{SW_CAUSE_SERVER_HOST_KEYS, advise_host_keys},
	{SW_CAUSE_SERVER_PRIVSEP, advise_privsep},
	{SW_CAUSE_SERVER_CONFIG, advise_config},
	{SW_CAUSE_SERVER_CHROOT, advise_chroot},
	{SW_CAUSE_SERVER_BACKLOG, advise_queue},
	{SW_CAUSE_NONE, NULL},
};
