#include "check_sshd.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Keywords with one value, which people set twice. */
static const char *const single[] = {
	"AllowAgentForwarding",
	"AllowTcpForwarding",
	"AuthenticationMethods",
	"AuthorizedKeysFile",
	"Banner",
	"ChrootDirectory",
	"Ciphers",
	"ClientAliveCountMax",
	"ClientAliveInterval",
	"Compression",
	"ForceCommand",
	"GSSAPIAuthentication",
	"GatewayPorts",
	"HostbasedAuthentication",
	"KbdInteractiveAuthentication",
	"KexAlgorithms",
	"LogLevel",
	"LoginGraceTime",
	"MACs",
	"MaxAuthTries",
	"MaxSessions",
	"MaxStartups",
	"PasswordAuthentication",
	"PerSourceMaxStartups",
	"PermitEmptyPasswords",
	"PermitRootLogin",
	"PrintMotd",
	"PubkeyAuthentication",
	"StrictModes",
	"SyslogFacility",
	"TCPKeepAlive",
	"UseDNS",
	"UsePAM",
	"X11Forwarding",
};

static void check_keyword(struct sw_sshd_check *check, const char *keyword)
{
	static struct sw_sshd_setting setting;
	struct sw_rule rule = {0};
	char text[SW_SSHD_VALUE_MAX + 64];
	char words[SW_SOURCE_MAX + 64];

	if (sw_sshd_lines(&check->settings, keyword, true, &setting) != SW_OK ||
	    setting.count < 2 || setting.matched)
		return;
	sw_sshd_rule(&check->settings, keyword, &rule);
	for (size_t i = 0; i < setting.count; i++) {
		const struct sw_sshd_line *line = &setting.lines[i];

		if (line->line == rule.line &&
		    strcmp(line->source, rule.source) == 0)
			continue;
		(void)snprintf(text, sizeof(text), "%s %s", keyword,
			       line->value);
		/* What is said twice the same does no harm. */
		if (strcasecmp(text, rule.text) == 0)
			continue;
		(void)snprintf(words, sizeof(words), "%s:%u holds",
			       strcmp(rule.source, check->daemon.config) == 0
				       ? check->config
				       : rule.source,
			       rule.line);
		sw_sshd_add_at(
			check, SW_CHECK_SSHD_REPEATED,
			(struct sw_place){line->source, line->line, text},
			words);
	}
}

void sw_sshd_check_repeated(struct sw_sshd_check *check)
{
	for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++)
		check_keyword(check, single[i]);
}
