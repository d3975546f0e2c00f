/*
 * emit_record [OPTION...] - write one record through the sinks of the product.
 *
 *	-k SINK     audit, file, syslog, auto (that is sw_sink_write), or report
 *	            (as a session of sshd does it); audit is the default
 *	-c CAUSE    wrapper.deny is the default
 *	-a ADDRESS  of the client; none: it is not known
 *	-n NUMBER   seqno
 *	-t TEXT -s SOURCE -o OWNER -r ROOT -u USER
 *	            any bytes; cut where the product cuts them
 *	-f FILE -z SIZE
 *	            of the file sink
 *	-x COUNT    do it so often
 *
 * Prints the longest of these times in milliseconds. The exit status is the
 * last result, an enum sw_err.
 */

#include "sshwhy/clock.h"
#include "sshwhy/report.h"
#include "sshwhy/sink.h"
#include "sshwhy/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct order {
	struct sw_record record;
	struct sw_config config;
	const char *sink;
	const char *file;
	unsigned long count;
};

static int usage(void)
{
	(void)fputs("usage: see the head of emit_record.c\n", stderr);
	return 100;
}

static void start(struct order *order)
{
	const struct sw_conn conn = {
		.pid = getpid(), .server.port = 22, .client.port = 51234};
	const struct sw_verdict verdict = {
		.outcome = SW_DENY,
		.cause = SW_CAUSE_WRAPPER_DENY,
		.rule = {.source = "/etc/hosts.deny",
			 .first_line = 4,
			 .line = 4},
	};

	memset(order, 0, sizeof(*order));
	sw_config_defaults(&order->config);
	sw_record_init(&order->record, &conn, &verdict, SW_VIA_HOOK,
		       sw_clock_utc_ms());
	order->sink = "audit";
	order->count = 1;
}

static bool set_text(struct order *order, int option, const char *value)
{
	struct sw_rule *rule = &order->record.rule;

	switch (option) {
	case 't':
		(void)sw_text_copy(rule->text, sizeof(rule->text), value);
		return true;
	case 's':
		(void)sw_text_copy(rule->source, sizeof(rule->source), value);
		return true;
	case 'o':
		(void)sw_text_copy(rule->owner, sizeof(rule->owner), value);
		return true;
	case 'r':
		(void)sw_text_copy(order->record.root,
				   sizeof(order->record.root), value);
		return true;
	case 'u':
		(void)sw_text_copy(order->record.conn.user,
				   sizeof(order->record.conn.user), value);
		return true;
	default:
		return false;
	}
}

static bool set(struct order *order, int option, const char *value)
{
	switch (option) {
	case 'k':
		order->sink = value;
		return true;
	case 'f':
		order->file = value;
		return true;
	case 'c':
		return sw_cause_parse(value, strlen(value),
				      &order->record.cause) == SW_OK;
	case 'a':
		return sw_addr_parse(value, &order->record.conn.client.addr) ==
		       SW_OK;
	case 'n':
		order->record.seqno = strtoull(value, NULL, 10);
		return true;
	case 'z':
		order->config.file_size = (uint32_t)strtoul(value, NULL, 10);
		return true;
	case 'x':
		order->count = strtoul(value, NULL, 10);
		return true;
	default:
		return set_text(order, option, value);
	}
}

static enum sw_err emit(const struct order *order)
{
	const struct sw_record *record = &order->record;

	if (strcmp(order->sink, "audit") == 0)
		return sw_sink_audit(record);
	if (strcmp(order->sink, "syslog") == 0)
		return sw_sink_syslog(record);
	if (strcmp(order->sink, "auto") == 0)
		return sw_sink_write(record, &order->config);
	if (strcmp(order->sink, "file") == 0 && order->file != NULL)
		return sw_sink_file(order->file, order->config.file_size,
				    record);
	if (strcmp(order->sink, "report") == 0) {
		sw_report(record, &order->config);
		return SW_OK;
	}
	exit(usage());
}

int main(int argc, char **argv)
{
	enum sw_err err = SW_OK;
	struct order order;
	uint64_t longest = 0;
	int option;

	start(&order);
	while ((option = getopt(argc, argv, "k:c:a:n:t:s:o:r:u:f:z:x:")) !=
	       -1) {
		if (!set(&order, option, optarg))
			return usage();
	}
	for (unsigned long i = 0; i < order.count; i++) {
		uint64_t before = sw_clock_monotonic_ns();
		uint64_t took;

		err = emit(&order);
		took = sw_clock_monotonic_ns() - before;
		longest = took > longest ? took : longest;
	}
	(void)printf("%" PRIu64 "\n", longest / 1000000);
	return (int)err;
}
