#include "tap_nft.h"

#include "sshwhy/clock.h"
#include "sshwhy/firewall_owner.h"
#include "sshwhy/nft_tracer.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/netfilter.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGES_MAX 256   /* read at once, so that others get their turn */
#define REPORT_EVERY 60000 /* ms between two lines about what was missed */
#define NS_PER_MS UINT64_C(1000000)

/* To have a rule put into words takes long where sets are large, and some
 * rulesets change all the time: what is known of a rule holds as long as its
 * table. */
static const struct sw_nft_known *rule_of(struct sw_nft_tap *tap,
					  const struct sw_trace *event)
{
	uint64_t table =
		sw_tracer_table(tap->table, event->family, event->table);
	uint64_t handle = event->kind == SW_TRACE_RULE ? event->handle : 0;
	struct sw_nft_known *known;
	struct sw_rule place;

	(void)snprintf(place.source, sizeof(place.source), "nft:%s/%.96s/%.90s",
		       sw_nft_family_name(event->family), event->table,
		       event->chain);
	for (size_t i = 0; i < SW_NFT_RULES; i++) {
		known = &tap->known[i];
		if (table != 0 && known->table == table &&
		    known->handle == handle &&
		    strcmp(known->rule.source, place.source) == 0)
			return known;
	}
	known = &tap->known[tap->next_known++ % SW_NFT_RULES];
	known->table = table;
	known->handle = handle;
	/* A rule that is gone already is named by its handle alone. */
	if (sw_tracer_rule(tap->table, event->family, event->table,
			   event->chain, handle, &known->rule,
			   &known->rejects) != SW_OK)
		known->table = 0;
	return known;
}

static void found(struct sw_nft_tap *tap, const struct sw_nft_way *way,
		  const struct sw_trace *event)
{
	const struct sw_nft_known *known;
	struct sw_conn conn = {.client = way->client, .server = way->server};
	struct sw_verdict verdict = {.outcome = SW_DENY};
	struct sw_record record;

	if (!sw_attempts_is_new(&tap->attempts, &way->client, &way->server,
				way->seq, sw_clock_monotonic_ns() / NS_PER_MS))
		return;
	known = rule_of(tap, event);
	verdict.cause = known->rejects ? SW_CAUSE_FIREWALL_REJECT
				       : SW_CAUSE_FIREWALL_DROP;
	verdict.rule = known->rule;
	sw_firewall_own(&verdict.rule);
	sw_record_init(&record, &conn, &verdict, SW_VIA_TRACE,
		       sw_clock_utc_ms());
	tap->found(tap->context, &record);
}

/* The address comes with the first event of a chain, the verdict with the
 * last one. */
static void take(struct sw_nft_tap *tap, const struct sw_trace *event)
{
	struct sw_nft_way *way = &tap->ways[event->id % SW_NFT_WAYS];
	bool is_known = way->client.addr.family != SW_FAMILY_NONE &&
			way->id == event->id;

	if (event->is_tcp && !is_known)
		*way = (struct sw_nft_way){event->id, event->seq, event->client,
					   event->server};
	else if (!is_known)
		return;
	/* An error that goes with the drop stands in the upper half. */
	if (event->kind == SW_TRACE_RETURN ||
	    (event->verdict < 0 && event->verdict > -16) ||
	    (event->verdict & NF_VERDICT_MASK) != NF_DROP)
		return;
	found(tap, way, event);
	way->client.addr.family = SW_FAMILY_NONE;
}

void sw_nft_tap_read(struct sw_nft_tap *tap)
{
	static uint8_t bytes[16384] __attribute__((aligned(8)));
	struct sw_trace event;

	for (int i = 0; tap->is_on && i < MESSAGES_MAX; i++) {
		ssize_t len =
			recv(tap->events, bytes, sizeof(bytes), MSG_DONTWAIT);

		/* One message a datagram; an overrun is made good by the
		 * client, who sends again. */
		if (len < 0 && errno != ENOBUFS)
			return;
		if (len > 0 &&
		    sw_trace_read(bytes, (size_t)len, &event) == SW_OK)
			take(tap, &event);
	}
}

static int on_event(sd_event_source *source SW_UNUSED, int fd SW_UNUSED,
		    uint32_t events SW_UNUSED, void *userdata)
{
	struct sw_nft_tap *tap = userdata;

	sw_nft_tap_read(tap);
	return 0;
}

static bool complain(const char *why)
{
	fprintf(stderr, "sshwhyd: the firewall is not watched: %s\n", why);
	return false;
}

static bool start(struct sw_nft_tap *tap)
{
	char why[SW_TRACER_WHY_MAX];

	tap->table = sw_tracer_open(tap->per_second, why);
	if (tap->table < 0)
		return complain(why);
	tap->events = sw_trace_listen();
	if (tap->events < 0 ||
	    sd_event_add_io(tap->event, &tap->source, tap->events, EPOLLIN,
			    on_event, tap) < 0) {
		(void)complain(strerror(errno));
		(void)close(tap->table);
		if (tap->events >= 0)
			(void)close(tap->events);
		return false;
	}
	tap->is_on = true;
	tap->reported = 0;
	if (tap->port_count > 0 &&
	    sw_tracer_ports(tap->table, tap->ports, tap->port_count) != SW_OK)
		(void)complain(strerror(errno));
	return true;
}

void sw_nft_tap_stop(struct sw_nft_tap *tap)
{
	if (!tap->is_on)
		return;
	sw_nft_tap_report(tap);
	(void)sd_event_source_unref(tap->source);
	(void)close(tap->events);
	(void)close(tap->table); /* and the table is gone */
	tap->source = NULL;
	tap->is_on = false;
}

void sw_nft_tap_follow(struct sw_nft_tap *tap, const struct sw_config *config,
		       uint64_t now)
{
	if (tap->per_second != config->firewall_rate || !config->firewall) {
		sw_nft_tap_stop(tap);
		tap->failed = false;
	}
	tap->per_second = config->firewall_rate;
	if (config->firewall && !tap->is_on && !tap->failed)
		tap->failed = !start(tap);
	if (tap->is_on && now - tap->reported_at >= REPORT_EVERY) {
		tap->reported_at = now;
		sw_nft_tap_report(tap);
	}
}

void sw_nft_tap_ports(struct sw_nft_tap *tap, const uint16_t *ports,
		      size_t count)
{
	if (count > SW_TRACER_PORTS_MAX)
		count = SW_TRACER_PORTS_MAX;
	if (count == tap->port_count &&
	    memcmp(ports, tap->ports, count * sizeof(*ports)) == 0)
		return;
	memcpy(tap->ports, ports, count * sizeof(*ports));
	tap->port_count = count;
	if (tap->is_on && sw_tracer_ports(tap->table, ports, count) != SW_OK)
		(void)complain(strerror(errno));
}

void sw_nft_tap_report(struct sw_nft_tap *tap)
{
	uint64_t came = 0, traced = 0;

	if (!tap->is_on ||
	    sw_tracer_count(tap->table, &came, &traced) != SW_OK ||
	    came - traced <= tap->reported)
		return;
	fprintf(stderr,
		"sshwhyd: firewall: %" PRIu64 " of %" PRIu64
		" SYN packets were not traced (firewall-rate)\n",
		came - traced, came);
	tap->reported = came - traced;
}
