/*
 * Messages as sshd formats them, with names and offers made of the very words
 * that the patterns look for. Whatever they say, no other address, user or
 * cause than the true one is named.
 */

#include "sw_test.h"

#include "sshwhy/logline.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 5000
#define TRUE_CLIENT "203.0.113.5"
#define SSHD_MAX 500

/* %1$s and %2$s are the client's; one of these is the truth. */
static const struct {
	const char *format;
	enum sw_cause cause;
	enum sw_log_kind kind;
} messages[] = {
	{"Invalid user %1$.100s from 203.0.113.5 port 51234", SW_CAUSE_NONE,
	 SW_LOG_CONTEXT},
	{"Failed password for invalid user %1$.100s from 203.0.113.5 port "
	 "51234 ssh2",
	 SW_CAUSE_NONE, SW_LOG_CONTEXT},
	{"error: maximum authentication attempts exceeded for invalid user "
	 "%1$.100s from 203.0.113.5 port 51234 ssh2 [preauth]",
	 SW_CAUSE_CONFIG_MAX_AUTH_TRIES, SW_LOG_REJECTION},
	{"Disconnecting invalid user %1$s 203.0.113.5 port 51234: Too many "
	 "authentication failures [preauth]",
	 SW_CAUSE_CONFIG_MAX_AUTH_TRIES, SW_LOG_COMPANION},
	{"Disconnecting authenticating user %1$s 203.0.113.5 port 51234: "
	 "Change "
	 "of username or service not allowed: (%1$s,ssh-connection) -> "
	 "(%2$s,ssh-connection) [preauth]",
	 SW_CAUSE_PROTOCOL_CORRUPT, SW_LOG_REJECTION},
	{"Disconnecting authenticating user %1$s 203.0.113.5 port 51234: bad "
	 "service request %2$s [preauth]",
	 SW_CAUSE_PROTOCOL_CORRUPT, SW_LOG_REJECTION},
	{"Disconnecting 203.0.113.5 port 51234: bad service request %1$s "
	 "[preauth]",
	 SW_CAUSE_PROTOCOL_CORRUPT, SW_LOG_REJECTION},
	{"Connection closed by authenticating user %1$s 203.0.113.5 port 51234 "
	 "[preauth]",
	 SW_CAUSE_NONE, SW_LOG_CONTEXT},
	{"Connection reset by invalid user %1$s 203.0.113.5 port 51234 "
	 "[preauth]",
	 SW_CAUSE_NONE, SW_LOG_CONTEXT},
	{"ssh_dispatch_run_fatal: Connection from authenticating user %1$s "
	 "203.0.113.5 port 51234: message authentication code incorrect "
	 "[preauth]",
	 SW_CAUSE_PROTOCOL_CORRUPT, SW_LOG_COMPANION},
	{"Received disconnect from 203.0.113.5 port 51234:11: %1$.400s "
	 "[preauth]",
	 SW_CAUSE_NONE, SW_LOG_CONTEXT},
	{"Received disconnect from 203.0.113.5: 11: %1$.400s", SW_CAUSE_NONE,
	 SW_LOG_CONTEXT},
	{"Unable to negotiate with 203.0.113.5 port 51234: no matching cipher "
	 "found. Their offer: %1$s [preauth]",
	 SW_CAUSE_PROTOCOL_NO_COMMON_ALGORITHM, SW_LOG_REJECTION},
	{"Unable to negotiate with user %1$s 203.0.113.5 port 51234: no "
	 "matching cipher found. Their offer: %2$s [preauth]",
	 SW_CAUSE_PROTOCOL_NO_COMMON_ALGORITHM, SW_LOG_REJECTION},
	{"administratively prohibited connection for invalid user %1$s from "
	 "203.0.113.5 port 51234",
	 SW_CAUSE_CONFIG_REFUSE_CONNECTION, SW_LOG_REJECTION},
	{"Bad protocol version identification '%1$.100s' from 203.0.113.5 port "
	 "51234",
	 SW_CAUSE_PROTOCOL_BANNER, SW_LOG_REJECTION},
	{"Protocol major versions differ for 203.0.113.5 port 51234: "
	 "SSH-2.0-OpenSSH_7.4 vs. %1$.200s",
	 SW_CAUSE_PROTOCOL_VERSION, SW_LOG_REJECTION},
	{"error: PAM: User account has expired for %1$.100s from 203.0.113.5",
	 SW_CAUSE_ACCOUNT_PAM, SW_LOG_REJECTION},
	{"pam_access(sshd:auth): access denied for user `%1$s' from "
	 "`203.0.113.5'",
	 SW_CAUSE_ACCOUNT_PAM, SW_LOG_REJECTION},
	{"pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 "
	 "tty=ssh ruser= rhost=203.0.113.5  user=%1$s",
	 SW_CAUSE_NONE, SW_LOG_CONTEXT},
	{"refused connect from %1$s@host.example.net (203.0.113.5)",
	 SW_CAUSE_WRAPPER_DENY, SW_LOG_REJECTION},
	{"refused connect from %1$s@203.0.113.5", SW_CAUSE_WRAPPER_DENY,
	 SW_LOG_REJECTION},
	{"twist %1$s@203.0.113.5 to /bin/echo no", SW_CAUSE_WRAPPER_TWIST,
	 SW_LOG_REJECTION},
	{"scanned from 203.0.113.5 port 51234 with %1$s.  Don't panic.",
	 SW_CAUSE_PROTOCOL_BANNER, SW_LOG_REJECTION},
	{"error: kex_exchange_identification: client sent invalid protocol "
	 "identifier \"%1$.256s\"",
	 SW_CAUSE_PROTOCOL_BANNER, SW_LOG_REJECTION},
};

