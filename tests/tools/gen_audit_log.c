/*
 * gen_audit_log COUNT [ONE_IN [CLIENTS]]: an audit log as a busy host has it,
 * on stdout.
 *
 * COUNT records, the same ones every time. One of ONE_IN (20) is a rejection,
 * written by the code that writes them; the others are what sshd, PAM, sudo and
 * systemd leave behind. CLIENTS of 10.0.0.0/8 are rejected in turn; without it,
 * any of 203.0.0.0/16.
 */

#include "sshwhy/num.h"
#include "sshwhy/record.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_MS INT64_C(1795332751230)
#define APART_MS 37 /* between two records */
#define CLIENTS_MAX (1 << 24)
#define ENRICHED "\x1dUID=\"root\" AUID=\"unset\""

/* %u is a process, then a number that makes up an address and a port. */
static const struct {
	const char *type;
	const char *format;
} others[] = {
	{"USER_LOGIN",
	 "pid=%u uid=0 auid=4294967295 ses=4294967295 msg='op=login "
	 "acct=\"(unknown)\" exe=\"/usr/sbin/sshd\" hostname=? "
	 "addr=198.51.100.%u terminal=sshd res=failed'"},
	{"USER_AUTH",
	 "pid=%u uid=0 auid=4294967295 ses=4294967295 "
	 "msg='op=PAM:authentication grantors=? acct=\"root\" "
	 "exe=\"/usr/sbin/sshd\" hostname=198.51.100.%u addr=198.51.100.7 "
	 "terminal=ssh res=failed'"},
	{"CRYPTO_SESSION",
	 "pid=%u uid=0 auid=4294967295 ses=4294967295 msg='op=start "
	 "direction=from-server cipher=aes256-gcm@openssh.com ksize=256 "
	 "mac=<implicit> pfs=curve25519-sha256 spid=4711 suid=74 rport=%u "
	 "laddr=192.0.2.1 lport=22 exe=\"/usr/sbin/sshd\" hostname=? "
	 "addr=198.51.100.7 terminal=? res=success'"},
	{"USER_ACCT",
	 "pid=%u uid=0 auid=4294967295 ses=4294967295 msg='op=PAM:accounting "
	 "grantors=pam_unix,pam_localuser acct=\"deploy%u\" "
	 "exe=\"/usr/bin/sudo\" hostname=? addr=? terminal=/dev/pts/1 "
	 "res=success'"},
	{"SERVICE_START",
	 "pid=1 uid=0 auid=4294967295 ses=%u msg='unit=app-%u comm=\"systemd\" "
	 "exe=\"/usr/lib/systemd/systemd\" hostname=? addr=? terminal=? "
	 "res=success'"},
	{"SYSCALL",
	 "arch=c000003e syscall=59 success=yes exit=0 a0=55d4c8 a1=55d4f0 "
	 "a2=55d500 a3=8 items=2 ppid=811 pid=%u auid=1000 uid=0 gid=0 euid=0 "
	 "suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts%u ses=3 comm=\"ls\" "
	 "exe=\"/usr/bin/ls\" subj=unconfined key=\"exec\""},
};

#define OTHERS (sizeof(others) / sizeof(others[0]))

/* The linear congruential generator of POSIX's example; enough for a mix. */
static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

