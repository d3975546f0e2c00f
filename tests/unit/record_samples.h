/* record_samples.h - records that several tests write and read. */

#ifndef RECORD_SAMPLES_H
#define RECORD_SAMPLES_H

#include "sw_test.h"

#include "sshwhy/record.h"
#include "sshwhy/utc.h"

#include <limits.h>
#include <string.h>

static inline void set_end(struct sw_endpoint *end, const char *addr,
			   uint16_t port)
{
	assert_int_equal(sw_addr_parse(addr, &end->addr), SW_OK);
	end->port = port;
}

/* What DenyHosts wrote into hosts.deny, seen by the hook. */
static inline void sample_record(struct sw_record *record)
{
	struct sw_verdict verdict = {
		.outcome = SW_DENY,
		.cause = SW_CAUSE_WRAPPER_DENY,
		.rule = {.source = "/etc/hosts.deny",
			 .first_line = 4,
			 .line = 4,
			 .text = "sshd: 203.0.113.0/255.255.255.0",
			 .owner = "denyhosts"},
	};
	struct sw_conn conn = {.pid = 4123};

	set_end(&conn.client, "203.0.113.5", 51234);
	set_end(&conn.server, "192.0.2.1", 22);
	sw_record_init(record, &conn, &verdict, SW_VIA_HOOK,
		       INT64_C(1795333023230));
	record->seqno = 4711;
}

/* len bytes of which none is plain, and a NUL. */
static inline void fill_hostile(char *buf, size_t size)
{
	static const char bytes[] = "\x1d\n\"'=, \xff\\%";

	for (size_t i = 0; i < size - 1; i++)
		buf[i] = bytes[i % (sizeof(bytes) - 1)];
	buf[size - 1] = '\0';
}

/* 0x01 takes the most room in every form. */
static inline void fill_costly(char *buf, size_t size)
{
	memset(buf, 1, size - 1);
	buf[size - 1] = '\0';
}

/* Every field at its largest, in the bytes that need the most room. */
static inline void largest_record(struct sw_record *record)
{
	static const char end[] = "2001:db8:1111:2222:3333:4444:5555:6666";

	sample_record(record);
	record->event = SW_EVENT_BAN;
	record->cause = SW_CAUSE_PROTOCOL_NO_COMMON_ALGORITHM;
	record->evidence = SW_EVIDENCE_SIMULATED;
	record->via = SW_VIA_IMPORT;
	record->time = SW_UTC_MAX - 1;
	record->first = SW_UTC_MAX;
	record->last = SW_UTC_MAX;
	record->until = SW_UTC_MAX;
	record->count = UINT64_MAX;
	record->seqno = UINT64_MAX;
	record->lookup = (struct sw_lookup){1, UINT32_MAX};
	record->conn.pid = INT_MAX;
	record->rule.line = UINT_MAX;
	record->rule.first_line = UINT_MAX - 1;
	set_end(&record->conn.client, end, 65535);
	set_end(&record->conn.server, end, 65535);
	fill_costly(record->boot, SW_BOOT_MAX);
	fill_costly(record->audit, SW_AUDIT_MAX);
	fill_costly(record->node, SW_NODE_MAX);
	fill_costly(record->conn.user, SW_USER_MAX);
	fill_costly(record->rule.source, SW_SOURCE_MAX);
	fill_costly(record->rule.text, SW_TEXT_MAX);
	fill_costly(record->rule.owner, SW_OWNER_MAX);
	fill_costly(record->root, SW_ROOT_MAX);
	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++)
		record->by_cause[i] = UINT64_MAX;
}

#endif