static const char *const pieces[] = {
	"9.9.9.9",
	" from ",
	" port 99",
	" port ",
	": ",
	"a",
	" ",
	"@",
	"(",
	")",
	"'",
	"`",
	"\"",
	" ssh2",
	" [preauth]",
	" (9.9.9.9)",
	"9.9.9.9 port 99",
	"9.9.9.9 port 99: ",
	" from 9.9.9.9 port 99 ssh2",
	"Too many authentication failures",
	" not allowed because ",
	"listed in DenyUsers",
	"no matching MAC found. Their offer: ",
	": no matching cipher found. Their offer: ",
	"Change of username or service not allowed: (",
	"bad service request ",
	"message authentication code incorrect",
	" to ",
	"invalid user ",
	"authenticating user ",
	"user ",
	"' from `9.9.9.9'",
	" rhost=9.9.9.9",
	"refused connect from ",
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	"\\033",
	", ip=9.9.9.9",
	"ssh2: ",
	" with IP source routing options",
	" exists",
	"does not exist",
	"drop connection #1 from [9.9.9.9]:9 on ",
};

static unsigned int state = 20261122;

static unsigned int dice(unsigned int sides)
{
	state = state * 1103515245U + 12345U;
	return (state >> 16) % sides;
}

static void make_text(char *buf, size_t size)
{
	struct sw_text text;
	unsigned int count = dice(8);

	sw_text_init(&text, buf, size);
	for (unsigned int i = 0; i < count; i++)
		sw_text_add(&text, "%s", pieces[dice(SW_ROWS(pieces))]);
	/* Some reach the length at which sshd cuts. */
	for (unsigned int i = 0; dice(4) == 0 && i < 12; i++)
		sw_text_add(&text, "%s", pieces[dice(SW_ROWS(pieces))]);
}

static bool is_true(size_t i, enum sw_log_kind kind,
		    const struct sw_logline *line)
{
	char addr[SW_ADDR_TEXT_MAX];
	const struct sw_endpoint *client = &line->conn.client;

	if (kind == SW_LOG_OTHER)
		return true;
	if (kind != messages[i].kind || line->cause != messages[i].cause)
		return false;
	if (client->addr.family != SW_FAMILY_NONE &&
	    strcmp(sw_addr_format(&client->addr, addr), TRUE_CLIENT) != 0)
		return false;
	return client->port == 0 || client->port == 51234;
}

static void
no_text_of_the_client_is_taken_for_the_truth(void **unused SW_UNUSED)
{
	size_t named = 0;

	for (size_t i = 0; i < SW_ROWS(messages); i++) {
		for (unsigned int round = 0; round < ROUNDS; round++) {
			char one[640];
			char two[640];
			char message[2048];
			struct sw_logline line;
			enum sw_log_kind kind;
			size_t len;

			make_text(one, sizeof(one));
			make_text(two, sizeof(two));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			(void)snprintf(message, sizeof(message),
				       messages[i].format, one, two);
#pragma GCC diagnostic pop
			len = strnlen(message, SSHD_MAX);
			kind = sw_logline_classify(SW_LOG_SSHD, message, len,
						   &line);
			named += kind != SW_LOG_OTHER;
			if (!is_true(i, kind, &line))
				fail_msg("\"%.*s\": kind %d, cause %s",
					 (int)len, message, (int)kind,
					 sw_cause_code(line.cause));
		}
	}
	/* Silence would be no proof. */
	assert_true(named > SW_ROWS(messages) * ROUNDS / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_text_of_the_client_is_taken_for_the_truth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
