#include "pam_asker.h"
#include "question.h"
#include "rule_owner.h"
#include "shared.h"
#include "unit_asker.h"

#include "sshwhy/ask_key.h"
#include "sshwhy/ask_sshd.h"
#include "sshwhy/audit_room.h"
#include "sshwhy/clock.h"
#include "sshwhy/paths.h"
#include "sshwhy/sshd_daemon.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#define AUDIT_EVERY 5000  /* ms between two looks at the kernel's audit */
#define STOP_WAIT 10000	  /* ms that worker and writer get to end */
#define WRITE_AGAIN 60000 /* ms until a record is tried again */
#define EXIT_CHILD 70	  /* a process of the recorder ended unasked */

struct asker {
	struct sw_recorder *recorder;
	pid_t worker, writer;
	int signals;
	bool worker_done, writer_done, stopping;
	int status;
	uint64_t deadline; /* monotonic ms: of the processes, when stopping */
	struct sw_daemon daemons[SW_DAEMONS_MAX];
	struct sw_rule_owners owners;
	struct sw_unit_asker unit;
	struct sw_pam_askers pam;
};

/* The daemon that a record is about: the listener it names, otherwise the one
 * that has its port, otherwise the only one; where none listens, what systemd
 * starts. */
static const struct sw_daemon *daemon_of(struct asker *asker, pid_t listener,
					 const struct sw_record *record)
{
	uint16_t port = record->conn.server.port;
	size_t count;

	if (listener != 0 &&
	    sw_daemon_describe(listener, &asker->daemons[0]) == SW_OK)
		return &asker->daemons[0];
	count = sw_daemon_list(asker->daemons, SW_DAEMONS_MAX);
	for (size_t i = 0; i < count; i++) {
		const struct sw_daemon *daemon = &asker->daemons[i];

		for (size_t p = 0; p < daemon->port_count; p++) {
			if (port != 0 && daemon->ports[p] == port)
				return daemon;
		}
	}
	if (count == 0 &&
	    sw_unit_daemon(&asker->unit, record, &asker->daemons[0],
			   sw_clock_monotonic_ms()))
		count = 1;
	return count == 1 ? &asker->daemons[0] : NULL;
}

static void answer_owner(struct asker *asker,
			 const struct sw_question *question,
			 struct sw_answer *answer)
{
	struct sw_record record = question->record;

	sw_rule_owners_ask(&asker->owners, &record, sw_clock_monotonic_ms());
	answer->rule = record.rule;
	answer->err = SW_OK;
}

/* What stands in the line of authorized_keys that sshd named. The path is the
 * worker's, so no more is told than what a line of the account's or of root's
 * that ends in a key says of who may use it. */
static void answer_key(const struct sw_record *record, uid_t user,
		       struct sw_answer *answer)
{
	answer->rule = record->rule;
	answer->err = sw_ask_key(record->rule.source, record->rule.line, user,
				 answer->rule.text, sizeof(answer->rule.text));
}

static void answer_rule(struct asker *asker, const struct sw_question *question,
			struct sw_answer *answer)
{
	const struct sw_record *record = &question->record;
	const char *keyword = sw_sshd_keyword(record->cause, record->root);
	const struct passwd *account = record->conn.user[0] != '\0'
					       ? getpwnam(record->conn.user)
					       : NULL;
	const struct sw_daemon *daemon;
	struct sw_sshd_answer said;

