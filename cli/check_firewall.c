#include "check.h"

#include "sshwhy/ask_firewall.h"
#include "sshwhy/auto.h"
#include "sshwhy/firewall_owner.h"
#include "sshwhy/num.h"
#include "sshwhy/run.h"
#include "sshwhy/sshd_daemon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NFT "/usr/sbin/nft"
#define DEADLINE 10000	       /* milliseconds */
#define OUTPUT_MAX (16U << 20) /* bytes */
#define SSH_PORT 22
#define WORD_MAX_ 64

struct asked {
	struct sw_checking *checking;
	uint16_t port;
	const struct sw_firewall_answer *answer;
};

static void add(const struct asked *asked, enum sw_check what,
		const char *detail)
{
	const struct sw_rule *rule = &asked->answer->verdict.rule;
	const struct sw_place place = {
		rule->source[0] != '\0' ? rule->source : "firewall", rule->line,
		rule->text[0] != '\0' ? rule->text : NULL};

	sw_findings_add(asked->checking->findings, what, &place, "port %u%s%s",
			(unsigned int)asked->port, detail == NULL ? "" : ", ",
			detail == NULL ? "" : detail);
}

/* "dport 22" or "dport { 22, 80 }", in a rule for everyone that accepts. */
static bool accepts_port(const char *rule, uint16_t port)
{
	const char *at = strstr(rule, "dport ");
	size_t len;
	uint64_t number;

	if (at == NULL || strstr(rule, " accept") == NULL ||
	    strstr(rule, "saddr") != NULL || strstr(rule, "iif") != NULL)
		return false;
	at += strlen("dport ");
	for (; *at != '\0' && strchr(" {,0123456789", *at) != NULL;
	     at += len + (len == 0)) {
		len = strspn(at, "0123456789");
		if (len > 0 &&
		    sw_num_parse_n(at, len, UINT16_MAX, &number) == SW_OK &&
		    number == port)
			return true;
	}
	return false;
}

/* "nft:FAMILY/TABLE/CHAIN" as three words. */
static bool split_source(char *source, const char *out[3])
{
	static const char start[] = "nft:";
	char *rest;

	if (strncmp(source, start, strlen(start)) != 0)
		return false;
	out[0] = strtok_r(source + strlen(start), "/", &rest);
	out[1] = strtok_r(NULL, "/", &rest);
	out[2] = strtok_r(NULL, "/", &rest);
	return out[0] != NULL && out[1] != NULL && out[2] != NULL;
}

/* A rule of the same chain, behind the one that refuses, accepts the port. */
static bool is_shadowing(const struct asked *asked)
{
	const struct sw_rule *rule = &asked->answer->verdict.rule;
	char source[SW_SOURCE_MAX];
	const char *words[3];
	sw_autofree char *text = NULL;
	char mark[WORD_MAX_];
	bool behind = false;
	size_t len;
	int status;
	char *rest;

	memcpy(source, rule->source, sizeof(source));
	if (!split_source(source, words) || rule->line == 0)
		return false;
	(void)snprintf(mark, sizeof(mark), "# handle %u", rule->line);
	const char *const argv[] = {NFT,      "-n",	"-a",
				    "list",   "chain",	words[0],
				    words[1], words[2], NULL};
	const struct sw_run run = {.argv = argv,
				   .want = SW_RUN_STDOUT,
				   .deadline = DEADLINE,
				   .max_output = OUTPUT_MAX};

	if (sw_run(&run, &text, &len, &status) != SW_OK)
		return false;
	for (char *line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		const char *handle = strstr(line, "# handle ");

		if (behind && accepts_port(line, asked->port))
			return true;
		behind |= handle != NULL && strcmp(handle, mark) == 0;
	}
	return false;
}

static void judge(const struct asked *asked)
{
	const struct sw_rule *rule = &asked->answer->verdict.rule;

	if (asked->answer->outcome == SW_FIREWALL_UNSEEN)
		add(asked, SW_CHECK_FIREWALL_UNSEEN, asked->answer->why);
	if (asked->answer->outcome != SW_FIREWALL_REFUSED)
		return;
	if (rule->line == 0)
		add(asked, SW_CHECK_FIREWALL_POLICY, NULL);
	else if (is_shadowing(asked))
		add(asked, SW_CHECK_FIREWALL_SHADOWED, NULL);
	else
		add(asked, SW_CHECK_FIREWALL_REFUSED, NULL);
}

static void ask(struct sw_checking *checking, uint16_t port)
{
	/* Of a net for documentation: no rule has a reason to name it. */
	const struct sw_firewall_question question = {
		.client = {.family = SW_FAMILY_V4, .bytes = {198, 51, 100, 77}},
		.server = {.port = port},
	};
	struct sw_firewall_answer answer;
	const struct asked asked = {checking, port, &answer};
	const struct sw_place place = {"firewall", 0, NULL};
	enum sw_err err = sw_ask_firewall(&question, &answer);

	if (err != SW_OK)
		sw_findings_add(checking->findings, SW_CHECK_FIREWALL_UNSEEN,
				&place, "%s", sw_strerror(err));
	else
		judge(&asked);
}

/* Only the live one can be asked. */
void sw_check_firewall(struct sw_checking *checking, const char *file)
{
	static struct sw_daemon daemons[SW_DAEMONS_MAX];
	size_t count;
	bool asked = false;

	if (!checking->is_live || file != NULL)
		return;
	count = sw_daemon_list(daemons, SW_DAEMONS_MAX);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < daemons[i].port_count; j++) {
			ask(checking, daemons[i].ports[j]);
			asked = true;
		}
	}
	if (!asked)
		ask(checking, SSH_PORT);
}
