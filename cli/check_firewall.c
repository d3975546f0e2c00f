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

enum { OVER_V4, OVER_V6, FAMILIES };

/* Of nets for documentation: no rule has a reason to name them. */
static const struct sw_addr strangers[FAMILIES] = {
	{.family = SW_FAMILY_V4, .bytes = {198, 51, 100, 77}},
	{.family = SW_FAMILY_V6, .bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 77}},
};

/* One port that sshd listens on. */
struct port {
	uint16_t number;
	bool is_over[FAMILIES];
};

struct asked {
	struct sw_checking *checking;
	uint16_t port;
	const char *family; /* "" where both have the same answer */
	const struct sw_firewall_answer *answer;
};

static void add(const struct asked *asked, enum sw_check what,
		const char *detail)
{
	const struct sw_rule *rule = &asked->answer->verdict.rule;
	const struct sw_place place = {
		rule->source[0] != '\0' ? rule->source : "firewall", rule->line,
		rule->text[0] != '\0' ? rule->text : NULL};

	sw_findings_add(asked->checking->findings, what, &place,
			"port %u%s%s%s", (unsigned int)asked->port,
			asked->family, detail == NULL ? "" : ", ",
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

/* A host without a way to that family has no clients of it. */
static bool is_none(const struct sw_firewall_answer *answer)
{
	return answer->outcome == SW_FIREWALL_UNSEEN && answer->has_no_route;
}

static bool is_same(const struct sw_firewall_answer *a,
		    const struct sw_firewall_answer *b)
{
	const struct sw_rule *first = &a->verdict.rule;
	const struct sw_rule *second = &b->verdict.rule;

	return a->outcome == b->outcome && first->line == second->line &&
	       strcmp(first->source, second->source) == 0 &&
	       strcmp(first->text, second->text) == 0 &&
	       strcmp(a->why, b->why) == 0;
}

/* What refuses both is one mistake. */
static void judge_both(struct sw_checking *checking, const struct port *port,
		       const struct sw_firewall_answer answers[FAMILIES])
{
	static const char *const words[FAMILIES] = {" over IPv4", " over IPv6"};
	const struct sw_firewall_answer *v4 = &answers[OVER_V4];
	const struct sw_firewall_answer *v6 = &answers[OVER_V6];
	bool both = port->is_over[OVER_V4] && port->is_over[OVER_V6];
	struct asked asked = {checking, port->number, "", v4};

	if (both && is_same(v4, v6)) {
		judge(&asked);
		return;
	}
	for (size_t i = 0; i < FAMILIES; i++) {
		asked.family = words[i];
		asked.answer = &answers[i];
		if (port->is_over[i] && !(both && is_none(&answers[i])))
			judge(&asked);
	}
}

static void ask(struct sw_checking *checking, const struct port *port)
{
	static struct sw_firewall_answer answers[FAMILIES]; /* large */
	const struct sw_place place = {"firewall", 0, NULL};

	memset(answers, 0, sizeof(answers));
	for (size_t i = 0; i < FAMILIES; i++) {
		const struct sw_firewall_question question = {
			.client = strangers[i],
			.server = {.port = port->number},
		};
		enum sw_err err = SW_OK;

		if (port->is_over[i])
			err = sw_ask_firewall(&question, &answers[i]);
		if (err == SW_OK)
			continue;
		sw_findings_add(checking->findings, SW_CHECK_FIREWALL_UNSEEN,
				&place, "%s", sw_strerror(err));
		return;
	}
	judge_both(checking, port, answers);
}

/* Only the live one can be asked. */
void sw_check_firewall(struct sw_checking *checking, const char *file)
{
	static const struct port usual = {SSH_PORT, {true, true}};
	static struct sw_daemon daemons[SW_DAEMONS_MAX];
	size_t count;
	bool asked = false;

	if (!checking->is_live || file != NULL)
		return;
	count = sw_daemon_list(daemons, SW_DAEMONS_MAX);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < daemons[i].port_count; j++) {
			const struct port port = {
				daemons[i].ports[j],
				{daemons[i].over_v4[j], daemons[i].over_v6[j]}};

			ask(checking, &port);
			asked = true;
		}
	}
	if (!asked)
		ask(checking, &usual);
}
