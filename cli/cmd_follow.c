#include "commands.h"

#include "cli.h"
#include "filter.h"
#include "follow.h"
#include "options.h"
#include "reader.h"
#include "render.h"

#include "sshwhy/clock.h"
#include "sshwhy/paths.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define AUDITD_CONF SW_SYSCONFDIR "/audit/auditd.conf"
#define LOOK_EVERY 200 /* ms; files do not say when they grow */
#define KNOWN 256      /* records that may come a second time */

/* SW_E_RANGE ends the following: enough rows were printed. */
struct follow {
	const struct sw_options *options;
	uint32_t printed;
	struct {
		uint64_t seqno;
		pid_t pid;
	} known[KNOWN]; /* the last ones, in a ring */
	size_t next;
	int audit; /* -1: the kernel is not asked */
	bool lost;
	struct sw_follow_file files[2];
	size_t file_count;
};

/* A record may reach us by the audit trail and by the file. */
static bool is_known(struct follow *follow, const struct sw_record *record)
{
	for (size_t i = 0; i < KNOWN && record->seqno != 0; i++) {
		if (follow->known[i].seqno == record->seqno &&
		    follow->known[i].pid == record->conn.pid)
			return true;
	}
	follow->known[follow->next].seqno = record->seqno;
	follow->known[follow->next].pid = record->conn.pid;
	follow->next = (follow->next + 1) % KNOWN;
	return false;
}

static enum sw_err print_record(void *context, const struct sw_record *record,
				bool from_audit SW_UNUSED)
{
	struct follow *follow = context;
	char line[SW_RECORD_JSON_MAX];

	if (is_known(follow, record) ||
	    !sw_options_want(follow->options, record) ||
	    !sw_filter_wants(follow->options, record))
		return SW_OK;
	if (!follow->options->json)
		(void)sw_render_list_line(record, line);
	else if (sw_record_to_json(record, line, sizeof(line)) != SW_OK)
		return SW_OK;
	(void)fputs(line, stdout);
	if (fflush(stdout) != 0)
		return SW_E_IO;
	follow->printed++;
	return follow->options->limit != 0 &&
			       follow->printed == follow->options->limit
		       ? SW_E_RANGE
		       : SW_OK;
}

static void say_damage(void *context SW_UNUSED, uint64_t line SW_UNUSED,
		       const char *reason)
{
	sw_complain("%s", reason);
}

static enum sw_err follow_file(struct follow *follow, const char *path)
{
	enum sw_err err =
		sw_follow_file_begin(path, &follow->files[follow->file_count]);

	if (err == SW_OK)
		follow->file_count++;
	else
		sw_complain("%s: %s", path, strerror(errno));
	return err;
}

/* The kernel itself where it lets us; what auditd writes elsewhere. */
static enum sw_err begin(struct follow *follow, char *audit_log)
{
	if (follow->options->log != NULL)
		return follow_file(follow, follow->options->log);
	if (sw_follow_audit_begin(&follow->audit) != SW_OK) {
		sw_audit_log_path(AUDITD_CONF, audit_log);
		if (follow_file(follow, audit_log) != SW_OK)
			return SW_E_IO;
	}
	return follow_file(follow, SW_PATH_LOG);
}

static enum sw_err look(struct follow *follow)
{
	const struct sw_log_reader reader = {
		.context = follow,
		.take = print_record,
		.complain = say_damage,
	};
	enum sw_err err = SW_OK;

	if (follow->audit >= 0)
		err = sw_follow_audit_more(follow->audit, &reader,
					   &follow->lost);
	if (follow->lost)
		sw_complain("the kernel dropped audit records; sshwhy list "
			    "has them all");
	follow->lost = false;
	for (size_t i = 0; i < follow->file_count && err == SW_OK; i++)
		err = sw_follow_file_more(&follow->files[i], &reader);
	return err;
}

static enum sw_err run(struct follow *follow)
{
	struct pollfd waits = {.fd = follow->audit, .events = POLLIN};
	enum sw_err err = SW_OK;

	while (err == SW_OK) {
		if (poll(&waits, 1, LOOK_EVERY) < 0 && errno != EINTR)
			return SW_E_IO;
		err = look(follow);
	}
	return err;
}

int sw_cmd_follow(int argc, char **argv)
{
	struct follow follow = {.audit = -1};
	char audit_log[SW_LOG_PATH_MAX];
	struct sw_options options;
	enum sw_err err;

	if (sw_options_parse(argc, argv, SW_FOR_FOLLOW, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	if (options.word_count != 0) {
		sw_complain("follow: %s: unexpected; for one client: "
			    "--client %s",
			    options.words[0], options.words[0]);
		return SW_EXIT_USAGE;
	}
	follow.options = &options;
	if (begin(&follow, audit_log) != SW_OK)
		return SW_EXIT_IO;
	err = run(&follow);
	for (size_t i = 0; i < follow.file_count; i++)
		sw_follow_file_end(&follow.files[i]);
	if (follow.audit >= 0)
		(void)close(follow.audit);
	if (err == SW_E_RANGE)
		return 0;
	sw_complain("follow: %s",
		    err == SW_E_IO ? strerror(errno) : sw_strerror(err));
	return SW_EXIT_IO;
}
