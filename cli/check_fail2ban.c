#include "check.h"

#include "sshwhy/auto.h"
#include "sshwhy/duration.h"
#include "sshwhy/num.h"
#include "sshwhy/run.h"
#include "sshwhy/sshd_daemon.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FOLDER "/etc/fail2ban"
#define CLIENT "/usr/bin/fail2ban-client"
#define DEADLINE 30000	      /* milliseconds; it is written in Python */
#define OUTPUT_MAX (8U << 20) /* bytes */
#define WORD_MAX_ 256	      /* bytes, with the NUL */
#define SSH_PORT 22

/* Which program an action cannot do without. */
static const struct tool {
	const char *action; /* its name begins like that */
	const char *program;
} tools[] = {
	{"iptables-ipset", "ipset"},
	{"iptables", "iptables"},
	{"nftables", "nft"},
	{"ufw", "ufw"},
	{"firewallcmd", "firewall-cmd"},
	{"shorewall", "shorewall"},
	{"sshwhy", "sshwhy"},
};

struct jail {
	struct sw_checking *checking;
	const char *folder; /* fail2ban's */
	const char *dump;   /* what the server would be told */
	bool ignores;
	char bantime[WORD_MAX_];
	char purge[WORD_MAX_];
};

static void add(const struct jail *jail, enum sw_check what, const char *text,
		const char *detail)
{
	const struct sw_place place = {jail->folder, 0, text};

	if (detail == NULL)
		sw_findings_add(jail->checking->findings, what, &place, NULL);
	else
		sw_findings_add(jail->checking->findings, what, &place, "%s",
				detail);
}

/* What stands behind words on the same line, up to a quote or bracket. */
static bool word_behind(const char *text, const char *words, char *out,
			size_t size)
{
	const char *at = strstr(text, words);
	size_t len;

	if (at == NULL)
		return false;
	at += strlen(words);
	at += strspn(at, "' ");
	len = strcspn(at, "']\n");
	if (len >= size)
		return false;
	memcpy(out, at, len);
	out[len] = '\0';
	return true;
}

static bool is_installed(const struct sw_checking *checking,
			 const char *program)
{
	static const char *const folders[] = {
		"/usr/sbin/", "/usr/bin/",	  "/sbin/",
		"/bin/",      "/usr/local/sbin/", "/usr/local/bin/"};
	char name[WORD_MAX_];
	char path[PATH_MAX];
	struct stat st;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		(void)snprintf(name, sizeof(name), "%s%s", folders[i], program);
		if (stat(sw_check_path(checking, name, path), &st) == 0)
			return true;
	}
	return false;
}

/* --- ports ------------------------------------------------------------------
 */

static bool covers(const char *ports, uint16_t port)
{
	char word[WORD_MAX_];
	size_t len;

	for (; *ports != '\0'; ports += len + (ports[len] == ',')) {
		const struct servent *service;
		uint64_t from = 0;
		uint64_t to = 0;
		size_t first;

		len = strcspn(ports, ",");
		first = strcspn(ports, ":-,");
		if (len >= sizeof(word))
			continue;
		memcpy(word, ports, len);
		word[len] = '\0';
		if (sw_num_parse_n(ports, first, UINT16_MAX, &from) == SW_OK) {
			if (first == len ||
			    sw_num_parse(word + first + 1, UINT16_MAX, &to) !=
				    SW_OK)
				to = from;
			if (port >= from && port <= to)
				return true;
		} else {
			service =
				getservbyname(word + strspn(word, " "), "tcp");
			if (service != NULL &&
			    ntohs((uint16_t)service->s_port) == port)
				return true;
		}
	}
	return false;
}

static void check_ports(const struct jail *jail, const char *line)
{
	static struct sw_daemon daemons[SW_DAEMONS_MAX];
	char ports[WORD_MAX_];
	char words[32];
	size_t count = jail->checking->is_live
			       ? sw_daemon_list(daemons, SW_DAEMONS_MAX)
			       : 0;

	if (strstr(line, "allports") != NULL ||
	    !word_behind(line, "['port', ", ports, sizeof(ports)))
		return;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < daemons[i].port_count; j++) {
			if (covers(ports, daemons[i].ports[j]))
				continue;
			(void)snprintf(words, sizeof(words),
				       "sshd listens on %u",
				       (unsigned int)daemons[i].ports[j]);
			add(jail, SW_CHECK_FAIL2BAN_PORT, ports, words);
		}
	}
}

