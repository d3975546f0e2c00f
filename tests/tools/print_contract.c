/*
 * print_contract causes|config-keys|audit-fields: names that others rely on, as
 * the code has them, one a line.
 */

#include "sshwhy/config.h"
#include "sshwhy/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Code, stage and audit type. */
static void print_causes(void)
{
	for (enum sw_cause i = SW_CAUSE_NONE + 1; i < SW_CAUSE_COUNT_; i++)
		printf("%s %s %d\n", sw_cause_code(i),
		       sw_stage_name(sw_cause_stage(i)),
		       sw_cause_audit_type(i));
}

static void print_config_keys(void)
{
	for (size_t i = 0; sw_config_key(i) != NULL; i++)
		puts(sw_config_key(i));
}

static void copy(char *dst, const char *src)
{
	memcpy(dst, src, strlen(src) + 1);
}

/* One that leaves no field out. */
static void fill(struct sw_record *record, enum sw_event event)
{
	memset(record, 0, sizeof(*record));
	record->event = event;
	record->cause = SW_CAUSE_WRAPPER_DENY;
	record->time = 3000;
	record->first = 1000;
	record->last = 2000;
	record->count = 2;
	record->seqno = 1;
	record->until = 9000;
	record->by_cause[SW_CAUSE_WRAPPER_DENY] = 1;
	record->lookup.done = 1;
	record->conn.pid = 1;
	record->conn.client.port = 1;
	record->conn.server.port = 22;
	record->rule.first_line = 1;
	record->rule.line = 2;
	copy(record->boot, "b");
	copy(record->root, "r");
	copy(record->rule.source, "/s");
	copy(record->rule.text, "t");
	copy(record->rule.owner, "o");
	if (sw_addr_parse("192.0.2.1", &record->conn.client.addr) != SW_OK ||
	    sw_addr_parse("192.0.2.2", &record->conn.server.addr) != SW_OK)
		exit(1);
}

/* The event and the names of the fields, in their order. */
static void print_audit_fields(void)
{
	for (enum sw_event i = 0; i < SW_EVENT_COUNT_; i++) {
		char message[SW_RECORD_AUDIT_MAX];
		struct sw_record record;
		char *save;

		fill(&record, i);
		if (sw_record_to_audit(&record, message, sizeof(message)) !=
		    SW_OK)
			exit(1);
		printf("%s:", sw_record_op_name(i));
		for (char *field = strtok_r(message, " ", &save); field != NULL;
		     field = strtok_r(NULL, " ", &save))
			printf(" %.*s", (int)strcspn(field, "="), field);
		putchar('\n');
	}
}

static const struct {
	const char *name;
	void (*print)(void);
} lists[] = {
	{"audit-fields", print_audit_fields},
	{"causes", print_causes},
	{"config-keys", print_config_keys},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (argc == 2 && strcmp(lists[i].name, argv[1]) == 0) {
			lists[i].print();
			return fflush(stdout) == 0 ? 0 : 1;
		}
	}
	(void)fputs("usage: print_contract audit-fields|causes|config-keys\n",
		    stderr);
	return 2;
}
