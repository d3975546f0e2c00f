#include "sshwhy/ask_pam_trial.h"

#include "sshwhy/auto.h"
#include "sshwhy/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define NS_PER_MS UINT64_C(1000000)

static int answer_nobody(int count, const struct pam_message **messages,
			 struct pam_response **responses, void *data)
{
	(void)count;
	(void)messages;
	(void)responses;
	(void)data;
	return PAM_CONV_ERR;
}

/* Modules print, and some leave what they opened to the end of the process. */
static int ask(const struct sw_pam_trial *trial)
{
	const struct pam_conv nobody = {answer_nobody, NULL};
	int nothing = open("/dev/null", O_RDWR);
	pam_handle_t *pamh = NULL;
	int answer;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO && nothing >= 0; fd++)
		(void)dup2(nothing, fd);
	answer = pam_start_confdir(trial->service, trial->user, &nobody,
				   trial->folder, &pamh);
	if (answer == PAM_SUCCESS)
		answer = pam_set_item(pamh, PAM_RHOST, trial->host);
	if (answer == PAM_SUCCESS)
		answer = pam_set_item(pamh, PAM_TTY, "ssh");
	if (answer == PAM_SUCCESS)
		answer = pam_acct_mgmt(pamh, PAM_SILENT);
	(void)pam_end(pamh, answer);
	return answer;
}

static enum sw_err await(pid_t pid, uint32_t deadline, int *out_status)
{
	uint64_t end = sw_clock_monotonic_ns() + (uint64_t)deadline * NS_PER_MS;
	pid_t got = 0;

	while (got == 0) {
		got = waitpid(pid, out_status, WNOHANG);
		if (got < 0)
			return SW_E_IO;
		if (got == 0 && sw_clock_monotonic_ns() > end) {
			(void)kill(pid, SIGKILL);
			(void)waitpid(pid, out_status, 0);
			return SW_E_RANGE;
		}
		if (got == 0)
			(void)poll(NULL, 0, 1);
	}
	return WIFEXITED(*out_status) ? SW_OK : SW_E_NOTSUP;
}

enum sw_err sw_ask_pam_trial(const struct sw_pam_trial *trial, int *out_answer)
{
	int status = 0;
	enum sw_err err;
	pid_t pid = fork();

	if (pid < 0)
		return SW_E_IO;
	if (pid == 0)
		_exit(ask(trial));
	err = await(pid, trial->deadline, &status);
	if (err == SW_OK)
		*out_answer = WEXITSTATUS(status);
	return err;
}
