#include "load.h"

#include "cli.h"
#include "filter.h"
#include "merge.h"
#include "reader.h"

#include "sshwhy/auto.h"
#include "sshwhy/clock.h"
#include "sshwhy/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define AUDITD_CONF SW_SYSCONFDIR "/audit/auditd.conf"

/* A log that is damaged all over says so in this many lines. */
#define COMPLAINTS_MAX 8

#define PATIENCE 1000 /* ms without a word about progress */

struct load {
	const struct sw_options *options;
	struct sw_clients clients; /* whose records are wanted; 0: all are */
	struct sw_loaded loaded;
	const char *path; /* of the file at hand */
	uint64_t damaged; /* lines of it */
	uint64_t size;	  /* of it, in bytes; 0: not known */
	int64_t begun;	  /* milliseconds UTC */
	bool shown;	  /* there is a line about progress on the terminal */
};

static enum sw_err
keep_if_in_time(void *context, const struct sw_record *record, bool from_audit)
{
	struct load *load = context;

	if (!sw_options_in_time(load->options, record))
		return SW_OK;
	return sw_records_add(&load->loaded.records, record, from_audit);
}

static bool is_one_of(void *context, const struct sw_addr *client)
{
	const struct sw_clients *clients = &((struct load *)context)->clients;

	for (size_t i = 0; i < clients->count; i++) {
		if (sw_prefix_contains(&clients->rows[i], client))
			return true;
	}
	return false;
}

static void report_damage(void *context, uint64_t line, const char *reason)
{
	struct load *load = context;

	if (load->damaged++ < COMPLAINTS_MAX)
		sw_complain("%s:%llu: %s", load->path, (unsigned long long)line,
			    reason);
}

/* One who waits for longer than a moment is told for what. */
static void show_progress(void *context, uint64_t bytes)
{
	struct load *load = context;

	if (load->size == 0 || isatty(STDERR_FILENO) != 1 ||
	    sw_clock_utc_ms() - load->begun < PATIENCE)
		return;
	load->shown = true;
	(void)fprintf(stderr, "\r\033[Ksshwhy: %s: %u %% read", load->path,
		      (unsigned int)(bytes >= load->size
					     ? 100
					     : bytes * 100 / load->size));
}

static void end_progress(struct load *load)
{
	if (load->shown)
		(void)fputs("\r\033[K", stderr);
	load->shown = false;
}

static const char *what_to_do(int error)
{
	return error == EACCES || error == EPERM
		       ? " (root and members of group adm may read it)"
		       : "";
}

static void report_unread(struct load *load, const char *path, int error)
{
	sw_complain("%s: %s%s", path, strerror(error), what_to_do(error));
	load->loaded.partial = true;
}

static enum sw_err scan(struct load *load, const char *path, int fd)
{
	const struct sw_log_reader reader = {
		.context = load,
		.take = keep_if_in_time,
		.complain = report_damage,
		.progress = show_progress,
		.wants = load->clients.count != 0 ? is_one_of : NULL,
	};
	struct stat st;
	enum sw_err err;

	load->path = path;
	load->damaged = 0;
	load->size = fstat(fd, &st) == 0 && S_ISREG(st.st_mode)
			     ? (uint64_t)st.st_size
			     : 0;
	err = sw_log_scan(fd, &reader);
	end_progress(load);
	if (load->damaged > COMPLAINTS_MAX)
		sw_complain("%s: %llu damaged records in all", path,
			    (unsigned long long)load->damaged);
	if (err == SW_E_IO) {
		report_unread(load, path, errno);
		return SW_OK;
	}
	return err;
}

static enum sw_err scan_rotated(struct load *load, const char *base)
{
	struct sw_logs logs = SW_LOGS_INIT;
	enum sw_err err = sw_logs_open(base, &logs);

	if (err == SW_E_IO && errno != ENOENT)
		report_unread(load, base, errno);
	if (err == SW_E_IO)
		return SW_OK;
	for (size_t i = 0; i < logs.count && err == SW_OK; i++)
		err = scan(load, logs.rows[i].path, logs.rows[i].fd);
	sw_logs_close(&logs);
	return err;
}

static enum sw_err scan_named(struct load *load, const char *path)
{
	sw_autofd int fd = -1;

	if (strcmp(path, "-") == 0)
		return scan(load, "stdin", STDIN_FILENO);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0)
		return scan(load, path, fd);
	report_unread(load, path, errno);
	return SW_OK;
}

/* A path that would not fit is one that nobody can open. */
static void below_root(const struct load *load, const char *path, char *out)
{
	(void)snprintf(out, SW_LOG_PATH_MAX, "%s%s", load->options->root, path);
}

static enum sw_err scan_all(struct load *load)
{
	char audit_log[SW_LOG_PATH_MAX], path[SW_LOG_PATH_MAX];
	enum sw_err err;

	if (load->options->log != NULL)
		return scan_named(load, load->options->log);
	below_root(load, AUDITD_CONF, path);
	sw_audit_log_path(path, audit_log);
	below_root(load, audit_log, path);
	err = scan_rotated(load, path);
	if (err != SW_OK)
		return err;
	below_root(load, SW_PATH_LOG, path);
	err = scan_rotated(load, path);
	return err;
}

static bool is_wanted(const struct sw_options *options,
		      const struct sw_record *record)
{
	return sw_options_want(options, record) &&
	       (!options->strict || sw_filter_wants(options, record));
}

static void drop_unwanted(struct load *load)
{
	struct sw_records *records = &load->loaded.records;
	struct sw_record record;

	if (sw_filter_is_open(load->options))
		return;
	for (size_t i = 0; i < records->count; i++) {
		struct sw_row *row = &records->rows[i];

		if (row->dropped)
			continue;
		sw_records_get(records, row, &record);
		row->dropped = !is_wanted(load->options, &record);
	}
}

static enum sw_err read_all(struct load *load)
{
	enum sw_err err = scan_all(load);

	if (err == SW_OK)
		err = sw_records_merge(&load->loaded.records);
	if (err == SW_OK)
		sw_records_sort(&load->loaded.records);
	else
		sw_records_free(&load->loaded.records);
	return err;
}

enum sw_err sw_load(const struct sw_options *options, struct sw_loaded *out)
{
	struct load load = {.options = options, .begun = sw_clock_utc_ms()};
	enum sw_err err = read_all(&load);

	if (err != SW_OK)
		return err;
	load.loaded.missing = sw_records_missing(&load.loaded.records);
	drop_unwanted(&load);
	*out = load.loaded;
	return SW_OK;
}

enum sw_err sw_load_of(const struct sw_options *options,
		       const struct sw_clients *clients, struct sw_loaded *out)
{
	struct load load = {.options = options, .begun = sw_clock_utc_ms()};
	enum sw_err err;

	if (clients != NULL)
		load.clients = *clients;
	else if (options->client.base.family != SW_FAMILY_NONE)
		load.clients = (struct sw_clients){{options->client}, 1};
	err = read_all(&load);
	if (err != SW_OK)
		return err;
	drop_unwanted(&load);
	*out = load.loaded;
	return SW_OK;
}
