#include "tap_backlog.h"

#include "sshwhy/auto.h"
#include "sshwhy/clock.h"
#include "sshwhy/num.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define LOOK_EVERY 1000	  /* ms */
#define QUIET_AFTER 60000 /* ms without a drop: the next one is news */
#define NETSTAT_MAX 16384 /* bytes of /proc/net/netstat */

/* The next word of a line; its end in *line. NULL behind the last one. */
static const char *next_word(const char **line, size_t *out_len)
{
	const char *word = *line + strspn(*line, " ");
	size_t len = strcspn(word, " \n");

	*line = word + len;
	*out_len = len;
	return len > 0 ? word : NULL;
}

enum sw_err sw_backlog_count(const char *text, const char *name, uint64_t *out)
{
	static const char prefix[] = "TcpExt:";
	const char *names = strstr(text, prefix);
	const char *values = names != NULL ? strchr(names, '\n') : NULL;
	size_t name_len;
	size_t len;

	if (values == NULL ||
	    strncmp(values + 1, prefix, sizeof(prefix) - 1) != 0)
		return SW_E_SYNTAX;
	names += sizeof(prefix) - 1;
	values += sizeof(prefix);
	for (;;) {
		const char *word = next_word(&names, &name_len);
		const char *value = next_word(&values, &len);

		if (word == NULL || value == NULL)
			return SW_E_SYNTAX;
		if (name_len == strlen(name) &&
		    memcmp(word, name, name_len) == 0)
			return sw_num_parse_n(value, len, UINT64_MAX, out);
	}
}

static enum sw_err read_count(uint64_t *out)
{
	static char text[NETSTAT_MAX];
	sw_autofd int fd = open("/proc/self/net/netstat", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (len < 0)
		return SW_E_IO;
	text[len] = '\0';
	return sw_backlog_count(text, "ListenOverflows", out);
}

static void add_full(struct sw_backlog_tap *tap,
		     const struct inet_diag_msg *socket)
{
	/* The kernel lets one more in than it was told. */
	if (socket->idiag_rqueue <= socket->idiag_wqueue ||
	    tap->full_count == SW_BACKLOG_PORTS)
		return;
	tap->full[tap->full_count++] = (struct sw_backlog_full){
		.port = ntohs(socket->id.idiag_sport),
		.waiting = socket->idiag_rqueue,
		.room = socket->idiag_wqueue,
	};
}

/* One answer of the kernel; false at the end of the list. */
static bool take_answer(struct sw_backlog_tap *tap, const void *bytes,
			size_t len)
{
	for (const struct nlmsghdr *message = bytes; NLMSG_OK(message, len);
	     message = NLMSG_NEXT(message, len)) {
		if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
		    message->nlmsg_len <
			    NLMSG_LENGTH(sizeof(struct inet_diag_msg)))
			return false;
		add_full(tap, NLMSG_DATA(message));
	}
	return true;
}

/* Add the full ones of the listening sockets of a family. */
static void find_full(struct sw_backlog_tap *tap, int fd, uint8_t family)
{
	static unsigned char bytes[32768] __attribute__((aligned(8)));
	struct {
		struct nlmsghdr header;
		struct inet_diag_req_v2 request;
	} ask = {
		.header = {.nlmsg_len = sizeof(ask),
			   .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.request = {.sdiag_family = family,
			    .sdiag_protocol = IPPROTO_TCP,
			    .idiag_states = 1U << TCP_LISTEN},
	};
	ssize_t len;

	if (send(fd, &ask, sizeof(ask), 0) < 0)
		return;
	do {
		len = recv(fd, bytes, sizeof(bytes), 0);
	} while (len > 0 && take_answer(tap, bytes, (size_t)len));
}

static void find_all_full(struct sw_backlog_tap *tap)
{
	const struct timeval patience = {.tv_usec = 200000};
	sw_autofd int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC,
				  NETLINK_SOCK_DIAG);

	tap->full_count = 0;
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
				 sizeof(patience)) != 0)
		return;
	find_full(tap, fd, AF_INET);
	find_full(tap, fd, AF_INET6);
}

bool sw_backlog_tap_tick(struct sw_backlog_tap *tap, uint64_t now)
{
	uint64_t before = tap->count;

	if (tap->has_count && now - tap->looked < LOOK_EVERY)
		return false;
	tap->looked = now;
	if (read_count(&tap->count) != SW_OK)
		return false;
	if (now - tap->grown >= QUIET_AFTER) {
		tap->told_count = 0;
		tap->dropped = 0;
	}
	if (!tap->has_count || tap->count <= before) {
		tap->has_count = true;
		return false;
	}
	tap->grown = now;
	tap->dropped += tap->count - before;
	find_all_full(tap);
	return tap->full_count > 0;
}

static bool is_one_of(uint16_t port, const uint16_t *ports, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (ports[i] == port)
			return true;
	}
	return false;
}

static void tell(struct sw_backlog_tap *tap, const struct sw_backlog_full *full)
{
	const struct sw_conn conn = {.server = {.port = full->port}};
	const struct sw_verdict verdict = {.outcome = SW_DENY,
					   .cause = SW_CAUSE_SERVER_BACKLOG};
	struct sw_record record;

	sw_record_init(&record, &conn, &verdict, SW_VIA_TRACE,
		       sw_clock_utc_ms());
	record.evidence = SW_EVIDENCE_INFERRED;
	(void)snprintf(record.root, sizeof(record.root),
		       "%" PRIu32 " connections wait where %" PRIu32
		       " have room; %" PRIu64 " packets were dropped so far",
		       full->waiting, full->room, tap->dropped);
	tap->found(tap->context, &record);
}

void sw_backlog_tap_ports(struct sw_backlog_tap *tap, const uint16_t *ports,
			  size_t count)
{
	for (size_t i = 0; i < tap->full_count; i++) {
		const struct sw_backlog_full *full = &tap->full[i];

		if (!is_one_of(full->port, ports, count) ||
		    is_one_of(full->port, tap->told, tap->told_count) ||
		    tap->told_count == SW_BACKLOG_PORTS)
			continue;
		tap->told[tap->told_count++] = full->port;
		tell(tap, full);
	}
	tap->full_count = 0;
}
