#include "tap_nflog.h"

#include "sshwhy/clock.h"
#include "sshwhy/firewall_owner.h"
#include "sshwhy/nflog.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REPORT_EVERY 60000 /* ms between two lines about what was missed */
#define MS_PER_S UINT64_C(1000)

/* Packets of one reading, to be looked at when the trace has been read. */
#define PACKETS_MAX 256
struct read {
	struct sw_nflog packets[PACKETS_MAX];
	size_t count;
};

static bool is_for_sshd(const struct sw_nft_tap *nft,
			const struct sw_nflog *packet)
{
	if (!packet->is_tcp || (packet->flags & (TH_SYN | TH_ACK)) != TH_SYN)
		return false;
	for (size_t i = 0; i < nft->port_count; i++) {
		if (nft->ports[i] == packet->server.port)
			return true;
	}
	return false;
}

/* The rule is known by what it writes in front: people give names to chains
 * there, and say what becomes of the packet. */
static void name_rule(const struct sw_nflog_tap *tap,
		      const struct sw_nflog *packet, struct sw_verdict *verdict)
{
	struct sw_rule *rule = &verdict->rule;

	(void)snprintf(rule->source, sizeof(rule->source), "nflog:%" PRIu32,
		       tap->group);
	(void)sw_text_copy(rule->text, sizeof(rule->text), packet->prefix);
	sw_firewall_prefix_owner(packet->prefix, rule->owner,
				 sizeof(rule->owner));
	verdict->cause = strcasestr(packet->prefix, "reject") != NULL
				 ? SW_CAUSE_FIREWALL_REJECT
				 : SW_CAUSE_FIREWALL_DROP;
}

static void give(struct sw_nflog_tap *tap, const struct sw_nflog *packet,
		 uint64_t now)
{
	const struct sw_conn conn = {.client = packet->client,
				     .server = packet->server};
	struct sw_verdict verdict = {.outcome = SW_DENY};
	struct sw_record record;

	if (!is_for_sshd(tap->nft, packet) ||
	    !sw_attempts_is_new(&tap->nft->attempts, &packet->client,
				&packet->server, packet->seq, now))
		return;
	name_rule(tap, packet, &verdict);
	sw_record_init(&record, &conn, &verdict, SW_VIA_TRACE,
		       sw_clock_utc_ms());
	tap->found(tap->context, &record);
}

static void count_lost(struct sw_nflog_tap *tap, const struct sw_nflog *packet)
{
	if (!packet->has_number)
		return;
	/* Numbers go round. */
	tap->lost += (uint32_t)(packet->number -
				(tap->has_number ? tap->next_number : 0));
	tap->has_number = true;
	tap->next_number = packet->number + 1;
}

static void keep(void *context, const struct sw_nflog *packet)
{
	struct read *read = context;

	if (read->count < PACKETS_MAX)
		read->packets[read->count++] = *packet;
}

/* What is left in the socket waits, and is dropped by the kernel in the end,
 * which costs us nothing. */
static void read_some(struct sw_nflog_tap *tap, struct read *read)
{
	static uint8_t bytes[65536] __attribute__((aligned(8)));

	while (tap->room >= MS_PER_S && read->count < PACKETS_MAX / 2) {
		ssize_t len = recv(tap->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		uint64_t cost;

		if (len < 0 && errno != ENOBUFS)
			return;
		if (len <= 0)
			continue;
		cost = MS_PER_S * sw_nflog_read(bytes, (size_t)len, keep, read);
		tap->room -= cost < tap->room ? cost : tap->room;
	}
}

/* The trace of the same packet says more: it is read in between. */
static void read_packets(struct sw_nflog_tap *tap, uint64_t now)
{
	static struct read read; /* large */
	uint64_t most = tap->per_second * MS_PER_S;

	tap->room += (now - tap->read_at) * tap->per_second;
	tap->room = tap->room < most ? tap->room : most;
	tap->read_at = now;
	read.count = 0;
	read_some(tap, &read);
	sw_nft_tap_read(tap->nft);
	for (size_t i = 0; i < read.count; i++) {
		count_lost(tap, &read.packets[i]);
		give(tap, &read.packets[i], now);
	}
}

static void report(struct sw_nflog_tap *tap)
{
	if (tap->lost <= tap->reported)
		return;
	fprintf(stderr,
		"sshwhyd: firewall: %" PRIu64 " packets of log group %" PRIu32
		" were not read (firewall-rate)\n",
		tap->lost, tap->group);
	tap->reported = tap->lost;
}

static bool start(struct sw_nflog_tap *tap, uint64_t now)
{
	char why[SW_NFLOG_WHY_MAX];

	tap->fd = sw_nflog_open((uint16_t)tap->group, why);
	if (tap->fd < 0) {
		fprintf(stderr, "sshwhyd: the firewall is not watched: %s\n",
			why);
		return false;
	}
	tap->is_on = true;
	tap->has_number = false;
	tap->lost = tap->reported = 0;
	tap->room = 0;
	tap->read_at = now;
	return true;
}

void sw_nflog_tap_stop(struct sw_nflog_tap *tap)
{
	if (!tap->is_on)
		return;
	report(tap);
	(void)close(tap->fd);
	tap->is_on = false;
}

void sw_nflog_tap_tick(struct sw_nflog_tap *tap, const struct sw_config *config,
		       uint64_t now)
{
	if (tap->group != config->firewall_log) {
		sw_nflog_tap_stop(tap);
		tap->failed = false;
	}
	tap->group = config->firewall_log;
	tap->per_second = config->firewall_rate;
	if (tap->group != SW_NO_LOG_GROUP && !tap->is_on && !tap->failed)
		tap->failed = !start(tap, now);
	if (!tap->is_on)
		return;
	read_packets(tap, now);
	if (now - tap->reported_at >= REPORT_EVERY) {
		tap->reported_at = now;
		report(tap);
	}
}
