#include "firewall_run.h"

#include "firewall_syn.h"

#include "sshwhy/auto.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define FIRST_PORT 49152
#define QUIET 150	   /* milliseconds after which nothing more comes */
#define EVENTS_MAX 4000000 /* bytes of events that may wait */
#define PROBES_MAX 32	   /* rules with state on one way */
#define RUNS_MAX 64	   /* SYNs for one question */
#define DEPTH_MAX 3	   /* rules with state that are true together */

struct way {
	enum sw_fate fate;
	uint32_t rule; /* that decided, or accepted last */
	struct sw_trace event;
	struct sw_endpoint server;
	uint32_t probes[PROBES_MAX];
	size_t probe_count;
};

struct run {
	struct sw_ruleset *ruleset;
	const struct sw_ipsets *ipsets;
	const struct sw_host *host;
	struct sw_endpoint client;
	struct sw_endpoint server;
	int fd;	    /* for the ruleset */
	int events; /* of the trace */
	int tap;
	unsigned int runs;
	struct way first;
	struct sw_firewall_report *report;
};

static int open_events(void)
{
	sw_autofd int fd = sw_nl_open(NETLINK_NETFILTER);
	int group = NFNLGRP_NFTRACE, size = EVENTS_MAX;

	if (fd < 0 || setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
				 &group, sizeof(group)) != 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	return sw_take_fd(&fd);
}

static uint32_t rule_of(const struct run *run, const struct sw_trace *event)
{
	for (size_t i = 0; i < run->ruleset->rule_count; i++) {
		const struct sw_nft_rule *rule = &run->ruleset->rules[i];

		if (rule->handle == event->handle &&
		    sw_nft_family(rule->message) == event->family &&
		    strcmp(sw_nl_text(
				   sw_nft_attr(rule->message, NFTA_RULE_TABLE)),
			   event->table) == 0)
			return (uint32_t)i;
	}
	return SW_NO_RULE;
}

static bool is_ours(const struct sw_trace *event)
{
	return event->family == NFPROTO_INET &&
	       strcmp(event->table, SW_NFT_TABLE) == 0;
}

static void note_probe(const struct run *run, uint32_t rule, struct way *way)
{
	if (rule == SW_NO_RULE || !run->ruleset->rules[rule].is_stateful ||
	    way->probe_count == PROBES_MAX)
		return;
	for (size_t i = 0; i < way->probe_count; i++) {
		if (way->probes[i] == rule)
			return;
	}
	way->probes[way->probe_count++] = rule;
}

/* The kernel keeps a queue's number or an error in the upper half. */
static int32_t verdict_of(const struct sw_trace *event)
{
	return event->verdict < 0 && event->verdict >= NFT_RETURN
		       ? event->verdict
		       : event->verdict & NF_VERDICT_MASK;
}

/* True when this was the last of the packet's way. */
static bool follow(const struct run *run, const struct sw_trace *event,
		   struct way *way)
{
	uint32_t rule = event->handle == 0 ? SW_NO_RULE : rule_of(run, event);
	int32_t verdict = verdict_of(event);

	if (is_ours(event)) {
		if (strcmp(event->chain, SW_NFT_CHAIN_ARRIVED) != 0)
			return false;
		way->fate = SW_FATE_ARRIVED;
		way->server = event->server;
		return true;
	}
	note_probe(run, rule, way);
	if (event->kind == SW_TRACE_RETURN)
		return false;
	if (verdict == NF_DROP)
		way->fate = SW_FATE_DROPPED;
	else if (verdict == NF_QUEUE || verdict == NF_STOLEN)
		way->fate = SW_FATE_HANDED;
	else if (verdict != NF_ACCEPT)
		return false;
	way->event = *event;
	way->rule = rule;
	return way->fate != SW_FATE_LOST;
}

/* Answers and announcements of the host itself are traced, too. */
static bool is_of_client(const struct run *run, const struct sw_trace *event,
			 uint32_t *id)
{
	if (event->is_tcp && event->client.port == run->client.port &&
	    (event->flags & (TH_SYN | TH_ACK)) == TH_SYN)
		*id = event->id;
	else if (event->is_tcp)
		return false;
	return event->id == *id;
}

static enum sw_err watch(const struct run *run, struct way *way)
{
	static uint8_t bytes[65536] __attribute__((aligned(8)));
	struct sw_trace event;
	uint32_t id = 0;

	for (;;) {
		const struct nlmsghdr *message = (const void *)bytes;
		struct pollfd ready = {.fd = run->events, .events = POLLIN};
		int left;

		if (poll(&ready, 1, QUIET) <= 0)
			return SW_OK;
		left = (int)recv(run->events, bytes, sizeof(bytes), 0);
		if (left < 0)
			return SW_E_IO;
		for (; mnl_nlmsg_ok(message, left);
		     message = mnl_nlmsg_next(message, &left)) {
			if (sw_trace_read(message, (size_t)left, &event) ==
				    SW_OK &&
			    is_of_client(run, &event, &id) &&
			    follow(run, &event, way))
				return SW_OK;
		}
	}
}

