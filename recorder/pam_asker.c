#include "pam_asker.h"

#include "sshwhy/ask_pam.h"
#include "sshwhy/sshd_settings.h"

#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define MODULE_TIME 1500 /* milliseconds for each module */
#define ALL_TIME 5	 /* seconds; a rejection waits no longer for it */
#define SERVICE_MAX 64	 /* bytes, with the NUL */

bool sw_pam_asker_wants(const struct sw_question *question)
{
	const struct sw_record *record = &question->record;

	return (record->cause == SW_CAUSE_ACCOUNT_PAM ||
		record->cause == SW_CAUSE_ACCOUNT_LOCKED) &&
	       record->rule.source[0] == '\0' && record->conn.user[0] != '\0';
}

/* sshd 10 can be told another name; 9.2 takes its own. */
static void find_service(const struct sw_daemon *daemon,
			 const struct sw_conn *conn, char *out, size_t size)
{
	const char *slash = strrchr(daemon->exe, '/');
	struct sw_sshd_settings settings;
	char named[SERVICE_MAX];

	(void)snprintf(out, size, "%s", slash != NULL ? slash + 1 : "sshd");
	if (sw_sshd_settings_ask(daemon, conn, &settings) != SW_OK)
		return;
	if (sw_sshd_value(&settings, "pamservicename", named, sizeof(named)))
		(void)snprintf(out, size, "%s", named);
	sw_sshd_settings_free(&settings);
}

/* A locked account is refused by the auth stack, the others by account. */
static enum sw_err ask(const struct sw_daemon *daemon,
		       const struct sw_record *record, struct sw_rule *rule)
{
	char service[SERVICE_MAX];
	struct sw_pam_question question = {
		.service = service,
		.user = record->conn.user,
		.client = record->conn.client,
		.server = record->conn.server,
		.part = record->cause == SW_CAUSE_ACCOUNT_LOCKED
				? SW_PAM_PART_AUTH
				: SW_PAM_PART_ACCOUNT,
		.deadline = MODULE_TIME,
	};
	struct sw_pam_answer said;
	enum sw_err err;

	find_service(daemon, &record->conn, service, sizeof(service));
	err = sw_ask_pam(&question, &said);
	if (err != SW_OK)
		fprintf(stderr,
			"sshwhyd: PAM's service %s cannot be asked: %s\n",
			service, sw_strerror(err));
	if (err != SW_OK)
		return err;
	/* What let the user pass meanwhile is not the rule. */
	if (said.outcome != SW_PAM_REFUSED || said.rule.line == 0)
		return SW_E_NOTSUP;
	*rule = said.rule;
	return SW_OK;
}

static void run(int fd, const struct sw_daemon *daemon,
		const struct sw_question *question)
{
	struct sw_answer answer = {.magic = SW_QUESTION_MAGIC,
				   .kind = question->kind,
				   .id = question->id,
				   .err = SW_E_NOTSUP};
	sigset_t none;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	(void)signal(SIGALRM, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)alarm(ALL_TIME);
	answer.is_account = getpwnam(question->record.conn.user) != NULL;
	if (answer.is_account)
		answer.err = ask(daemon, &question->record, &answer.rule);
	(void)!send(fd, &answer, sizeof(answer), MSG_NOSIGNAL);
	_exit(0);
}

bool sw_pam_asker_start(struct sw_pam_askers *askers, int fd,
			const struct sw_daemon *daemon,
			const struct sw_question *question)
{
	for (size_t i = 0; i < SW_PAM_ASKERS_MAX; i++) {
		pid_t pid;

		if (askers->pids[i] != 0)
			continue;
		pid = fork();
		if (pid == 0)
			run(fd, daemon, question);
		askers->pids[i] = pid > 0 ? pid : 0;
		return pid > 0;
	}
	return false;
}

bool sw_pam_asker_ended(struct sw_pam_askers *askers, pid_t pid)
{
	for (size_t i = 0; i < SW_PAM_ASKERS_MAX; i++) {
		if (askers->pids[i] != pid)
			continue;
		askers->pids[i] = 0;
		return true;
	}
	return false;
}
