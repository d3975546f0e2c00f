/*
 * audit_fields LOG - what libauparse finds in each record of sshwhy.
 *
 * For each event that has op=ssh-reject one line on standard output:
 *
 *	SEQNO TYPE HOSTNAME ADDR TERMINAL RES UID COMM ACCT CMD NAME,NAME,...
 *
 * ACCT and CMD as libauparse decodes them, in hex of two digits a byte ("-"
 * when there is none); the names are those of all fields, in their order.
 */

#include <auparse.h>
#include <libaudit.h>
#include <stdio.h>
#include <string.h>

/* A search that fails leaves the record, so each starts over. */
static const char *find(auparse_state_t *log, const char *name)
{
	if (auparse_first_record(log) <= 0)
		return NULL;
	return auparse_find_field(log, name);
}

/* The value of the first record's field, or "-". */
static const char *value_of(auparse_state_t *log, const char *name)
{
	const char *value = find(log, name);

	return value != NULL ? value : "-";
}

/* libauparse shows control characters as a backslash and three digits, so
 * what is printed here is what an administrator would see. */
static void print_decoded(auparse_state_t *log, const char *name)
{
	const char *text = NULL;

	if (find(log, name) != NULL)
		text = auparse_interpret_field(log);
	if (text == NULL || *text == '\0')
		(void)fputs("-", stdout);
	for (; text != NULL && *text != '\0'; text++)
		(void)printf("%02x", (unsigned char)*text);
	(void)fputs(" ", stdout);
}

static void print_names(auparse_state_t *log)
{
	const char *before = "";

	if (auparse_first_record(log) <= 0)
		return;
	do {
		(void)printf("%s%s", before, auparse_get_field_name(log));
		before = ",";
	} while (auparse_next_field(log) > 0);
	(void)puts("");
}

static void print_record(auparse_state_t *log)
{
	static const char *const plain[] = {"seqno", "type",	 "hostname",
					    "addr",  "terminal", "res",
					    "uid",   "comm"};

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		(void)printf("%s ", value_of(log, plain[i]));
	print_decoded(log, "acct");
	print_decoded(log, "cmd");
	print_names(log);
}

int main(int argc, char **argv)
{
	auparse_state_t *log;

	if (argc != 2)
		return 2;
	log = auparse_init(AUSOURCE_FILE, argv[1]);
	if (log == NULL)
		return 1;
	while (auparse_next_event(log) > 0) {
		if (strcmp(value_of(log, "op"), "ssh-reject") == 0)
			print_record(log);
	}
	auparse_destroy(log);
	return 0;
}