/* --- lines ------------------------------------------------------------------
 */

static void check_tool(const struct jail *jail, const char *line)
{
	char action[WORD_MAX_];

	if (!word_behind(line, "'addaction', ", action, sizeof(action)))
		return;
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		if (strncmp(action, tools[i].action, strlen(tools[i].action)) !=
		    0)
			continue;
		if (!is_installed(jail->checking, tools[i].program))
			add(jail, SW_CHECK_FAIL2BAN_TOOL, action,
			    tools[i].program);
		return;
	}
}

static void read_line(struct jail *jail, const char *line)
{
	char value[WORD_MAX_];

	if (word_behind(line, "'dbpurgeage', ", value, sizeof(value)))
		memcpy(jail->purge, value, sizeof(value));
	if (strstr(line, "'sshd'") == NULL)
		return;
	if (word_behind(line, "'bantime', ", value, sizeof(value)))
		memcpy(jail->bantime, value, sizeof(value));
	jail->ignores |= strstr(line, "'addignoreip'") != NULL;
	check_tool(jail, line);
	if (strstr(line, "'action', ") != NULL)
		check_ports(jail, line);
}

static void check_purge(const struct jail *jail)
{
	uint32_t kept;
	uint32_t banned = UINT32_MAX;

	/* A ban for ever is written as a negative number. */
	if (sw_duration_parse(jail->purge, &kept) != SW_OK ||
	    (jail->bantime[0] != '-' &&
	     sw_duration_parse(jail->bantime, &banned) != SW_OK))
		return;
	if (banned > kept)
		add(jail, SW_CHECK_FAIL2BAN_PURGE, jail->purge, jail->bantime);
}

static void check_jail(struct jail *jail, char *dump, const char *log)
{
	char *rest;

	if (strstr(dump, "['add', 'sshd'") == NULL) {
		add(jail, SW_CHECK_FAIL2BAN_NO_JAIL, NULL, NULL);
		return;
	}
	if (strstr(log, "Have not found any log file for sshd jail") != NULL)
		add(jail, SW_CHECK_FAIL2BAN_NO_LOG, NULL, NULL);
	for (char *line = strtok_r(dump, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		read_line(jail, line);
	if (!jail->ignores)
		add(jail, SW_CHECK_FAIL2BAN_NO_IGNORE, NULL, NULL);
	check_purge(jail);
}

/* Its own reader of the configuration says what the server would be told. */
static enum sw_err ask(const char *folder, enum sw_run_output want, char **out,
		       int *status)
{
	const char *const argv[] = {CLIENT, "-c", folder, "-d", NULL};
	const struct sw_run run = {.argv = argv,
				   .want = want,
				   .deadline = DEADLINE,
				   .max_output = OUTPUT_MAX};
	size_t len;

	return sw_run(&run, out, &len, status);
}

void sw_check_fail2ban(struct sw_checking *checking, const char *file)
{
	sw_autofree char *dump = NULL;
	sw_autofree char *log = NULL;
	char folder[PATH_MAX];
	struct jail jail = {.checking = checking, .folder = folder};
	int status = 0;
	struct stat st;

	(void)sw_check_path(checking, FOLDER, folder);
	if (file != NULL)
		(void)snprintf(folder, sizeof(folder), "%s", file);
	if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode))
		return;
	if (stat(CLIENT, &st) != 0 ||
	    ask(folder, SW_RUN_STDOUT, &dump, &status) != SW_OK ||
	    ask(folder, SW_RUN_STDERR, &log, &status) != SW_OK)
		add(&jail, SW_CHECK_FAIL2BAN_UNSEEN, NULL, NULL);
	else if (status != 0)
		add(&jail, SW_CHECK_FAIL2BAN_SYNTAX, NULL, log);
	else
		check_jail(&jail, dump, log);
}