	answer->is_account = account != NULL;
	answer->err = SW_E_NOTSUP;
	if (record->cause == SW_CAUSE_KEY_RESTRICTED && account != NULL &&
	    record->rule.line > 0 && record->rule.text[0] == '\0')
		answer_key(record, account->pw_uid, answer);
	if (record->cause == SW_CAUSE_WRAPPER_DENY ||
	    sw_cause_stage(record->cause) == SW_STAGE_FIREWALL)
		answer_owner(asker, question, answer);
	if (record->cause == SW_CAUSE_LIMIT_SOCKET_UNIT)
		sw_unit_answer_rule(&asker->unit, record, answer,
				    sw_clock_monotonic_ms());
	if (keyword == NULL)
		return;
	daemon = daemon_of(asker, question->listener, record);
	if (daemon == NULL)
		return;
	answer->begin = daemon->begin;
	answer->full = daemon->full;
	answer->err = sw_ask_sshd(daemon, question->loaded, &record->conn,
				  record->cause, keyword, &said);
	if (answer->err != SW_OK)
		fprintf(stderr, "sshwhyd: sshd[%d] does not tell its %s: %s\n",
			(int)daemon->pid, keyword, sw_strerror(answer->err));
	if (answer->err != SW_OK)
		return;
	answer->rule = said.rule;
	answer->stale = said.stale;
}

/* True when the answer will come from a process of its own. */
static bool ask_pam(struct asker *asker, const struct sw_question *question)
{
	const struct sw_daemon *daemon;

	if (!sw_pam_asker_wants(question))
		return false;
	daemon = daemon_of(asker, question->listener, &question->record);
	return daemon != NULL &&
	       sw_pam_asker_start(&asker->pam, asker->recorder->asker[1],
				  daemon, question);
}

static void answer_listen(struct asker *asker, struct sw_answer *answer)
{
	size_t count = sw_daemon_list(asker->daemons, SW_DAEMONS_MAX);

	for (size_t i = 0; i < count; i++) {
		const struct sw_daemon *daemon = &asker->daemons[i];

		for (size_t p = 0; p < daemon->port_count; p++) {
			if (answer->port_count < 16)
				answer->ports[answer->port_count++] =
					daemon->ports[p];
		}
	}
	sw_unit_answer_listen(&asker->unit, answer, sw_clock_monotonic_ms());
}

/* Counted, or out of the fold table, only once it stands in the file. */
static void write_record(const struct sw_recorder *recorder,
			 const struct sw_question *question)
{
	enum sw_err err =
		sw_sink_file(SW_PATH_LOG, recorder->shared->config.file_size,
			     &question->record);
	struct sw_state state = recorder->state;
	struct sw_fold fold = recorder->fold;

	if (err == SW_OK) {
		sw_state_take(&state, question->counted);
		sw_fold_written(&fold, question->slot);
		return;
	}
	fprintf(stderr, "sshwhyd: %s: record %llu: %s\n", SW_PATH_LOG,
		(unsigned long long)question->record.seqno,
		err == SW_E_IO ? strerror(errno) : sw_strerror(err));
	sw_fold_postpone(&fold, question->slot,
			 sw_clock_monotonic_ms() + WRITE_AGAIN);
}

static void serve(struct asker *asker, const struct sw_question *question)
{
	struct sw_answer answer = {.magic = SW_QUESTION_MAGIC,
				   .kind = question->kind,
				   .id = question->id};
	int fd = asker->recorder->asker[1];

	if (question->kind == SW_QUESTION_WRITE) {
		write_record(asker->recorder, question);
		return;
	}
	if (question->kind == SW_QUESTION_RULE && ask_pam(asker, question))
		return;
	if (question->kind == SW_QUESTION_RULE)
		answer_rule(asker, question, &answer);
	else if (question->kind == SW_QUESTION_LISTEN)
		answer_listen(asker, &answer);
	(void)!send(fd, &answer, sizeof(answer), MSG_NOSIGNAL);
}

static bool read_question(struct asker *asker)
{
	static unsigned char bytes[sizeof(struct sw_question) + 1];
	struct sw_question question;
	ssize_t len = recv(asker->recorder->asker[1], bytes, sizeof(bytes),
			   MSG_DONTWAIT);

	if (len > 0 && sw_question_read(bytes, (size_t)len, &question) == SW_OK)
		serve(asker, &question);
	return len > 0;
}

