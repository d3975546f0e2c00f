#include "heard.h"

#include "heard_penalty.h"
#include "import.h"

#include "sshwhy/auto.h"
#include "sshwhy/clock.h"
#include "sshwhy/num.h"
#include "sshwhy/run.h"
#include "sshwhy/text.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define JOURNALCTL "/usr/bin/journalctl"
#define JOURNAL_LINES "20000"	/* the newest */
#define JOURNAL_MAX (64U << 20) /* bytes */
#define JOURNAL_DEADLINE 5000	/* milliseconds */
#define PID_BITS 16		/* of the filter */
#define CHUNK ((size_t)1 << 20) /* bytes */

struct hearing {
	struct sw_heard *heard;
	const struct sw_prefix *client;
	char text[SW_ADDR_TEXT_MAX]; /* of the client; "" a range */
	/* The last bits of the pids that spoke of the client. */
	uint8_t pids[1 << (PID_BITS - 3)];
	enum sw_err err;
};

static void *find(const char *in, size_t len, const char *what)
{
	return memmem(in, len, what, strlen(what));
}

/* The number in the first "[N]:" of a line; 0: there is none. */
static uint64_t pid_of(const char *line, size_t len)
{
	const char *open = memchr(line, '[', len);
	const char *end = line + len, *close;
	uint64_t pid = 0;

	if (open == NULL)
		return 0;
	close = memchr(open, ']', (size_t)(end - open));
	if (close == NULL || close - open > 12)
		return 0;
	(void)!sw_num_parse_n(open + 1, (size_t)(close - open - 1), INT_MAX,
			      &pid);
	return pid;
}

static void mark(struct hearing *hearing, uint64_t pid)
{
	hearing->pids[pid % (1 << PID_BITS) / 8] |= (uint8_t)(1 << pid % 8);
}

/* Only what a process says that has spoken of the client is taken apart, and
 * what may be the cause behind the cause: that is a small part of a log. */
static bool wants(void *context, const char *line, size_t len)
{
	const struct hearing *hearing = context;
	uint64_t pid;

	if (hearing->text[0] == '\0')
		return true;
	pid = pid_of(line, len);
	return pid == 0 ||
	       (hearing->pids[pid % (1 << PID_BITS) / 8] >> pid % 8 & 1) != 0 ||
	       find(line, len, "refused connect from") != NULL ||
	       find(line, len, SW_HEARD_PENALTY) != NULL;
}

static void mark_speakers(struct hearing *hearing, const char *text, size_t len)
{
	const char *at = text, *end = text + len;
	const char *hit;

	while ((hit = find(at, (size_t)(end - at), hearing->text)) != NULL) {
		const char *start = memrchr(text, '\n', (size_t)(hit - text));

		start = start != NULL ? start + 1 : text;
		mark(hearing, pid_of(start, (size_t)(hit - start)));
		at = hit + 1;
	}
}

/* Read, not mapped: somebody may cut a log while we look at it. */
static enum sw_err mark_speakers_in(struct hearing *hearing, int fd)
{
	sw_autofree char *text = NULL;
	size_t kept = 0;
	off_t at = 0;
	struct stat st;
	ssize_t got;

	if (hearing->text[0] == '\0' || fstat(fd, &st) != 0 ||
	    !S_ISREG(st.st_mode))
		return SW_OK;
	text = malloc(CHUNK);
	if (text == NULL)
		return SW_E_NOMEM;
	while ((got = pread(fd, text + kept, CHUNK - kept, at)) > 0) {
		size_t len = kept + (size_t)got, whole = len;
		const char *last = memrchr(text, '\n', len);

		if (last != NULL)
			whole = (size_t)(last + 1 - text);
		mark_speakers(hearing, text, whole);
		kept = len - whole;
		memmove(text, text + whole, kept);
		at += got;
	}
	mark_speakers(hearing, text, kept);
	return got < 0 ? SW_E_IO : SW_OK;
}

static void take(void *context, const struct sw_record *record)
{
	struct hearing *hearing = context;
	const struct sw_addr *addr = &record->conn.client.addr;

	if (hearing->err != SW_OK ||
	    (!sw_prefix_contains(hearing->client, addr) &&
	     sw_cause_stage(record->cause) != SW_STAGE_WRAPPER))
		return;
	hearing->err = sw_records_add(&hearing->heard->records, record, false);
}

static void note_login(struct sw_heard *heard, const char *user)
{
	size_t kept = heard->user_count < SW_HEARD_USERS ? heard->user_count
							 : SW_HEARD_USERS;

	for (size_t i = 0; i < kept; i++) {
		if (strcmp(heard->users[i], user) == 0)
			return;
	}
	if (kept < SW_HEARD_USERS)
		(void)sw_text_copy(heard->users[kept],
				   sizeof(heard->users[kept]), user);
	heard->user_count = kept + 1;
}

