#include "tap_file.h"

#include "tail.h"

#include "sshwhy/auto.h"
#include "sshwhy/syslog_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#define LOOK_EVERY 1000 /* ms */

/* How far ahead of our last look a line's time may be. */
#define AHEAD_MS INT64_C(86400000)

struct sw_file_tap {
	struct sw_tail tail;
	sd_event_source *news;
	const char *name; /* the last part of the path */
	struct sw_syslog_clock clock;
	bool dated;	/* clock has its year */
	bool more;	/* the end of the file was not reached */
	int64_t looked; /* milliseconds UTC */
	sw_line_fn line;
	void *context;
};

/* The first line without a year tells which one the log is in. */
static void date(struct sw_file_tap *tap, const struct sw_stamp *stamp)
{
	struct sw_syslog_years years;

	if (!tap->dated && stamp->year == 0) {
		sw_syslog_years_init(&years);
		sw_syslog_years_see(&years, stamp);
		sw_syslog_clock_init(
			&tap->clock,
			sw_syslog_years_first(&years, tap->looked + AHEAD_MS));
		tap->dated = true;
	}
	sw_syslog_clock_see(&tap->clock, stamp);
}

static void on_line(void *context, const char *text, size_t len)
{
	struct sw_file_tap *tap = context;
	struct sw_line line = {.tap = SW_TAP_SYSLOG};
	struct sw_syslog_line parsed;

	if (sw_syslog_parse(text, len, &parsed) != SW_OK)
		return;
	date(tap, &parsed.stamp);
	if (parsed.origin == SW_LOG_FOREIGN)
		return;
	line.origin = parsed.origin;
	line.pid = parsed.pid;
	line.time = sw_syslog_clock_ms(&tap->clock, &parsed.stamp);
	line.text = parsed.message;
	line.len = parsed.message_len;
	tap->line(tap->context, &line);
}

static void look(struct sw_file_tap *tap)
{
	tap->more = sw_tail_read(&tap->tail, on_line, tap);
}

/* Other logs of the directory, and the rotated ones, are no news. */
static int on_news(sd_event_source *source SW_UNUSED,
		   const struct inotify_event *news, void *userdata)
{
	struct sw_file_tap *tap = userdata;

	if (news->len == 0 ||
	    strncmp(news->name, tap->name, strlen(tap->name)) == 0)
		look(tap);
	return 0;
}

static int watch_directory(struct sw_file_tap *tap, sd_event *event)
{
	const char *path = tap->tail.path;
	sw_autofree char *directory =
		tap->name == path ? strdup(".")
				  : strndup(path, (size_t)(tap->name - path));

	if (directory == NULL)
		return -ENOMEM;
	return sd_event_add_inotify(
		event, &tap->news, directory,
		IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_ONLYDIR, on_news, tap);
}

static enum sw_err start(struct sw_file_tap *tap, sd_event *event,
			 const char *path)
{
	const char *slash = strrchr(path, '/');
	enum sw_err err;
	int result;

	tap->name = slash != NULL ? slash + 1 : path;
	tap->tail = (struct sw_tail){.path = path, .fd = -1};
	/* Watched first, so that nothing is missed between the two. */
	result = watch_directory(tap, event);
	if (result < 0) {
		errno = -result;
		return result == -ENOMEM ? SW_E_NOMEM : SW_E_IO;
	}
	err = sw_tail_open(path, &tap->tail);
	return err == SW_E_IO && errno == ENOENT ? SW_OK : err;
}

enum sw_err sw_file_tap_start(sd_event *event, const char *path,
			      sw_line_fn line, void *context, int64_t now,
			      struct sw_file_tap **out)
{
	struct sw_file_tap *tap = calloc(1, sizeof(*tap));
	enum sw_err err;

	if (tap == NULL)
		return SW_E_NOMEM;
	tap->line = line;
	tap->context = context;
	tap->looked = now;
	sw_syslog_clock_init(&tap->clock, 0);
	err = start(tap, event, path);
	if (err != SW_OK) {
		int saved = errno;

		sw_file_tap_stop(tap);
		errno = saved;
		return err;
	}
	*out = tap;
	return SW_OK;
}

void sw_file_tap_tick(struct sw_file_tap *tap, int64_t now)
{
	bool due = now < tap->looked || now - tap->looked >= LOOK_EVERY;

	if (!due && !tap->more)
		return;
	tap->looked = now;
	look(tap);
}

void sw_file_tap_stop(struct sw_file_tap *tap)
{
	if (tap == NULL)
		return;
	(void)sd_event_source_disable_unref(tap->news);
	sw_tail_close(&tap->tail);
	free(tap);
}
