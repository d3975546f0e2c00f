#include "phrase.h"

#include <string.h>

#define RESET "\"Connection reset by peer\""

/* A cause without words would be a row that was forgotten: a test looks. */
static const struct refuser {
	const char *words;
	const char *client_saw;
} refusers[SW_CAUSE_COUNT_] = {
	[SW_CAUSE_WRAPPER_DENY] = {"TCP wrappers", RESET},
	[SW_CAUSE_WRAPPER_OPTION_DENY] = {"TCP wrappers (option deny)", RESET},
	[SW_CAUSE_WRAPPER_BROKEN_RULE] = {"TCP wrappers (broken rule)", RESET},
	[SW_CAUSE_WRAPPER_TWIST] = {"TCP wrappers (twist)", NULL},
	[SW_CAUSE_LIMIT_MAX_STARTUPS] = {"MaxStartups", RESET},
	[SW_CAUSE_LIMIT_MAX_STARTUPS_RANDOM] = {"MaxStartups (random drop)",
						RESET},
	[SW_CAUSE_LIMIT_PER_SOURCE] = {"PerSourceMaxStartups", RESET},
	[SW_CAUSE_LIMIT_RATE] = {"the rate limit", RESET},
	[SW_CAUSE_LIMIT_SESSIONS] = {"MaxSessions", NULL},
	[SW_CAUSE_LIMIT_SOCKET_UNIT] = {"a limit of ssh.socket", NULL},
	[SW_CAUSE_BAN_LIST] = {"the ban list", RESET},
	[SW_CAUSE_BAN_PENALTY] = {"PerSourcePenalties",
				  "\"Not allowed at this time\""},
	[SW_CAUSE_FIREWALL_DROP] = {"the firewall (drop)",
				    "\"Connection timed out\""},
	[SW_CAUSE_FIREWALL_REJECT] = {"the firewall (reject)",
				      "\"Connection refused\""},
	[SW_CAUSE_CONFIG_DENY_USER] = {"DenyUsers", NULL},
	[SW_CAUSE_CONFIG_ALLOW_USER] = {"AllowUsers", NULL},
	[SW_CAUSE_CONFIG_DENY_GROUP] = {"DenyGroups", NULL},
	[SW_CAUSE_CONFIG_ALLOW_GROUP] = {"AllowGroups", NULL},
	[SW_CAUSE_CONFIG_ROOT_LOGIN] = {"PermitRootLogin", NULL},
	[SW_CAUSE_CONFIG_REFUSE_CONNECTION] = {"RefuseConnection", NULL},
	[SW_CAUSE_CONFIG_AUTH_METHODS] = {"AuthenticationMethods", NULL},
	[SW_CAUSE_CONFIG_SHELL] = {"the account's shell", NULL},
	[SW_CAUSE_CONFIG_GRACE_TIME] = {"LoginGraceTime", NULL},
	[SW_CAUSE_CONFIG_MAX_AUTH_TRIES] =
		{"MaxAuthTries", "\"Too many authentication failures\""},
	[SW_CAUSE_PROTOCOL_BANNER] = {"sshd (not an SSH client)", NULL},
	[SW_CAUSE_PROTOCOL_VERSION] = {"sshd (protocol version)", NULL},
	[SW_CAUSE_PROTOCOL_NO_COMMON_ALGORITHM] = {"sshd (no common algorithm)",
						   "\"Unable to negotiate\""},
	[SW_CAUSE_PROTOCOL_CORRUPT] = {"sshd (corrupt packet)", NULL},
	[SW_CAUSE_PROTOCOL_IP_OPTIONS] = {"sshd (IP options)", NULL},
	[SW_CAUSE_ACCOUNT_PAM] = {"PAM's account stack", NULL},
	[SW_CAUSE_ACCOUNT_LOCKED] = {"faillock", NULL},
	[SW_CAUSE_KEY_RESTRICTED] = {"authorized_keys", NULL},
	[SW_CAUSE_KEY_FILE] = {"sshd (owner or mode of a key file)", NULL},
	[SW_CAUSE_SERVER_HOST_KEYS] = {"sshd (no host keys)", NULL},
	[SW_CAUSE_SERVER_PRIVSEP] = {"sshd (privilege separation)", NULL},
	[SW_CAUSE_SERVER_RESOURCES] = {"sshd (out of resources)", NULL},
	[SW_CAUSE_SERVER_BACKLOG] = {"sshd (listen queue)", NULL},
	[SW_CAUSE_SERVER_NOT_LISTENING] = {"the host (sshd is not listening)",
					   "\"Connection refused\""},
	[SW_CAUSE_SERVER_CRASH] = {"sshd (crash)", NULL},
	[SW_CAUSE_SERVER_CONFIG] = {"sshd (its configuration)", NULL},
	[SW_CAUSE_SERVER_CHROOT] = {"sshd (ChrootDirectory)", NULL},
	[SW_CAUSE_CLIENT_CLOSED] = {"nobody (the client left)", NULL},
	[SW_CAUSE_BAN_TOOL] = {"a ban tool", NULL},
	[SW_CAUSE_SERVER_BAN_LIST] = {"nobody (the ban list is damaged)", NULL},
};

static const char *const witnesses[SW_VIA_COUNT_] = {
	[SW_VIA_HOOK] = "the wrapper hook",  [SW_VIA_PAM] = "the PAM module",
	[SW_VIA_LOG] = "sshd's log",	     [SW_VIA_TRACE] = "a packet trace",
	[SW_VIA_IMPORT] = "an imported log", [SW_VIA_CLI] = "this command",
};

static const struct {
	const char *owner;
	const char *name;
} makers[] = {
	{"admin", "an administrator"}, {"blockhosts", "BlockHosts"},
	{"crowdsec", "CrowdSec"},      {"denyhosts", "DenyHosts"},
	{"ossec", "OSSEC or Wazuh"},   {"sshguard", "SSHGuard"},
};

const char *sw_phrase_refuser(enum sw_cause cause)
{
	const char *words =
		cause < SW_CAUSE_COUNT_ ? refusers[cause].words : NULL;

	return words == NULL ? "" : words;
}

const char *sw_phrase_client_saw(enum sw_cause cause)
{
	return cause < SW_CAUSE_COUNT_ ? refusers[cause].client_saw : NULL;
}

const char *sw_phrase_witness(enum sw_via via)
{
	return via < SW_VIA_COUNT_ ? witnesses[via] : "";
}

void sw_phrase_add_place(struct sw_text *text, const struct sw_rule *rule)
{
	sw_text_add_visible(text, rule->source);
	if (rule->source[0] != '\0' && rule->line != 0)
		sw_text_add(text, ":%u", rule->line);
}

void sw_phrase_add_rule_text(struct sw_text *text, const char *before,
			     const struct sw_rule *rule)
{
	if (rule->text[0] == '\0')
		return;
	sw_text_add(text, "%s\"", before);
	sw_text_add_visible(text, rule->text);
	sw_text_add(text, "\"");
}

void sw_phrase_add_owner(struct sw_text *text, const char *owner)
{
	static const char jail[] = "fail2ban:";

	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		if (strcmp(makers[i].owner, owner) == 0) {
			sw_text_add(text, "%s", makers[i].name);
			return;
		}
	}
	if (strncmp(owner, jail, sizeof(jail) - 1) == 0) {
		sw_text_put(text, "fail2ban, jail ");
		owner += sizeof(jail) - 1;
	}
	sw_text_add_visible(text, owner);
}
