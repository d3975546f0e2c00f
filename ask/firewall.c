#include "sshwhy/ask_firewall.h"

#include "firewall_blind.h"
#include "firewall_host.h"
#include "firewall_run.h"
#include "firewall_words.h"
#include "ipset_copy.h"
#include "nft_expr.h"
#include "nft_ruleset.h"

#include "sshwhy/auto.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define DEADLINE 20000 /* milliseconds for the private namespace */

/* All that is known before the private namespace is made. */
struct asked {
	const struct sw_firewall_question *question;
	struct sw_host host;
	struct sw_ruleset ruleset;
	struct sw_ipset_copy ipsets;
};

static void say(struct sw_firewall_answer *out, const char *words)
{
	(void)sw_text_copy(out->why, sizeof(out->why), words);
}

/* --- the private namespace ------------------------------------------------ */

static bool same_namespace(const struct stat *before)
{
	struct stat now;

	return stat("/proc/self/ns/net", &now) != 0 ||
	       (now.st_ino == before->st_ino && now.st_dev == before->st_dev);
}

/* Nothing is written before the namespace is known to be another one. */
static void be_the_copy(struct asked *asked, int pipe_end)
{
	struct sw_firewall_report report;
	struct stat before;

	memset(&report, 0, sizeof(report));
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (stat("/proc/self/ns/net", &before) != 0 ||
	    unshare(CLONE_NEWNET) != 0 || same_namespace(&before)) {
		report.err = SW_E_IO;
		(void)snprintf(report.why, sizeof(report.why),
			       "no private network namespace: %s",
			       strerror(errno));
	} else {
		sw_firewall_run(&asked->ruleset, &asked->ipsets, &asked->host,
				&asked->question->client,
				asked->question->server.port, &report);
	}
	(void)!write(pipe_end, &report, sizeof(report));
	_exit(0);
}

static enum sw_err run_copy(struct asked *asked, struct sw_firewall_report *out)
{
	sw_autofd int ours = -1, theirs = -1;
	struct pollfd ready = {.events = POLLIN};
	struct sw_firewall_report report;
	enum sw_err err = SW_E_IO;
	int ends[2];
	pid_t pid;

	memset(&report, 0, sizeof(report));
	if (pipe2(ends, O_CLOEXEC) != 0)
		return SW_E_IO;
	ours = ends[0];
	theirs = ends[1];
	pid = fork();
	if (pid < 0)
		return SW_E_IO;
	if (pid == 0)
		be_the_copy(asked, theirs);
	(void)close(sw_take_fd(&theirs));
	ready.fd = ours;
	errno = ETIMEDOUT;
	if (poll(&ready, 1, DEADLINE) > 0) {
		errno = EPIPE;
		if (read(ours, &report, sizeof(report)) == sizeof(report))
			err = SW_OK;
	}
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	if (err == SW_OK)
		*out = report;
	return err;
}

/* --- the answer ----------------------------------------------------------- */

static void take_refusal(const struct sw_ruleset *ruleset,
			 const struct sw_firewall_report *report,
			 struct sw_firewall_answer *out)
{
	bool rejects =
		report->rule != SW_NO_RULE &&
		sw_nft_rule_rejects(ruleset->rules[report->rule].message);

	out->outcome = SW_FIREWALL_REFUSED;
	out->verdict.outcome = SW_DENY;
	out->verdict.cause =
		rejects ? SW_CAUSE_FIREWALL_REJECT : SW_CAUSE_FIREWALL_DROP;
	if (report->rule != SW_NO_RULE)
		sw_firewall_name_rule(ruleset, report->rule,
				      &out->verdict.rule);
	else
		sw_firewall_name_policy(ruleset, &report->event,
					&out->verdict.rule);
}

static void take_pass(const struct asked *asked,
		      const struct sw_firewall_report *report,
		      struct sw_firewall_answer *out)
{
	char addr[SW_ADDR_TEXT_MAX];

	out->outcome = SW_FIREWALL_PASS;
	if (report->rule != SW_NO_RULE) {
		out->verdict.outcome = SW_ALLOW;
		sw_firewall_name_rule(&asked->ruleset, report->rule,
				      &out->verdict.rule);
	}
	if (report->server.port == asked->question->server.port &&
	    sw_addr_equal(&report->server.addr, &asked->host.server))
		return;
	out->server = report->server;
	(void)snprintf(out->why, sizeof(out->why), "redirected to %s port %u",
		       sw_addr_format(&report->server.addr, addr),
		       report->server.port);
}

static void take_dependence(const struct sw_ruleset *ruleset,
			    const struct sw_firewall_report *report,
			    struct sw_firewall_answer *out)
{
	struct sw_text text;

	out->outcome = SW_FIREWALL_DEPENDS;
	sw_text_init(&text, out->why, sizeof(out->why));
	sw_text_add(&text, "on what happened before, by");
	for (uint32_t i = 0;
	     i < report->depends_count && i < SW_FIREWALL_DEPENDS_MAX; i++) {
		struct sw_rule *rule = &out->depends[out->depends_count++];

		sw_firewall_name_rule(ruleset, report->depends[i], rule);
		sw_text_add(&text, "%s %s:%u", i > 0 ? " and" : "",
			    rule->source, rule->line);
	}
	if (report->depends_count > SW_FIREWALL_DEPENDS_MAX)
		sw_text_add(&text, " and others");
}