static void reload(struct asker *asker)
{
	struct sw_shared *shared = asker->recorder->shared;
	struct sw_config_error error;
	struct sw_config config;

	if (sw_config_read(asker->recorder->config_path, 0, &config, &error) !=
	    SW_OK) {
		fprintf(stderr, "sshwhyd: %s:%u: %s; the old one stays\n",
			asker->recorder->config_path, error.line, error.reason);
		return;
	}
	shared->config = config;
	(void)atomic_fetch_add(&shared->generation, 1);
}

/* The worker writes out what it holds; the writer ends behind it. */
static void stop(struct asker *asker)
{
	asker->stopping = true;
	asker->deadline = sw_clock_monotonic_ms() + STOP_WAIT;
	if (!asker->worker_done)
		(void)kill(asker->worker, SIGTERM);
	(void)sd_notify(0, "STOPPING=1");
}

static void stop_for_good(struct asker *asker, uint64_t now)
{
	if (!asker->stopping || now < asker->deadline)
		return;
	if (!asker->worker_done)
		(void)kill(asker->worker, SIGKILL);
	if (!asker->writer_done)
		(void)kill(asker->writer, SIGKILL);
}

static void reap(struct asker *asker)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == asker->worker)
			asker->worker_done = true;
		else if (pid == asker->writer)
			asker->writer_done = true;
		else {
			(void)sw_pam_asker_ended(&asker->pam, pid);
			continue;
		}
		/* Both end for one reason: the first is the one to name. */
		if (asker->stopping)
			continue;
		fprintf(stderr, "sshwhyd: the %s ended (status %d)\n",
			pid == asker->worker ? "worker" : "writer", status);
		asker->status = EXIT_CHILD;
		stop(asker);
	}
}

static void take_signal(struct asker *asker)
{
	struct signalfd_siginfo info;

	if (read(asker->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGCHLD) {
		reap(asker);
	} else if (info.ssi_signo == SIGHUP) {
		reload(asker);
	} else {
		stop(asker);
	}
}

static int open_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* While auditd is behind the kernel may keep whoever asks waiting; one that
 * does not answer is the one that it was. */
static void look_at_audit(struct sw_shared *shared)
{
	uint32_t known = atomic_load(&shared->auditd);
	enum sw_audit_status status;
	uint32_t daemon;

	if (!sw_audit_has_room(known, SW_AUDIT_ROOM))
		return;
	status = sw_audit_status(&daemon);
	atomic_store(&shared->audit, (int)status);
	if (status != SW_AUDIT_UNKNOWN)
		atomic_store(&shared->auditd, sw_audit_socket(daemon));
}

int sw_asker_run(struct sw_recorder *recorder, pid_t worker, pid_t writer)
{
	static struct asker asker;
	uint64_t looked = 0;

	asker.recorder = recorder;
	asker.worker = worker;
	asker.writer = writer;
	asker.signals = open_signals();
	if (asker.signals < 0)
		return 1;
	reap(&asker); /* one may have ended before the signal was blocked */
	while (!asker.worker_done || !asker.writer_done) {
		struct pollfd fds[] = {{asker.signals, POLLIN, 0},
				       {recorder->asker[1], POLLIN, 0}};
		uint64_t now = sw_clock_monotonic_ms();

		stop_for_good(&asker, now);
		if (looked == 0 || now - looked >= AUDIT_EVERY) {
			look_at_audit(recorder->shared);
			looked = sw_clock_monotonic_ms();
		}
		if (poll(fds, 2, AUDIT_EVERY) < 0 && errno != EINTR)
			return 1;
		if ((fds[1].revents & POLLIN) != 0)
			(void)read_question(&asker);
		if (fds[0].revents != 0)
			take_signal(&asker);
		if ((fds[1].revents & (POLLHUP | POLLIN)) == POLLHUP)
			(void)poll(&fds[0], 1, AUDIT_EVERY);
	}
	while (read_question(&asker)) /* the last ones the worker sent */
		;
	return asker.status;
}
