/*
 * syslogline - print the line for the system log of a record of each cause, as
 * it reaches a log file without its header.
 */

#include "sshwhy/record.h"

#include <stdio.h>
#include <string.h>

static void print_record(enum sw_cause cause)
{
	struct sw_verdict verdict = {.outcome = SW_DENY, .cause = cause};
	struct sw_record record;
	struct sw_conn conn = {.pid = 41, .user = "root"};
	char line[SW_RECORD_JSON_MAX];

	if (sw_addr_parse("203.0.113.5", &conn.client.addr) != SW_OK)
		return;
	conn.client.port = 51234;
	strcpy(verdict.rule.source, "/etc/hosts.deny");
	strcpy(verdict.rule.text, "sshd: 203.0.113.5");
	verdict.rule.line = 4;
	sw_record_init(&record, &conn, &verdict, SW_VIA_HOOK, 1);
	if (sw_record_to_syslog(&record, line, sizeof(line)) == SW_OK)
		puts(line);
}

int main(void)
{
	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++)
		print_record(i);
	return 0;
}