static enum sw_err knock(struct run *run, struct way *way)
{
	uint8_t rest[8192];
	enum sw_err err;

	*way = (struct way){.rule = SW_NO_RULE};
	run->client.port = (uint16_t)(FIRST_PORT + run->runs++);
	while (recv(run->events, rest, sizeof(rest), MSG_DONTWAIT) > 0)
		; /* of the one before */
	err = sw_syn_arrive(run->tap, run->host, &run->client, &run->server);
	if (err == SW_OK)
		err = watch(run, way);
	if (err != SW_OK)
		(void)snprintf(run->report->why, SW_NL_WHY_MAX,
			       "the packet cannot be followed: %s",
			       strerror(errno));
	return err;
}

static void note_dependence(struct sw_firewall_report *report, uint32_t rule)
{
	for (size_t i = 0;
	     i < report->depends_count && i < SW_FIREWALL_DEPENDS_MAX; i++) {
		if (report->depends[i] == rule)
			return;
	}
	if (report->depends_count < SW_FIREWALL_DEPENDS_MAX)
		report->depends[report->depends_count] = rule;
	report->depends_count++;
}

static enum sw_err explore(struct run *run, const struct way *way,
			   const uint32_t *forced, size_t depth);

static bool is_among(uint32_t rule, const uint32_t *forced, size_t depth)
{
	for (size_t i = 0; i < depth; i++) {
		if (forced[i] == rule)
			return true;
	}
	return false;
}

/* What if this rule's state said "match"? */
static enum sw_err force(struct run *run, const uint32_t *forced, size_t depth)
{
	struct way way;
	uint32_t rule = forced[depth - 1];
	enum sw_err err =
		sw_ruleset_exchange(run->ruleset, rule, SW_NFT_FORCED,
				    run->ipsets, run->fd, run->report->why);

	if (err == SW_OK)
		err = knock(run, &way);
	if (err == SW_OK && way.fate != run->first.fate)
		note_dependence(run->report, rule);
	else if (err == SW_OK)
		err = explore(run, &way, forced, depth);
	if (err == SW_OK)
		err = sw_ruleset_exchange(run->ruleset, rule, SW_NFT_PROBE,
					  run->ipsets, run->fd,
					  run->report->why);
	return err;
}

static enum sw_err explore(struct run *run, const struct way *way,
			   const uint32_t *forced, size_t depth)
{
	uint32_t deeper[DEPTH_MAX + 1] = {0};
	enum sw_err err = SW_OK;

	if (depth > 0)
		memcpy(deeper, forced, depth * sizeof(*forced));
	for (size_t i = 0; err == SW_OK && i < way->probe_count; i++) {
		uint32_t rule = way->probes[i];

		if (is_among(rule, forced, depth))
			continue;
		if (run->ruleset->rules[rule].is_opaque || depth == DEPTH_MAX ||
		    run->runs >= RUNS_MAX) {
			note_dependence(run->report, rule);
			continue;
		}
		deeper[depth] = rule;
		err = force(run, deeper, depth + 1);
	}
	return err;
}

static enum sw_err ask(struct run *run)
{
	struct sw_firewall_report *report = run->report;
	enum sw_err err = knock(run, &run->first);

	if (err != SW_OK)
		return err;
	report->fate = run->first.fate;
	report->rule = run->first.rule;
	report->event = run->first.event;
	report->server = run->first.server;
	return explore(run, &run->first, NULL, 0);
}

static enum sw_err furnish(struct run *run, struct sw_ipset_copy *ipsets)
{
	char *why = run->report->why;
	enum sw_err err = sw_host_furnish(run->host, &run->tap);

	if (err != SW_OK) {
		(void)snprintf(why, SW_NL_WHY_MAX,
			       "no interface can be made (tun): %s",
			       strerror(errno));
		return err;
	}
	err = sw_ipset_load(run->fd, ipsets);
	if (err != SW_OK) {
		(void)snprintf(why, SW_NL_WHY_MAX,
			       "the ipsets cannot be copied: %s",
			       strerror(errno));
		return err;
	}
	err = sw_ruleset_load(run->ruleset, &ipsets->map, run->fd, why);
	return err == SW_OK ? sw_ruleset_load_tracer(run->fd, why) : err;
}

void sw_firewall_run(struct sw_ruleset *ruleset, struct sw_ipset_copy *ipsets,
		     const struct sw_host *host, const struct sw_addr *client,
		     uint16_t port, struct sw_firewall_report *out)
{
	struct run run = {
		.ruleset = ruleset,
		.ipsets = &ipsets->map,
		.host = host,
		.client = {*client, 0},
		.server = {host->server, port},
		.fd = sw_nl_open(NETLINK_NETFILTER),
		.events = open_events(),
		.tap = -1,
		.report = out,
	};

	*out = (struct sw_firewall_report){.err = SW_E_IO, .rule = SW_NO_RULE};
	if (run.fd < 0 || run.events < 0) {
		(void)snprintf(out->why, sizeof(out->why),
			       "netfilter cannot be asked: %s",
			       strerror(errno));
		return;
	}
	out->err = furnish(&run, ipsets);
	if (out->err == SW_OK)
		out->err = ask(&run);
}
