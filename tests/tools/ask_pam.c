/*
 * ask_pam USER ADDRESS account|auth [DEADLINE-MS] - what sw_ask_pam() says of
 * the service sshd, one "name value" a line. USER may be "-" for none.
 */

#include "sshwhy/ask_pam.h"
#include "sshwhy/num.h"

#include <stdio.h>
#include <string.h>

static void print_rule(const char *name, const struct sw_rule *rule)
{
	printf("%s %s:%u %s\n", name, rule->source, rule->line, rule->text);
}

static int ask(const struct sw_pam_question *question)
{
	static const char *const outcomes[] = {"pass", "reject", "depends"};
	struct sw_pam_answer answer;
	enum sw_err err = sw_ask_pam(question, &answer);

	if (err != SW_OK) {
		printf("error %s\n", sw_strerror(err));
		return 3;
	}
	printf("outcome %s\n", outcomes[answer.outcome]);
	printf("cause %s\n", sw_cause_code(answer.cause));
	print_rule("rule", &answer.rule);
	print_rule("line", &answer.line);
	printf("until %lld\n", (long long)answer.until);
	printf("why %s\n", answer.why);
	return (int)answer.outcome;
}

int main(int argc, char **argv)
{
	struct sw_pam_question question = {.service = "sshd",
					   .client.port = 51234,
					   .server.port = 22,
					   .deadline = 2000};
	uint64_t deadline = question.deadline;

	if (argc < 4 ||
	    sw_addr_parse(argv[2], &question.client.addr) != SW_OK ||
	    sw_addr_parse("192.0.2.1", &question.server.addr) != SW_OK ||
	    (argc > 4 && sw_num_parse(argv[4], 60000, &deadline) != SW_OK)) {
		(void)fprintf(stderr, "usage: ask_pam USER ADDRESS"
				      " account|auth [DEADLINE-MS]\n");
		return 4;
	}
	question.user = strcmp(argv[1], "-") != 0 ? argv[1] : NULL;
	question.part = strcmp(argv[3], "auth") == 0 ? SW_PAM_PART_AUTH
						     : SW_PAM_PART_ACCOUNT;
	question.deadline = (uint32_t)deadline;
	return ask(&question);
}
