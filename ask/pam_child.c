#include "pam_child.h"
#include "pam_log.h"
#include "pam_room.h"

#include "sshwhy/auto.h"
#include "sshwhy/clock.h"
#include "sshwhy/text.h"

#include <fcntl.h>
#include <poll.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define NS_PER_MS UINT64_C(1000000)
#define CONNECTION_SIZE 128 /* bytes */

/* What comes through the pipe: first, whether there is a room to ask in. */
struct report {
	enum sw_err err;
	int saved_errno;
	struct sw_pam_said said;
};

/* Texts are for the client; the last one tells why. Nothing is answered. */
static int converse(int count, const struct pam_message **messages,
		    struct pam_response **responses SW_UNUSED, void *data)
{
	struct sw_pam_said *said = data;

	for (int i = 0; i < count; i++) {
		int style = messages[i]->msg_style;

		if (style != PAM_TEXT_INFO && style != PAM_ERROR_MSG)
			return PAM_CONV_ERR;
		if (messages[i]->msg != NULL && said->words[0] == '\0')
			(void)sw_text_copy(said->words, sizeof(said->words),
					   messages[i]->msg);
	}
	*responses = calloc((size_t)count, sizeof(**responses));
	return *responses != NULL ? PAM_SUCCESS : PAM_BUF_ERR;
}

/* A failure is not made to wait here. */
static void no_delay(int status SW_UNUSED, unsigned int usec SW_UNUSED,
		     void *data SW_UNUSED)
{
}

static void write_connection(const struct sw_pam_call *call, char *buf,
			     size_t size)
{
	char client[SW_ADDR_TEXT_MAX], server[SW_ADDR_TEXT_MAX];

	(void)sw_addr_format(&call->client.addr, client);
	(void)sw_addr_format(&call->server.addr, server);
	(void)snprintf(buf, size, "SSH_CONNECTION=%s %u %s %u", client,
		       (unsigned int)call->client.port, server,
		       (unsigned int)call->server.port);
}

/* As sshd presents a connection; see auth-pam.c's sshpam_init(). */
static int present(pam_handle_t *pamh, const struct sw_pam_call *call)
{
	void (*delay)(int, unsigned int, void *) = no_delay;
	char connection[CONNECTION_SIZE];
	int code;

	write_connection(call, connection, sizeof(connection));
	code = pam_set_item(pamh, PAM_RHOST, call->rhost);
	if (code == PAM_SUCCESS)
		code = pam_set_item(pamh, PAM_TTY, "ssh");
	if (code == PAM_SUCCESS)
		code = pam_putenv(pamh, connection);
	if (code == PAM_SUCCESS)
		code = pam_set_item(pamh, PAM_FAIL_DELAY,
				    *(const void **)&delay);
	return code;
}

static enum sw_err ask(const struct sw_pam_call *call, const char *folder,
		       struct sw_pam_said *said)
{
	const struct pam_conv conv = {converse, said};
	char caught[SW_PAM_WORDS_MAX], *words;
	pam_handle_t *pamh = NULL;

	sw_pam_log_catch(caught, sizeof(caught));
	if (pam_start_confdir(call->service, call->user, &conv, folder,
			      &pamh) != PAM_SUCCESS)
		return SW_E_IO;
	if (present(pamh, call) != PAM_SUCCESS)
		return SW_E_IO;
	if (call->type == SW_PAM_AUTH)
		said->code = pam_authenticate(pamh, PAM_DISALLOW_NULL_AUTHTOK);
	else
		said->code = pam_acct_mgmt(pamh, 0);
	/* "pam_access(sshd:account): " is no news. */
	words = strstr(caught, "): ");
	if (caught[0] != '\0' && said->code != PAM_SUCCESS)
		(void)sw_text_copy(said->words, sizeof(said->words),
				   words != NULL ? words + 3 : caught);
	return SW_OK;
}

static void be_quiet_about_crashes(void)
{
	const struct rlimit none = {0, 0};
	static const int signals[] = {SIGSEGV, SIGBUS,	SIGABRT, SIGILL, SIGFPE,
				      SIGCHLD, SIGPIPE, SIGTERM, SIGINT};
	sigset_t set;

	(void)setrlimit(RLIMIT_CORE, &none);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)signal(signals[i], SIG_DFL);
	(void)sigemptyset(&set);
	(void)sigprocmask(SIG_SETMASK, &set, NULL);
}

static void run_child(const struct sw_pam_call *call, int out)
{
	struct report report = {.err = SW_OK};
	char folder[SW_PAM_ROOM_PATH];

	(void)setpgid(0, 0);
	be_quiet_about_crashes();
	report.err = sw_pam_room_enter(call, folder);
	if (report.err == SW_OK)
		report.err = ask(call, folder, &report.said);
	report.saved_errno = errno;
	(void)!write(out, &report, sizeof(report));
	_exit(0);
}

static enum sw_err collect(int fd, uint32_t deadline, struct report *report)
{
	uint64_t end = sw_clock_monotonic_ns() + deadline * NS_PER_MS;
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	uint64_t now;

	while ((now = sw_clock_monotonic_ns()) < end) {
		int got = poll(&ready, 1, (int)((end - now) / NS_PER_MS + 1));

		if (got > 0)
			return read(fd, report, sizeof(*report)) ==
					       (ssize_t)sizeof(*report)
				       ? report->err
				       : SW_E_SYNTAX;
		if (got < 0 && errno != EINTR)
			return SW_E_IO;
	}
	return SW_E_RANGE;
}

enum sw_err sw_pam_call(const struct sw_pam_call *call, struct sw_pam_said *out)
{
	sw_autofd int ours = -1, theirs = -1;
	struct report report = {.err = SW_OK};
	enum sw_err err;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return SW_E_IO;
	ours = ends[0];
	theirs = ends[1];
	pid = fork();
	if (pid < 0)
		return SW_E_IO;
	if (pid == 0)
		run_child(call, theirs);
	(void)setpgid(pid, pid);
	(void)close(sw_take_fd(&theirs));
	err = collect(ours, call->deadline, &report);
	/* A helper of the module may outlive it. */
	(void)kill(-pid, SIGKILL);
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (err == SW_OK) {
		report.said.words[sizeof(report.said.words) - 1] = '\0';
		*out = report.said;
	} else {
		errno = report.saved_errno;
	}
	return err;
}