/* Neither dropped nor here: sent on to another machine, or no such source. */
static void take_lost(const struct asked *asked,
		      const struct sw_firewall_report *report,
		      struct sw_firewall_answer *out)
{
	out->outcome = SW_FIREWALL_DEPENDS;
	if (report->rule != SW_NO_RULE)
		sw_firewall_name_rule(&asked->ruleset, report->rule,
				      &out->depends[0]);
	if (report->rule == SW_NO_RULE) {
		out->outcome = SW_FIREWALL_UNSEEN;
		say(out, "a packet from there does not come in by this "
			 "interface");
		return;
	}
	out->depends_count = 1;
	(void)snprintf(out->why, sizeof(out->why),
		       report->fate == SW_FATE_HANDED
			       ? "on a program that %.150s:%u hands the packet "
				 "to"
			       : "on another machine, behind %.150s:%u",
		       out->depends[0].source, out->depends[0].line);
}

static void take_report(const struct asked *asked,
			const struct sw_firewall_report *report,
			struct sw_firewall_answer *out)
{
	char blind[SW_FIREWALL_WHY_MAX];

	if (report->err != SW_OK)
		say(out, report->why);
	else if (report->depends_count > 0)
		take_dependence(&asked->ruleset, report, out);
	else if (report->fate == SW_FATE_DROPPED)
		take_refusal(&asked->ruleset, report, out);
	else if (report->fate == SW_FATE_ARRIVED)
		take_pass(asked, report, out);
	else
		take_lost(asked, report, out);
	if (out->outcome != SW_FIREWALL_PASS)
		return;
	/* What decides beside nf_tables makes a pass unsure. */
	sw_firewall_blind_spots(&asked->host, &asked->ruleset,
				asked->question->client.family, blind,
				sizeof(blind));
	if (blind[0] == '\0')
		return;
	out->outcome = SW_FIREWALL_DEPENDS;
	(void)snprintf(out->why, sizeof(out->why),
		       "on %.200s, which cannot be asked", blind);
}

static const struct {
	enum sw_err err;
	const char *words;
} host_failures[] = {
	{SW_E_NOTSUP, "no route to this address; name the interface "
		      "(--iface)"},
	{SW_E_RANGE, "there is no such interface"},
	{SW_E_IO, "the interfaces cannot be read"},
	{SW_E_NOMEM, "out of memory"},
};

static bool read_host(struct asked *asked, struct sw_firewall_answer *out)
{
	const struct sw_firewall_question *question = asked->question;
	enum sw_err err =
		sw_host_read(&question->client, &question->server.addr,
			     question->iface, &asked->host);

	(void)sw_text_copy(out->iface, sizeof(out->iface), asked->host.iface);
	out->server =
		(struct sw_endpoint){asked->host.server, question->server.port};
	for (size_t i = 0; i < sizeof(host_failures) / sizeof(host_failures[0]);
	     i++) {
		if (host_failures[i].err == err)
			say(out, host_failures[i].words);
	}
	out->has_no_route = err == SW_E_NOTSUP;
	return err == SW_OK;
}

static void say_unreadable(struct sw_firewall_answer *out, int error)
{
	if (error == EPROTONOSUPPORT || error == EOPNOTSUPP)
		say(out, "this kernel has no nf_tables");
	else if (error == EPERM && geteuid() == 0)
		say(out, "CAP_NET_ADMIN is missing");
	else if (error == EPERM)
		say(out, "the ruleset is readable for root only");
	else
		(void)snprintf(out->why, sizeof(out->why),
			       "the ruleset cannot be read: %s",
			       strerror(error));
}

static bool read_rules(struct asked *asked, struct sw_firewall_answer *out)
{
	sw_autofd int fd = sw_nl_open(NETLINK_NETFILTER);
	enum sw_err err = SW_E_IO;

	if (fd >= 0)
		err = sw_ruleset_read(fd, &asked->ruleset);
	if (err != SW_OK) {
		say_unreadable(out, errno);
		return false;
	}
	err = sw_ipset_read(fd, &asked->ruleset, &asked->ipsets);
	if (err != SW_OK)
		(void)snprintf(out->why, sizeof(out->why),
			       "the ipsets cannot be read: %s",
			       strerror(errno));
	return err == SW_OK;
}

static enum sw_err ask(struct asked *asked, struct sw_firewall_answer *out)
{
	struct sw_firewall_report report;
	enum sw_err err;

	if (!read_host(asked, out) || !read_rules(asked, out))
		return SW_OK;
	err = run_copy(asked, &report);
	if (err == SW_OK)
		take_report(asked, &report, out);
	return err;
}

enum sw_err sw_ask_firewall(const struct sw_firewall_question *question,
			    struct sw_firewall_answer *out)
{
	struct asked *asked = calloc(1, sizeof(*asked));
	struct sw_firewall_answer answer;
	enum sw_err err;

	if (asked == NULL)
		return SW_E_NOMEM;
	memset(&answer, 0, sizeof(answer));
	asked->question = question;
	err = ask(asked, &answer);
	sw_ipset_copy_free(&asked->ipsets);
	sw_ruleset_free(&asked->ruleset);
	free(asked);
	if (err == SW_OK)
		*out = answer;
	return err;
}
