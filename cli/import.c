#include "import.h"

#include "lines.h"

#include "sshwhy/logtrack.h"
#include "sshwhy/syslog_line.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MODULE_MESSAGE_MAX 2048 /* bytes */

struct reading {
	const struct sw_import *import;
	struct sw_syslog_clock clock;
	bool has_year;
	struct sw_logtrack *track;
	struct sw_logtrack_line line; /* reused: it is large */
	bool is_ours;		      /* the last line of the log is in line */
	bool began;		      /* the first line has been seen */
};

static void take_finished(void *context, const struct sw_logtrack_line *line)
{
	const struct reading *reading = context;
	struct sw_verdict verdict = {.outcome = SW_DENY};
	struct sw_record record;

	verdict.cause = line->line.cause;
	verdict.rule = line->line.rule;
	sw_record_init(&record, &line->line.conn, &verdict, SW_VIA_IMPORT,
		       line->time);
	record.evidence = SW_EVIDENCE_INFERRED;
	record.count = line->line.count;
	if (record.conn.pid == 0)
		record.conn.pid = line->pid;
	/* "ROOT LOGIN REFUSED" is all that sshd says. */
	if (record.cause == SW_CAUSE_CONFIG_ROOT_LOGIN &&
	    record.conn.user[0] == '\0')
		(void)sw_text_copy(record.conn.user, sizeof(record.conn.user),
				   "root");
	(void)sw_text_copy(record.node, sizeof(record.node), line->node);
	(void)sw_text_copy(record.root, sizeof(record.root), line->line.detail);
	reading->import->take(reading->import->context, &record);
}

/* A module that stands in the identity belongs before its words. */
static enum sw_log_kind classify(const struct sw_syslog_line *line,
				 struct sw_logline *out)
{
	char text[MODULE_MESSAGE_MAX];
	int n;

	if (line->module_len == 0)
		return sw_logline_classify(line->origin, line->message,
					   line->message_len, out);
	n = snprintf(text, sizeof(text), "%.*s(sshd:): %.*s",
		     (int)line->module_len, line->module,
		     (int)line->message_len, line->message);
	if (n < 0 || (size_t)n >= sizeof(text))
		return SW_LOG_OTHER;
	return sw_logline_classify(line->origin, text, (size_t)n, out);
}

static void copy_node(const struct reading *reading,
		      const struct sw_syslog_line *line, char *out)
{
	size_t len = line->host_len;

	if (reading->import->node != NULL) {
		(void)sw_text_copy(out, SW_NODE_MAX, reading->import->node);
		return;
	}
	if (len >= SW_NODE_MAX)
		len = SW_NODE_MAX - 1;
	if (len > 0)
		memcpy(out, line->host, len);
	out[len] = '\0';
}

/* A pipe can't be read twice: each year is the latest possible. */
static void choose_year(struct reading *reading, const struct sw_stamp *stamp)
{
	struct sw_syslog_years years;

	if (reading->has_year || stamp->year != 0)
		return;
	sw_syslog_years_init(&years);
	sw_syslog_years_see(&years, stamp);
	sw_syslog_clock_init(
		&reading->clock,
		sw_syslog_years_first(&years, reading->import->now));
	reading->has_year = true;
}

/* Where syslogd folds equal lines, the last one was said again. */
static void take_again(struct reading *reading,
		       const struct sw_syslog_line *line)
{
	if (!reading->is_ours)
		return;
	reading->line.time = sw_syslog_clock_ms(&reading->clock, &line->stamp);
	reading->line.line.count = line->repeated;
	sw_logtrack_feed(reading->track, &reading->line);
}

static void begin(struct reading *reading, const struct sw_stamp *stamp)
{
	if (!reading->began && reading->import->first != NULL)
		*reading->import->first =
			sw_syslog_clock_ms(&reading->clock, stamp);
	reading->began = true;
}

static void tell(const struct reading *reading,
		 const struct sw_syslog_line *line, const char *text,
		 size_t len)
{
	const struct sw_import_seen seen = {
		.line = &reading->line,
		.message = line->message,
		.len = line->message_len,
		.text = text,
		.text_len = len,
	};

	if (reading->import->see != NULL)
		reading->import->see(reading->import->context, &seen);
}

static bool take_line(void *context, const char *text, size_t len)
{
	struct reading *reading = context;
	const struct sw_import *import = reading->import;
	struct sw_syslog_line line;

	if (len > 0 && text[len - 1] == '\r')
		len--;
	if (reading->began && import->wants != NULL &&
	    !import->wants(import->context, text, len)) {
		reading->is_ours = false;
		return true;
	}
	if (sw_syslog_parse(text, len, &line) != SW_OK)
		return true;
	choose_year(reading, &line.stamp);
	sw_syslog_clock_see(&reading->clock, &line.stamp);
	begin(reading, &line.stamp);
	if (line.repeated != 0) {
		take_again(reading, &line);
		return true;
	}
	reading->is_ours = line.origin != SW_LOG_FOREIGN &&
			   classify(&line, &reading->line.line) != SW_LOG_OTHER;
	if (!reading->is_ours)
		return true;
	reading->line.time = sw_syslog_clock_ms(&reading->clock, &line.stamp);
	reading->line.pid = line.pid;
	copy_node(reading, &line, reading->line.node);
	tell(reading, &line, text, len);
	sw_logtrack_feed(reading->track, &reading->line);
	return true;
}

/* Only a log without years has to be read beforehand. */
static bool see_year(void *context, const char *text, size_t len)
{
	struct sw_syslog_years *years = context;
	struct sw_syslog_line line;

	if (sw_syslog_parse(text, len, &line) != SW_OK)
		return true;
	sw_syslog_years_see(years, &line.stamp);
	return line.stamp.year == 0;
}

static enum sw_err find_year(int fd, struct reading *reading)
{
	off_t start = lseek(fd, 0, SEEK_CUR);
	struct sw_syslog_years years;
	enum sw_err err;

	if (start < 0)
		return SW_OK;
	sw_syslog_years_init(&years);
	err = sw_lines_read(fd, see_year, &years);
	if (err != SW_OK)
		return err;
	if (lseek(fd, start, SEEK_SET) < 0)
		return SW_E_IO;
	sw_syslog_clock_init(
		&reading->clock,
		sw_syslog_years_first(&years, reading->import->now));
	reading->has_year = true;
	return SW_OK;
}

enum sw_err sw_import_read(int fd, const struct sw_import *import,
			   uint64_t *out_unlogged)
{
	struct reading reading = {.import = import};
	enum sw_err err = SW_OK;

	sw_syslog_clock_init(&reading.clock, import->year);
	reading.has_year = import->year != 0;
	if (!reading.has_year)
		err = find_year(fd, &reading);
	if (err != SW_OK)
		return err;
	reading.track = sw_logtrack_new(take_finished, &reading);
	if (reading.track == NULL)
		return SW_E_NOMEM;
	err = sw_lines_read(fd, take_line, &reading);
	sw_logtrack_flush(reading.track);
	if (err == SW_OK)
		*out_unlogged = sw_logtrack_unlogged(reading.track);
	sw_logtrack_free(reading.track);
	return err;
}