static void write_other(int64_t ms, uint64_t serial, uint32_t *seed)
{
	size_t which = next_random(seed) % OTHERS;
	unsigned int pid = 1000 + next_random(seed) % 30000;
	unsigned int number = next_random(seed) % 255;

	printf("type=%s msg=audit(%" PRId64 ".%03d:%" PRIu64 "): ",
	       others[which].type, ms / 1000, (int)(ms % 1000), serial);
	/* The formats are the ones above. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	printf(others[which].format, pid, number);
#pragma GCC diagnostic pop
	puts(ENRICHED);
}

static void choose_client(uint64_t seqno, uint64_t clients, uint32_t *seed,
			  char client[SW_ADDR_TEXT_MAX])
{
	uint32_t at = clients != 0 ? (uint32_t)(seqno % clients) : 0;

	if (clients != 0)
		(void)snprintf(client, SW_ADDR_TEXT_MAX, "10.%u.%u.%u",
			       at >> 16, at >> 8 & 255, at & 255);
	else
		(void)snprintf(client, SW_ADDR_TEXT_MAX, "203.0.%u.%u",
			       next_random(seed) % 256,
			       next_random(seed) % 256);
}

static struct sw_record rejection(int64_t ms, uint64_t seqno, uint64_t clients,
				  uint32_t *seed)
{
	struct sw_verdict verdict = {.outcome = SW_DENY,
				     .cause = SW_CAUSE_WRAPPER_DENY};
	struct sw_conn conn = {.pid = (pid_t)(1000 + seqno % 30000)};
	struct sw_record record;
	char client[SW_ADDR_TEXT_MAX];

	choose_client(seqno, clients, seed, client);
	verdict.rule.line = 1 + next_random(seed) % 5000;
	verdict.rule.first_line = verdict.rule.line;
	(void)strcpy(verdict.rule.source, "/etc/hosts.deny");
	(void)snprintf(verdict.rule.text, sizeof(verdict.rule.text), "sshd: %s",
		       client);
	if (sw_addr_parse(client, &conn.client.addr) != SW_OK ||
	    sw_addr_parse("192.0.2.1", &conn.server.addr) != SW_OK)
		exit(1);
	conn.client.port = (uint16_t)(1024 + next_random(seed) % 60000);
	conn.server.port = 22;
	sw_record_init(&record, &conn, &verdict, SW_VIA_HOOK, ms);
	record.seqno = seqno;
	return record;
}

static void write_ours(int64_t ms, uint64_t serial,
		       const struct sw_record *record)
{
	char message[SW_RECORD_AUDIT_MAX];
	char addr[SW_ADDR_TEXT_MAX];

	if (sw_record_to_audit(record, message, sizeof(message)) != SW_OK)
		exit(1);
	(void)sw_addr_format(&record->conn.client.addr, addr);
	printf("type=ANOM_LOGIN_LOCATION msg=audit(%" PRId64 ".%03d:%" PRIu64
	       "): pid=%u uid=0 auid=4294967295 ses=4294967295 msg='%s "
	       "comm=\"sshd\" exe=\"/usr/sbin/sshd\" hostname=%s addr=%s "
	       "terminal=ssh res=failed'%s\n",
	       ms / 1000, (int)(ms % 1000), serial, record->conn.pid, message,
	       addr, addr, ENRICHED);
}

/* The numbers behind the program's name; false: they are none. */
static bool read_numbers(int argc, char **argv, uint64_t *count,
			 uint64_t *one_in, uint64_t *clients)
{
	return argc >= 2 && argc <= 4 &&
	       sw_num_parse(argv[1], UINT32_MAX, count) == SW_OK &&
	       (argc < 3 ||
		sw_num_parse(argv[2], UINT32_MAX, one_in) == SW_OK) &&
	       (argc < 4 ||
		sw_num_parse(argv[3], CLIENTS_MAX, clients) == SW_OK) &&
	       *one_in != 0;
}

int main(int argc, char **argv)
{
	uint64_t count = 0;
	uint64_t one_in = 20;
	uint64_t clients = 0;
	uint64_t seqno = 0;
	uint32_t seed = 1;

	if (!read_numbers(argc, argv, &count, &one_in, &clients)) {
		(void)fputs("usage: gen_audit_log COUNT [ONE_IN [CLIENTS]]\n",
			    stderr);
		return 2;
	}
	for (uint64_t i = 0; i < count; i++) {
		int64_t ms = START_MS + (int64_t)i * APART_MS;
		struct sw_record record;

		if (i % one_in != one_in - 1) {
			write_other(ms, 100 + i, &seed);
			continue;
		}
		record = rejection(ms, ++seqno, clients, &seed);
		write_ours(ms, 100 + i, &record);
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