static void keep_line(struct sw_heard *heard, const char *line, size_t len)
{
	char *to = heard->lines[heard->line_count++ % SW_HEARD_LINES];

	(void)snprintf(to, SW_HEARD_TEXT, "%.*s",
		       (int)(len < SW_HEARD_TEXT ? len : SW_HEARD_TEXT - 1),
		       line);
}

static void see(void *context, const struct sw_import_seen *seen)
{
	struct hearing *hearing = context;
	struct sw_heard *heard = hearing->heard;
	const struct sw_logline *line = &seen->line->line;

	if (!sw_prefix_contains(hearing->client, &line->conn.client.addr) &&
	    !(line->cause == SW_CAUSE_BAN_PENALTY &&
	      line->kind == SW_LOG_FACT &&
	      sw_heard_is_in_block(seen, hearing->client)))
		return;
	if (line->kind == SW_LOG_REJECTION || line->kind == SW_LOG_COMPANION ||
	    line->cause == SW_CAUSE_BAN_PENALTY)
		keep_line(heard, seen->text, seen->text_len);
	if (line->kind == SW_LOG_CONTEXT && line->conn.user[0] != '\0' &&
	    seen->len > 9 && memcmp(seen->message, "Accepted ", 9) == 0)
		note_login(heard, line->conn.user);
	if (line->cause != SW_CAUSE_BAN_PENALTY)
		return;
	if (line->kind == SW_LOG_FACT)
		sw_heard_note_penalty(heard, seen);
	else if (line->kind == SW_LOG_REJECTION)
		heard->penalty.drop = seen->line->time;
}

static enum sw_err hear(struct hearing *hearing, int fd, const char *path)
{
	int64_t first = 0;
	const struct sw_import import = {
		.first = &first,
		.now = sw_clock_utc_ms(),
		.take = take,
		.see = see,
		.wants = wants,
		.context = hearing,
	};
	uint64_t unlogged;
	enum sw_err err;

	(void)sw_text_copy(hearing->heard->path, sizeof(hearing->heard->path),
			   path);
	err = mark_speakers_in(hearing, fd);
	if (err == SW_OK)
		err = sw_import_read(fd, &import, &unlogged);
	if (first != 0 &&
	    (hearing->heard->from == 0 || first < hearing->heard->from))
		hearing->heard->from = first;
	if (hearing->err == SW_OK && err == SW_E_NOMEM)
		hearing->err = err;
	return hearing->err;
}

static bool hear_file(struct hearing *hearing, const char *root,
		      const char *name)
{
	char path[SW_LOG_PATH_MAX];
	sw_autofd int fd = -1;

	(void)snprintf(path, sizeof(path), "%s%s", root, name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return fd >= 0 && hear(hearing, fd, path) == SW_OK;
}

/* Where the log is a journal alone. */
static void hear_journal(struct hearing *hearing)
{
	static const char *const argv[] = {JOURNALCTL,
					   "-q",
					   "--no-pager",
					   "-o",
					   "short-iso-precise",
					   "-n",
					   JOURNAL_LINES,
					   "-t",
					   "sshd",
					   "-t",
					   "sshd-session",
					   "-t",
					   "sshd-auth",
					   NULL};
	const struct sw_run run = {.argv = argv,
				   .want = SW_RUN_STDOUT,
				   .deadline = JOURNAL_DEADLINE,
				   .max_output = JOURNAL_MAX};
	sw_autofree char *text = NULL;
	sw_autofd int fd = -1;
	size_t len = 0;
	int status;

	if (sw_run(&run, &text, &len, &status) != SW_OK || status != 0 ||
	    len == 0)
		return;
	fd = memfd_create("journal", MFD_CLOEXEC);
	if (fd < 0 || write(fd, text, len) != (ssize_t)len ||
	    lseek(fd, 0, SEEK_SET) != 0)
		return;
	(void)!hear(hearing, fd, "the journal");
}

enum sw_err sw_heard_read(const struct sw_options *options,
			  const struct sw_prefix *client, struct sw_heard *out)
{
	static const char *const names[][2] = {
		{"/var/log/auth.log.1", "/var/log/auth.log"},
		{"/var/log/secure.1", "/var/log/secure"},
	};
	static struct hearing hearing; /* large */
	bool any = false;
	bool v4 = client->base.family == SW_FAMILY_V4;

	memset(out, 0, sizeof(*out));
	memset(&hearing, 0, sizeof(hearing));
	hearing.heard = out;
	hearing.client = client;
	if (client->len == (v4 ? 32 : 128))
		(void)sw_addr_format(&client->base, hearing.text);
	if (options->log != NULL) {
		(void)hear_file(&hearing, "", options->log);
		return hearing.err;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)hear_file(&hearing, options->root, names[i][0]);
		any = hear_file(&hearing, options->root, names[i][1]) || any;
	}
	if (!any && options->root[0] == '\0' && hearing.err == SW_OK)
		hear_journal(&hearing);
	return hearing.err;
}

void sw_heard_free(struct sw_heard *heard)
{
	sw_records_free(&heard->records);
}
